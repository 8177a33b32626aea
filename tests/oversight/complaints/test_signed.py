"""The answer under an electronic signature: what is signed is what goes out."""

from typing import Any

import pytest

from documents.signing import SignatureNeeded, give
from oversight.complaints.answering import answer_complaint, return_draft
from oversight.complaints.papers import ANSWER
from oversight.complaints.signing import begin_signing
from oversight.papers import make_paper
from tests import scenarios
from tests.signatures import a_signature

from .scenes import Desk, a_desk

LANGUAGE = "en"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eds")]


@pytest.fixture
def desk(settings: Any) -> Desk:
    made = a_desk("drafted")
    settings.CTKZ_EDS_REQUIRED = True
    return made


def test_without_a_signature_nothing_goes_out(desk: Desk) -> None:
    with pytest.raises(SignatureNeeded, match="electronic signature"):
        answer_complaint(complaint=desk.complaint, actor=desk.head)
    assert desk.read().status == "drafted"


def test_the_signed_answer_goes_out_and_keeps_its_signature(desk: Desk) -> None:
    session = begin_signing(desk.complaint, desk.head, seen_version=desk.complaint.version)
    item = session.items.get()
    give(
        session=session,
        actor=desk.head,
        signatures={item.pk: a_signature(desk.head, item.record_bytes)},
    )
    item.refresh_from_db()
    assert item.refusal == ""
    complaint = desk.read()
    assert complaint.status == "answered"
    assert complaint.answer_signature.record_sha256 == complaint.answer_sha256
    scenarios.a_seal()
    make_paper(ANSWER, str(complaint.pk))
    assert desk.read().answer_document is not None


def test_what_was_returned_meanwhile_does_not_go_out(desk: Desk) -> None:
    session = begin_signing(desk.complaint, desk.head, seen_version=desk.complaint.version)
    item = session.items.get()
    return_draft(complaint=desk.complaint, actor=desk.head, note="Ещё раз (пример).")
    give(
        session=session,
        actor=desk.head,
        signatures={item.pk: a_signature(desk.head, item.record_bytes)},
    )
    item.refresh_from_db()
    assert item.refusal != ""
    assert desk.read().status == "under_review"
