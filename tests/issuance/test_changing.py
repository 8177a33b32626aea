"""Suspending, lifting, revoking, setting aside: by two people, at once, and only once."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, connections
from django.utils import timezone

import outbox
from accounts.errors import DomainError, PermissionRefused
from accounts.models import Role
from audit.models import AuditEvent
from documents.models import SealedDocument, SigningItem
from documents.signing import give
from issuance.change_records import DECIDE
from issuance.change_signing import begin_signing
from issuance.changing import decide_change, kinds_open_to, reject_change, withdraw_change
from issuance.ledger import draw
from issuance.models import Certificate, CertificateChange, StatusPeriod
from issuance.orders import MAKE_ORDER, make_order, order_record
from issuance.originals import hand_out_original
from issuance.replacing import apply_for_replacement
from outbox.models import OutboxItem
from tests import scenarios
from tests.issuance.after_issue import (
    GROUNDS,
    REASONS,
    Kind,
    again,
    applicant,
    by_the_committee,
    changed,
    decide,
    in_status,
    of_the_committee,
    officer,
    propose,
    signatory,
)
from tests.signatures import a_signature
from workflow.moving import MovedOn, WrongStatus

LANGUAGE = "en"

# Who may propose what, by the status of the certificate; everybody not named may nothing.
MAY_PROPOSE = {
    "valid": {
        "officer": {"suspend", "revoke", "duplicate"},
        "signatory": {"suspend", "revoke", "duplicate"},
        "applicant": {"revoke", "duplicate"},
        "inspector": {"suspend", "revoke"},
    },
    "suspended": {
        "officer": {"lift", "revoke"},
        "signatory": {"lift", "revoke"},
        "applicant": {"revoke"},
        "inspector": {"lift", "revoke"},
    },
    "revoked": {
        "officer": {"set_aside"},
        "signatory": {"set_aside"},
        "inspector": {"set_aside"},
    },
    "replaced": {},
    "issuing": {},
    "issue_failed": {},
}


@pytest.fixture
def certificate(db: None) -> Certificate:
    return scenarios.a_certificate("valid")


def people(certificate: Certificate) -> dict[str, object]:
    case = certificate.application
    return {
        "officer": officer(certificate),
        "signatory": signatory(certificate),
        "applicant": applicant(certificate),
        "inspector": of_the_committee(Role.INSPECTOR),
        "head": of_the_committee(Role.COMMITTEE_HEAD),
        "auditor": scenarios.actor_of(case.act.request, Role.AUDITOR),
        "expert_head": scenarios.actor_of(case.act.request, Role.EXPERT_HEAD),
        "other applicant": scenarios.a_person(Role.APPLICANT),
        "other chamber": scenarios.a_person(
            Role.CHAMBER_OFFICER, scenarios.an_organisation("chamber", code="119")
        ),
        "auditor as officer": scenarios.as_member(case.auditor, Role.CHAMBER_OFFICER, case.chamber),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("status", MAY_PROPOSE)
def test_who_may_propose_what_by_the_status(status: str) -> None:
    is_made = status in ("issuing", "issue_failed")
    certificate = scenarios.a_certificate(status if is_made else "valid")
    if not is_made:
        certificate = in_status(certificate, status)
    for name, person in people(certificate).items():
        expected = MAY_PROPOSE[status].get(name, set())
        if name == "auditor as officer":
            # The paper may be handed on by anyone of the chamber; the rest by people apart.
            expected = {"duplicate"} if status == "valid" else set()
        assert set(kinds_open_to(certificate, person)) == expected, name
        for kind in Kind.values:
            if kind not in expected:
                with pytest.raises(DomainError):
                    propose(certificate, kind, person)
    assert not certificate.changes.filter(status="proposed").exists()


@pytest.mark.parametrize(
    ("kinds", "status", "event"),
    [
        (("suspend",), "suspended", "certificate.suspended"),
        (("suspend", "lift"), "valid", "certificate.suspension_lifted"),
        (("revoke",), "revoked", "certificate.revoked"),
        (("suspend", "revoke"), "revoked", "certificate.revoked"),
        (("revoke", "set_aside"), "valid", "certificate.revocation_set_aside"),
    ],
)
def test_a_decided_change_takes_effect_at_once_with_its_period_and_event(
    certificate: Certificate, kinds: tuple[str, ...], status: str, event: str
) -> None:
    certificate = changed(certificate, *kinds)
    assert certificate.status == status
    change = certificate.changes.get(kind=kinds[-1])
    period = certificate.periods.order_by("since").last()
    assert (period.status, period.reason, period.change) == (
        status,
        REASONS[Kind(kinds[-1])],
        change,
    )
    logged = AuditEvent.objects.get(event=event, subject_id=str(certificate.pk))
    assert logged.facts["reason_code"] == change.reason
    assert GROUNDS not in str(logged.facts)
    assert change.appeal_until > timezone.localdate() + timedelta(days=80)
    assert certificate.periods.count() == len(kinds) + 1


def test_a_second_decision_on_the_same_proposal_changes_nothing(certificate: Certificate) -> None:
    change = propose(certificate, Kind.SUSPEND)
    decide(change)
    events = AuditEvent.objects.count()
    for command in (decide_change, reject_change):
        with pytest.raises(WrongStatus):
            command(change=change, actor=signatory(certificate), note="Ещё раз.")
    assert AuditEvent.objects.count() == events
    assert certificate.periods.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_one_moment_are_one() -> None:
    certificate = scenarios.a_certificate("valid")
    change = propose(certificate, Kind.REVOKE)
    decider = signatory(certificate)

    def press(_turn: int) -> bool:
        try:
            decide_change(change=change, actor=decider)
        except WrongStatus:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(press, range(4)))
    assert done.count(True) == 1
    assert StatusPeriod.objects.filter(certificate=certificate, status="revoked").count() == 1
    assert OutboxItem.objects.filter(task=MAKE_ORDER).count() == 1


def test_one_form_sent_twice_is_one_proposal(certificate: Certificate) -> None:
    token = uuid.uuid4()
    first = propose(certificate, Kind.SUSPEND, form_token=token)
    assert propose(certificate, Kind.SUSPEND, form_token=token) == first
    decide(first)
    assert propose(certificate, Kind.SUSPEND, form_token=token) == first
    assert CertificateChange.objects.count() == 1
    with pytest.raises(DomainError) as refusal:
        propose(certificate, Kind.SUSPEND, signatory(certificate), form_token=token)
    assert refusal.value.code == "form_used"


def test_a_certificate_has_one_open_proposal(certificate: Certificate) -> None:
    propose(certificate, Kind.SUSPEND)
    with pytest.raises(DomainError) as refusal:
        propose(certificate, Kind.REVOKE)
    assert refusal.value.code == "change_open"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"reason": "because"}, "no_reason"),
        ({"reason": "lost"}, "no_reason"),
        ({"grounds": "  "}, "no_grounds"),
        ({"grounds": "я" * 4001}, "too_long"),
    ],
)
def test_a_proposal_has_a_reason_from_the_list_and_grounds(
    certificate: Certificate, values: dict[str, str], code: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        propose(certificate, Kind.SUSPEND, **values)
    assert refusal.value.code == code
    assert not CertificateChange.objects.exists()


@pytest.mark.parametrize(
    ("reason", "is_taken"),
    [("applicant_request", True), ("production_changed", True), ("court_decision", False)],
)
def test_an_applicant_gives_an_applicants_reason(
    certificate: Certificate, reason: str, is_taken: bool
) -> None:
    by = applicant(certificate)
    if is_taken:
        assert decide(propose(certificate, Kind.REVOKE, by, reason=reason)).status == "in_force"
        return
    with pytest.raises(DomainError):
        propose(certificate, Kind.REVOKE, by, reason=reason)


def test_who_proposed_does_not_decide(certificate: Certificate) -> None:
    by = signatory(certificate)
    change = propose(certificate, Kind.SUSPEND, by)
    for command in (decide_change, reject_change):
        with pytest.raises(PermissionRefused):
            command(change=change, actor=by, note="Сам.")
    assert again(certificate).status == "valid"


def test_sql_cannot_make_proposer_and_decider_one_person(certificate: Certificate) -> None:
    change = propose(certificate, Kind.SUSPEND)
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE issuance_certificatechange"
            " SET decided_by_id = proposed_by_id, decided_at = now(), status = 'in_force'"
            " WHERE id = %s",
            [change.pk],
        )


@pytest.mark.parametrize("name", ["officer", "applicant", "inspector", "head", "other chamber"])
def test_only_a_signatory_of_the_chamber_decides_on_the_chambers_proposal(
    certificate: Certificate, name: str
) -> None:
    change = propose(certificate, Kind.SUSPEND, signatory(certificate))
    with pytest.raises(PermissionRefused):
        decide(change, people(certificate)[name])


@pytest.mark.parametrize(
    ("powers", "kind", "is_allowed"),
    [
        (("suspend",), Kind.SUSPEND, True),
        (("suspend",), Kind.REVOKE, False),
        (("revoke",), Kind.REVOKE, True),
        (("issue",), Kind.SUSPEND, False),
        (("issue",), Kind.DUPLICATE, True),
        ((), Kind.SUSPEND, False),
    ],
)
def test_a_signatory_decides_within_the_mandate(
    certificate: Certificate, powers: tuple[str, ...], kind: str, is_allowed: bool
) -> None:
    chamber = certificate.application.chamber
    person = scenarios.a_person(Role.APPLICANT).user
    decider = scenarios.as_member(person, Role.CHAMBER_SIGNATORY, chamber)
    if powers:
        scenarios.a_mandate(decider, *powers)
    change = propose(certificate, kind)
    if is_allowed:
        assert decide(change, decider).mandate is not None
        return
    with pytest.raises(DomainError) as refusal:
        decide(change, decider)
    assert refusal.value.code == "no_mandate"
    assert again(certificate).status == "valid"


def test_the_committee_decides_on_its_inspectors_finding_and_only_it_undoes_that(
    certificate: Certificate,
) -> None:
    change = propose(certificate, Kind.SUSPEND, of_the_committee(Role.INSPECTOR))
    with pytest.raises(PermissionRefused):
        decide(change, signatory(certificate))
    change = decide(change, of_the_committee(Role.COMMITTEE_HEAD))
    assert (change.mandate, again(certificate).status) == (None, "suspended")
    with pytest.raises(DomainError) as refusal:
        propose(certificate, Kind.LIFT)
    assert refusal.value.code == "of_the_committee"
    assert "lift" not in kinds_open_to(again(certificate), officer(certificate))
    assert by_the_committee(certificate, Kind.LIFT).status == "valid"


@pytest.mark.parametrize("status", ["revoked", "replaced"])
def test_a_certificate_out_of_force_refuses_every_further_action(
    certificate: Certificate, status: str
) -> None:
    in_status(certificate, status)
    by, periods = officer(certificate), certificate.periods.count()
    actions: list[Callable[[], object]] = [
        *(
            lambda kind=kind: propose(certificate, kind)
            for kind in Kind.values
            if (status, kind) != ("revoked", "set_aside")
        ),
        lambda: hand_out_original(
            certificate=certificate,
            actor=by,
            blank_number="0000017",
            received_by="Примеров П.",
            handed_out_on=timezone.localdate(),
        ),
        lambda: draw(
            certificate=certificate,
            line=1,
            quantity=Decimal(1),
            document="contract",
            document_number="1",
            document_on=timezone.localdate(),
            buyer_bin="",
            request_key="1",
            by="test",
            drawn_for=None,
        ),
    ]
    if status == "revoked":
        actions.append(
            lambda: apply_for_replacement(
                certificate=certificate, actor=by, reason="technical_error", note="Опечатка."
            )
        )
    for action in actions:
        with pytest.raises(DomainError):
            action()
    assert again(certificate).status == status
    assert certificate.periods.count() == periods


@pytest.mark.parametrize("kind", [Kind.REVOKE, Kind.SUSPEND])
def test_a_proposal_that_was_overtaken_is_not_decided(certificate: Certificate, kind: str) -> None:
    """The certificate was replaced while the proposal waited."""
    change = propose(certificate, kind)
    in_status(certificate, "replaced")
    with pytest.raises(WrongStatus):
        decide(change)
    assert again(certificate).status == "replaced"
    assert (
        reject_change(change=change, actor=signatory(certificate), note="Заменён.").status
        == "rejected"
    )


def test_a_page_left_open_does_not_act_on_what_has_moved_on(certificate: Certificate) -> None:
    seen = certificate.version
    changed(certificate, Kind.SUSPEND, Kind.LIFT)
    with pytest.raises(MovedOn):
        propose(certificate, Kind.REVOKE, seen_version=seen)


def test_a_proposal_is_withdrawn_by_its_author_and_rejected_with_a_note(
    certificate: Certificate,
) -> None:
    change = propose(certificate, Kind.SUSPEND)
    with pytest.raises(PermissionRefused):
        withdraw_change(change=change, actor=signatory(certificate))
    assert withdraw_change(change=change, actor=officer(certificate)).status == "withdrawn"
    change = propose(certificate, Kind.REVOKE)
    with pytest.raises(DomainError):
        reject_change(change=change, actor=signatory(certificate), note=" ")
    rejected = reject_change(change=change, actor=signatory(certificate), note="Нет оснований.")
    assert (rejected.status, again(certificate).status) == ("rejected", "valid")
    assert not OutboxItem.objects.filter(task=MAKE_ORDER).exists()


def test_an_expired_certificate_is_not_suspended_but_may_be_revoked(
    certificate: Certificate,
) -> None:
    people_then = officer(certificate), signatory(certificate)
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        with pytest.raises(WrongStatus):
            propose(certificate, Kind.SUSPEND, people_then[0])
        assert propose(certificate, Kind.REVOKE, people_then[0]).status == "proposed"


def test_the_order_is_sealed_once_however_often_the_worker_comes(
    certificate: Certificate,
) -> None:
    change = decide(propose(certificate, Kind.SUSPEND))
    for _time in range(2):
        make_order(str(change.pk))
    change.refresh_from_db()
    assert change.document.number == change.order_number
    assert SealedDocument.objects.filter(kind="order").count() == 1
    assert AuditEvent.objects.filter(event="certificate_change.order_made").count() == 1
    assert not OutboxItem.objects.unfinished().filter(task=MAKE_ORDER).exists()


def test_the_order_says_what_why_until_when_and_by_whom(certificate: Certificate) -> None:
    hand_out_original(
        certificate=certificate,
        actor=officer(certificate),
        blank_number="0000017",
        received_by="Примеров П.",
        handed_out_on=timezone.localdate(),
    )
    change = decide(propose(certificate, Kind.REVOKE))
    record = order_record(change)
    assert record["number"] == f"П-120-{timezone.localdate().year}-0001"
    assert record["certificate"]["sha256"] == certificate.record_sha256
    assert record["reason"]["name"]["ru"] == "Представлены ложные сведения или документы"
    assert record["appeal_until"] == change.appeal_until.isoformat()
    assert record["return_original_by"] > timezone.localdate().isoformat()
    assert record["signed_by"]["position"]["ru"] == "Директор палаты"
    committee = decide(
        propose(certificate, Kind.SET_ASIDE, of_the_committee(Role.INSPECTOR)),
        of_the_committee(Role.COMMITTEE_HEAD),
    )
    record = order_record(committee)
    assert record["number"].startswith("П-000-")
    assert record["return_original_by"] is None
    assert record["signed_by"]["position"]["ru"] == "Руководитель управления Комитета"


def test_without_a_seal_the_order_waits_in_the_outbox(
    certificate: Certificate, settings: Any
) -> None:
    change = decide(propose(certificate, Kind.SUSPEND))
    settings.CTKZ_SEAL_KEY_FILE = "/nowhere/seal.key"
    make_order(str(change.pk))
    item = OutboxItem.objects.get(task=MAKE_ORDER)
    assert item.done_at is None
    assert item.last_error
    change.refresh_from_db()
    assert (change.document, again(certificate).status) == (None, "suspended")
    assert outbox.relay(at=timezone.now()) >= 0


def signed_by(
    change: CertificateChange, decision: str, note: str = "Проверка начата."
) -> SigningItem:
    """A whole sitting: what is shown, signed and carried out; the item afterwards."""
    actor = signatory(change.certificate)
    session = begin_signing(
        change, actor, decision=decision, note=note, seen_version=change.version
    )
    item = session.items.get()
    give(
        session=session,
        actor=actor,
        signatures={item.pk: a_signature(actor, item.record_bytes)},
    )
    item.refresh_from_db()
    return item


def test_a_signed_decision_keeps_its_signature(certificate: Certificate, eds: object) -> None:
    change = propose(certificate, Kind.SUSPEND)
    item = signed_by(change, DECIDE)
    assert item.refusal == ""
    change.refresh_from_db()
    assert (change.status, change.signature, change.decision_note) == (
        "in_force",
        item.signature,
        "Проверка начата.",
    )
    assert order_record(change)["signature"]["sha256"] == change.signature.cms_sha256


def test_an_unsigned_decision_is_refused_where_signatures_are_required(
    certificate: Certificate, settings: Any
) -> None:
    change = propose(certificate, Kind.SUSPEND)
    decider = signatory(certificate)
    settings.CTKZ_EDS_REQUIRED = True
    with pytest.raises(DomainError) as refusal:
        decide(change, decider)
    assert refusal.value.code == "signature_needed"
    assert again(certificate).status == "valid"


def test_a_revocation_in_between_does_not_undo_what_the_committee_suspended(
    certificate: Certificate,
) -> None:
    """The chamber revokes what the Committee suspended, then sets its own revocation aside."""
    by_the_committee(certificate, Kind.SUSPEND)
    changed(certificate, Kind.REVOKE)
    with pytest.raises(DomainError) as refusal:
        propose(again(certificate), Kind.SET_ASIDE)
    assert refusal.value.code == "of_the_committee"
    assert Kind.SET_ASIDE not in kinds_open_to(again(certificate), officer(certificate))
    assert by_the_committee(certificate, Kind.SET_ASIDE).status == "valid"
