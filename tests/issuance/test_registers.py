"""The registers of a chamber: each row offers what is permitted, in a fixed number of queries."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, Role
from accounts.permissions import has_permission
from issuance import services
from issuance.models import Mandate
from issuance.registers import ENDED
from tests import scenarios
from tests.issuance.conftest import SignIn
from tests.issuance.test_mandates import a_signatory_without_a_mandate, enter

LANGUAGE = "en"
pytestmark = pytest.mark.django_db

CHAMBER_STAFF = (Role.CHAMBER_OFFICER, Role.CHAMBER_SIGNATORY)
READING = (*CHAMBER_STAFF, Role.INSPECTOR, Role.COMMITTEE_HEAD)
COMMANDS = ("confirm", "end")


@pytest.fixture
def chamber() -> Organisation:
    return scenarios.an_organisation("chamber")


def entries_of_all_kinds(chamber: Organisation) -> None:
    """Waiting, in force, ended: here and in another chamber."""
    today = timezone.localdate()
    yesterday = today - dt.timedelta(days=1)
    head = scenarios.a_person(Role.COMMITTEE_HEAD)
    for house in (chamber, scenarios.an_organisation("chamber", code="101")):
        officer = scenarios.a_person(Role.CHAMBER_OFFICER, house)
        _waiting, confirmed, over = (
            enter(officer, a_signatory_without_a_mandate(house), valid_from=day)
            for day in (today, today, yesterday)
        )
        services.confirm_mandate(mandate=confirmed, actor=head)
        Mandate.objects.filter(pk=over.pk).update(valid_until=yesterday)


@pytest.mark.parametrize("is_confirmer", [False, True])
@pytest.mark.parametrize("role", READING)
def test_the_register_offers_exactly_what_is_permitted(
    sign_in: SignIn, chamber: Organisation, role: Role, is_confirmer: bool
) -> None:
    entries_of_all_kinds(chamber)
    actor = scenarios.a_person(role, chamber if role in CHAMBER_STAFF else None)
    if not is_confirmer:
        yesterday = timezone.localdate() - dt.timedelta(days=1)
        Mandate.objects.filter(user=actor.user).update(valid_until=yesterday)
    Mandate.objects.filter(pk=Mandate.objects.filter(confirmed_at=None)[0].pk).update(
        entered_by=actor.user
    )
    rows = sign_in(actor).get(reverse("issuance:mandate-list")).context["rows"]
    assert len(rows) >= 3
    for row in rows:
        is_over = row.status == ENDED
        waits = not is_over and row.entry.confirmed_at is None
        may = [has_permission(actor, f"issuance.{do}_mandate", row.entry) for do in COMMANDS]
        assert [row.may_confirm, row.may_end] == [waits and may[0], not is_over and may[1]]


def test_the_register_takes_no_more_queries_for_more_entries(
    sign_in: SignIn, chamber: Organisation
) -> None:
    client = sign_in(scenarios.a_person(Role.CHAMBER_SIGNATORY, chamber))
    counted = []
    officer = scenarios.a_person(Role.CHAMBER_OFFICER, chamber)
    for more in (1, 3):
        for _entry in range(more):
            enter(officer, a_signatory_without_a_mandate(chamber))
        client.get(reverse("issuance:mandate-list"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("issuance:mandate-list"))
        counted.append(len(queries))
    assert counted[0] == counted[1]
