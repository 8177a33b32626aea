"""Duplicates, letters, decisions and receipts on paper."""

import io
from typing import Any

import pypdf
import pytest

from documents.canonical import canonical_bytes, sha256_hex
from documents.pdfa import faults
from documents.rendering import lay_out, render_pdf

from .reading import pages_of, squeezed, text_of
from .records import (
    KAZAKH_NAME,
    PARTY,
    certificate,
    decided_certificate,
    duplicate,
    letter,
    order,
    receipt,
)
from .test_rendering import LONG_NAME, UNBREAKABLE, edges, text_boxes

PAPERS = {
    "letter": letter(),
    "order": order(),
    "receipt": receipt(),
    "duplicate": duplicate(7),
    "certificate": decided_certificate(7),
}
LONG_PARTY = {
    "name": {"kk": LONG_NAME, "ru": UNBREAKABLE},
    "bin": "990140000017",
    "address": {"kk": UNBREAKABLE, "ru": LONG_NAME},
}
LONG_SIGNER = {"name": "Үлгібекова " * 15, "position": {"kk": LONG_NAME[:200], "ru": "Глава " * 30}}
LONG = {
    "letter": letter(to=LONG_PARTY, note=LONG_NAME * 6 + UNBREAKABLE, signed_by=LONG_SIGNER),
    "order": order(
        "set_aside", to=LONG_PARTY, grounds=UNBREAKABLE * 3 + LONG_NAME, signed_by=LONG_SIGNER
    ),
    "receipt": receipt(
        asked={"way": "file", "text": UNBREAKABLE * 2, "on": None},
        checkpoint="ctkz.example/log\n" + "x" * 3000,
    ),
}


def text(kind: str, record: dict[str, Any]) -> str:
    return squeezed(" ".join(pages_of(render_pdf(kind, record))))


@pytest.mark.parametrize("kind", PAPERS)
def test_every_paper_is_archival_carries_its_record_and_comes_out_the_same(kind):
    record = PAPERS[kind]
    pdf = render_pdf(kind, record)
    assert faults(pdf) == []
    assert pdf == render_pdf(kind, dict(reversed(record.items())))
    attached = pypdf.PdfReader(io.BytesIO(pdf)).attachments
    assert canonical_bytes(record) in [content for (content,) in attached.values()]
    assert ("ct-kz.xml" in attached) == (kind in ("certificate", "duplicate"))


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (order("suspend"), ("тоқтатыла тұрады", "приостанавливается с 25.11.2026 10:00:00")),
        (order("lift"), ("қайта басталады", "возобновляется")),
        (order("revoke"), ("күші 25.11.2026 10:00:00 бастап жойылады", "аннулируется")),
        (order("set_aside"), ("алып тасталады", "Решение об аннулировании сертификата")),
        (order("replace"), ("ауыстырылады", "заменяется другим")),
        (
            order("revoke"),
            (
                "РШ-2026-00031", "KZ 6 120 00318", "22.11.2026", "Комитеттің тексеруі",
                "Проверка Комитета", "Камеральный контроль", "25.02.2027", "02.12.2026",
                "Бұл шешімге", "Это решение", "Үлгібекова Айгүл", "Төраға орынбасары",
                "Заместитель председателя", "c0dec0de…c0dec0de, 22.11.2026 13:59:30",
                "ctkz.example/v/7K2M9QX4RT", "«Пример-Фильтр» ЖШС", "ТОО «Пример-Фильтр»",
                "Ұлытау облысының Кәсіпкерлер палатасы", "Палата предпринимателей",
            ),
        ),
    ],
)  # fmt: skip
def test_a_decision_says_what_is_decided_why_and_what_can_be_done(record, words):
    said = text("order", record)
    assert [word for word in words if squeezed(word) not in said] == []
    assert sha256_hex(canonical_bytes(record)) in said


def test_a_refusal_names_application_act_reason_and_the_way_to_appeal():
    said = text("letter", letter())
    for words in (
        "C-2026-00077 өтініші бойынша", "По заявлению C-2026-00077", "отказано", "20.11.2026",
        "A-2026-00412, 18.11.2026", "Өтініш деректері актіге", "Данные заявления не соответствуют",
        "Количество по строке 3", "25.02.2027", "шағымдануға болады", "можно обжаловать",
    ):  # fmt: skip
        assert squeezed(words) in said


def test_what_a_letter_does_not_have_is_not_printed():
    record = letter(act=None, note="", appeal_until=None, signature=None, rights={})
    said = text("letter", record)
    for words in ("Акт экспертизы", "Пояснение", "Обжаловать", "электронная подпись", "Право на"):
        assert squeezed(words) not in said


def test_a_receipt_speaks_three_languages_and_quotes_the_log():
    said = text("receipt", receipt())
    for words in (
        "Тексеру туралы анықтама", "Справка о проверке", "Verification receipt", "R-2026-000123",
        "Сертификат 25.11.2026 күні жарамды.", "Сертификат действителен на 25.11.2026.",
        "The certificate is valid on 25.11.2026.", "by certificate number",
        "22.11.2026 – 22.11.2027", "иә / да / yes", "жоқ / нет / no", "Not in the log yet.",
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", "— ctkz.example/log Az3grlgt",
    ):  # fmt: skip
        assert squeezed(words) in said


def test_a_receipt_for_a_certificate_that_is_not_known_says_so_and_no_more():
    answer = receipt()["answer"] | {"certificate": None, "proofs": []}
    said = text("receipt", receipt(answer=answer, checkpoint=None, verify_url=None))
    for words in ("Тауар өндіруші", "What is proved", "Checkpoint"):
        assert squeezed(words) not in said


def test_what_cannot_be_told_yet_is_neither_proved_nor_disproved():
    proof = receipt()["answer"]["proofs"][1] | {"ok": None}
    said = text("receipt", receipt(answer=receipt()["answer"] | {"proofs": [proof]}))
    assert squeezed("— Журналда әлі жоқ.") in said
    assert squeezed("жоқ / нет / no") not in said


def test_letters_that_no_document_can_show_are_told_as_a_question_mark():
    said = text("receipt", receipt(asked={"way": "number", "text": "KZ 中 6", "on": "2026-11-25"}))
    assert "KZ?6" in said


def test_a_duplicate_is_marked_on_every_sheet_and_keeps_the_number():
    record = duplicate(40)
    sheets = [squeezed(page) for page in pages_of(render_pdf("duplicate", record))]
    assert len(sheets) > 2
    assert all("ТЕЛНҰСҚА/ДУБЛИКАТ№2" in sheet and "KZ612000318" in sheet for sheet in sheets)
    assert squeezed("Дубликат № 2: 01.12.2026, бланк № 0012345") in sheets[0]
    assert "ДУБЛИКАТ" not in text("certificate", decided_certificate(3))


def test_a_duplicate_is_dated_by_its_own_day():
    metadata = pypdf.PdfReader(io.BytesIO(render_pdf("duplicate", duplicate()))).metadata
    assert metadata.creation_date.isoformat() == "2026-11-30T19:00:00+00:00"


def test_a_certificate_tells_position_mandate_signatures_and_what_it_replaces():
    said = text("certificate", decided_certificate(2))
    for words in (
        "Төраға орынбасары / Заместитель председателя", "№ 12-П, 10.01.2026",
        "10.01.2026 – 31.12.2026", "сертификат c0dec0de…c0dec0de, 22.11.2026 13:59:30",
        "сертификат beefbeef…beefbeef", "Выдан взамен сертификата № KZ 6 120 00200 от 01.06.2026",
        "орнына берілді", "sha-256 dec1dec1…dec1dec1", "sha-256 9f2c9f2c…9f2c9f2c",
    ):  # fmt: skip
        assert squeezed(words) in said


def test_a_replacement_that_the_notes_tell_of_is_told_once():
    note = {"kk": "KZ 6 120 00200 орнына", "ru": "Выдан взамен KZ 6 120 00200"}
    said = text("certificate", decided_certificate(1, service_notes=[note]))
    assert said.count("KZ612000200") == 2


def test_records_of_the_first_schema_are_still_printed():
    said = text("certificate", certificate(2))
    assert squeezed("электронная подпись") not in said
    assert squeezed("решение") not in said


@pytest.mark.parametrize("kind", ["duplicate", "certificate"])
def test_every_one_of_300_lines_can_be_read_back(tmp_path, kind):
    names = [KAZAKH_NAME.format(number=number) for number in range(1, 301)]
    said = squeezed(text_of(render_pdf(kind, PAPERS[kind] | {"lines": certificate(names)["lines"]}),
                            tmp_path))  # fmt: skip
    assert [name for name in names if squeezed(name) not in said] == []


@pytest.mark.parametrize("kind", LONG)
def test_no_text_of_a_paper_leaves_the_page_however_long(kind):
    pages = lay_out(kind, LONG[kind]).pages
    for page in pages:
        for box in text_boxes(page._page_box):
            left, top, right, bottom = edges(box)
            assert left > 60, box.text
            assert top > 20, box.text
            assert right < page.width - 60, box.text
            assert bottom < page.height - 20, box.text
    assert UNBREAKABLE in squeezed(
        "".join(box.text for page in pages for box in text_boxes(page._page_box))
    )


@pytest.mark.parametrize(
    "record",
    [
        duplicate(6),
        duplicate([LONG_NAME] * 5),
        decided_certificate(
            3,
            applicant=PARTY | {"name": {"kk": LONG_NAME[:200], "ru": UNBREAKABLE[:200]}},
            certified_by={
                "name": "Үлгібекова " * 8,
                "position": {"kk": LONG_NAME[:200], "ru": LONG_NAME[100:300]},
                "mandate": {"basis": "Приказ " * 25, "valid_from": "2026-01-10",
                            "valid_until": None, "powers": []},
            },
        ),
    ],
)  # fmt: skip
def test_boxes_11_and_12_have_room_for_positions_mandates_and_signatures(record):
    page = lay_out("duplicate" if record.get("duplicate") else "certificate", record).pages[0]
    boxes = text_boxes(page._page_box)
    goods_end = max(edges(box)[3] for box in boxes if box.text.startswith("8421"))
    foot_starts = min(edges(box)[1] for box in boxes if box.text.startswith("11."))
    assert goods_end < foot_starts
    assert max(edges(box)[3] for box in boxes) < page.height - 56
