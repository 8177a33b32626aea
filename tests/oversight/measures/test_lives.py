"""The life of each type of measure, by table; two people, terms, and nothing done twice."""

import datetime as dt
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, connections, transaction
from django.utils import timezone

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership, Role
from audit.models import AuditEvent
from documents.models import SealedDocument
from documents.signing import give
from oversight import papers
from oversight.departments import OutsideDepartment
from oversight.measures.deciding import (
    approve_measure,
    drop_measure,
    impose_measure,
    reject_measure,
)
from oversight.measures.fines import tenge_of
from oversight.measures.following import (
    execute_measure,
    expire_measures,
    lift_measure,
    note_payment,
)
from oversight.measures.proposing import withdraw_measure
from oversight.measures.replying import register_reply, reply_to_measure
from oversight.measures.signing import begin_signing
from oversight.models import Measure, Posting
from reference import working_days
from reference.models import Department, MeasureType
from tests import scenarios
from tests.oversight.measures.builders import (
    NOTE,
    a_measure_in_force,
    after,
    again,
    another_head,
    approved,
    head,
    imposed,
    inspector,
    propose,
    replied,
    speaker,
)
from tests.signatures import a_signature
from workflow.moving import MovedOn, WrongStatus

LANGUAGE = "en"

pytestmark = pytest.mark.django_db

# type: (status after the decision, is heard first, has a last day, is executed by a person)
LIVES = {
    "warning": (True, False, True),
    "prescription": (False, False, True),
    "suspend_certificate": (False, False, False),
    "revoke_certificate": (True, False, False),
    "annul_act": (True, False, False),
    "suspend_attestation": (True, True, False),
    "revoke_attestation": (True, False, False),
    "ban_acts_auditor": (False, True, False),
    "ban_acts_organisation": (False, True, False),
    "rapid_prohibition": (False, False, True),
    "rapid_suspension": (False, False, True),
    "administrative_case_auditor": (True, False, True),
    "administrative_case": (True, False, True),
    "seizure": (False, False, True),
    "recall_notice": (False, False, True),
    "referral": (False, False, True),
}


def test_the_table_names_every_type() -> None:
    assert set(LIVES) == set(MeasureType.objects.values_list("code", flat=True))


@pytest.mark.parametrize("code", LIVES)
def test_the_life_of_each_type(code: str) -> None:
    is_heard, has_end, is_executed = LIVES[code]
    measure = propose(code)
    assert measure.status == "proposed"
    if is_heard:
        measure = approved(measure)
        assert (measure.status, measure.approved_by) == ("approved", head().user)
        assert measure.due_on == working_days.add(timezone.localdate(), measure.type.reply_days)
        if measure.organisation or measure.auditor:
            with pytest.raises(WrongStatus, match="until then the measure is not imposed"):
                impose_measure(measure=measure, actor=head())
    else:
        with pytest.raises(DomainError, match="one decision"):
            approve_measure(measure=measure, actor=head())
    measure = again(imposed(again(measure)))
    assert measure.status == "in_force"
    assert (measure.decided_by, measure.starts_on) == (head().user, timezone.localdate())
    assert (measure.ends_on is not None) is has_end
    assert measure.appeal_until is not None
    assert len(measure.decision_sha256) == 64
    assert (measure.fine_tenge is not None) is measure.type.has_fine
    if measure.type.execution_days:
        assert (
            measure.due_on
            == measure.execute_by
            == working_days.add(timezone.localdate(), measure.type.execution_days)
        )
    assert AuditEvent.objects.filter(event="measure.imposed").count() == 1
    if measure.type.has_fine:
        with pytest.raises(DomainError, match="on which day the fine was paid"):
            execute_measure(measure=measure, actor=inspector(), note="Оплачено.")
        measure = note_payment(measure=measure, actor=inspector(), paid_on=timezone.localdate())
    if is_executed:
        measure = execute_measure(measure=measure, actor=inspector(), note="Исполнено.")
        assert again(measure).status == "executed"
    else:
        with pytest.raises(DomainError, match="carried out by the portal"):
            execute_measure(measure=measure, actor=inspector(), note="Исполнено.")


@pytest.mark.parametrize(
    ("code", "steps", "status"),
    [
        ("warning", ("withdraw",), "withdrawn"),
        ("warning", ("reject",), "rejected"),
        ("warning", ("approve", "drop"), "dropped"),
        ("referral", ("reject",), "rejected"),
        ("rapid_suspension", ("impose", "lift"), "lifted"),
        ("suspend_certificate", ("impose", "lift"), "lifted"),
        ("ban_acts_auditor", ("impose", "lift"), "lifted"),
        ("ban_acts_auditor", ("impose", "expire"), "executed"),
    ],
)
def test_the_other_ways_to_end(code: str, steps: tuple[str, ...], status: str) -> None:
    measure = propose(code)
    for step in steps:
        if step == "expire":
            expire_measures(on=measure.ends_on + dt.timedelta(days=1))
        else:
            measure = {
                "withdraw": lambda m: withdraw_measure(measure=m, actor=inspector()),
                "reject": lambda m: reject_measure(measure=m, actor=head(), note="Нет оснований."),
                "approve": approved,
                "drop": lambda m: drop_measure(measure=m, actor=head(), note="Доводы верны."),
                "impose": lambda m: impose_measure(measure=m, actor=head()),
                "lift": lambda m: lift_measure(measure=m, actor=head(), note="Устранено."),
            }[step](measure)
    assert again(measure).status == status


@pytest.mark.parametrize("code", ["revoke_certificate", "annul_act", "revoke_attestation"])
def test_what_is_final_is_not_lifted(code: str) -> None:
    measure = a_measure_in_force(code)
    with pytest.raises(DomainError, match="only an appeal or a court"):
        lift_measure(measure=measure, actor=head(), note="Устранено.")


SECOND_SIGNATURES: dict[str, Callable[[Measure, Membership], Any]] = {
    "approve": lambda m, a: approve_measure(measure=m, actor=a),
    "reject": lambda m, a: reject_measure(measure=m, actor=a, note="Нет."),
    "impose": lambda m, a: impose_measure(measure=m, actor=a),
    "drop": lambda m, a: drop_measure(measure=m, actor=a, note="Нет."),
    "lift": lambda m, a: lift_measure(measure=m, actor=a, note="Нет."),
}


@pytest.mark.parametrize("command", SECOND_SIGNATURES)
def test_the_same_persons_second_signature_is_refused_by_the_service(command: str) -> None:
    measure = propose("suspend_certificate" if command == "lift" else "revoke_certificate")
    head()
    both = scenarios.as_member(inspector().user, Role.COMMITTEE_HEAD, inspector().organisation)
    if command in ("impose", "drop"):
        measure = replied(approved(measure))
    elif command == "lift":
        measure = again(imposed(measure))
    with pytest.raises(PermissionRefused):
        SECOND_SIGNATURES[command](measure, both)
    assert again(measure).status == measure.status


@pytest.mark.parametrize("column", ["approved_by_id", "decided_by_id"])
def test_the_same_persons_second_signature_is_refused_by_the_database(column: str) -> None:
    measure = propose("warning")
    with (
        pytest.raises(IntegrityError, match="by_another_person"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE oversight_measure SET {column} = proposed_by_id WHERE id = %s", [measure.pk]
        )


def test_status_does_not_jump_and_a_decision_stays_to_sql_too() -> None:
    proposed, decided = propose("warning"), a_measure_in_force("administrative_case")
    for measure, change in (
        (proposed, "status = 'in_force'"),
        (proposed, "status = 'executed'"),
        (decided, "status = 'proposed'"),
        (decided, "fine_tenge = 1"),
        (decided, "decision_sha256 = ''"),
        (decided, "decided_by_id = NULL"),
    ):
        with (
            pytest.raises((InternalError, IntegrityError)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE oversight_measure SET {change} WHERE id = %s", [measure.pk])


MAY = {
    "propose": {"inspector"},
    "withdraw": {"inspector"},
    "approve": {"head"},
    "reject": {"head"},
    "reply": {"subject"},
    "register_reply": {"inspector", "another inspector"},
    "impose": {"head"},
    "drop": {"head"},
}


@pytest.mark.parametrize("command", MAY)
def test_who_may_do_what(command: str) -> None:
    measure = None if command == "propose" else propose("revoke_certificate")
    if command in ("reply", "register_reply", "impose", "drop"):
        measure = approved(measure)
    if command in ("impose", "drop"):
        measure = replied(measure)
    applicant = scenarios.a_person(Role.APPLICANT)
    people = {
        "inspector": inspector(),
        "another inspector": scenarios.a_person(Role.INSPECTOR, inspector().organisation),
        "head": head(),
        "subject": speaker(measure) if measure else applicant,
        "another applicant": applicant,
        "officer": scenarios.a_person(Role.CHAMBER_OFFICER),
        "auditor": scenarios.a_person(Role.AUDITOR),
        "expert head": scenarios.a_person(Role.EXPERT_HEAD),
    }
    runs: dict[str, Callable[[Membership], Any]] = {
        "propose": lambda a: propose("referral", a),
        "withdraw": lambda a: withdraw_measure(measure=measure, actor=a),
        "approve": lambda a: approve_measure(measure=measure, actor=a),
        "reject": lambda a: reject_measure(measure=measure, actor=a, note="Нет."),
        "reply": lambda a: reply_to_measure(measure=measure, actor=a, text="Ответ."),
        "register_reply": lambda a: register_reply(measure=measure, actor=a, text="Ответ."),
        "impose": lambda a: impose_measure(measure=measure, actor=a),
        "drop": lambda a: drop_measure(measure=measure, actor=a, note="Нет."),
    }
    allowed = set(MAY[command])
    if command == "propose":
        allowed.add("another inspector")
    for name, person in people.items():
        if name in allowed:
            continue
        with pytest.raises(PermissionRefused):
            runs[command](person)
    for name in sorted(allowed):
        with transaction.atomic():
            runs[command](people[name])
            transaction.set_rollback(True)


def test_a_foreign_department_is_refused() -> None:
    measure = propose("revoke_certificate")
    region = measure.department
    elsewhere = Department.objects.exclude(pk__in=(Department.CENTRAL, region.pk)).first()
    head()
    other_head = another_head()
    other_inspector = scenarios.a_person(Role.INSPECTOR, inspector().organisation)
    since = timezone.localdate() - dt.timedelta(days=1)
    for person in (other_head, other_inspector):
        Posting.objects.create(user=person.user, department=elsewhere, since=since)
    for refused in (
        lambda: approve_measure(measure=measure, actor=other_head),
        lambda: reject_measure(measure=measure, actor=other_head, note="Нет."),
        lambda: propose("suspend_certificate", other_inspector, certificate=measure.certificate),
    ):
        with pytest.raises(OutsideDepartment, match="another department"):
            refused()
    assert again(measure).status == "proposed"
    Posting.objects.create(user=head().user, department=region, since=since)
    assert approve_measure(measure=measure, actor=head()).status == "approved"


def test_it_is_imposed_without_a_reply_only_after_the_term() -> None:
    measure = approved(propose("revoke_certificate"))
    last_day = measure.due_on
    with after(last_day), pytest.raises(WrongStatus, match="until then"):
        impose_measure(measure=measure, actor=head())
    with after(last_day + dt.timedelta(days=1)):
        assert impose_measure(measure=measure, actor=head()).status == "in_force"


def test_a_reply_lets_the_decision_be_made_at_once_and_is_taken_in_once() -> None:
    measure = approved(propose("revoke_certificate"))
    first = reply_to_measure(measure=measure, actor=speaker(measure), text="Не согласны.")
    again_sent = reply_to_measure(measure=measure, actor=speaker(measure), text="Не согласны.")
    assert again_sent.replied_at == first.replied_at
    assert AuditEvent.objects.filter(event="measure.replied").count() == 1
    with pytest.raises(WrongStatus, match="taken in already"):
        register_reply(measure=measure, actor=inspector(), text="Другой ответ.")
    assert impose_measure(measure=measure, actor=head()).status == "in_force"


def test_a_page_opened_before_the_reply_decides_nothing() -> None:
    measure = approved(propose("revoke_certificate"))
    seen = measure.version
    replied(measure)
    with pytest.raises(MovedOn):
        impose_measure(measure=measure, actor=head(), seen_version=seen)


def test_one_form_sent_twice_is_one_proposal() -> None:
    token = uuid.uuid4()
    certificate = scenarios.a_certificate("valid")
    first = propose("revoke_certificate", certificate=certificate, form_token=token)
    second = propose("revoke_certificate", certificate=certificate, form_token=token)
    assert first == second
    assert AuditEvent.objects.filter(event="measure.proposed").count() == 1
    with pytest.raises(DomainError, match="sent before"):
        propose("suspend_certificate", certificate=certificate, form_token=token)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_imposes_once(transactional_db: None) -> None:
    scenarios.reference_data()
    measure = propose("suspend_certificate")
    decider = head()

    def press(_time: int) -> str:
        try:
            impose_measure(measure=measure, actor=decider)
        except WrongStatus:
            return "refused"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(max_workers=4) as pool:
        outcomes = sorted(pool.map(press, range(4)))
    assert outcomes == ["done", "refused", "refused", "refused"]
    assert measure.certificate.changes.count() == 1
    assert AuditEvent.objects.filter(event="measure.imposed").count() == 1
    assert AuditEvent.objects.filter(event="certificate.suspended").count() == 1


@pytest.mark.parametrize(
    ("name", "code", "values", "field"),
    [
        ("no certificate", "revoke_certificate", {"certificate": None}, "certificate"),
        ("no act", "annul_act", {"act": None}, "act"),
        ("no auditor", "suspend_attestation", {"auditor": None}, "auditor"),
        ("no organisation", "ban_acts_organisation", {"organisation": None}, "organisation"),
        ("no subject", "warning", {"subject_name": " "}, "subject_name"),
        ("a BIN that is none", "warning", {"subject_bin": "1", "subject_name": "x"}, "subject_bin"),
        ("no grounds", "warning", {"grounds": " ", "subject_name": "x"}, "grounds"),
        ("a reason where none is", "warning", {"reason": "x", "subject_name": "x"}, "reason"),
        (
            "a fine beyond reason",
            "administrative_case",
            {"fine_mci": Decimal(10_001), "subject_name": "x"},
            "fine_mci",
        ),
        (
            "no fine",
            "administrative_case",
            {"fine_mci": Decimal(0), "subject_name": "x"},
            "fine_mci",
        ),
    ],
)
def test_a_proposal_is_whole_or_refused(
    name: str, code: str, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        propose(code, **values)
    assert refusal.value.field == field, name
    assert not Measure.objects.exists()


def test_a_subject_is_found_by_its_number() -> None:
    organisation = scenarios.an_organisation("applicant")
    measure = propose("warning", subject_name="", subject_bin=organisation.bin)
    assert measure.organisation == organisation


def test_an_auditor_without_a_case_is_refused_with_what_can_be_done() -> None:
    auditor = scenarios.a_person(Role.AUDITOR)
    with pytest.raises(DomainError, match="New acts of the auditor can be banned"):
        propose("suspend_attestation", auditor=auditor.user)
    assert propose("ban_acts_auditor", auditor=auditor.user).status == "proposed"


@pytest.mark.parametrize(
    ("year", "tenge"), [(2023, "34500"), (2024, "36920"), (2025, "39320"), (2026, "43250")]
)
def test_the_fine_is_frozen_in_tenge_by_the_index_of_the_year(year: int, tenge: str) -> None:
    assert tenge_of(Decimal(10), on=dt.date(year, 6, 1)) == Decimal(tenge)
    assert tenge_of(Decimal(10), on=dt.date(year, 1, 1)) == Decimal(tenge)
    assert tenge_of(Decimal(10), on=dt.date(year, 12, 31)) == Decimal(tenge)


def test_the_fine_is_of_the_day_of_the_decision() -> None:
    today = timezone.localdate()
    measure = a_measure_in_force("administrative_case_auditor")
    assert measure.fine_tenge == tenge_of(Decimal(10), on=today)
    with pytest.raises(DomainError, match="has not come yet"):
        note_payment(measure=measure, actor=inspector(), paid_on=today + dt.timedelta(days=1))
    note_payment(measure=measure, actor=inspector(), paid_on=today)
    note_payment(measure=measure, actor=inspector(), paid_on=today)
    assert AuditEvent.objects.filter(event="measure.fine_paid").count() == 1


def test_terms_end_once_and_not_before() -> None:
    measure = a_measure_in_force("ban_acts_auditor")
    assert expire_measures(on=measure.ends_on) == 0
    assert expire_measures(on=measure.ends_on + dt.timedelta(days=1)) == 1
    assert expire_measures(on=measure.ends_on + dt.timedelta(days=1)) == 0
    assert again(measure).status == "executed"


@pytest.mark.usefixtures("eds")
def test_the_decision_is_signed_over_its_record(settings: Any) -> None:
    settings.CTKZ_EDS_REQUIRED = False
    measure = replied(approved(propose("revoke_certificate")))
    decider = head()
    settings.CTKZ_EDS_REQUIRED = True
    with pytest.raises(DomainError, match="electronic signature"):
        impose_measure(measure=measure, actor=decider)
    session = begin_signing(measure, decider, note=NOTE, seen_version=again(measure).version)
    item = session.items.get()
    give(
        session=session,
        actor=decider,
        signatures={item.pk: a_signature(decider, item.record_bytes)},
    )
    item.refresh_from_db()
    assert item.refusal == ""
    measure = again(measure)
    assert measure.status == "in_force"
    assert measure.signature.record_sha256 == measure.decision_sha256
    assert measure.certificate.status == "revoked"


@pytest.mark.usefixtures("eds")
def test_what_changed_after_it_was_shown_is_not_carried_out(settings: Any) -> None:
    settings.CTKZ_EDS_REQUIRED = False
    measure = approved(propose("revoke_certificate"))
    decider = head()
    Measure.objects.filter(pk=measure.pk).update(due_on=dt.date(2020, 1, 1))
    settings.CTKZ_EDS_REQUIRED = True
    session = begin_signing(again(measure), decider, note="", seen_version=measure.version)
    item = session.items.get()
    reply_to_measure(measure=measure, actor=speaker(measure), text="Не согласны.")
    give(
        session=session,
        actor=decider,
        signatures={item.pk: a_signature(decider, item.record_bytes)},
    )
    item.refresh_from_db()
    assert item.refusal_code == "moved_on"
    assert again(measure).status == "approved"


@pytest.mark.parametrize("code", ["revoke_certificate", "administrative_case_auditor", "referral"])
def test_notice_and_decision_become_sealed_documents(code: str) -> None:
    scenarios.a_seal()
    measure = a_measure_in_force(code)
    if measure.type.reply_days is not None:
        papers.make_paper("measure_notice", str(measure.pk))
    papers.make_paper("measure_decision", str(measure.pk))
    papers.make_paper("measure_decision", str(measure.pk))
    measure = again(measure)
    assert (measure.notice is not None) is (measure.type.reply_days is not None)
    assert measure.document.number == measure.number
    assert SealedDocument.objects.filter(subject_id=str(measure.pk)).count() == 1 + (
        measure.type.reply_days is not None
    )
