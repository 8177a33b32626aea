"""The projection follows the certificates, and can be made anew at any time."""

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import transaction

from accounts.models import Role
from issuance.models import Certificate, PaperOriginal
from registry.models import RegisterEntry, RegisterLine, Source, State
from registry.register import follow_blanks, rebuild, search_words
from tests.registry.lives import move
from tests.scenarios import a_certificate, staff_of

LANGUAGE = "en"

pytestmark = pytest.mark.django_db


def entry_of(certificate: Certificate) -> RegisterEntry:
    return RegisterEntry.objects.get(certificate=certificate)


def test_a_certificate_enters_the_register_when_it_comes_into_force() -> None:
    certificate = a_certificate("valid", lines=2)
    entry = entry_of(certificate)
    request = certificate.application.act.request
    assert (entry.source, entry.number, entry.year) == (
        Source.PORTAL, certificate.number, certificate.year,
    )  # fmt: skip
    assert (entry.state, entry.valid_until) == (State.VALID, certificate.valid_until)
    assert (entry.producer_bin, entry.producer_name) == (
        request.producer_bin, request.producer_name_ru,
    )  # fmt: skip
    assert entry.line_count == 2
    line = entry.lines.first()
    assert (line.number, line.hs_code, line.criterion) == (1, "8421310000", "Д8421")
    assert (line.quantity, line.share_percent) == (Decimal(20), Decimal("68.23"))
    assert (line.unit, line.unit_code) == ("шт", "796")


@pytest.mark.parametrize("status", ["issuing", "issue_failed"])
def test_a_certificate_that_is_not_issued_is_not_in_the_register(status: str) -> None:
    a_certificate(status)
    assert not RegisterEntry.objects.exists()


def test_the_entry_follows_every_change_of_status() -> None:
    certificate = a_certificate("valid")
    for transition, state in (("suspend", "suspended"), ("lift", "valid"), ("revoke", "revoked")):
        move(certificate, transition)
        assert entry_of(certificate).state == state


def test_a_replaced_certificate_names_its_successor() -> None:
    first, second = a_certificate("valid"), a_certificate("valid")
    move(first, "replace", successor=second)
    entry = entry_of(first)
    assert (entry.state, entry.replaced_by) == (State.REPLACED, second.number)


def test_a_rollback_leaves_no_trace_in_the_register() -> None:
    certificate = a_certificate("valid")
    with transaction.atomic():
        move(certificate, "suspend")
        assert entry_of(certificate).state == State.SUSPENDED
        transaction.set_rollback(True)
    assert entry_of(certificate).state == State.VALID


def test_a_rebuilding_changes_nothing_that_is_sound_and_mends_the_rest() -> None:
    first, second = a_certificate("valid"), a_certificate("valid")
    assert rebuild() == rebuild()
    assert rebuild().unchanged == 2
    RegisterEntry.objects.filter(certificate=first).update(state="revoked", digest="")
    RegisterLine.objects.filter(entry__certificate=second).delete()
    RegisterEntry.objects.filter(certificate=second).delete()
    outcome = rebuild()
    assert (outcome.added, outcome.unchanged) == (1, 0)
    assert [(change.number, change.columns) for change in outcome.changed] == [
        (first.number, ("state",))
    ]
    assert entry_of(first).state == State.VALID
    assert entry_of(second).lines.count() == 1
    call_command("rebuild_register")
    assert rebuild().unchanged == 2


def test_the_number_of_a_blank_reaches_the_register() -> None:
    certificate = a_certificate("valid")
    signatory = staff_of(certificate.application, Role.CHAMBER_SIGNATORY)
    PaperOriginal.objects.create(
        certificate=certificate,
        blank_number="2310478",
        handed_out_on=certificate.valid_from,
        handed_out_by=signatory.user,
        received_by="Примеров П.",
    )
    assert entry_of(certificate).blank_number == ""
    assert (follow_blanks(), follow_blanks()) == (1, 0)
    assert entry_of(certificate).blank_number == "2310478"


def test_the_register_holds_no_person_but_producer_and_recipient() -> None:
    """Columns 5.1 of the public register: who signed, filed or decided is none of them."""
    certificate = a_certificate("valid")
    entry = entry_of(certificate)
    application = certificate.application
    shown = " ".join(str(getattr(entry, field.attname)) for field in entry._meta.concrete_fields)
    for person in (application.filed_by, application.reviewer, application.decider):
        assert person.full_name not in shown
        assert person.email not in shown


def test_look_alike_letters_are_one_in_the_words_of_search() -> None:
    assert search_words("КТF-0001А") == search_words("ktf-0001a")
