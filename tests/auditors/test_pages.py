"""Pages of the register: what each person meets, what nobody else sees, how many queries run."""

import csv
import datetime as dt
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

import audit
from accounts.models import Membership, Role
from auditors.models import AttestationCase, Declaration, TestAttempt
from auditors.results_sheet import results_csv
from auditors.services import declaring
from auditors.services.admitting import requirements_of
from tests import scenarios
from tests.auditors import scenarios as attesting
from tests.issuance.conftest import SignIn

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_the_register_is_open_and_shows_no_personal_identifier() -> None:
    case = attesting.a_case("suspended", attesting.a_candidate(full_name="Мысалова Айгүл"))
    pages = [
        Client().get(reverse("auditors:register")),
        Client().get(reverse("auditors:auditor-detail", args=[case.user_id])),
        Client().get(reverse("auditors:register-json")),
        Client().get(reverse("auditors:register-csv")),
    ]
    for page in pages:
        text = text_of(page)
        assert "Мысалова Айгүл" in text
        assert case.number in text
        assert case.user.iin not in text
        assert case.user.email not in text


def test_an_application_is_nobody_s_business() -> None:
    case = attesting.a_case("tested", attesting.a_candidate(full_name="Тайный Кандидат"))
    assert "Тайный" not in text_of(Client().get(reverse("auditors:register")))
    page = Client().get(reverse("auditors:auditor-detail", args=[case.user_id]))
    assert page.status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=мысалова", {"Мысалова Айгүл"}),
        ("hs=8421 39", {"Мысалова Айгүл", "Примеров Широкий"}),
        ("hs=01", {"Примеров Широкий"}),
        ("region=62", {"Мысалова Айгүл", "Примеров Широкий"}),
        ("region=71", {"Примеров Широкий"}),
        ("status=suspended", {"Мысалова Айгүл"}),
        ("status=in_force", {"Примеров Широкий"}),
        ("status=nonsense", {"Мысалова Айгүл", "Примеров Широкий"}),
        ("q=никто", set()),
    ],
)
def test_the_register_is_searched(query: str, found: set[str]) -> None:
    attesting.a_case("suspended", attesting.a_candidate(full_name="Мысалова Айгүл"))
    scenarios.a_person(Role.AUDITOR, full_name="Примеров Широкий")
    text = text_of(Client().get(f"{reverse('auditors:register')}?{query}"))
    shown = {name for name in ("Мысалова Айгүл", "Примеров Широкий") if f">{name}</a>" in text}
    assert shown == found


def test_a_code_that_is_none_is_explained() -> None:
    page = Client().get(reverse("auditors:register"), {"hs": "8"})
    assert 'aria-invalid="true"' in text_of(page)


def test_the_history_is_complete() -> None:
    case = attesting.a_case("revoked")
    story = json.loads(text_of(Client().get(reverse("auditors:register-json"))))
    (row,) = story["auditors"]
    assert [happening["kind"] for happening in row["history"]] == ["revoked", "attested"]
    assert row["status"] == "revoked"
    text = text_of(Client().get(reverse("auditors:auditor-detail", args=[case.user_id])))
    place = Membership.objects.get(user=case.user, role=Role.AUDITOR)
    assert place.organisation.name_ru in text
    assert f"{place.valid_from:%d.%m.%Y}" in text


@pytest.mark.parametrize(
    ("state", "said"),
    [("attested", ""), ("suspended", "Suspended until"), ("revoked", "Not in force any more")],
)
def test_the_page_says_first_whether_the_auditor_may_sign(state: str, said: str) -> None:
    case = attesting.a_case(state)
    address = reverse("auditors:auditor-detail", args=[case.user_id])
    page = text_of(Client(headers={"accept-language": "en"}).get(address))
    if said:
        assert said in page
    assert ("the auditor may not sign acts" in page) == bool(said)


def test_the_history_of_a_case_names_the_requirement_and_the_decision() -> None:
    case = attesting.a_case("admitted")
    decided = [event for event in audit.timeline(case.case_id) if "decided" in event.event]
    with translation.override("en"):
        names = {one.entry.name for one in requirements_of(case)}
        assert {event.sentence() for event in decided} == {
            f"An inspector decided “{name}”: met" for name in names
        }


def test_the_table_opens_in_a_spreadsheet_without_running_anything() -> None:
    attesting.a_case("attested", attesting.a_candidate(full_name="=HYPERLINK(1)"))
    content = Client().get(reverse("auditors:register-csv")).content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content))
    assert row["name"] == "'=HYPERLINK(1)"
    assert row["hs_groups"] == "84; 85"


def test_the_register_sorts_and_its_file_is_what_the_page_shows() -> None:
    for name in ("Мысалова Айгүл", "Примеров Широкий", "Алиев Пример"):
        attesting.a_case("attested", attesting.a_candidate(full_name=name))
    address, asked = reverse("auditors:register"), {"sort": "-name", "hs": "84"}
    text = text_of(Client().get(address, asked))
    table = text[text.index("<tbody") :]
    names = ["Примеров Широкий", "Мысалова Айгүл", "Алиев Пример"]
    assert [table.index(name) for name in names] == sorted(table.index(name) for name in names)
    assert text.count('aria-sort="descending"') == 1
    answer = Client(headers={"accept-language": "en"}).get(address, {**asked, "format": "csv"})
    rows = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert [row["Auditor"] for row in rows] == names
    assert Client().get(address, {"format": "xlsx"}).status_code == 200
    assert Client().get(address, {"format": "pdf"}).status_code == 404


@pytest.mark.parametrize("name", ["register", "register-json"])
def test_queries_do_not_grow_with_the_register(
    name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for more in (1, 5):
        for _one in range(more):
            attesting.a_case("suspended")
            scenarios.a_person(Role.AUDITOR)
        with django_assert_max_num_queries(30) as counted:
            Client().get(reverse(f"auditors:{name}"))
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_queries_do_not_grow_with_the_desk(
    sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(scenarios.a_person(Role.INSPECTOR))
    counts = []
    for more in (1, 4):
        for _one in range(more):
            attesting.a_case("applied")
        with django_assert_max_num_queries(40) as counted:
            text_of(client.get(reverse("auditors:case-list")))
        counts.append(len(counted))
    assert counts[0] == counts[1]


DOORS = [
    # Address, who may come in; everybody else gets 403.
    ("mine", {Role.AUDITOR}),
    ("application", {Role.AUDITOR}),
    ("case-list", {Role.INSPECTOR, Role.COMMITTEE_HEAD}),
    ("results-import", {Role.INSPECTOR}),
    ("results-example", {Role.INSPECTOR}),
    ("own-list", {Role.EXPERT_HEAD}),
]


@pytest.mark.parametrize(("name", "welcome"), DOORS)
def test_each_page_opens_to_its_roles_only(sign_in: SignIn, name: str, welcome: set[str]) -> None:
    for role in Role:
        page = sign_in(scenarios.a_person(role)).get(reverse(f"auditors:{name}"))
        assert page.status_code == (200 if role in welcome else 403), role
    assert Client().get(reverse(f"auditors:{name}")).status_code == 302


def test_a_stranger_s_case_does_not_exist(sign_in: SignIn) -> None:
    case = attesting.a_case("applied")
    proof = case.proofs.first()
    for role in (Role.AUDITOR, Role.EXPERT_HEAD, Role.APPLICANT, Role.CHAMBER_OFFICER):
        client = sign_in(scenarios.a_person(role))
        for address in (
            reverse("auditors:case-detail", args=[case.pk]),
            reverse("auditors:proof-file", args=[proof.pk]),
        ):
            assert client.get(address).status_code == 404
    client = sign_in(scenarios.a_person(Role.INSPECTOR))
    assert client.get(reverse("auditors:proof-file", args=[proof.pk])).status_code == 200


def test_from_the_application_to_a_suspension_through_the_pages(sign_in: SignIn) -> None:
    candidate = attesting.a_candidate()
    inspector = scenarios.a_person(Role.INSPECTOR)
    boss = scenarios.a_person(Role.COMMITTEE_HEAD)
    page = sign_in(candidate).post(
        reverse("auditors:application"),
        {
            "kinds": ["origin"],
            "chapters": "84, 28-30",
            "languages": ["kk", "ru"],
            "region": "62",
            "education": "Инженер",
            "experience_years": "7",
            "training_on": "2026-01-15",
            **{f"proof-{code}": scenarios.a_pdf() for code in attesting.REQUIREMENTS},
        },
    )
    assert page.status_code == 302, page.content.decode()
    case = AttestationCase.objects.get()
    assert case.chapters == ["28", "29", "30", "84"]

    def give(actor: Membership, name: str, **values: object) -> None:
        case.refresh_from_db()
        sent = {f"{name}-{field}": value for field, value in values.items()}
        answer = sign_in(actor).post(
            reverse(f"auditors:case-{name}", args=[case.pk]), {"version": case.version, **sent}
        )
        assert answer.status_code == 302, answer.content.decode()

    for code in attesting.REQUIREMENTS:
        sign_in(inspector).post(
            reverse("auditors:case-requirement", args=[case.pk, code]), {f"{code}-is_met": "yes"}
        )
    give(inspector, "admit")
    give(inspector, "test", taken_on=timezone.localdate().isoformat(), score=91, questions=100)
    give(inspector, "propose-attest", note="")
    give(boss, "attest")
    give(inspector, "propose-suspend", reason="control_findings", note="Акт проверки.")
    give(boss, "suspend")
    case.refresh_from_db()
    assert case.status == "suspended"
    for actor in (inspector, boss):
        text_of(sign_in(actor).get(reverse("auditors:case-detail", args=[case.pk])))
    text_of(sign_in(candidate).get(reverse("auditors:mine")))


def test_what_a_refused_command_was_given_is_not_lost(sign_in: SignIn) -> None:
    case = attesting.a_case("attested")
    page = sign_in(attesting.inspector(case)).post(
        reverse("auditors:case-propose-suspend", args=[case.pk]),
        {"version": case.version, "propose-suspend-note": "Долго набранный текст"},
    )
    text = text_of(page)
    assert "Долго набранный текст" in text
    assert '<details class="confirm" open>' in text


def test_a_page_left_open_decides_nothing(sign_in: SignIn) -> None:
    case = attesting.a_case("attested")
    attesting.propose(case, "suspend", "control_findings")
    page = sign_in(attesting.head()).post(
        reverse("auditors:case-suspend", args=[case.pk]), {"version": case.version - 1}
    )
    assert page.status_code == 409
    case.refresh_from_db()
    assert case.status == "attested"


def test_results_come_from_a_file_or_every_bad_row_is_listed(sign_in: SignIn) -> None:
    case = attesting.a_case("admitted")
    client = sign_in(attesting.inspector(case))
    today = f"{timezone.localdate():%d.%m.%Y}"
    rows = [(case.user.iin, today, 75, 100, "")]

    def send(sent: list[tuple[object, ...]]):
        upload = SimpleUploadedFile("results.csv", results_csv(sent), "text/csv")
        return client.post(reverse("auditors:results-import"), {"file": upload})

    text = text_of(send([*rows, (attesting.an_iin(), "вчера", 75, 100, "")]))
    assert "вчера" in text
    assert not TestAttempt.objects.exists()
    assert send(rows).status_code == 302
    assert TestAttempt.objects.get().passed


def test_interests_are_declared_and_withdrawn_on_the_own_page(sign_in: SignIn) -> None:
    candidate = attesting.a_candidate()
    client = sign_in(candidate)
    address = reverse("auditors:declaration-add")
    wrong = {"declaration-kind": "founder", "declaration-identifier": "123"}
    text = text_of(client.post(address, {**wrong, "declaration-valid_from": "2020-01-01"}))
    assert 'value="123"' in text
    sound = {**wrong, "declaration-identifier": "990140000017"}
    client.post(address, {**sound, "declaration-valid_from": "2020-01-01"})
    declaration = Declaration.objects.get()
    client.post(reverse("auditors:declaration-withdraw", args=[declaration.pk]))
    declaration.refresh_from_db()
    assert declaration.withdrawn_at is not None


def test_a_head_sees_the_own_auditors_but_not_their_interests(sign_in: SignIn) -> None:
    auditor = scenarios.a_person(Role.AUDITOR, full_name="Свой Аудитор")
    scenarios.a_person(Role.AUDITOR, full_name="Чужой Аудитор")
    declaring.declare_interest(
        actor=auditor, kind="phone", identifier="87010000000", valid_from=dt.date(2020, 1, 1)
    )
    head = scenarios.a_person(Role.EXPERT_HEAD, auditor.organisation)
    text = text_of(sign_in(head).get(reverse("auditors:own-list")))
    assert "Свой Аудитор" in text
    assert "Чужой Аудитор" not in text
    assert "0000000" not in text


@pytest.mark.parametrize(
    ("role", "state"),
    [
        (Role.INSPECTOR, "applied"),
        (Role.INSPECTOR, "tested"),
        (Role.COMMITTEE_HEAD, "proposed"),
    ],
)
def test_what_waits_is_on_the_first_page(sign_in: SignIn, role: str, state: str) -> None:
    case = attesting.a_case("tested" if state == "proposed" else state)
    if state == "proposed":
        attesting.propose(case, "attest")
    basket = sign_in(scenarios.a_person(role))
    # What any inspector may do is free to be taken.
    tab = "free" if role == Role.INSPECTOR else "waiting"
    text = text_of(basket.get(reverse("home"), {"tab": tab}))
    assert reverse("auditors:case-detail", args=[case.pk]) in text
