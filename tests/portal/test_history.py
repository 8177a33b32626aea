"""The generated history: as many as asked, as real as the portal's own, never where it harms."""

import datetime as dt
import json
import random
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Organisation, User
from audit.head import HeadFile
from audit.models import AuditEvent
from audit.verifying import verify_log
from auditors.models import AttestationCase, attestation_in_force
from auditors.services import deciding
from ctkz_portal.history.generating import Made, finish, generate
from ctkz_portal.history.options import Options
from documents.canonical import canonical_bytes
from expertise.evaluating import Rules
from expertise.models import Act, ExpertiseRequest
from expertise.quality import counts_by_auditor
from expertise.records import act_record
from expertise.replaying import differences
from issuance.models import Application, Certificate
from oversight.models import Complaint, Measure, Violation
from reference import working_days
from reference.numbering import NumberSequence
from registry.evidence import evidence
from registry.models import RegisterEntry
from tests import scenarios
from tests.undone import Undone

LANGUAGE = "en"
COUNT = 120
FEW = {"certificates": 5, "complaints": 0, "violated": 0, "violated_by_auditors": 0}
SMALL = Options(certificates=12, complaints=3, violated=1, violated_by_auditors=1, papers=0)


def options() -> Options:
    """Recent enough for its last certificates to be in force."""
    today = timezone.localdate()
    return Options(
        first=today - dt.timedelta(days=420),
        last=today - dt.timedelta(days=20),
        certificates=COUNT,
        complaints=12,
        violated=6,
        violated_by_auditors=4,
        papers=1,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("history")


@pytest.fixture(autouse=True)
def media(settings: Any, folder: Path) -> Path:
    settings.MEDIA_ROOT = folder
    return folder


@pytest.fixture(autouse=True)
def log_head(settings: Any, folder: Path) -> Path:
    settings.CTKZ_LOG_HEAD_FILE = folder / "head"
    return settings.CTKZ_LOG_HEAD_FILE


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any, folder: Path) -> Iterator[Made]:
    """One history for all tests here, which only read it."""
    here = override_settings(MEDIA_ROOT=folder, CTKZ_LOG_HEAD_FILE=folder / "head")
    with django_db_blocker.unblock(), Undone():
        with here:
            scenarios.as_shipped()
            made = generate(options(), lambda *_told: None)
            finish(made, lambda *_told: None)
        yield made


def a_sample(things: Any, size: int) -> list[Any]:
    return random.Random(7).sample(list(things), size)


def test_there_are_as_many_as_asked(made: Made) -> None:
    wanted = options()
    issued = Certificate.objects.issued()
    assert issued.count() == COUNT
    assert Application.objects.filter(status="refused").count() == wanted.refused
    assert ExpertiseRequest.objects.filter(status="rejected").count() == wanted.rejected
    assert Act.objects.filter(is_positive=False).count() == wanted.negative
    assert {timezone.localdate(one.issued_at) for one in issued} <= {
        wanted.first + dt.timedelta(days=number)
        for number in range((wanted.last - wanted.first).days + 1)
    }
    assert Complaint.objects.filter(status="answered").count() == wanted.complaints
    violations = Violation.objects.filter(confirmed_at__isnull=False)
    assert violations.values("certificate").distinct().count() == wanted.violated
    assert violations.filter(fault="auditor").count() == wanted.violated_by_auditors
    assert made.counts()["certificates"] == COUNT


def test_every_certificate_is_proved_five_times(made: Made) -> None:
    found = {
        one.number: [(proof.code, proof.ok, proof.detail) for proof in evidence(one)]
        for one in Certificate.objects.select_related("document__file", "application__act")
    }
    assert len(found) == COUNT
    assert {ok for proofs in found.values() for _code, ok, _detail in proofs} == {True}


def test_acts_come_out_the_same_when_replayed(made: Made) -> None:
    for act in a_sample(Act.objects.order_by("number"), 20):
        assert list(differences(act)) == []


def test_the_record_of_an_act_is_what_the_portal_makes_of_its_rows(made: Made) -> None:
    for act in a_sample(Act.objects.order_by("number"), 12):
        with translation.override("ru"):
            record = act_record(
                request=act.request,
                number=act.number,
                attestation=act.attestation,
                signed_at=act.signed_at,
                valid_until=act.valid_until,
                rules=Rules.in_force(on=timezone.localdate(act.signed_at), scheme="CT-KZ"),
            )
        assert canonical_bytes(record) == bytes(act.record)


def test_the_log_fits_and_stands_in_the_order_of_time(made: Made, log_head: Path) -> None:
    verdict = verify_log(head=HeadFile(log_head))
    assert verdict.ok, verdict.problem
    assert verdict.counts.pending == 0
    assert verdict.counts.entries == AuditEvent.objects.count()
    moments = list(AuditEvent.objects.order_by("leaf__index").values_list("at", flat=True))
    assert moments == sorted(moments)


def test_everything_names_itself_an_example(made: Made) -> None:
    for certificate in Certificate.objects.all():
        record = json.loads(bytes(certificate.record))
        assert record["specimen"] is True
        assert canonical_bytes(record) == bytes(certificate.record)
    names = Organisation.objects.filter(kind__in=("applicant", "expert"))
    assert all("Пример" in one.name_ru or "Үлгі" in one.name_ru for one in names)


def test_whoever_comes_next_gets_the_next_number(made: Made) -> None:
    for chamber_code, year in Certificate.objects.values_list("chamber_code", "year").distinct():
        given = Certificate.objects.filter(chamber_code=chamber_code, year=year)
        row = NumberSequence.objects.get(kind="certificate", series=chamber_code, year=year)
        sequences = sorted(given.values_list("sequence", flat=True))
        assert sequences == list(range(1, row.last + 1))


def test_the_public_finds_a_certificate_and_is_told_that_it_is_in_force(made: Made) -> None:
    valid = Certificate.objects.filter(status="valid").latest("certified_at")
    client = Client(headers={"Accept-Language": "en"})
    listed = client.get(reverse("registry:register"), {"q": valid.number})
    assert [row.entry.number for row in listed.context["rows"]] == [valid.number]
    assert RegisterEntry.objects.count() == COUNT
    page = client.get(reverse("registry:verify-code", args=[valid.verify_code]))
    assert 'data-verdict="valid"' in page.content.decode()


def test_measures_end_certificates_from_their_day(made: Made) -> None:
    ended = Certificate.objects.exclude(status="valid")
    measures = Measure.objects.filter(certificate__isnull=False)
    assert ended
    assert {one.pk for one in ended} == {measure.certificate_id for measure in measures}
    for certificate in ended:
        period = certificate.periods.order_by("-since").first()
        assert period.status == certificate.status
        assert period.since == certificate.status_since == period.change.decided_at


def test_complaints_are_answered_in_their_term_or_prolonged_or_late(made: Made) -> None:
    prolonged = Complaint.objects.filter(extended_at__isnull=False)
    assert 0 < prolonged.count() < Complaint.objects.count() / 2
    for complaint in Complaint.objects.all():
        days = working_days.between(
            timezone.localdate(complaint.received_at), timezone.localdate(complaint.answered_at)
        )
        assert (days > 15) == (complaint.extended_at is not None) or 15 < days <= 20


def test_signs_of_trouble_are_there_to_be_found(made: Made) -> None:
    counts = counts_by_auditor(on=timezone.localdate())
    assert sum(each.hits["fast"] for each in counts.values()) > 0
    assert sum(each.hits["near_limit"] for each in counts.values()) > COUNT / 10


def test_an_auditor_of_the_history_can_be_suspended_today(made: Made) -> None:
    today = timezone.localdate()
    case = next(
        one
        for one in AttestationCase.objects.filter(status="attested")
        if attestation_in_force(one.user, on=today)
    )
    inspector, head = made.cast.inspectors[0], made.cast.heads[0]
    with Undone():
        deciding.propose_decision(
            case=case, actor=inspector, kind="suspend", reason="control_findings"
        )
        deciding.suspend_attestation(case=case, actor=head)
        assert attestation_in_force(case.user, on=today) is None


def test_a_database_with_certificates_gets_no_invented_past(made: Made) -> None:
    with pytest.raises(CommandError, match="already"):
        call_command("generate_history", **FEW, stdout=StringIO())


def test_settings_have_to_allow_it(made: Made) -> None:
    with (
        override_settings(CTKZ_GENERATED_HISTORY=False),
        pytest.raises(CommandError, match="allow"),
    ):
        call_command("generate_history", **FEW, stdout=StringIO())


def what_is_told() -> list[Any]:
    certificates = Certificate.objects.order_by("number").values_list(
        "pk", "number", "verify_code", "certified_at", "record_sha256"
    )
    people = User.objects.order_by("email").values_list("full_name", "iin")
    events = AuditEvent.objects.order_by("id").values_list("at", "event", "subject_id")
    own = events.exclude(event__startswith="rule_pack").exclude(event__startswith="seal")
    return [list(certificates), list(people), list(own)]


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_history() -> None:
    """In its own years, for which the portal brings neither rules nor figures."""
    told = []
    for _time in range(2):
        with Undone():
            generate(SMALL, lambda *_told: None).past.write()
            told.append(what_is_told())
            first = Certificate.objects.order_by("certified_at").first()
            assert first.certified_at.year in (2017, 2018, 2019)
            assert list(differences(first.application.act)) == []
    assert told[0] == told[1]
    assert len(told[0][0]) == SMALL.certificates
