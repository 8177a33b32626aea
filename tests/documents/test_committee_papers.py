"""Papers of the Committee and reports of its figures on paper."""

import io
from itertools import pairwise
from typing import Any

import pypdf
import pytest

from documents.canonical import canonical_bytes, sha256_hex
from documents.fonts import KAZAKH_LETTERS
from documents.pdfa import faults
from documents.rendering import lay_out, render_pdf
from documents.sheet_tables import bar_shares, table_sheet, unbreaking

from .committee import (
    COMMITTEE,
    minimal_paper,
    minimal_report,
    paper,
    report,
    table,
    three,
    words,
)
from .reading import pages_of, squeezed, text_of
from .records import KAZAKH_NAME
from .test_rendering import LONG_NAME, UNBREAKABLE, edges, text_boxes

RECORDS = {
    "paper": ("paper", paper()),
    "minimal paper": ("paper", minimal_paper()),
    "report": ("report", report()),
    "minimal report": ("report", minimal_report()),
}
# Every heading that stands only over something.
HEADINGS = (
    "Кімге", "Мерзімдер", "Сроки", "Құқықтық", "Правовое", "Шағымдану", "Право на обжалование",
    "Уполномоченное лицо", "электронная подпись",
)  # fmt: skip


def text(kind: str, record: dict[str, Any]) -> str:
    return squeezed(" ".join(pages_of(render_pdf(kind, record))))


@pytest.mark.parametrize("case", RECORDS)
def test_it_is_archival_carries_its_record_and_comes_out_the_same(case):
    kind, record = RECORDS[case]
    pdf = render_pdf(kind, record)
    assert faults(pdf) == []
    assert pdf == render_pdf(kind, dict(reversed(record.items())))
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert reader.attachments == {f"{kind}.json": [canonical_bytes(record)]}
    assert reader.metadata.creation_date.isoformat() == "2026-11-22T09:00:00+00:00"
    assert sha256_hex(canonical_bytes(record)) in squeezed("".join(pages_of(pdf)))


def test_a_paper_says_in_both_languages_who_decides_what_why_and_until_when():
    said = text("paper", paper())
    for expected in (
        "Үлгі министрлігінің Техникалық", "Комитет технического регулирования", "RC-2026-00031",
        "ұсынымхат", "Рекомендация об устранении", "ТОО «Пример-Фильтр»", "DC-2026-00012",
        "Комитет 3 бұзушылықты", "Комитет выявил 3 нарушения", "барлығы 1 240 сертификат",
        "всего 1 240 сертификатов", "9f2c" * 16, "Не анықталды / Что выявлено",
        "KZ 6 120 00003", "Қайта есептелген үлес", "1. Материалдардың", "2. Қате жолдары",
        "Исправить акт", "Ответить до 04.12.2026", "Құқықтық негіз / Правовое основание",
        "144-2-бап", "статья 144-2", "қарсылық білдіруге", "подать возражение",
        "Үлгібекова Айгүл", "Комитет төрағасы / Председатель Комитета",
        "c0dec0de…c0dec0de, 22.11.2026 13:59:30", "ctkz.example/v/7K2M9QX4RT",
    ):  # fmt: skip
        assert squeezed(expected) in said


def test_what_a_paper_does_not_have_leaves_no_heading_behind():
    said = text("paper", minimal_paper())
    assert [heading for heading in HEADINGS if squeezed(heading) in said] == []
    assert squeezed("заверен печатью портала") in said
    heading = words("Бос бөлім", "Пустой раздел")
    empty: dict[str, Any] = {"heading": heading, "text": None, "items": [], "table": table(0)}
    nothing = dict.fromkeys(("to", "rights", "signed_by", "signature", "verify_url"))
    nothing |= {"about": [], "legal": [], "terms": []}
    assert text("paper", paper(**nothing, sections=[empty])).count(squeezed("Пустойраздел")) == 0


def test_a_report_has_a_part_for_each_language_and_all_its_figures():
    pages = [squeezed(page) for page in pages_of(render_pdf("report", report()))]
    assert len(pages) == 3
    for page, expected in zip(
        pages,
        (
            ("0,24 %-ы бойынша", "18 000", "Бұзушылық үлесі", "6 700", "4-үлгі палатасы",
             "Көрсеткіштер портал", "жазба саны: 412 345", "22.11.2026"),
            ("Данные по состоянию на: 22.11.2026", "18 000", "Доля нарушений", "По годам",
             "Примерная палата 4", "Показатели считаются", "записей: 412 345"),
            ("Data as of: 22.11.2026", "18,000", "Share violated", "By year", "certificates",
             "Chamber 4", "The figures are computed", "Xajj7h2fB2MPA3j2jxq2I=", "sealed by it"),
        ),
        strict=True,
    ):  # fmt: skip
        assert [word for word in expected if squeezed(word) not in page] == []
    assert squeezed("Data as of") not in pages[0] + pages[1]


def test_what_a_report_does_not_have_leaves_no_heading_behind():
    hollow = minimal_report(
        charts=[{"title": three("а", "б", "c"), "unit": None, "bars": []}],
        tables=[{"title": three("а", "б", "c"), "columns": [three("а", "б", "c")], "rows": []}],
        figures=[], lead=None, method=None, log=None,
    )  # fmt: skip
    for record in (minimal_report(), hollow):
        said = text("report", record)
        for heading in ("Key figures", "Диаграммы", "Кестелер", "Как считаются", "State of the"):
            assert squeezed(heading) not in said


def test_kazakh_letters_can_be_read_back(tmp_path):
    record = paper(sections=[{"heading": None, "text": words(KAZAKH_LETTERS, "ёЁъЪ")}])
    said = text_of(render_pdf("paper", record), tmp_path)
    assert KAZAKH_LETTERS in said
    assert "ёЁъЪ" in said


@pytest.mark.parametrize(
    ("kind", "record", "head", "rows", "parts"),
    [
        ("paper", paper(200), "Тауар / Товар", [f"PF-{n:04d}A" for n in range(1, 201)], 1),
        ("report", report(200), "Chamber", [f"Chamber {n} " for n in range(1, 201)], 3),
    ],
)
def test_a_long_table_repeats_its_head_on_every_page_and_loses_no_row(
    kind, record, head, rows, parts
):
    pages = [squeezed(page) for page in pages_of(render_pdf(kind, record))]
    with_rows = [page for page in pages if any(squeezed(row) in page for row in rows)]
    assert len(with_rows) > 2
    if kind == "paper":
        assert all(squeezed(head) in page for page in with_rows)
    else:
        assert all(page.count("Issued") for page in with_rows)
    everything = "".join(pages)
    assert [row for row in rows if squeezed(row) not in everything] == []


LONG = {"name": words(LONG_NAME, UNBREAKABLE), "address": words(UNBREAKABLE, LONG_NAME)}
WIDE = {
    "columns": [words(f"{n}-үлгі бағаны", UNBREAKABLE[:60]) for n in range(9)],
    "rows": [[words(LONG_NAME, UNBREAKABLE), "f" * 64, *["DC-2026-00012"] * 7]] * 12,
}
OVERLONG = {
    "paper": paper(
        title=words(LONG_NAME, UNBREAKABLE),
        to=LONG,
        about=[{"label": words(UNBREAKABLE, LONG_NAME), "value": UNBREAKABLE * 9}],
        sections=[
            {"heading": None, "text": words(LONG_NAME * 12, UNBREAKABLE * 8)},
            {"heading": words(LONG_NAME, UNBREAKABLE), "text": words(LONG_NAME * 20, UNBREAKABLE),
             "items": [words(UNBREAKABLE * 9, LONG_NAME * 9)] * 3, "table": WIDE},
        ],
        legal=[words(UNBREAKABLE, LONG_NAME)] * 2,
        terms=[{"label": words(UNBREAKABLE, LONG_NAME), "on": "2026-12-04T18:00:00+05:00"}],
        signed_by={"name": "Үлгібекова " * 15, "position": words(LONG_NAME, UNBREAKABLE)},
        **{"from": COMMITTEE | LONG},
    ),
    "report": report(
        title=three(LONG_NAME, UNBREAKABLE, UNBREAKABLE),
        lead=three(LONG_NAME * 9, UNBREAKABLE * 4, UNBREAKABLE),
        figures=[{"value": UNBREAKABLE[:60], "label": three(UNBREAKABLE, LONG_NAME, LONG_NAME),
                  "definition": three(UNBREAKABLE, LONG_NAME, LONG_NAME)}] * 3,
        charts=[{"title": three(UNBREAKABLE, LONG_NAME, LONG_NAME), "unit": UNBREAKABLE,
                 "bars": [{"label": UNBREAKABLE, "value": str(n), "shown": "9" * 40}
                          for n in range(90)]}],
        method=three(UNBREAKABLE * 3, LONG_NAME, LONG_NAME),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", OVERLONG)
def test_no_text_leaves_the_page_however_long(kind):
    pages = lay_out(kind, OVERLONG[kind]).pages
    said = []
    for page in pages:
        for box in text_boxes(page._page_box):
            left, top, right, bottom = edges(box)
            assert left > 60, box.text
            assert top > 20, box.text
            assert right < page.width - 60, box.text
            assert bottom < page.height - 20, box.text
            said.append(box.text)
    assert UNBREAKABLE in squeezed("".join(said))


@pytest.mark.parametrize("columns", [1, 3, 6, 9, 14])
def test_columns_fill_the_sheet_and_never_lie_over_each_other(columns):
    record = paper(
        sections=[
            {
                "heading": words("Кесте", "Таблица"),
                "table": {
                    "columns": [words("Көрсеткіш", "Показатель")] * columns,
                    "rows": [["DC-2026-00012", *["1 049,1"] * (columns - 1)]] * 2,
                },
            }
        ]
    )
    shown = table_sheet(["x"] * columns, [["1 049,1"] * columns] * 2, lambda value: [("", value)])
    assert abs(sum(float(column["width"]) for column in shown["columns"]) - 174) < 1
    for page in lay_out("paper", record).pages:
        boxes = [box for box in text_boxes(page._page_box) if "1" in box.text and "," in box.text]
        rows: dict[float, list[tuple[float, float]]] = {}
        for box in boxes:
            left, top, right, _ = edges(box)
            rows.setdefault(round(top), []).append((left, right))
        for places in rows.values():
            places.sort()
            assert all(a[1] <= b[0] for a, b in pairwise(places))


def test_a_crowded_table_breaks_no_number():
    row = [words(KAZAKH_NAME, LONG_NAME), "KZ 6 120 00318", "DC-2026-00012", "401 000 000 ₸"]
    crowded = {"columns": [words("Баған", "Колонка")] * 8, "rows": [row * 2] * 3}
    record = paper(sections=[{"heading": words("Кесте", "Таблица"), "table": crowded}])
    boxes = [box.text for page in lay_out("paper", record).pages
             for box in text_boxes(page._page_box)]  # fmt: skip
    for whole in ("KZ\u00a06\u00a0120\u00a000318", "401\u202f000\u202f000\u00a0₸"):
        assert boxes.count(whole) == 6


def test_figures_stand_right_and_codes_and_dates_left():
    rows = [["1", "1 049,1", "22.11.2026", "990140000017", "68,2 %", "—"]]
    shown = table_sheet(["№", "a", "b", "c", "d", "e"], rows, lambda value: [("", value)])
    assert [column["class"] for column in shown["columns"]] == ["n", "r", "", "", "r", "r"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 240 сертификатов", "1\u202f240 сертификатов"),
        ("№ KZ 6 120 00318 от", "№ KZ\u00a06\u00a0120\u00a000318 от"),
        ("92 % проб, 401 000 000 ₸", "92\u00a0% проб, 401\u202f000\u202f000\u00a0₸"),
        ("в 2026 году 17 дел", "в 2026 году 17 дел"),
    ],
)
def test_figures_and_numbers_of_certificates_stay_on_one_line(text, expected):
    assert unbreaking(text).replace("\u202f", " ").replace("\u00a0", " ") == text
    assert unbreaking(text) == expected


@pytest.mark.parametrize(
    ("values", "shares"),
    [
        (["50", "100", "25"], ["50.0", "100.0", "25.0"]),
        (["0", "-3"], ["0", "0"]),
        (["1", "1000000", "0"], ["0.5", "100.0", "0"]),
        ([], []),
    ],
)
def test_bars_are_as_long_as_their_share_of_the_longest(values, shares):
    assert bar_shares(values) == shares


def test_what_people_typed_is_text_and_never_markup():
    typed = '<b onclick="x">&lt;</b> {{ number }} {% now %} <img src="file:///etc/passwd">'
    said = text("paper", paper(about=[{"label": words(typed, typed), "value": typed}]))
    assert said.count(squeezed(typed)) == 2
    assert squeezed(typed) in text("report", report(lead=three(typed, typed, typed)))


def test_letters_that_cannot_be_shown_are_told_and_none_turns_the_line_round():
    typed = "KZ 中\x00 \u202e6"
    record = minimal_paper(sections=[{"heading": None, "text": words(typed, typed + " ")}])
    assert "KZ??6" in text("paper", record)
    pdf = render_pdf("paper", record)
    assert pypdf.PdfReader(io.BytesIO(pdf)).attachments["paper.json"] == [canonical_bytes(record)]


def without(record: dict[str, Any], path: str) -> dict[str, Any]:
    """A copy of the record without the value at `a.0.b`."""
    *way, last = path.split(".")
    copy = holder = {**record}
    for step in way:
        key: Any = int(step) if step.isdigit() else step
        holder[key] = holder[key].copy()
        holder = holder[key]
    del holder[last]
    return copy


@pytest.mark.parametrize(
    ("path", "told"),
    [
        *((key, key) for key in ("schema", "paper", "number", "dated_at", "title", "from")),
        ("title.kk", "title.kk"),
        ("from.name", "from.name"),
        ("to.name.ru", "to.name.ru"),
        ("about.0.label", "about[0].label"),
        ("about.2.value", "about[2].value"),
        ("sections.1.text.ru", "sections[1].text.ru"),
        ("sections.1.table.rows", "sections[1].table.rows"),
        ("sections.2.items.1.kk", "sections[2].items[1].kk"),
        ("legal.0.kk", "legal[0].kk"),
        ("terms.1.on", "terms[1].on"),
        ("rights.kk", "rights.kk"),
        ("signed_by.name", "signed_by.name"),
        ("signature.at", "signature.at"),
    ],
)
def test_a_paper_that_lacks_something_is_refused_by_its_name(path, told):
    with pytest.raises(ValueError, match="is missing") as refusal:
        render_pdf("paper", without(paper(), path))
    assert str(refusal.value) == f"{told} is missing"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        *((key, key) for key in ("schema", "number", "dated_at", "as_of", "title")),
        ("title.en", "title.en"),
        ("lead.en", "lead.en"),
        ("figures.1.value", "figures[1].value"),
        ("figures.0.definition.en", "figures[0].definition.en"),
        ("charts.0.bars.3.label.en", "charts[0].bars[3].label.en"),
        ("charts.0.bars.1.shown", "charts[0].bars[1].shown"),
        ("tables.0.columns.2.en", "tables[0].columns[2].en"),
        ("log.root", "log.root"),
    ],
)
def test_a_report_that_lacks_something_is_refused_by_its_name(path, told):
    with pytest.raises(ValueError, match="is missing") as refusal:
        render_pdf("report", without(report(), path))
    assert str(refusal.value) == f"{told} is missing"


@pytest.mark.parametrize(
    ("kind", "record", "told"),
    [
        ("paper", paper(dated_at="2026-11-22"), "time zone"),
        ("paper", paper(dated_at="yesterday"), "no day or moment"),
        ("paper", paper(schema="ctkz.paper/2"), "ctkz.paper/1 is expected"),
        ("paper", paper(terms=[{"label": words("а", "б"), "on": "31.12.2026"}]), r"terms\[0\].on"),
        ("paper", paper(about="text"), "a list is needed"),
        ("paper", paper(legal=["one"]), "named parts are needed"),
        ("paper", paper(title=words("а", 7)), "title.ru: text is needed"),
        (
            "paper",
            paper(sections=[{"table": {"columns": [words("а", "б")], "rows": [["1", "2"]]}}]),
            r"sections\[0\].table.rows\[0\]: 1 cells",
        ),
        (
            "report",
            report(charts=[{"title": three("а", "б", "c"),
                            "bars": [{"label": "a", "value": "many", "shown": "many"}]}]),
            "is no decimal",
        ),
    ],
)  # fmt: skip
def test_a_record_of_the_wrong_shape_is_refused_in_words(kind, record, told):
    with pytest.raises(ValueError, match=told):
        render_pdf(kind, record)


def test_a_specimen_and_a_preview_are_marked():
    assert squeezed("ҮЛГІ / ОБРАЗЕЦ") in text("paper", paper(specimen=True))
    preview = render_pdf("report", report(), preview=True)
    assert squeezed("ПРЕДПРОСМОТР") in squeezed("".join(pages_of(preview)))
