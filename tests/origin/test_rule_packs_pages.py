"""Pages of the rule desk and the public page of the rules in force."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.middleware import SESSION_KEY
from accounts.models import Membership, Role
from expertise.impact import measure_impact
from expertise.services import judging, signing
from origin.books import parsed
from origin.forms.packs import initial_of_row
from origin.models import Dispute, ImpactRun, RulePack, Ruling
from origin.services import packs, readings
from tests import scenarios
from tests.origin.desk import (
    MOTORS,
    a_dispute,
    a_head,
    a_pack,
    a_ruling,
    an_inspector,
    filters_row,
    measured,
    today,
    tomorrow,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def sign_in() -> Callable[[Membership], Client]:
    def open_session(membership: Membership) -> Client:
        client = Client()
        client.force_login(membership.user)
        session = client.session
        session[SESSION_KEY] = str(membership.pk)
        session.save()
        return client

    return open_session


SignIn = Callable[[Membership], Client]


def got(client: Client, name: str, *args: Any, **query: str) -> str:
    response = client.get(reverse(f"origin:{name}", args=args), query)
    assert response.status_code == 200, response.content[:400]
    return response.content.decode()


def typed(pack: RulePack, row_id: str, **changes: Any) -> dict[str, Any]:
    """What the browser sends when only `changes` were typed."""
    values = initial_of_row(parsed(pack.body_sha256).row(row_id))
    values["is_confirmed"] = "on" if values["is_confirmed"] else ""
    return {**values, "version": pack.version, **changes}


def row_url(name: str, pack: RulePack, row_id: str) -> str:
    return f"{reverse(f'origin:{name}', args=[pack.pk])}?row={row_id}"


@pytest.mark.parametrize(
    "role", [Role.APPLICANT, Role.EXPERT_HEAD, Role.AUDITOR, Role.CHAMBER_OFFICER]
)
def test_the_desk_does_not_exist_for_others(sign_in: SignIn, role: Role) -> None:
    pack = a_pack()
    client = sign_in(scenarios.a_person(role))
    names = ("pack-detail", "pack-differences", "pack-findings", "pack-operations", "pack-impact")
    for name in names:
        assert client.get(reverse(f"origin:{name}", args=[pack.pk])).status_code == 404
    for name in ("pack-list", "dispute-list"):
        assert client.get(reverse(f"origin:{name}")).status_code == 404


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_every_page_of_a_version_opens_in_every_language(
    sign_in: SignIn, settings: Any, language: str
) -> None:
    settings.LANGUAGE_CODE = language
    inspector = an_inspector()
    inspector.user.language = language
    inspector.user.save()
    client = sign_in(inspector)
    pack = a_pack()
    ruling = a_ruling(dispute=a_dispute(on=today() - dt.timedelta(days=5)))
    for name in ("detail", "differences", "findings", "operations", "impact", "head", "row-edit"):
        got(client, f"pack-{name}", pack.pk)
    got(client, "pack-row", pack.pk, row=MOTORS)
    got(client, "pack-row-edit", pack.pk, row=MOTORS)
    got(client, "pack-list")
    got(client, "pack-begin")
    got(client, "dispute-list")
    got(client, "dispute-create")
    got(client, "dispute-detail", ruling.dispute_id)
    for name in ("reading-add", "precedent-add", "ruling-propose", "dispute-close"):
        got(client, name, ruling.dispute_id)
    got(client, "ruling-detail", ruling.pk)


def test_a_row_is_found_by_code_and_by_word_in_any_language(sign_in: SignIn) -> None:
    client = sign_in(an_inspector())
    pack = a_pack()
    for sought in ("8421 31", "8421", "фильтры", "Сүзгі", "FILTERS"):
        page = got(client, "pack-detail", pack.pk, q=sought)
        assert "All foreign materials cost at most 50\u00a0% of the price" in page, sought
        assert "Changed in this version" in page
    assert "No row fits" in got(client, "pack-detail", pack.pk, q="9999")


def test_a_version_goes_from_the_desk_to_approval_through_its_pages(sign_in: SignIn) -> None:
    author, head = an_inspector(), a_head()
    scenarios.reference_data()
    act = scenarios.an_act()
    desk, office = sign_in(author), sign_in(head)

    desk.post(reverse("origin:pack-begin"), {"note": "Фильтры: предел 30 %."})
    pack = RulePack.objects.get(status="draft")
    row = {
        "id": "8421",
        "codes": "8421",
        "name_kk": "Сүзгілер",
        "name_ru": "Фильтры",
        "name_en": "Filters",
        "rule": "condition",
        "condition": "foreign_share_at_most: 30",
        "source_act": "Протокол",
        "version": pack.version,
    }
    response = desk.post(reverse("origin:pack-row-edit", args=[pack.pk]), row)
    assert response.status_code == 302, response.context["form"].errors
    assert "New row" in got(desk, "pack-differences", pack.pk)

    desk.post(reverse("origin:pack-measure", args=[pack.pk]))
    run = ImpactRun.objects.get()
    assert "hx-get" in got(desk, "pack-impact", pack.pk)
    measure_impact(str(run.pk))
    page = got(desk, "pack-impact", pack.pk)
    assert act.number in page
    assert "Does not originate" in page
    assert "row 8421" in page
    assert "1 lines" not in page
    assert "Lines that would change: 1" in page

    pack.refresh_from_db()
    desk.post(reverse("origin:pack-check", args=[pack.pk]), {"version": pack.version})
    pack.refresh_from_db()
    assert pack.status == "checked"
    page = got(desk, "pack-impact", pack.pk)
    assert "another person approves it" in page
    assert reverse("origin:pack-approve", args=[pack.pk]) not in page
    answer = desk.post(reverse("origin:pack-approve", args=[pack.pk]), {"version": pack.version})
    assert answer.status_code == 403

    assert reverse("origin:pack-impact", args=[pack.pk]) in office.get("/").content.decode()
    page = got(office, "pack-impact", pack.pk)
    assert reverse("origin:pack-approve", args=[pack.pk]) in page
    assert f"Approve from {pack.valid_from:%d.%m.%Y}" in page
    office.post(reverse("origin:pack-approve", args=[pack.pk]), {"version": pack.version})
    pack.refresh_from_db()
    assert (pack.status, pack.approved_by) == ("approved", head.user)
    assert "Coming into force" in got(office, "pack-list")


def test_an_approval_from_an_old_page_is_refused(sign_in: SignIn) -> None:
    author = an_inspector()
    pack = a_pack("checked", author=author)
    measured(pack, author)
    old = pack.version
    packs.return_to_draft(pack=pack, actor=author)
    pack = packs.check_pack(pack=pack, actor=author)
    answer = sign_in(a_head()).post(
        reverse("origin:pack-approve", args=[pack.pk]), {"version": old}
    )
    assert answer.status_code == 409
    pack.refresh_from_db()
    assert pack.status == "checked"


def test_two_people_on_one_draft_keep_what_they_typed(sign_in: SignIn) -> None:
    pack = a_pack()
    form = typed(pack, MOTORS, condition="foreign_share_at_most: 11")
    packs.save_row(
        pack=pack,
        actor=an_inspector(),
        row=filters_row(foreign_share_at_most="45"),
        replacing="8421",
    )
    client = sign_in(an_inspector())
    answer = client.post(row_url("pack-row-edit", pack, MOTORS), form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Another person has changed this version" in page
    assert "foreign_share_at_most: 11" in page
    # Pressing again does not slip past the guard.
    again = client.post(row_url("pack-row-edit", pack, MOTORS), form)
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("foreign_share_at_most: 150", "150 % is not between 0 and 100"),
        ("all:\n  - change_of_heading: {}\n  - made_of: [01]", "Line 3"),
        ("any_heading_except: ['0206 - 0201']", "wrong way round"),
        ("operations_required: {all: [magic]}", "magic"),
        ("a: [", "not YAML"),
        ("", "This field is required"),
    ],
)
def test_a_faulty_condition_is_explained_and_not_saved(
    sign_in: SignIn, condition: str, said: str
) -> None:
    pack = a_pack()
    client = sign_in(an_inspector())
    form = typed(pack, MOTORS, condition=condition)
    for url in (row_url("row-preview", pack, MOTORS), row_url("pack-row-edit", pack, MOTORS)):
        answer = client.post(url, form)
        assert answer.status_code == 200
        assert said in answer.content.decode(), answer.content.decode()[:2000]
    # The form says it at the top and at its field; the preview beside it does not say it again.
    assert "The row cannot be read yet" not in answer.content.decode()
    pack.refresh_from_db()
    assert pack.version == form["version"]


def test_the_preview_says_the_row_in_words_with_what_the_check_finds(sign_in: SignIn) -> None:
    pack = a_pack()
    contradiction = "all:\n  - foreign_share_at_most: 50\n  - operations_required: {all: [N12]}"
    answer = sign_in(an_inspector()).post(
        row_url("row-preview", pack, MOTORS), typed(pack, MOTORS, condition=contradiction)
    )
    page = answer.content.decode()
    assert 'lang="kk"><b>Қаз</b> ' in page
    assert 'lang="ru"><b>Рус</b> ' in page
    assert "stands beside operations that never suffice" in page


@pytest.mark.parametrize("name", ["pack-row-edit", "pack-head"])
def test_the_head_reads_the_desk_but_does_not_edit(sign_in: SignIn, name: str) -> None:
    pack = a_pack()
    client = sign_in(a_head())
    got(client, "pack-detail", pack.pk)
    assert client.get(reverse(f"origin:{name}", args=[pack.pk])).status_code == 403


def test_the_files_of_a_version_can_be_taken_away(sign_in: SignIn) -> None:
    pack = a_pack()
    answer = sign_in(a_head()).get(reverse("origin:pack-export", args=[pack.pk]))
    assert answer["Content-Type"] == "application/zip"
    assert answer.content[:2] == b"PK"


def test_a_list_page_costs_the_same_for_one_version_and_for_many(sign_in: SignIn) -> None:
    client = sign_in(an_inspector())
    a_pack()
    counts = []
    for _round in range(2):
        got(client, "pack-list")
        with CaptureQueriesContext(connection) as queries:
            got(client, "pack-list")
        counts.append(len(queries))
        for _number in range(4):
            a_pack()
    assert counts[0] == counts[1]


def test_the_register_costs_the_same_for_one_dispute_and_for_many(sign_in: SignIn) -> None:
    client = sign_in(an_inspector())
    a_dispute()
    counts = []
    for rows in (("8502", "8507", "8508"), ()):
        with CaptureQueriesContext(connection) as queries:
            got(client, "dispute-list")
        counts.append(len(queries))
        for row in rows:
            a_dispute(row)
    assert counts[0] == counts[1]


def test_lines_are_counted_for_each_reading(sign_in: SignIn) -> None:
    """An auditor on a disputed row picks a reading; the register counts the signed line."""
    dispute = a_dispute(on=today() - dt.timedelta(days=5))
    request = scenarios.a_draft(lines=0)
    scenarios.a_line(
        request, hs_code="8501109900", claimed_criterion="Д8501", kp_ved="27.11.10",
        price_kzt=Decimal(10000),
    )  # fmt: skip
    request = scenarios.assign(scenarios.accept(scenarios.submit(request)))
    scenarios.examine(request, positive=False)
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    verdict = judging.Verdict(
        is_originating=True,
        criterion="Д8501",
        justification="Доля иностранных материалов 31,77 %.",
        reading="a",
        reading_reason="Приложение говорит о 50 %.",
    )
    judging.save_finding(line=request.lines.get(), actor=auditor, verdict=verdict)
    scenarios.prove(request)
    signing.sign_act(request=request, actor=auditor)
    page = got(sign_in(an_inspector()), "dispute-detail", dispute.pk)
    assert "1 line of signed acts followed it" in page
    assert page.count("No signed act has followed it") == 1


def test_a_dispute_is_recorded_and_ruled_through_its_pages(sign_in: SignIn) -> None:
    scenarios.reference_data()
    inspector, head = an_inspector(), a_head()
    desk, office = sign_in(inspector), sign_in(head)
    form = {"row_id": MOTORS}
    form |= {f"question_{code}": "Which limit?" for code in ("kk", "ru", "en")}
    for prefix, percent in (("a", 50), ("b", 20)):
        form |= {f"{prefix}-code": prefix}
        form |= {f"{prefix}-words_{code}": f"{percent} %" for code in ("kk", "ru", "en")}
        form |= {f"{prefix}-condition": f"foreign_share_at_most: {percent}"}
    answer = desk.post(reverse("origin:dispute-create"), form)
    assert answer.status_code == 302
    dispute = Dispute.objects.get()
    desk.post(
        reverse("origin:precedent-add", args=[dispute.pk]),
        {"reading": dispute.readings.get(code="a").pk, "text": "Считали от цены.", "source": "Суд"},
    )
    desk.post(
        reverse("origin:ruling-propose", args=[dispute.pk]),
        {
            "reading": dispute.readings.get(code="b").pk,
            "holds_from": (tomorrow() + dt.timedelta(days=3)).isoformat(),
            "reason": "Так в приложении.",
        },
    )
    ruling = Ruling.objects.get()
    assert "must be measured first" in got(office, "ruling-detail", ruling.pk)
    office.post(reverse("origin:ruling-impact", args=[ruling.pk]))
    measure_impact(str(ImpactRun.objects.get().pk))
    desk.post(reverse("origin:ruling-approve", args=[ruling.pk]), {"version": ruling.version})
    ruling.refresh_from_db()
    assert ruling.status == "proposed"
    office.post(reverse("origin:ruling-approve", args=[ruling.pk]), {"version": ruling.version})
    ruling.refresh_from_db()
    assert (ruling.status, ruling.approved_by) == ("approved", head.user)


@pytest.mark.parametrize(
    ("sought", "said", "not_said"),
    [
        ("8421", "No row of the list names this code", "More than one rule"),
        ("8501", "All foreign materials cost at most 50\u00a0% of the price", "General rule</h2>"),
        ("8528", "More than one rule is open", "No row of the list"),
        ("8803", "returns this code to the general rule", "More than one rule"),
        ("85", "at least the four digits", "What applies to"),
    ],
)
def test_anybody_asks_what_applies_to_a_code(sought: str, said: str, not_said: str) -> None:
    scenarios.reference_data()
    page = got(Client(), "rules", q=sought)
    assert said in page
    assert not_said not in page


def test_the_public_page_answers_for_any_day() -> None:
    a_pack("approved")
    client = Client()
    assert "No row of the list names this code" in got(client, "rules", q="8421")
    later = got(client, "rules", q="8421", on=tomorrow().isoformat())
    assert "All foreign materials cost at most 50\u00a0% of the price" in later
    assert "No version of the rules of origin is in force" in got(client, "rules", on="2020-01-01")
    assert "This is not a date" in got(client, "rules", on="yesterday")


def test_the_public_page_shows_readings_and_the_one_that_holds() -> None:
    dispute = a_dispute(on=today() - dt.timedelta(days=5))
    client = Client()
    assert "No reading holds yet" in got(client, "rules", q=MOTORS)
    a_ruling("approved", dispute=dispute)
    later = got(client, "rules", q=MOTORS, on=tomorrow().isoformat())
    assert "Holds" in later
    assert "No reading holds yet" not in later


def test_a_closed_dispute_cannot_be_changed(sign_in: SignIn) -> None:
    dispute = a_dispute(on=today() - dt.timedelta(days=5))
    inspector = an_inspector()
    readings.close_dispute(dispute=dispute, actor=inspector, reason="Ясно.", on=today())
    client = sign_in(inspector)
    answer = client.post(reverse("origin:dispute-close", args=[dispute.pk]), {"reason": "Ещё раз"})
    assert answer.status_code == 409
    assert reverse("origin:ruling-propose", args=[dispute.pk]) not in got(
        client, "dispute-detail", dispute.pk
    )
