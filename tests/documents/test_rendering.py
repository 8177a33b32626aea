import csv
import io
import json
import os
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pypdf
import pytest
from django.conf import settings
from django.utils import translation
from weasyprint.formatting_structure.boxes import Box, ParentBox, TextBox

from documents.canonical import canonical_bytes, sha256_hex
from documents.fonts import KAZAKH_LETTERS
from documents.frame import BAND, OUTER
from documents.rendering import NothingFetcher, lay_out, render_pdf

from .reading import pages_of, squeezed, text_of
from .records import (
    KAZAKH_NAME,
    PARTY,
    act,
    act_line,
    certificate,
    duplicate,
    evaluated_act,
    evaluated_line,
    letter,
    order,
    receipt,
)

REAL_REGISTER = Path(settings.BASE_DIR).parent / "shared" / "data" / "register-ct-kz-2025.csv"
LONG_NAME = ("Сүзгіш элемент ӘҒҚҢӨҰҮҺІ «ауа» " * 13)[:400]
UNBREAKABLE = "Ж" * 400
# Lengths of the layout are CSS pixels.
FRAME = (OUTER + BAND + 4.5) * 96 / 72
SLACK = 0.2
WATERMARK = re.compile("ҮЛГІ|ОБРАЗЕЦ|ПРЕДПРОСМОТР")

RECORDS = {
    "1 line": certificate(1),
    "5 lines": certificate(5),
    "6 lines": certificate(6),
    "7 lines": certificate(7),
    "100 lines": certificate(100),
    "long names": certificate([LONG_NAME] * 20),
    "words without end": certificate([UNBREAKABLE] * 7),
    "long parties": certificate(
        3,
        producer=PARTY | {"name": {"kk": LONG_NAME, "ru": LONG_NAME}},
        recipient=PARTY | {"address": {"kk": UNBREAKABLE, "ru": LONG_NAME}},
        applicant=PARTY | {"name": {"kk": LONG_NAME[:200], "ru": UNBREAKABLE[:200]}},
        certified_by={"name": "Үлгібекова " * 15},
        service_notes=[{"kk": LONG_NAME, "ru": LONG_NAME}],
    ),
}


def text_boxes(box: Box) -> list[TextBox]:
    found = []
    for child in box.all_children() if isinstance(box, ParentBox) else []:
        if isinstance(child, TextBox):
            if child.text.strip() and not WATERMARK.search(child.text):
                found.append(child)
        else:
            found += text_boxes(child)
    return found


def edges(box: TextBox) -> tuple[float, float, float, float]:
    return box.position_x, box.position_y, box.position_x + box.width, box.position_y + box.height


@pytest.mark.parametrize("case", RECORDS)
def test_no_text_of_a_certificate_touches_the_frame(case):
    for page in lay_out("certificate", RECORDS[case]).pages:
        for box in text_boxes(page._page_box):
            left, top, right, bottom = edges(box)
            assert left > FRAME + 8, box.text
            assert top > FRAME + 2, box.text
            assert right < page.width - FRAME - 8, box.text
            assert bottom < page.height - FRAME - 2, box.text


@pytest.mark.parametrize("case", RECORDS)
def test_no_text_of_a_certificate_overlaps_another(case):
    for page in lay_out("certificate", RECORDS[case]).pages:
        boxes = sorted((edges(box), box.text) for box in text_boxes(page._page_box))
        for (one, said), (other, also_said) in combinations(boxes, 2):
            # A text box is taller than its letters: a part of its height may meet another's.
            apart = (
                one[2] <= other[0] + 0.5
                or other[2] <= one[0] + 0.5
                or one[3] <= other[1] + (one[3] - one[1]) * SLACK
                or other[3] <= one[1] + (one[3] - one[1]) * SLACK
            )
            assert apart, (said, also_said)


@pytest.mark.parametrize(
    ("names", "pages"),
    [(1, 1), (5, 1), (6, 2), (7, 2), (100, 8)],
)
def test_every_sheet_has_the_number_and_says_which_of_how_many_it_is(names, pages):
    three_rows = "Двигательдің ауа сүзгісі / Фильтр воздушный двигателя внутреннего сгорания"
    record = certificate(
        [f"{three_rows} PF-{n:04d}A, СТ 990140000017" for n in range(1, names + 1)]
    )
    sheets = pages_of(render_pdf("certificate", record))
    assert len(sheets) == pages
    for position, text in enumerate(sheets, 1):
        assert "KZ6120" in squeezed(text)
        assert f"{position} / {len(sheets)}" in text
        assert ("Дополнительный лист" in text) == (position > 1)
    assert ["11. Куәлік" in text for text in sheets] == [True] + [False] * (len(sheets) - 1)
    assert f"Всего строк: {names}" in sheets[-1]


def test_the_first_sheet_says_which_lines_follow():
    first, *others = pages_of(render_pdf("certificate", certificate(100)))
    last_here = max(int(found) for found in re.findall(r"PF-(\d{4})A", first))
    assert f"строки {last_here + 1}–100" in first
    assert f"PF-{last_here + 1:04d}A" in others[0]


def test_every_name_and_kazakh_letter_can_be_read_back(tmp_path):
    names = [KAZAKH_NAME.format(number=number) for number in range(1, 101)]
    text = squeezed(text_of(render_pdf("certificate", certificate(names)), tmp_path))
    assert [name for name in names if squeezed(name) not in text] == []
    assert [letter for letter in KAZAKH_LETTERS if letter not in text] == []


@pytest.mark.parametrize("name", [LONG_NAME, UNBREAKABLE])
def test_long_names_are_whole(tmp_path, name):
    text = squeezed(text_of(render_pdf("certificate", certificate([name] * 3)), tmp_path))
    assert text.count(squeezed(name)) == 3


def test_the_real_register_of_100_lines_comes_out_whole(tmp_path):
    if not REAL_REGISTER.exists():
        pytest.skip("the public register's file is not beside the project")
    with REAL_REGISTER.open(encoding="utf-8-sig") as file:
        names = [row["Наименование товара"] for row in csv.DictReader(file)]
    assert len(names) == 100
    text = squeezed(text_of(render_pdf("certificate", certificate(names)), tmp_path))
    assert [name for name in names if squeezed(name) not in text] == []


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        ("certificate", certificate(6)),
        ("duplicate", duplicate(2)),
        ("act", act()),
        ("letter", letter()),
        ("order", order()),
        ("receipt", receipt()),
    ],
)
def test_another_process_language_and_time_zone_make_the_same_bytes(kind, record):
    script = (
        "import django, json, sys; django.setup();"
        "from django.utils import translation; translation.activate('ru');"
        "from documents.rendering import render_pdf; from documents.canonical import sha256_hex;"
        "print(sha256_hex(render_pdf(sys.argv[1], json.load(sys.stdin))))"
    )
    environment = os.environ | {
        "TZ": "America/Lima",
        "PYTHONHASHSEED": "7",
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
    }
    other = subprocess.run(
        [sys.executable, "-c", script, kind],
        input=json.dumps(record),
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    with translation.override("kk"):
        here = sha256_hex(render_pdf(kind, record))
    assert other.stdout.strip() == here


@pytest.mark.parametrize(
    ("kind", "record", "name"),
    [("certificate", certificate(2), "ct-kz.json"), ("act", act(), "act.json")],
)
def test_the_pdf_is_archival_tagged_and_carries_its_record(kind, record, name):
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(kind, record)))
    assert reader.attachments[name] == [canonical_bytes(record)]
    catalog = reader.trailer["/Root"]
    assert catalog["/AF"][0].get_object()["/AFRelationship"] == "/Data"
    assert catalog["/Lang"] == "kk"
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/OutputIntents" in catalog
    xmp = catalog["/Metadata"].get_data().decode()
    assert 'part="3"' in xmp
    assert 'conformance="A"' in xmp
    assert record["number"] in reader.metadata.title.replace("\u00a0", " ")
    assert reader.metadata.creation_date is not None


def test_all_fonts_are_embedded_and_map_to_letters():
    reader = pypdf.PdfReader(io.BytesIO(render_pdf("certificate", certificate(2))))
    fonts = {
        reference.get_object()["/BaseFont"]: reference.get_object()
        for page in reader.pages
        for reference in page["/Resources"]["/Font"].values()
    }
    assert fonts
    for name, font in fonts.items():
        assert "CT-KZ-Sans" in name
        assert "/ToUnicode" in font
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


HOSTILE = [
    '<img src="file:///etc/passwd">',
    '<img src="http://127.0.0.1:1/x.png">',
    '<style>@import url("file:///etc/hostname");</style>',
    '<link rel="attachment" href="file:///etc/passwd">',
    "{% load static %}{{ number }}",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_markup_in_a_name_is_printed_as_it_was_typed(tmp_path, name):
    pdf = render_pdf("certificate", certificate([name]))
    assert squeezed(name) in squeezed(text_of(pdf, tmp_path))
    assert list(pypdf.PdfReader(io.BytesIO(pdf)).attachments) == ["ct-kz.json", "ct-kz.xml"]


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/x.png",
        "https://example.com/font.ttf",
        "ftp://127.0.0.1/x",
        "data:text/html,<p>",
        "data:image/svg+xml;base64,PHN2Zy8+",
    ],
)
def test_the_renderer_fetches_nothing_else(address):
    with pytest.raises(ValueError, match="nothing"):
        NothingFetcher().fetch(address)


@pytest.mark.parametrize(
    ("record", "preview", "mark"),
    [
        (certificate(7), False, None),
        (certificate(7, specimen=True), False, "ҮЛГІ"),
        (certificate(7), True, "ПРЕДПРОСМОТР"),
        (act(), True, "ПРЕДПРОСМОТР"),
    ],
)
def test_previews_and_specimens_are_marked_on_every_sheet(record, preview, mark):
    kind = "act" if record["schema"].startswith("ctkz.act") else "certificate"
    for page in pages_of(render_pdf(kind, record, preview=preview)):
        text = squeezed(page)
        assert bool(WATERMARK.search(text)) == bool(mark)
        assert not mark or mark in text


def test_values_are_printed_as_people_read_them():
    text = " ".join(pages_of(render_pdf("certificate", certificate(1)))).replace("\u00a0", " ")
    for value in ("8421 99 000 6", "28.29.82", "68,2", "22.11.2026", "22.11.2027", "Д8421"):
        assert value in text
    assert "22.11.2026 14:01:07" in text
    assert "68.2" not in text


def test_an_act_shows_verdicts_reasons_and_the_worked_calculation(tmp_path):
    record = act()
    text = squeezed(text_of(render_pdf("act", record), tmp_path)).replace("\u202f", "")
    assert squeezed("строк 1 из 2") in text
    assert squeezed("Обработки мало") in text
    assert "100−3971,25/12500,00×100=68,23" in text
    assert squeezed("Бумага фильтровальная 1-2") in text
    assert "3971,25" in text
    assert sha256_hex(canonical_bytes(record)) in text


@pytest.fixture(scope="module")
def evaluated_text() -> str:
    """The text of an act of the second schema, without spaces."""
    lines = [evaluated_line(number, originating=number != 3) for number in range(1, 21)]
    return squeezed(" ".join(pages_of(render_pdf("act", evaluated_act(lines))))).replace(
        "\u202f", ""
    )


@pytest.mark.parametrize(
    "words",
    [
        # body
        "строк 19 из 20", "simple: Өңдеу жеткіліксіз / Обработки мало", "по жребию",
        "CIS-2023, 08.06.2023", "ТН ВЭД: 84", "№ З-2026-00981, 02.11.2026",
        # goods and what proves the findings
        "Приложение 1. Товары", "№ 1, 2–4 (маршрутная карта)", "1–20 Смена товарной позиции",
        # calculation: formula, denominator, foreign sum, share; rate, date, source, proof
        "100 − 1985,00 / 12500,00 × 100 = 68,23", "иностранной считается часть сверх его доли",
        "2 USD × 478,123456 30.10.2026, Национальный банк", "956,25", "2, 1",
        "таможенная декларация ДТ 55302/000001",
        # conditions in words, why chosen, the reading, figures against the limit
        "Строки 1–20 · тізбе жолы / строка перечня 8421", "иностранные материалы не дороже 50 %",
        "Подходит вся позиция", "без упаковки (Упаковка возвратная)", "Правило выполнено",
        "1, 3, 5, 7, 9, 11, 13, 15, 17, 19: Шетелдік материалдардың үлесі: 32,77 % ≤ 50 %",
        # documents, process, visit, laboratory
        "Приложение 3. Документы", "Реестр документов на сырьё",
        "сүзгі материалын гофрлеу / гофрирование и склейка барлығы / все Гофрирование пакета",
        "Линия ЛГ-2", "Помещения имеются иә / да Цех 1200 м²", "не применимо", "Примеров Е. Ү.",
        "ТОО «Пример-Лаб» № П-77", "Состав бумаги: целлюлоза 100 %.",
    ],
)  # fmt: skip
def test_an_evaluated_act_prints_how_it_came_about(evaluated_text, words):
    assert squeezed(words) in evaluated_text


def test_lines_with_one_bill_of_materials_print_it_once(evaluated_text):
    assert evaluated_text.count("55302/000001") == 1
    assert squeezed("Жолдар / Строки 1–20") in evaluated_text


def test_every_page_of_an_act_says_which_of_how_many_it_is():
    pages = pages_of(render_pdf("act", evaluated_act()))
    assert len(pages) > 4
    for number, text in enumerate(pages, 1):
        assert f"{number} / {len(pages)}" in text


def test_headings_of_a_long_table_come_again_on_every_page():
    record = evaluated_act([evaluated_line(1, materials=120)])
    heading = squeezed("Поставщик, документ")
    pages = [squeezed(text) for text in pages_of(render_pdf("act", record))]
    with_rows = [text for text in pages if "55302/" in text]
    assert len(with_rows) > 2
    assert all(heading in text for text in with_rows)


def test_a_hundred_bills_that_differ_in_values_name_each_material_once():
    lines = [evaluated_line(number, materials=30, spread=number) for number in range(1, 101)]
    pages = pages_of(render_pdf("act", evaluated_act(lines)))
    text = squeezed(" ".join(pages)).replace("\u202f", "")
    assert text.count("55302/000007") == 1
    # Line 42, material 7, and what its line comes to.
    assert "М7:2027,25" in text
    assert squeezed("М8: 2 USD = 956,25") in text
    assert len(pages) < 40


def test_bills_of_few_lines_are_printed_in_full_each():
    lines = [evaluated_line(number, spread=number) for number in (1, 2)]
    text = squeezed(" ".join(pages_of(render_pdf("act", evaluated_act(lines)))))
    assert text.count("55302/000001") == 2
    assert "М1:" not in text


def test_an_act_that_corrects_another_names_it_and_one_without_a_visit_says_so():
    record = evaluated_act(corrects={"number": "A-2026-00400", "sha256": "ee" * 32})
    record["examination"] = record["examination"] | {"site_visit": False, "visited_on": None}
    text = squeezed(" ".join(pages_of(render_pdf("act", record))))
    assert squeezed("Исправляет акт № A-2026-00400") in text
    assert squeezed("Выезда на производство не было") in text
    assert squeezed("Помещения имеются") not in text


def test_a_line_that_no_share_could_be_calculated_for_is_printed_all_the_same():
    line = evaluated_line(1, originating=False)
    line |= {"evaluation": None, "condition": None, "local_content_percent": None}
    text = squeezed(" ".join(pages_of(render_pdf("act", evaluated_act([line], positive=False)))))
    assert squeezed("Бумага фильтровальная 1") in text
    assert squeezed("2.1. Жергілікті қамту") not in text


def test_a_negative_act_says_so():
    record = act([act_line(1, originating=False)], positive=False)
    assert "не подтверждено" in " ".join(pages_of(render_pdf("act", record)))


def test_no_text_of_a_long_act_leaves_the_page():
    lines = [act_line(number, materials=3) for number in range(1, 15)]
    lines[3]["materials"][0]["name"] = UNBREAKABLE
    lines[4]["justification"] = UNBREAKABLE * 4
    record = act(lines)
    record["examination"] = record["examination"] | {"process": (LONG_NAME + "\n") * 30}
    pages = lay_out("act", record).pages
    assert len(pages) > 4
    for page in pages:
        for box in text_boxes(page._page_box):
            left, top, right, bottom = edges(box)
            assert left > 60, box.text
            assert top > 20, box.text
            assert right < page.width - 60, box.text
            assert bottom < page.height - 20, box.text
