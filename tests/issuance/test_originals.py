"""Paper originals: handed out once, due back when the certificate ends, listed until they come."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.errors import DomainError, PermissionRefused
from audit.models import AuditEvent
from issuance.models import Certificate, PaperOriginal
from issuance.originals import hand_out_original, not_returned, take_back_original
from reference import working_days
from tests import scenarios
from tests.issuance.after_issue import Kind, applicant, changed, officer

LANGUAGE = "en"

TODAY = timezone.localdate


@pytest.fixture
def certificate(db: None) -> Certificate:
    return scenarios.a_certificate("valid")


def hand_out(certificate: Certificate, **values: Any) -> PaperOriginal:
    return hand_out_original(
        **{
            "certificate": certificate,
            "actor": officer(certificate),
            "blank_number": "0012345",
            "received_by": "Примеров Пример",
            "handed_out_on": TODAY(),
            **values,
        }
    )


def test_a_blank_is_due_back_when_the_certificate_is_revoked_and_listed_until_it_comes(
    certificate: Certificate,
) -> None:
    original = hand_out(certificate)
    staff = officer(certificate)
    assert not not_returned(staff).exists()
    changed(certificate, Kind.REVOKE)
    original.refresh_from_db()
    assert original.due_back_on == working_days.add(TODAY(), 5)
    assert list(not_returned(staff)) == [original]
    assert not not_returned(scenarios.a_person("applicant")).exists()
    for _time in range(2):
        take_back_original(original=original, actor=staff, returned_on=TODAY())
    assert not not_returned(staff).exists()
    assert AuditEvent.objects.filter(event="certificate.original_returned").count() == 1


def test_a_suspension_calls_nothing_back_and_a_revocation_set_aside_no_more(
    certificate: Certificate,
) -> None:
    original = hand_out(certificate)
    changed(certificate, Kind.SUSPEND)
    original.refresh_from_db()
    assert original.due_back_on is None
    changed(certificate, Kind.REVOKE, Kind.SET_ASIDE)
    original.refresh_from_db()
    assert original.due_back_on is None


def test_a_blank_entered_twice_is_one_and_serves_one_certificate(certificate: Certificate) -> None:
    assert hand_out(certificate) == hand_out(certificate)
    other = scenarios.a_certificate("valid")
    with pytest.raises(DomainError) as refusal:
        hand_out(other)
    assert refusal.value.code == "blank_used"
    assert PaperOriginal.objects.count() == 1


def test_what_is_wrong_with_a_blank_is_said(certificate: Certificate) -> None:
    for values, code in [
        ({"blank_number": "123456"}, "blank_number"),
        ({"blank_number": "12345678"}, "blank_number"),
        ({"blank_number": "１２３４５６７"}, "blank_number"),
        ({"handed_out_on": TODAY() + timedelta(days=1)}, "wrong_day"),
        ({"handed_out_on": TODAY() - timedelta(days=1)}, "wrong_day"),
        ({"received_by": " "}, "no_receiver"),
        ({"is_duplicate": True}, "no_duplicate"),
    ]:
        with pytest.raises(DomainError) as refusal:
            hand_out(certificate, **values)
        assert refusal.value.code == code, values
    with pytest.raises(PermissionRefused):
        hand_out(certificate, actor=applicant(certificate))
    original = hand_out(certificate)
    with pytest.raises(DomainError):
        take_back_original(
            original=original,
            actor=officer(certificate),
            returned_on=TODAY() + timedelta(days=1),
        )
    assert PaperOriginal.objects.get().returned_on is None
