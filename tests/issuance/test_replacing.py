"""A replacement: the new certificate comes into force in the moment in which the old one ends."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Role
from audit.models import AuditEvent
from issuance import services
from issuance.issuing import STEPS, complete_issue, put_into_force
from issuance.models import Application, Certificate
from issuance.originals import hand_out_original
from issuance.periods import end_of
from issuance.replacing import Restated, apply_for_replacement
from registry.standing import standings
from tests import scenarios
from tests.issuance.after_issue import (
    Kind,
    a_replacement,
    again,
    applicant,
    being_replaced,
    by_the_committee,
    changed,
    officer,
    replaced,
)
from workflow.moving import WrongStatus

LANGUAGE = "en"

CASE = "application__act__request__scheme"


@pytest.fixture
def certificate(db: None) -> Certificate:
    return scenarios.a_certificate("valid")


@pytest.fixture
def batch(db: None) -> Certificate:
    return scenarios.a_certificate("valid", category="batch")


def standing_on(certificate: Certificate, days: int = 0) -> str:
    now = timezone.now()
    on = timezone.localdate(now) + timedelta(days=days)
    one = Certificate.objects.select_related(CASE).get(pk=certificate.pk)
    return standings([one], on=on, now=now)[one].code


def test_the_old_one_ends_with_the_new_one_and_is_never_valid_again(
    certificate: Certificate,
) -> None:
    successor = being_replaced(certificate)
    assert standing_on(certificate) == "valid"
    complete_issue(str(successor.pk))
    old, new = again(certificate), again(successor)
    assert (old.status, new.status) == ("replaced", "valid")
    period = old.periods.order_by("since").last()
    assert (period.successor, period.reason) == (new, "technical_error")
    for days in (0, 1, 200, 4000):
        assert standing_on(old, days) == "replaced"
    assert standing_on(new) == "valid"
    event = AuditEvent.objects.get(event="certificate.replaced")
    assert (event.subject_id, event.facts["successor_number"]) == (str(old.pk), new.number)


def test_the_new_one_names_the_old_one_and_does_not_outlive_it(certificate: Certificate) -> None:
    new = replaced(certificate)
    record = json.loads(bytes(new.record))
    assert record["replaces"]["number"] == certificate.number
    assert record["replaces"]["sha256"] == certificate.record_sha256
    assert new.number != certificate.number
    assert new.valid_until == certificate.valid_until


@pytest.mark.parametrize("kinds", [("suspend",), ("suspend", "lift")])
def test_a_suspended_certificate_is_replaced_too(
    certificate: Certificate, kinds: tuple[str, ...]
) -> None:
    changed(certificate, *kinds)
    replaced(certificate)
    assert again(certificate).status == "replaced"


def test_what_the_committee_suspended_is_not_replaced(certificate: Certificate) -> None:
    """A replacement comes into force at once and would end the suspension unasked."""
    by_the_committee(certificate, Kind.SUSPEND)
    with pytest.raises(DomainError) as refusal:
        a_replacement(certificate)
    assert refusal.value.code == "of_the_committee"


def test_a_replacement_of_what_the_committee_suspended_meanwhile_is_not_approved(
    certificate: Certificate,
) -> None:
    application = scenarios.recommend(scenarios.take(a_replacement(certificate)))
    by_the_committee(certificate, Kind.SUSPEND)
    with pytest.raises(DomainError) as refusal:
        scenarios.approve(application)
    assert refusal.value.code == "blocked"


def test_what_the_committee_suspends_meanwhile_is_not_replaced_either(
    certificate: Certificate,
) -> None:
    successor = being_replaced(certificate)
    by_the_committee(certificate, Kind.SUSPEND)
    complete_issue(str(successor.pk))
    assert again(successor).status == "issue_failed"
    assert again(certificate).status == "suspended"


def test_a_certificate_revoked_meanwhile_stops_the_issue_with_the_reason(
    certificate: Certificate,
) -> None:
    successor = being_replaced(certificate)
    changed(certificate, Kind.REVOKE)
    complete_issue(str(successor.pk))
    successor = again(successor)
    assert successor.status == "issue_failed"
    assert certificate.number in successor.failure
    assert again(certificate).status == "revoked"
    assert not successor.periods.exists()


def test_an_issue_of_a_replacement_killed_before_its_last_step_leaves_the_old_one_in_force(
    certificate: Certificate,
) -> None:
    """Whatever was made before, both change hands in one transaction and only there."""
    successor = being_replaced(certificate)
    for step in STEPS[:-1]:
        step(successor)
        assert standing_on(certificate) == "valid"
        successor = again(successor)
    put_into_force(successor)
    put_into_force(successor)
    assert again(certificate).status == "replaced"
    assert certificate.periods.count() == 2
    assert AuditEvent.objects.filter(event="certificate.replaced").count() == 1


def test_asked_twice_it_is_one_application(certificate: Certificate) -> None:
    first = a_replacement(certificate)
    again_ = apply_for_replacement(
        certificate=certificate,
        actor=applicant(certificate),
        reason="technical_error",
        note="Ещё раз.",
    )
    assert again_ == first
    assert certificate.replacement_applications.count() == 1


def test_after_a_refusal_another_application_may_replace_it(certificate: Certificate) -> None:
    application = a_replacement(certificate)
    for step in (scenarios.take, scenarios.recommend, scenarios.refuse):
        application = step(application)
    assert again(certificate).status == "valid"
    assert a_replacement(certificate) != application


def test_the_chamber_replaces_on_its_own_finding_and_its_author_does_not_review(
    certificate: Certificate,
) -> None:
    author = officer(certificate)
    draft = apply_for_replacement(
        certificate=certificate, actor=author, reason="technical_error", note="Опечатка."
    )
    assert Application.objects.visible_to(author).filter(pk=draft.pk).exists()
    with pytest.raises(PermissionRefused):
        services.submit_application(application=draft, actor=applicant(certificate))
    application = services.submit_application(application=draft, actor=author)
    with pytest.raises(PermissionRefused):
        services.take_application(application=application, actor=author)
    another = scenarios.a_person(Role.CHAMBER_OFFICER, application.chamber)
    assert services.take_application(application=application, actor=another).reviewer == (
        another.user
    )


@pytest.mark.parametrize("who", ["stranger", "inspector", "auditor", "other chamber"])
def test_nobody_else_asks_for_a_replacement(certificate: Certificate, who: str) -> None:
    request = certificate.application.act.request
    person = {
        "stranger": lambda: scenarios.a_person(Role.APPLICANT),
        "inspector": lambda: scenarios.a_person(Role.INSPECTOR),
        "auditor": lambda: scenarios.actor_of(request, Role.AUDITOR),
        "other chamber": lambda: scenarios.a_person(
            Role.CHAMBER_OFFICER, scenarios.an_organisation("chamber", code="119")
        ),
    }[who]()
    with pytest.raises(PermissionRefused):
        apply_for_replacement(
            certificate=certificate, actor=person, reason="technical_error", note="Опечатка."
        )


def test_recipient_and_contract_are_stated_anew_and_goods_are_the_acts(batch: Certificate) -> None:
    before = Restated.of(batch)
    corrected = replace(before, recipient_name_ru="ТОО «Пример-Покупатель»", contract_number="18-К")
    new = replaced(batch, reason="recipient_changed", restated=corrected)
    old_record, record = (json.loads(bytes(one.record)) for one in (batch, new))
    assert record["recipient"]["name"]["ru"] == "ТОО «Пример-Покупатель»"
    assert record["contract"]["number"] == "18-К"
    assert record["lines"] == old_record["lines"]
    assert old_record["contract"]["number"] == "17-К"


def test_what_is_missing_in_an_application_to_replace_is_said(batch: Certificate) -> None:
    before = Restated.of(batch)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"reason": "because"}, "no_reason"),
        ({"note": " "}, "no_note"),
        ({"reason": "recipient_changed"}, "nothing_corrected"),
        ({"reason": "act_corrected"}, "no_corrected_act"),
        ({"restated": replace(before, contract_number="")}, "missing"),
        ({"restated": replace(before, recipient_bin="123456789012")}, "bad_bin"),
    ]
    for values, code in cases:
        with pytest.raises(DomainError) as refusal:
            apply_for_replacement(
                **{
                    "certificate": batch,
                    "actor": applicant(batch),
                    "reason": "technical_error",
                    "note": "Опечатка.",
                    **values,
                }
            )
        assert refusal.value.code == code, values
    assert not batch.replacement_applications.exists()


def test_sql_cannot_make_a_replaced_certificate_valid(certificate: Certificate) -> None:
    replaced(certificate)
    with pytest.raises(Exception, match="status"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE issuance_certificate SET status = 'valid' WHERE id = %s", [certificate.pk]
        )


def test_sql_cannot_end_a_certificate_as_replaced_without_a_successor(
    certificate: Certificate,
) -> None:
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO issuance_statusperiod (certificate_id, status, since, reason)"
            " VALUES (%s, 'replaced', %s, '')",
            [certificate.pk, end_of(timezone.localdate())],
        )


def test_blanks_of_a_replaced_certificate_are_called_back(certificate: Certificate) -> None:
    original = hand_out_original(
        certificate=certificate,
        actor=officer(certificate),
        blank_number="0000018",
        received_by="Примеров П.",
        handed_out_on=timezone.localdate(),
    )
    assert original.due_back_on is None
    replaced(certificate)
    original.refresh_from_db()
    assert original.due_back_on > timezone.localdate()


def test_an_application_to_replace_waits_at_what_cannot_be_replaced(
    certificate: Certificate,
) -> None:
    changed(certificate, Kind.REVOKE)
    with pytest.raises(WrongStatus):
        a_replacement(certificate)
