"""The shapes of the Committee's records: a wrong one is refused before a page is made of it.

`ctkz.paper/1` is told in Kazakh and Russian, `ctkz.report/1` in English too. Parts that a record
does not have may be absent, null or empty; what it has must be whole, since a sealed document
with a hole in it cannot be mended. Keys beside these are kept in the record and not printed.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

Record = dict[str, Any]

PAPER, REPORT = "ctkz.paper/1", "ctkz.report/1"
OFFICIAL = ("kk", "ru")
ALL = ("kk", "ru", "en")


def dated_at(record: Record) -> str:
    """The moment the document states as its own; a day without a clock has no one place in time."""
    moment = _text(record, "dated_at", "")
    if _moment(moment, "dated_at").tzinfo is None:
        raise ValueError("dated_at: a moment with its time zone is needed")
    return moment


def check_paper(record: Record) -> None:
    _schema(record, PAPER)
    for key in ("paper", "number"):
        _text(record, key, "")
    dated_at(record)
    _words(_need(record, "title", ""), "title", OFFICIAL)
    _party(_need(record, "from", ""), "from")
    if record.get("to"):
        _party(record["to"], "to")
    for where, fact in _each(record, "about"):
        _words(_need(fact, "label", where), f"{where}.label", OFFICIAL)
        _cell(_need(fact, "value", where), f"{where}.value", OFFICIAL)
    for where, section in _each(record, "sections"):
        _section(section, where)
    for where, reference in _each(record, "legal"):
        _words(reference, where, OFFICIAL)
    for where, term in _each(record, "terms"):
        _words(_need(term, "label", where), f"{where}.label", OFFICIAL)
        _moment(_text(term, "on", where), f"{where}.on")
    _closing(record)


def check_report(record: Record) -> None:
    _schema(record, REPORT)
    _text(record, "number", "")
    dated_at(record)
    _moment(_text(record, "as_of", ""), "as_of")
    _words(_need(record, "title", ""), "title", ALL)
    if record.get("from"):
        _party(record["from"], "from")
    for key in ("lead", "method"):
        if record.get(key):
            _words(record[key], key, ALL)
    for where, figure in _each(record, "figures"):
        _cell(_need(figure, "value", where), f"{where}.value", ALL)
        _words(_need(figure, "label", where), f"{where}.label", ALL)
        if figure.get("definition"):
            _words(figure["definition"], f"{where}.definition", ALL)
    for where, chart in _each(record, "charts"):
        _chart(chart, where)
    for where, table in _each(record, "tables"):
        if table.get("title"):
            _words(table["title"], f"{where}.title", ALL)
        _table(table, where, ALL)
    if record.get("log"):
        for key in ("size", "root", "at"):
            _need(record["log"], key, "log")
    _closing(record)


def _schema(record: Record, expected: str) -> None:
    if _text(record, "schema", "") != expected:
        raise ValueError(f"schema: {expected} is expected, not {record['schema']}")


def _section(section: Any, where: str) -> None:
    for key in ("heading", "text"):
        if _mapping(section, where).get(key):
            _words(section[key], f"{where}.{key}", OFFICIAL)
    for place, item in _each(section, "items", where):
        _words(item, place, OFFICIAL)
    if section.get("table"):
        _table(section["table"], f"{where}.table", OFFICIAL)


def _chart(chart: Any, where: str) -> None:
    _words(_need(chart, "title", where), f"{where}.title", ALL)
    if chart.get("unit"):
        _cell(chart["unit"], f"{where}.unit", ALL)
    for place, bar in _each(chart, "bars", where):
        _cell(_need(bar, "label", place), f"{place}.label", ALL)
        _text(bar, "shown", place)
        try:
            is_finite = Decimal(_text(bar, "value", place)).is_finite()
        except InvalidOperation:
            is_finite = False
        if not is_finite:
            raise ValueError(f"{place}.value: {bar['value']!r} is no decimal")


def _table(table: Any, where: str, languages: tuple[str, ...]) -> None:
    columns = _need(table, "columns", where)
    for place, column in _each(table, "columns", where):
        _words(column, place, languages)
    for index, row in enumerate(_need(table, "rows", where)):
        place = f"{where}.rows[{index}]"
        if not isinstance(row, list | tuple) or len(row) != len(columns):
            raise ValueError(f"{place}: {len(columns)} cells are needed")
        for number, cell in enumerate(row):
            _cell(cell, f"{place}[{number}]", languages)


def _closing(record: Record) -> None:
    signed_by, signature = record.get("signed_by"), record.get("signature")
    if record.get("rights"):
        _words(record["rights"], "rights", OFFICIAL)
    if signed_by:
        _text(signed_by, "name", "signed_by")
        if signed_by.get("position"):
            _words(signed_by["position"], "signed_by.position", OFFICIAL)
    if signature:
        _text(signature, "certificate_sha256", "signature")
        _moment(_text(signature, "at", "signature"), "signature.at")


def _party(party: Any, where: str) -> None:
    _words(_need(party, "name", where), f"{where}.name", OFFICIAL)
    if party.get("address"):
        _words(party["address"], f"{where}.address", OFFICIAL)


def _cell(value: Any, where: str, languages: tuple[str, ...]) -> None:
    """A value that is the same in every language, or words."""
    if not isinstance(value, str):
        _words(value, where, languages)


def _words(value: Any, where: str, languages: tuple[str, ...]) -> None:
    for language in languages:
        if not isinstance(_need(value, language, where), str):
            raise ValueError(f"{where}.{language}: text is needed")


def _text(holder: Any, key: str, where: str) -> str:
    value = _need(holder, key, where)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{_path(where, key)}: text is needed")
    return value


def _moment(value: str, where: str) -> datetime:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{where}: {value!r} is no day or moment") from None


def _each(holder: Any, key: str, where: str = "") -> list[tuple[str, Any]]:
    path = _path(where, key)
    values = _mapping(holder, where).get(key) or []
    if not isinstance(values, list | tuple):
        raise ValueError(f"{path}: a list is needed")
    return [(f"{path}[{index}]", value) for index, value in enumerate(values)]


def _need(holder: Any, key: str, where: str) -> Any:
    """The value under the key; raises ValueError that names the place where it is missing."""
    value = _mapping(holder, where).get(key)
    if value is None:
        raise ValueError(f"{_path(where, key)} is missing")
    return value


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{where or 'record'}: named parts are needed")
    return value


def _path(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
