"""The register as a stranger searches it, and the pages of earlier certificates."""

import csv
import io
from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reference.models import Scheme
from registry import register_views
from registry.earlier import earlier_standing
from registry.models import RegisterEntry, Source
from tests.registry.exports import a_row, take
from tests.scenarios import a_certificate

LANGUAGE = "en"

Look = Callable[..., Any]
Find = Callable[..., list[str]]

pytestmark = pytest.mark.django_db

CABLE = {
    "Код_РПП": "101",
    "Номер_сертификата": "KZ 4 101 00003",
    "Год": "2024",
    "ИИН/_БИН": "010140000034",
    "Наименование_производителя": 'ТОО "Мысал Кабель"',
    "Наименование_товара": "Кабель силовой ВВГ-3х2,5",
    "Код_ТН": "8544499108",
    "Критерий": "Д8544",
    "ИИН/БИН": "990140000384",
    "Наименование_получателя": 'ТОО "Пример-Получатель"',
    "Дата_выдачи": "01.02.2024",
    "Дата_окончания": "01.02.2025",
}
MILK = {
    "Номер_сертификата": "KZ 5 120 00018",
    "Наименование_товара": "Молоко сухое",
    "Код_ТН": "0402101900",
    "Критерий": "П",
    "Дата_выдачи": "28.03.2025",
    "Статус": "Сертификат аннулирован",
}


@pytest.fixture
def three(tmp_path: Path) -> None:
    taken = take(tmp_path, a_row(), a_row(**CABLE), a_row(**MILK))
    assert taken.counts == (3, 0, 0, 0)


@pytest.fixture
def find(client: Client, three: None) -> Find:
    """Numbers of the certificates found, in the order of the list."""

    def ask(**question: str) -> list[str]:
        page = client.get("/register/", question, headers={"accept-language": "en"})
        assert page.status_code == 200
        return [row.entry.number[-11:] for row in page.context["rows"]]

    return ask


FILTER, CABLES, MILKS = "5 120 00017", "4 101 00003", "5 120 00018"


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({}, [MILKS, FILTER, CABLES]),
        ({"q": "KZ 5 120 00017"}, [FILTER]),
        ({"q": "кz512017"}, [FILTER]),
        ({"q": "KZ 5 120 99999"}, []),
        ({"q": "990140000384"}, [MILKS, FILTER, CABLES]),
        ({"q": "10140000034.0"}, [CABLES]),
        ({"q": "0101 4000"}, [CABLES]),
        ({"q": "8544"}, [CABLES]),
        ({"q": "пример-фильтр"}, [MILKS, FILTER]),
        ({"q": "МЫСАЛ"}, [CABLES]),
        ({"q": "получатель"}, [CABLES]),
        ({"q": "pf-0001а"}, [FILTER]),
        ({"q": "сухое молоко"}, [MILKS]),
        ({"q": "кабель пример"}, [CABLES]),
        ({"q": "сухое кабель"}, []),
        ({"q": "100%_'\"\\"}, []),
        ({"hs": "0402"}, [MILKS]),
        ({"hs": "402 10 190 0"}, []),
        ({"hs": "8421 99"}, [FILTER]),
        ({"hs": "молоко"}, []),
        ({"chamber": "101"}, [CABLES]),
        ({"issued_from": "2025-03-28"}, [MILKS]),
        ({"issued_to": "27.03.2025"}, [FILTER, CABLES]),
        ({"source": "earlier"}, [MILKS, FILTER, CABLES]),
        ({"source": "portal"}, []),
        ({"status": "valid"}, [FILTER]),
        ({"status": "expired"}, [CABLES]),
        ({"status": "revoked"}, [MILKS]),
        ({"status": "suspended"}, []),
        ({"status": "valid", "chamber": "101"}, []),
        ({"status": "nonsense"}, [MILKS, FILTER, CABLES]),
        ({"sort": "number"}, [CABLES, FILTER, MILKS]),
        ({"sort": "-until", "status": "valid"}, [FILTER]),
        ({"sort": "issued"}, [CABLES, FILTER, MILKS]),
        ({"q": "пример", "chamber": "120", "status": "revoked"}, [MILKS]),
        ({"page": "99"}, [MILKS, FILTER, CABLES]),
    ],
)
def test_the_register_finds_what_was_asked(
    find: Find, question: dict[str, str], found: list[str]
) -> None:
    assert find(**question) == found


def test_the_list_shows_the_goods_that_were_asked_for(client: Client, tmp_path: Path) -> None:
    take(tmp_path, a_row(), a_row(Наименование_товара="Насос", Код_ТН="8413702100"))
    for question, shown in (({}, "Фильтр"), ({"q": "насос"}, "Насос"), ({"hs": "8413"}, "Насос")):
        (row,) = client.get("/register/", question).context["rows"]
        assert row.entry.goods.startswith(shown)


def test_a_question_that_cannot_be_read_says_so_and_finds_nothing(
    client: Client, three: None
) -> None:
    page = client.get("/register/", {"issued_from": "soon"}, headers={"accept-language": "en"})
    assert page.context["rows"] == []
    assert "Enter a valid date" in page.content.decode()


def test_tabs_count_what_each_status_would_show(client: Client, three: None) -> None:
    page = client.get("/register/", {"q": "пример"}, headers={"accept-language": "en"})
    told = {str(tab["label"]): (tab["count"], tab["url"]) for tab in page.context["tabs"]}
    assert {label: count for label, (count, _url) in told.items()} == {
        "All": 3, "In force": 1, "Expired": 1, "Revoked": 1,
    }  # fmt: skip
    for count, url in told.values():
        assert len(client.get(url).context["rows"]) == count


def test_certificates_of_this_portal_and_of_the_earlier_register_stand_together(
    client: Client, three: None
) -> None:
    certificate = a_certificate("valid")
    page = client.get("/register/", headers={"accept-language": "en"})
    first = page.context["rows"][0]
    assert (first.entry.source, first.entry.certificate) == (Source.PORTAL, certificate)
    text = page.content.decode()
    assert text.count("from the earlier register") == 3
    shown = client.get(first.address, headers={"accept-language": "en"}).content.decode()
    assert f"Certificate {certificate.number} is in force" in shown
    assert "data-source" not in shown


def test_the_list_costs_as_many_queries_for_a_full_page_as_for_one_row(
    client: Client, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    take(tmp_path, *(a_row(Номер_сертификата=f"KZ 5 120 {n:05d}") for n in range(1, 31)))
    client.get("/register/")
    with django_assert_max_num_queries(8) as few:
        client.get("/register/", {"q": "KZ 5 120 00001"})
    with django_assert_max_num_queries(8) as many:
        page = client.get("/register/")
    assert (len(page.context["rows"]), page.context["page"].paginator.num_pages) == (25, 2)
    assert len(few) == len(many)


def test_the_download_is_exactly_the_list(client: Client, three: None, monkeypatch: Any) -> None:
    def rows(**question: str) -> list[dict[str, str]]:
        answer: Any = client.get("/register/found.csv", question, headers={"accept-language": "en"})
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    assert [row["Certificate"][-11:] for row in rows(sort="number")] == [CABLES, FILTER, MILKS]
    assert [row["Status"] for row in rows(status="expired")] == ["Expired"]
    assert rows(issued_from="soon") == []
    monkeypatch.setattr(register_views, "MOST_ROWS", 2)
    assert len(rows()) == 2
    assert (
        "the first 2 certificates"
        in client.get("/register/", headers={"accept-language": "en"}).content.decode()
    )


def test_searching_is_throttled_like_verification(client: Client, settings: Any) -> None:
    settings.CTKZ_VERIFY_PER_MINUTE = 2
    answers = [client.get("/register/").status_code for _time in range(3)]
    assert answers == [200, 200, 429]


def test_every_page_of_the_register_speaks_every_language(client: Client, three: None) -> None:
    addresses = ("/register/", "/register/?q=nobody", "/register/snapshots/", "/c/KZ-5-120-00017/")
    for language, address in product(("kk", "ru", "en"), addresses):
        page = client.get(address, headers={"accept-language": language})
        assert page.status_code == 200, address
        assert f'<html lang="{language}">' in page.content.decode()


# --- certificates of the earlier register


def test_an_earlier_certificate_is_found_by_its_number_and_says_where_it_is_from(
    look: Look, three: None
) -> None:
    page = look("/verify/", number="кz 5 120 17")
    text = page.content.decode()
    assert page.redirect_chain[-1][0] == "/c/KZ-5-120-00017/"
    assert "Certificate KZ 5 120 00017 is in force" in text
    assert "From the earlier register, not sealed by this portal." in text
    assert 'data-verdict="valid" data-source="earlier"' in text
    assert 'class="verdict good"' not in text
    for claim in ("The seal is genuine", "PAdES", "checkpoint"):
        assert claim not in text
    assert look("/c/KZ-5-120-00017/2025/").status_code == 200
    assert look("/c/KZ-5-120-00017/2015/").status_code == 404


@pytest.mark.parametrize(
    ("number", "on", "verdict"),
    [
        ("KZ-5-120-00017", "2025-03-26", "not_yet"),
        ("KZ-5-120-00017", "2025-03-27", "valid"),
        ("KZ-5-120-00017", "2046-03-27", "valid"),
        ("KZ-5-120-00017", "2046-03-28", "expired"),
        ("KZ-4-101-00003", "2024-06-01", "valid"),
        ("KZ-4-101-00003", "2025-02-02", "expired"),
        ("KZ-5-120-00018", "2025-06-01", "revoked"),
    ],
)
def test_an_earlier_certificate_is_judged_by_its_status_and_dates(
    look: Look, three: None, number: str, on: str, verdict: str
) -> None:
    text = look(f"/c/{number}/", on=on).content.decode()
    assert f'data-verdict="{verdict}" data-source="earlier"' in text


def test_a_word_of_expiry_is_believed_before_the_date(tmp_path: Path, look: Look) -> None:
    take(tmp_path, a_row(Статус="Истек срок действия сертификата"))
    assert 'data-verdict="expired"' in look("/c/KZ-5-120-00017/").content.decode()


def test_the_end_of_the_scheme_ends_earlier_certificates_too(three: None) -> None:
    entry = RegisterEntry.objects.get(number="KZ 5 120 00017")
    now = timezone.localtime()
    told = earlier_standing(entry, on=date(2026, 1, 1), now=now, ended_schemes=["CT-KZ"])
    assert told.code == "scheme_ended"
    Scheme.objects.filter(pk="CT-KZ").update(ended_on=date(2026, 1, 1))
    listed = RegisterEntry.objects.in_state("valid", on=date(2026, 1, 1))
    assert entry not in listed
    assert entry in RegisterEntry.objects.in_state("valid", on=date(2025, 12, 31))


def test_a_number_of_two_decades_asks_for_the_year(tmp_path: Path, look: Look) -> None:
    older = a_row(Год="2015", Дата_выдачи="27.03.2015", Дата_окончания="27.03.2016")
    take(tmp_path, a_row(), older)
    text = look("/c/KZ-5-120-00017/").content.decode()
    assert "was given in several years" in text
    for year, verdict in ((2025, "valid"), (2015, "expired")):
        address = reverse("registry:certificate-of-year", args=["KZ-5-120-00017", year])
        assert address in text
        assert f'data-verdict="{verdict}"' in look(address).content.decode()


def test_damaged_lines_are_told_on_the_page(tmp_path: Path, look: Look) -> None:
    take(tmp_path, a_row(), a_row(Количество="?"))
    assert "1 line of this certificate was damaged" in look("/c/KZ-5-120-00017/").content.decode()
