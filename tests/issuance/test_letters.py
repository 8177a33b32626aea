"""The letter of refusal: made from the frozen decision, sealed and kept once, with the appeal."""

import io
import json
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import Role
from audit.models import AuditEvent
from documents.sealing import verify_seal
from documents.storing import read
from issuance.letters import make_refusal_letter, refusal_letter
from issuance.models import Application
from issuance.services import MAKE_LETTER
from outbox.models import OutboxItem
from tests import scenarios
from tests.issuance.conftest import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def refused() -> Application:
    scenarios.a_seal()
    return scenarios.an_application("refused")


def test_the_letter_states_the_decision_and_the_way_to_appeal(refused: Application) -> None:
    letter = refusal_letter(refused)
    decision = json.loads(bytes(refused.decision_record))
    decided_on = timezone.localdate(refused.decided_at)
    assert letter["number"] == f"{refused.number}/О"
    assert letter["reason"]["code"] == "data_mismatch_act"
    assert letter["note"] == "Модель в строке 1 не та, что в акте."
    assert letter["to"]["bin"] == refused.applicant.bin
    assert letter["appeal_until"] == (decided_on + relativedelta(months=3)).isoformat()
    assert "обжаловать" in letter["rights"]["ru"]
    assert letter["signed_by"]["position"] == decision["decided_by"]["position"]
    assert decision["lines"] == []
    assert decision["refusal"]["reason"]["code"] == "data_mismatch_act"


def test_the_letter_is_sealed_once_however_often_the_work_comes(refused: Application) -> None:
    for _time in range(2):
        make_refusal_letter(str(refused.pk))
    refused.refresh_from_db()
    assert refused.letter is not None
    pdf = read(refused.letter.file)
    assert verify_seal(pdf).ok
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert refused.number in text
    assert "Данные заявления расходятся с актом экспертизы" in " ".join(text.split())
    assert AuditEvent.objects.filter(event="application.letter_sealed").count() == 1
    assert OutboxItem.objects.get(task=MAKE_LETTER).done_at is not None


def test_without_a_seal_the_letter_waits_and_the_refusal_stands(refused: Application) -> None:
    nowhere = str(settings.VAR_DIR / "seal" / "no.key")
    with override_settings(CTKZ_SEAL_KEY_FILE=nowhere):
        make_refusal_letter(str(refused.pk))
    item = OutboxItem.objects.get(task=MAKE_LETTER)
    assert item.done_at is None
    assert item.last_error
    assert Application.objects.get(pk=refused.pk).status == "refused"
    make_refusal_letter(str(refused.pk))
    assert OutboxItem.objects.get(task=MAKE_LETTER).done_at is not None


def test_the_applicant_and_the_chamber_download_it_and_the_auditor_does_not(
    refused: Application, sign_in: SignIn
) -> None:
    url = reverse("issuance:application-letter", args=[refused.pk])
    page = reverse("issuance:application-detail", args=[refused.pk])
    applicant = sign_in(scenarios.staff_of(refused, Role.APPLICANT))
    assert "The letter is being made" in applicant.get(page).content.decode()
    assert applicant.get(url).status_code == 404
    make_refusal_letter(str(refused.pk))
    assert url in applicant.get(page).content.decode()
    assert applicant.get(url)["Content-Type"] == "application/pdf"
    signatory = sign_in(scenarios.staff_of(refused, Role.CHAMBER_SIGNATORY))
    assert signatory.get(url).status_code == 200
    auditor = sign_in(scenarios.staff_of(refused, Role.AUDITOR))
    assert url not in auditor.get(page).content.decode()
    assert auditor.get(url).status_code == 403
