"""Every list page: sorted both ways, taken away as a file, with its filters kept."""

import csv
import io
import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from django.utils.html import escape

from accounts.models import Membership, Role
from expertise.models import SecondOpinion
from expertise.own_catalogue.entries import KINDS as CATALOGUE
from issuance.models import ChamberSeal, Mandate, OverUse, PaperOriginal
from notices.announcing import write_announcement
from notices.models import Audience
from outbox.letters import write_letter
from oversight.models import Appeal, MassAction, RiskScore, UnknownNumberAlert
from reference.lists import Listing
from reference.models import Chamber, Unit
from tests import scenarios
from tests.auditors.scenarios import a_case
from tests.issuance.after_issue import propose
from tests.oversight.control import desk
from tests.oversight.figures import scenes
from tests.oversight.selection.scenes import a_plan
from workplace.models import SavedView

LANGUAGE = "en"
pytestmark = pytest.mark.django_db
_serial = itertools.count(1)


def a_check() -> Any:
    return scenes.a_desk_check(scenarios.a_certificate("issuing"), scenes.an_inspector())


def an_inspection() -> Any:
    return scenes.an_inspection(has_violations=True, completed_at=timezone.now())


def an_appeal() -> Any:
    measure = scenes.a_measure("administrative_case", decided_at=timezone.now())
    return Appeal.objects.create(
        number=f"AP-{next(_serial)}",
        measure=measure,
        filed_at=timezone.now(),
        text="Не согласны.",
        status="filed",
    )


def a_mass_action() -> Any:
    return MassAction.objects.create(
        number=f"MA-{next(_serial):03d}",
        kind="suspend",
        reason="under_inspection",
        grounds="Проверка.",
        proposed_by=scenes.an_inspector().user,
        status="draft",
    )


def an_over_use() -> Any:
    return OverUse.objects.create(
        certificate=scenarios.a_certificate("issuing"),
        request_key=str(next(_serial)),
        line=1,
        quantity=12,
        left=3,
        document="invoice",
        document_number="17-К",
        document_on=timezone.localdate(),
        drawn_by="Примеров Пример",
    )


def an_original() -> Any:
    return PaperOriginal.objects.create(
        certificate=scenarios.a_certificate("issuing"),
        blank_number=f"{next(_serial):07d}",
        handed_out_on=timezone.localdate(),
        handed_out_by=scenes.an_inspector().user,
        received_by="Примеров Пример",
        due_back_on=timezone.localdate(),
    )


def a_score() -> Any:
    certificate = scenarios.a_certificate("issuing")
    return RiskScore.objects.create(
        subject_type="certificate",
        subject_id=certificate.pk,
        case_id=certificate.case_id,
        certificate=certificate,
        application=certificate.application,
        act=certificate.application.act,
        number=certificate.number,
        points=next(_serial) % 100,
        computed_at=timezone.now(),
    )


def an_alert() -> Any:
    day, number = timezone.localdate(), next(_serial)
    known = UnknownNumberAlert.objects.values("chamber_code")
    return UnknownNumberAlert.objects.create(
        chamber_code=Chamber.objects.exclude(code__in=known).earliest("code").code,
        first_on=day,
        last_on=day,
        numbers=[f"KZ {number:09d}"],
        lookups=number,
        raised_at=timezone.now(),
    )


def a_mandate() -> Any:
    signatory = scenarios.a_person(full_name=f"Примеров {next(_serial):03d}")
    return Mandate.objects.create(
        chamber=scenarios.an_organisation("chamber"),
        user=signatory.user,
        position_kk="Директор",
        position_ru="Директор",
        basis="Приказ № 7",
        powers=["issue"],
        valid_from=timezone.localdate(),
        entered_by=scenes.an_inspector().user,
    )


def a_seal() -> Any:
    number = f"{next(_serial):064d}"
    return ChamberSeal.objects.create(
        subject=f"CN={number}", certificate_sha256=number, valid_from=timezone.localdate()
    )


def a_second_opinion() -> Any:
    first, second = scenarios.a_request("submitted"), scenarios.a_request("submitted")
    return SecondOpinion.objects.create(first=first, second=second, status="under_way")


def _of(role: Role) -> Membership:
    """The reader: an own list shows what is of the own organisation."""
    return Membership.objects.filter(role=role).first() or scenarios.a_person(role)


def a_catalogue_entry(kind: str) -> Any:
    number = f"{next(_serial):03d}"
    values: dict[str, dict[str, Any]] = {
        "products": {
            "name_ru": f"Изделие {number}",
            "hs_code": "8421990006",
            "unit": Unit.objects.earliest("pk"),
        },
        "materials": {"name_ru": f"Сталь {number}"},
        "suppliers": {"name": f"ТОО «Пример-{number}»"},
    }
    owner = _of(Role.APPLICANT).organisation
    return CATALOGUE[kind].objects.create(organisation=owner, **values[kind])


def a_letter() -> Any:
    number = next(_serial)
    return write_letter(
        key=f"notice:{number}",
        to=f"primerov@n{number}.example.kz",
        subject="Дело",
        body="Дело",
        language="ru",
    )


def an_announcement() -> Any:
    number = f"{next(_serial):03d}"
    values = {
        "title_ru": f"Работы {number}", "title_en": f"Works {number}", "text_ru": "До утра.",
        "audience": Audience.EVERYBODY, "until": timezone.localdate(),
    }  # fmt: skip
    return write_announcement(actor=_of(Role.COMMITTEE_HEAD), values=values)


# The builder of one row, and the column whose text stands on the page for it; behind a slash what
# the address takes: a list of several parts keeps no views.
LISTS: dict[str, tuple[Callable[[], Any], str]] = {
    "expertise:request-list": (lambda: scenarios.a_request("submitted"), "number"),
    "expertise:act-list": (scenarios.an_act, "number"),
    "issuance:application-list": (scenarios.an_application, "number"),
    "issuance:certificate-list": (scenarios.a_certificate, "number"),
    "issuance:change-list": (
        lambda: propose(scenarios.a_certificate(), "suspend"),
        "certificate",
    ),
    "auditors:case-list": (a_case, "person"),
    "oversight:case-list": (lambda: scenarios.a_request("submitted"), "number"),
    "oversight:check-list": (a_check, "number"),
    "oversight:recommendation-list": (lambda: desk.a_recommendation("prepared"), "number"),
    "oversight:violation-list": (
        lambda: scenes.a_violation(a_check(), confirmed_at=timezone.now()),
        "certificate",
    ),
    "oversight:measure-list": (
        lambda: scenes.a_measure("administrative_case", decided_at=timezone.now()),
        "number",
    ),
    "oversight:complaint-list": (scenes.a_complaint, "number"),
    "oversight:inspection-list": (an_inspection, "number"),
    "oversight:appeal-list": (an_appeal, "number"),
    "oversight:listing-list": (
        lambda: scenes.a_blocked_site(blocked_at=timezone.now()),
        "address",
    ),
    "oversight:mass-list": (a_mass_action, "number"),
    "oversight:plan-list": (lambda: a_plan(scenarios.a_person(Role.COMMITTEE_HEAD)), "number"),
    "issuance:over-use-list": (an_over_use, "certificate"),
    "issuance:original-list": (an_original, "blank"),
    "oversight:risk-list": (a_score, "number"),
    "expertise:second-opinion-list": (a_second_opinion, "first"),
    "expertise:quality-list": (lambda: scenarios.a_person(Role.AUDITOR), "auditor"),
    "oversight:alert-list": (an_alert, "place"),
    "issuance:mandate-list": (a_mandate, "signatory"),
    "issuance:seal-list": (a_seal, "digest"),
    **{
        f"expertise:catalogue-list/{kind}": (partial(a_catalogue_entry, kind), "name")
        for kind in CATALOGUE
    },
    "notices:letter-list": (a_letter, "to"),
    "notices:announcement-list": (an_announcement, "title"),
    "workplace:late-list": (lambda: scenarios.a_request("submitted"), "number"),
}
# Whoever sees them where an inspector does not.
READERS: dict[str, Role] = {
    "notices:letter-list": Role.COMMITTEE_HEAD,
    "notices:announcement-list": Role.COMMITTEE_HEAD,
    **{f"expertise:catalogue-list/{kind}": Role.APPLICANT for kind in CATALOGUE},
}
# Pages of another kind, each with the reason why it is no table of cases.
OTHERS = {
    "guide-list": "guides of the roles",
    "api:application-list": "programs sort for themselves",
    "api:certificate-list": "programs sort for themselves",
    "api:change-list": "programs sort for themselves",
    "control:plan-list": "few plans a year, newest first, for everybody",
    "registry:snapshot-list": "one file a day",
    "registry:key-list": "the keys of one organisation",
    "accounts:sign-in-list": "one person's own sign-ins",
    "auditors:own-list": "the few auditors of one organisation",
    "origin:pack-list": "few packs of rules",
    "origin:dispute-list": "few disputed conditions",
    "api:application-checklist": "no list of cases",
    "oversight:half-year-list": "one department's half-year; inspections have a list",
    "oversight:department-list": "twenty departments that never change, and their postings",
    "notices:list": "one person's own notices",
}


def address_of(name: str) -> str:
    page, _slash, kind = name.partition("/")
    return reverse(page, args=[kind] if kind else [])


def get(client: Client, actor: Membership, address: str, query: str = "") -> Any:
    client.force_login(actor.user)
    return client.get(f"{address}?{query}", headers={"accept-language": "en"})


def listing_of(page: Any) -> Listing:
    assert page.status_code == 200
    found: Listing = page.context["listing"]
    return found


def rows_of_file(response: Any) -> list[dict[str, str]]:
    text = response.content.decode().removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(params=LISTS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def reader(name: str) -> Membership:
    """One who sees every case: an inspector; the desk of attestation knows no other either."""
    return scenarios.a_person(READERS.get(name, Role.INSPECTOR))


def test_a_list_sorts_both_ways_and_its_file_is_what_the_page_shows(
    name: str, client: Client, reader: Membership
) -> None:
    make, shown = LISTS[name]
    for _row in range(3):
        make()
    address = address_of(name)
    listing = listing_of(get(client, reader, address, "tab=all&cut=all&q="))
    label = next(str(column.label) for column in listing.columns if column.name == shown)
    assert listing.total == 3
    for sort in (wanted for wanted, _label, _chosen in listing.sorts):
        query = f"tab=all&cut=all&q=&sort={sort}"
        page = get(client, reader, address, query)
        text = page.content.decode()
        rows = rows_of_file(get(client, reader, address, f"{query}&format=csv"))
        table = text[text.index('id="rows"') :]
        places = [table.index(row[label]) for row in rows]
        assert places == sorted(places), sort
        assert len(rows) == 3
        assert page.context["page"].paginator.count == 3


def test_the_heads_say_how_the_list_stands_and_files_keep_what_was_asked(
    name: str, client: Client, reader: Membership
) -> None:
    make, _shown = LISTS[name]
    make()
    address = address_of(name)
    listing = listing_of(get(client, reader, address, "tab=all&cut=all&status="))
    for column in listing.columns:
        if not column.sorts:
            continue
        page = get(client, reader, address, f"sort=-{column.name}&tab=all&cut=all&status=")
        head = listing_of(page).heads[column.name]
        assert head.aria == "descending"
        text = page.content.decode()
        assert text.count("aria-sort=") <= 1
        for _format, url in listing_of(page).files:
            assert f"sort=-{column.name}&" in url
            assert escape(url) in text
    assert ('class="saved-views"' in text) == ("/" not in name)


def test_a_list_takes_no_more_queries_for_more_rows(
    name: str, client: Client, reader: Membership
) -> None:
    make, _shown = LISTS[name]
    address = address_of(name)
    counted = []
    for more in (1, 2):
        for _row in range(more):
            make()
        for query in ("tab=all&cut=all&q=", "tab=all&cut=all&q=&format=csv"):
            get(client, reader, address, query)
            with CaptureQueriesContext(connection) as queries:
                assert get(client, reader, address, query).status_code == 200
            counted.append(len(queries))
    assert counted[:2] == counted[2:]


@pytest.mark.parametrize("name", [name for name in LISTS if "/" not in name])
def test_a_list_opens_with_the_view_that_the_person_put_first(
    name: str, client: Client, reader: Membership
) -> None:
    address = address_of(name)
    client.force_login(reader.user)
    saved = {"path": address, "query": "q=nothing&tab=all", "name": "Mine", "is_first": "1"}
    client.post(reverse("workplace:view-save"), saved)
    assert SavedView.objects.get().page == name
    assert client.get(address)["Location"] == f"{address}?q=nothing&tab=all"
    assert client.get(f"{address}?q=").status_code == 200


def test_a_file_holds_no_row_that_the_person_may_not_see(client: Client) -> None:
    own, other = scenarios.a_request("submitted"), scenarios.a_request("submitted")
    applicant = scenarios.actor_of(own, Role.APPLICANT)
    response = get(client, applicant, reverse("expertise:request-list"), "format=csv")
    assert [row["Request"] for row in rows_of_file(response)] == [own.number]
    assert other.number not in response.content.decode()


def _names(patterns: Any, space: str = "") -> list[str]:
    found: list[str] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            found += _names(pattern.url_patterns, space + inner)
        elif isinstance(pattern, URLPattern) and (pattern.name or "").endswith("list"):
            found.append(f"{space}{pattern.name}")
    return found


def test_every_list_of_the_portal_is_tried_here_or_says_why_not() -> None:
    assert set(_names(get_resolver().url_patterns)) == {*OTHERS} | {
        name.partition("/")[0] for name in LISTS
    }
