"""Who may decide for a chamber, under which seal: entered by one person, confirmed by another."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership, Organisation, Role
from audit.models import AuditEvent
from documents.demo_seal import make_demo_seal
from issuance import services
from issuance.blockers import approval_blockers
from issuance.mandates import mandate_in_force, seal_in_force
from issuance.models import Application, Certificate, ChamberSeal, Mandate, Power
from issuance.services import mandating
from tests import scenarios
from tests.issuance.conftest import SignIn

LANGUAGE = "en"

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


@pytest.fixture
def chamber() -> Organisation:
    return scenarios.an_organisation("chamber")


def a_signatory_without_a_mandate(chamber: Organisation) -> Membership:
    officer = scenarios.a_person(Role.CHAMBER_OFFICER, chamber)
    return scenarios.as_member(officer.user, Role.CHAMBER_SIGNATORY, chamber)


def enter(actor: Membership, signatory: Membership, **fields: Any) -> Mandate:
    return services.enter_mandate(
        actor=actor,
        user=signatory.user,
        **{
            "position_kk": "Директор орынбасары",
            "position_ru": "Заместитель директора",
            "basis": "Приказ № 7 от 02.03.2026",
            "powers": [Power.ISSUE],
            "valid_from": TODAY(),
            **fields,
        },
    )


def test_a_mandate_is_in_force_only_when_another_person_has_confirmed_it(
    chamber: Organisation,
) -> None:
    officer = scenarios.a_person(Role.CHAMBER_OFFICER, chamber)
    signatory = a_signatory_without_a_mandate(chamber)
    mandate = enter(officer, signatory)
    today = TODAY()
    assert mandate_in_force(signatory.user, chamber, Power.ISSUE, today) is None
    head = scenarios.a_person(Role.COMMITTEE_HEAD)
    for _press in range(2):
        services.confirm_mandate(mandate=mandate, actor=head)
    assert mandate_in_force(signatory.user, chamber, Power.ISSUE, today) == mandate
    assert mandate_in_force(signatory.user, chamber, Power.REVOKE, today) is None
    yesterday = today - dt.timedelta(days=1)
    assert mandate_in_force(signatory.user, chamber, Power.ISSUE, yesterday) is None
    told = AuditEvent.objects.filter(subject_type="mandate", subject_id=str(mandate.pk))
    assert sorted(told.values_list("event", flat=True)) == ["mandate.confirmed", "mandate.entered"]


CONFIRMERS: dict[str, tuple[bool, Callable[[Organisation, Mandate], Membership]]] = {
    "the signatory of the chamber who may": (
        True,
        lambda chamber, _mandate: scenarios.a_person(Role.CHAMBER_SIGNATORY, chamber),
    ),
    "a signatory without the power": (
        False,
        lambda chamber, _mandate: a_signatory_with(chamber, Power.ISSUE),
    ),
    "an officer": (
        False,
        lambda chamber, _mandate: scenarios.a_person(Role.CHAMBER_OFFICER, chamber),
    ),
    "a signatory of another chamber": (
        False,
        lambda _chamber, _mandate: scenarios.a_person(
            Role.CHAMBER_SIGNATORY, scenarios.an_organisation("chamber", code="101")
        ),
    ),
    "whoever entered it": (
        False,
        lambda chamber, mandate: scenarios.as_member(
            mandate.entered_by, Role.CHAMBER_SIGNATORY, chamber
        ),
    ),
    "the holder": (
        False,
        lambda chamber, mandate: Membership.objects.get(
            user=mandate.user, role=Role.CHAMBER_SIGNATORY
        ),
    ),
    "an inspector": (False, lambda _chamber, _mandate: scenarios.a_person(Role.INSPECTOR)),
    "the head of the Committee while nobody of the chamber can": (
        True,
        lambda _chamber, _mandate: scenarios.a_person(Role.COMMITTEE_HEAD),
    ),
}


def a_signatory_with(chamber: Organisation, *powers: str) -> Membership:
    signatory = a_signatory_without_a_mandate(chamber)
    scenarios.a_mandate(signatory, *powers)
    return signatory


@pytest.mark.parametrize("who", list(CONFIRMERS))
def test_only_those_confirm_who_are_entitled_and_apart(chamber: Organisation, who: str) -> None:
    officer = scenarios.a_person(Role.CHAMBER_OFFICER, chamber)
    mandate = enter(officer, a_signatory_without_a_mandate(chamber))
    may, find = CONFIRMERS[who]
    actor = find(chamber, mandate)
    if may:
        services.confirm_mandate(mandate=mandate, actor=actor)
        return
    with pytest.raises(PermissionRefused):
        services.confirm_mandate(mandate=mandate, actor=actor)


def test_the_committee_does_not_confirm_where_the_chamber_can(chamber: Organisation) -> None:
    scenarios.a_person(Role.CHAMBER_SIGNATORY, chamber)
    officer = scenarios.a_person(Role.CHAMBER_OFFICER, chamber)
    mandate = enter(officer, a_signatory_without_a_mandate(chamber))
    with pytest.raises(PermissionRefused):
        services.confirm_mandate(mandate=mandate, actor=scenarios.a_person(Role.COMMITTEE_HEAD))


def test_nobody_confirms_an_own_entry_from_sql_either(chamber: Organisation) -> None:
    officer = scenarios.a_person(Role.CHAMBER_OFFICER, chamber)
    mandate = enter(officer, a_signatory_without_a_mandate(chamber))
    for confirmed_by in (mandate.entered_by, mandate.user):
        with pytest.raises(IntegrityError), transaction.atomic():
            Mandate.objects.filter(pk=mandate.pk).update(
                confirmed_by=confirmed_by, confirmed_at=timezone.now()
            )


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"powers": []}, "no_powers"),
        ({"powers": ["everything"]}, "no_powers"),
        ({"basis": " "}, "missing"),
        ({"valid_until": dt.date(2020, 1, 1)}, "dates"),
    ],
)
def test_a_mandate_without_sense_is_not_entered(
    chamber: Organisation, fields: dict[str, Any], code: str
) -> None:
    officer = scenarios.a_person(Role.CHAMBER_OFFICER, chamber)
    with pytest.raises(DomainError) as refusal:
        enter(officer, a_signatory_without_a_mandate(chamber), **fields)
    assert refusal.value.code == code


def test_only_a_signatory_of_the_chamber_gets_a_mandate(chamber: Organisation) -> None:
    officer = scenarios.a_person(Role.CHAMBER_OFFICER, chamber)
    stranger = scenarios.a_person(
        Role.CHAMBER_SIGNATORY, scenarios.an_organisation("chamber", code="101")
    )
    with pytest.raises(DomainError) as refusal:
        enter(officer, stranger)
    assert refusal.value.code == "not_a_signatory"


def test_an_ended_mandate_gives_no_power_from_the_next_day_on(chamber: Organisation) -> None:
    signatory = scenarios.a_person(Role.CHAMBER_SIGNATORY, chamber)
    mandate = Mandate.objects.get(user=signatory.user)
    today = TODAY()
    with pytest.raises(DomainError, match="today or later"):
        services.end_mandate(
            mandate=mandate, actor=signatory, last_day=today - dt.timedelta(days=1)
        )
    services.end_mandate(mandate=mandate, actor=signatory, last_day=today)
    tomorrow = today + dt.timedelta(days=1)
    assert mandate_in_force(signatory.user, chamber, Power.ISSUE, today) is not None
    assert mandate_in_force(signatory.user, chamber, Power.ISSUE, tomorrow) is None
    mandate.refresh_from_db()
    with pytest.raises(DomainError) as refusal:
        services.end_mandate(mandate=mandate, actor=signatory, last_day=tomorrow)
    assert refusal.value.code == "longer"


def test_a_confirmed_mandate_cannot_be_rewritten(chamber: Organisation) -> None:
    scenarios.a_person(Role.CHAMBER_SIGNATORY, chamber)
    with pytest.raises(DatabaseError), transaction.atomic():
        Mandate.objects.update(powers=["revoke"])
    with pytest.raises(DatabaseError), transaction.atomic():
        Mandate.objects.all().delete()


def test_without_a_mandate_nothing_is_approved_or_refused() -> None:
    application = scenarios.an_application("recommended")
    scenarios.a_seal()
    decider = a_signatory_without_a_mandate(application.chamber)
    blocked = {each.code for each in approval_blockers(application, decider) if not each.is_clear}
    assert blocked == {"mandate"}
    with pytest.raises(DomainError) as refusal:
        services.approve_application(application=application, actor=decider)
    assert refusal.value.code == "blocked"
    with pytest.raises(DomainError) as refusal:
        services.refuse_application(
            application=application, actor=decider, reason="data_mismatch_act"
        )
    assert refusal.value.code == "blocked"
    assert not Certificate.objects.exists()


def test_whoever_may_only_refuse_cannot_issue() -> None:
    application = scenarios.an_application("recommended")
    scenarios.a_seal()
    decider = a_signatory_with(application.chamber, Power.REFUSE)
    with pytest.raises(DomainError):
        services.approve_application(application=application, actor=decider)
    refused = services.refuse_application(
        application=application, actor=decider, reason="data_mismatch_act"
    )
    assert refused.mandate == Mandate.objects.get(user=decider.user)


def test_the_decision_and_the_certificate_name_the_mandate() -> None:
    certificate = scenarios.a_certificate()
    application = Application.objects.get()
    decision = json.loads(bytes(application.decision_record))
    record = json.loads(bytes(certificate.record))
    mandate = application.mandate
    assert mandate is not None
    told = {
        "basis": mandate.basis,
        "valid_from": mandate.valid_from.isoformat(),
        "valid_until": None,
        "powers": sorted(Power.values),
    }
    assert decision["decided_by"]["mandate"] == told
    assert record["certified_by"] == decision["decided_by"]
    assert record["certified_by"]["position"] == {"kk": "Палата директоры", "ru": "Директор палаты"}
    assert record["decision"] == {"sha256": application.decision_sha256, "signature": None}
    assert record["lines"] == decision["lines"]
    assert record["schema"] == "ctkz.certificate/2"


def test_a_seal_that_is_not_in_the_register_blocks_the_issue() -> None:
    application = scenarios.an_application("recommended")
    make_demo_seal(settings.VAR_DIR / "seal")
    decider = scenarios.staff_of(application, Role.CHAMBER_SIGNATORY)
    blocked = {each.code for each in approval_blockers(application, decider) if not each.is_clear}
    assert blocked == {"seal_registered"}
    call_command("register_seal")
    call_command("register_seal")
    assert ChamberSeal.objects.count() == 1
    assert all(each.is_clear for each in approval_blockers(application, decider))


def test_a_chamber_enters_a_seal_from_its_file_and_another_person_confirms(
    chamber: Organisation,
) -> None:
    pem = (make_demo_seal(settings.VAR_DIR / "seal") / "seal.pem").read_bytes()
    officer = scenarios.a_person(Role.CHAMBER_OFFICER, chamber)
    seal = services.enter_seal(actor=officer, certificate=pem, valid_from=TODAY())
    digest = mandating.sha256_hex(mandating.read_certificate(pem).dump())
    assert seal_in_force(chamber, digest, TODAY()) is None
    signatory = scenarios.a_person(Role.CHAMBER_SIGNATORY, chamber)
    services.confirm_seal(seal=seal, actor=signatory)
    assert seal_in_force(chamber, digest, TODAY()) == seal
    elsewhere = scenarios.an_organisation("chamber", code="101")
    assert seal_in_force(elsewhere, digest, TODAY()) is None
    services.end_seal(seal=seal, actor=signatory, last_day=TODAY())
    assert seal_in_force(chamber, digest, TODAY() + dt.timedelta(days=1)) is None


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x30\x03\x02\x01\x01", b"x" * 70_000])
def test_what_is_no_certificate_is_not_entered(chamber: Organisation, content: bytes) -> None:
    officer = scenarios.a_person(Role.CHAMBER_OFFICER, chamber)
    with pytest.raises(DomainError) as refusal:
        services.enter_seal(actor=officer, certificate=content, valid_from=TODAY())
    assert refusal.value.code == "not_a_certificate"


@pytest.fixture
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.APPLICANT, 403),
        (Role.AUDITOR, 403),
        (Role.CHAMBER_OFFICER, 200),
        (Role.CHAMBER_SIGNATORY, 200),
        (Role.INSPECTOR, 200),
        (Role.COMMITTEE_HEAD, 200),
    ],
)
def test_the_registers_are_for_chambers_and_the_committee(
    sign_in: SignIn, role: Role, status: int
) -> None:
    client = sign_in(scenarios.a_person(role))
    for name in ("mandate-list", "seal-list"):
        assert client.get(reverse(f"issuance:{name}")).status_code == status


@pytest.mark.usefixtures("english")
def test_the_committee_sees_all_chambers_and_a_chamber_only_itself(sign_in: SignIn) -> None:
    elsewhere = scenarios.an_organisation("chamber", code="101")
    here = scenarios.a_person(Role.CHAMBER_SIGNATORY)
    there = scenarios.a_person(Role.CHAMBER_SIGNATORY, elsewhere)
    url = reverse("issuance:mandate-list")
    seen_here = sign_in(here).get(url).content.decode()
    assert here.user.full_name in seen_here
    assert there.user.full_name not in seen_here
    seen_by_all = sign_in(scenarios.a_person(Role.INSPECTOR)).get(url).content.decode()
    assert here.user.full_name in seen_by_all
    assert there.user.full_name in seen_by_all


@pytest.mark.usefixtures("english")
def test_whoever_may_confirm_is_called_to_it(sign_in: SignIn, chamber: Organisation) -> None:
    def is_called(actor: Membership) -> bool:
        row = f'value="mandate:{Mandate.objects.get(confirmed_at=None).pk}:'
        return row in sign_in(actor).get("/").content.decode()

    officer = scenarios.a_person(Role.CHAMBER_OFFICER, chamber)
    head = scenarios.a_person(Role.COMMITTEE_HEAD)
    enter(officer, a_signatory_without_a_mandate(chamber))
    assert is_called(head)
    assert not is_called(officer)
    Mandate.objects.filter(confirmed_at__isnull=True).update(entered_by=head.user)
    assert not is_called(head)
    confirmer = scenarios.a_person(Role.CHAMBER_SIGNATORY, chamber)
    assert is_called(confirmer)


@pytest.mark.usefixtures("english")
def test_a_mandate_goes_through_its_pages(sign_in: SignIn, chamber: Organisation) -> None:
    confirmer = scenarios.a_person(Role.CHAMBER_SIGNATORY, chamber)
    signatory = a_signatory_without_a_mandate(chamber)
    officer = sign_in(scenarios.a_person(Role.CHAMBER_OFFICER, chamber))
    enter_url = reverse("issuance:mandate-enter")
    given = {
        "user": str(signatory.user_id),
        "position_kk": "Бас маман",
        "position_ru": "Главный специалист",
        "basis": "Приказ № 9",
        "powers": ["issue"],
        "valid_from": TODAY().isoformat(),
    }
    assert "Choose what" not in officer.get(enter_url).content.decode()
    refused = officer.post(enter_url, {**given, "powers": []})
    assert refused.status_code == 200
    assert "Приказ № 9" in refused.content.decode()
    assert officer.post(enter_url, given).status_code == 302
    mandate = Mandate.objects.get(user=signatory.user)
    confirm_url = reverse("issuance:mandate-confirm", args=[mandate.pk])
    assert officer.post(confirm_url).status_code == 403
    client = sign_in(confirmer)
    assert confirm_url in client.get(reverse("issuance:mandate-list")).content.decode()
    assert client.post(confirm_url).status_code == 302
    mandate.refresh_from_db()
    assert mandate.confirmed_by == confirmer.user
    end_url = reverse("issuance:mandate-end", args=[mandate.pk])
    client.post(end_url, {"end-last_day": TODAY().isoformat()})
    mandate.refresh_from_db()
    assert mandate.valid_until == TODAY()
    stranger = scenarios.a_person(
        Role.CHAMBER_SIGNATORY, scenarios.an_organisation("chamber", code="101")
    )
    assert sign_in(stranger).post(confirm_url).status_code == 404


@pytest.mark.usefixtures("english")
def test_a_seal_goes_through_its_pages(sign_in: SignIn, chamber: Organisation) -> None:
    folder = make_demo_seal(settings.VAR_DIR / "seal")
    client = sign_in(scenarios.a_person(Role.CHAMBER_OFFICER, chamber))
    url = reverse("issuance:seal-enter")
    with (folder / "root.key").open("rb") as key:
        refused = client.post(url, {"certificate": key, "valid_from": TODAY().isoformat()})
    assert "no certificate that can be read" in refused.content.decode()
    with (folder / "seal.pem").open("rb") as pem:
        entered = client.post(url, {"certificate": pem, "valid_from": TODAY().isoformat()})
    assert entered.status_code == 302
    listed = client.get(reverse("issuance:seal-list")).content.decode()
    assert ChamberSeal.objects.get().certificate_sha256 in listed
    assert "in use now" in listed
