"""What a paper of the Committee and a report of its figures show: from their records alone."""

import re
from typing import Any

from . import presentation as show
from .canonical import canonical_bytes, sha256_hex
from .committee_records import ALL, check_paper, check_report
from .fonts import unprintable
from .frame import mark_paths
from .paper_sheets import signature_of
from .qr import qr_png_data
from .sheet_tables import Said, bar_shares, label_width, table_sheet, unbreaking
from .sheets import party

Record = dict[str, Any]

_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
# A title is repeated over every page; a long one would push the text down.
RUNNING_TITLE_MAX = 80
# What stands around the figures of a report, in each of its languages.
REPORT_WORDS = {
    "kk": {
        "as_of": "Деректер мына сәттегі жағдай бойынша",
        "figures": "Негізгі көрсеткіштер",
        "charts": "Диаграммалар",
        "tables": "Кестелер",
        "method": "Көрсеткіштер қалай есептелген",
        "log": "Журналдың күйі",
        "log_size": "жазба саны",
        "log_root": "түбір",
        "unit": "өлшем бірлігі",
    },
    "ru": {
        "as_of": "Данные по состоянию на",
        "figures": "Главные показатели",
        "charts": "Диаграммы",
        "tables": "Таблицы",
        "method": "Как считаются показатели",
        "log": "Состояние журнала",
        "log_size": "записей",
        "log_root": "корень",
        "unit": "единица измерения",
    },
    "en": {
        "as_of": "Data as of",
        "figures": "Key figures",
        "charts": "Charts",
        "tables": "Tables",
        "method": "How the figures are computed",
        "log": "State of the log",
        "log_size": "entries",
        "log_root": "root",
        "unit": "unit",
    },
}


def paper(record: Record) -> dict[str, Any]:
    """The decision first, then the facts, the reasons and the terms; the signature last."""
    check_paper(record)
    digest, record = sha256_hex(canonical_bytes(record)), _printable(record)
    decides, sections = _decision(list(record.get("sections") or []))
    return {
        **_head(record, digest),
        "to": party(record.get("to")),
        "decides": show.both(decides),
        "facts": [
            {"label": show.both(fact["label"]), "value": _cell(fact["value"])}
            for fact in record.get("about") or []
        ],
        "sections": [shown for section in sections if (shown := _section(section))],
        "terms": [
            {"label": show.both(term["label"]), "on": _day_or_moment(term["on"])}
            for term in record.get("terms") or []
        ],
        "legal": [show.both(reference) for reference in record.get("legal") or []],
        "rights": _paragraphs(record.get("rights")),
    }


def report(record: Record) -> dict[str, Any]:
    """The same report three times, each in one language, so that a reader meets only his own."""
    check_report(record)
    digest, record = sha256_hex(canonical_bytes(record)), _printable(record)
    return {
        **_head(record, digest),
        "title": [(language, record["title"][language]) for language in ALL],
        "parts": [_report_part(record, language) for language in ALL],
    }


def _report_part(record: Record, language: str) -> dict[str, Any]:
    def said(value: Any) -> Said:
        text = value if isinstance(value, str) else value[language]
        return [(language, unbreaking(text))] if text else []

    def plain(value: Any) -> str:
        return "".join(text for _, text in said(value)) if value else ""

    log = record.get("log")
    return {
        "lang": language,
        "words": REPORT_WORDS[language],
        "title": plain(record["title"]),
        "as_of": _day_or_moment(record["as_of"]),
        "lead": plain(record.get("lead")).splitlines(),
        "figures": _in_pairs(
            [
                {
                    "value": plain(figure["value"]),
                    "label": plain(figure["label"]),
                    "definition": plain(figure.get("definition")),
                }
                for figure in record.get("figures") or []
            ]
        ),
        "charts": [
            {
                "title": plain(chart["title"]),
                "unit": plain(chart.get("unit")),
                "label_width": label_width([plain(bar["label"]) for bar in chart["bars"]]),
                "bars": [
                    {"label": plain(bar["label"]), "shown": plain(bar["shown"]), "share": share}
                    for bar, share in zip(
                        chart["bars"],
                        bar_shares([bar["value"] for bar in chart["bars"]]),
                        strict=True,
                    )
                ],
            }
            for chart in record.get("charts") or []
            if chart.get("bars")
        ],
        "tables": [
            {
                "title": plain(table.get("title")),
                "grid": table_sheet(table["columns"], table["rows"], said),
            }
            for table in record.get("tables") or []
            if table["rows"]
        ],
        "method": plain(record.get("method")).splitlines(),
        "log": log
        and {
            "size": show.grouped(str(log["size"])),
            "root": log["root"],
            "at": _day_or_moment(log["at"]),
        },
    }


def _head(record: Record, digest: str) -> dict[str, Any]:
    url, signed_by = record.get("verify_url"), record.get("signed_by")
    title = record["title"]
    return {
        "number": record["number"],
        "title": show.both(title),
        "title_kk": _running(title["kk"] or title["ru"]),
        "title_ru": _running(title["ru"] or title["kk"]),
        "chamber": party(record.get("from")),
        "dated": show.moment(record["dated_at"]),
        "qr": qr_png_data(url) if url else "",
        "verify_address": show.bare_address(url) if url else "",
        "digest": digest,
        "mark": mark_paths(10, 9.5, 44),
        "signed_by": signed_by["name"] if signed_by else "",
        "position": show.both(signed_by.get("position")) if signed_by else [],
        "signature": signature_of(record.get("signature")),
    }


def _decision(sections: list[Record]) -> tuple[Record | None, list[Record]]:
    """A first section of text alone, without a heading, says what the paper decides."""
    if sections and not any(sections[0].get(key) for key in ("heading", "items", "table")):
        return sections[0].get("text"), sections[1:]
    return None, sections


def _section(section: Record) -> dict[str, Any] | None:
    """Nothing for a section without content: no heading stands over an empty place."""
    table = section.get("table")
    shown = {
        "paragraphs": _paragraphs(section.get("text")),
        "items": [_both(item) for item in section.get("items") or []],
        "grid": table_sheet(table["columns"], table["rows"], _cell)
        if table and table["rows"]
        else None,
    }
    if not any(shown.values()):
        return None
    return shown | {"heading": show.both(section.get("heading"))}


def _paragraphs(text: dict[str, str] | None) -> list[Said]:
    """Both languages side by side, paragraph against paragraph where they have as many."""
    if not text:
        return []
    kk, ru = (_lines(text[language]) for language in ("kk", "ru"))
    if len(kk) != len(ru):
        kk, ru = ["\n".join(kk)], ["\n".join(ru)]
    pairs = ({"kk": left, "ru": right} for left, right in zip(kk, ru, strict=True))
    return [said for pair in pairs if (said := _both(pair))]


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _both(text: dict[str, str]) -> Said:
    return [(language, unbreaking(said)) for language, said in show.both(text)]


def _cell(value: Any) -> Said:
    if isinstance(value, str):
        return [("", unbreaking(value))] if value else []
    return _both(value)


def _in_pairs(figures: list[dict[str, str]]) -> list[list[dict[str, str]]]:
    return [figures[index : index + 2] for index in range(0, len(figures), 2)]


def _running(title: str) -> str:
    return title if len(title) <= RUNNING_TITLE_MAX else title[:RUNNING_TITLE_MAX].rstrip() + "…"


def _day_or_moment(value: str) -> str:
    return show.moment(value) if "T" in value else show.day(value)


def _printable(value: Any) -> Any:
    """The record as it can be printed: a question mark for a letter that no document can show,
    and nothing that would turn the order of the letters round."""
    if isinstance(value, str):
        seen = _UNSEEN.sub("", value)
        strange = unprintable(seen)
        return seen.translate({ord(letter): "?" for letter in strange}) if strange else seen
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(item) for item in value]
    return value
