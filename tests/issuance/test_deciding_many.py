"""Many decisions in one sitting: each its own record, transaction, event and outcome."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership, Organisation, Role
from audit.models import AuditEvent
from documents import signing
from documents.models import ElectronicSignature, SigningItem, SigningSession
from issuance import services
from issuance.models import Application, Certificate
from issuance.sitting import begin_sitting, candidates
from outbox.models import OutboxItem
from tests import scenarios
from tests.issuance.conftest import SignIn
from tests.signatures import a_signature

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def chamber() -> Organisation:
    scenarios.a_seal()
    return scenarios.an_organisation("chamber")


@pytest.fixture
def signatory(chamber: Organisation) -> Membership:
    return scenarios.a_person(Role.CHAMBER_SIGNATORY, chamber)


def three() -> list[Application]:
    return [scenarios.an_application("recommended") for _number in range(3)]


def sit(signatory: Membership, cases: list[Application]) -> SigningSession:
    chosen = {case.pk: case.version for case in cases}
    return begin_sitting(actor=signatory, chosen=chosen, return_url="/").session


def work_through(session: SigningSession) -> dict[str, SigningItem]:
    """What the workers do, each item by itself; the items by the case they decide."""
    for pk in list(session.items.values_list("pk", flat=True)):
        signing.complete(str(pk))
    return {item.subject_id: item for item in session.items.all()}


def test_every_ticked_case_is_approved_by_itself(signatory: Membership) -> None:
    cases = three()
    session = sit(signatory, cases)
    assert OutboxItem.objects.filter(task=signing.COMPLETE_SIGNING).count() == 3
    assert not Certificate.objects.exists()
    items = work_through(session)
    assert {item.state for item in items.values()} == {SigningItem.State.DONE}
    certificates = Certificate.objects.order_by("sequence")
    assert [each.sequence for each in certificates] == [1, 2, 3]
    assert AuditEvent.objects.filter(event="application.approved").count() == 3
    for case in Application.objects.all():
        assert bytes(case.decision_record) == items[str(case.pk)].record_bytes
        assert case.decider == signatory.user


def test_one_that_fails_in_the_middle_does_not_stop_the_rest(signatory: Membership) -> None:
    first, second, third = three()
    session = sit(signatory, [first, second, third])
    scenarios.withdraw_application(second)
    items = work_through(session)
    assert [items[str(case.pk)].state for case in (first, second, third)] == [
        SigningItem.State.DONE,
        SigningItem.State.REFUSED,
        SigningItem.State.DONE,
    ]
    assert items[str(second.pk)].refusal_code == "wrong_status"
    assert Certificate.objects.count() == 2
    assert list(Certificate.objects.order_by("sequence").values_list("sequence", flat=True)) == [
        1,
        2,
    ]


def test_a_case_that_a_colleague_has_opened_meanwhile_is_left_to_them(
    signatory: Membership, chamber: Organisation
) -> None:
    first, second, third = three()
    session = sit(signatory, [first, second, third])
    colleague = scenarios.a_person(Role.CHAMBER_SIGNATORY, chamber)
    services.open_case(application=second, actor=colleague)
    items = work_through(session)
    assert items[str(second.pk)].refusal_code == "held"
    assert Certificate.objects.count() == 2


def test_facts_that_change_after_the_press_are_not_decided_unseen(signatory: Membership) -> None:
    [case] = three()[:1]
    session = sit(signatory, [case])
    chamber = case.chamber
    chamber.name_ru = "Палата «Другая»"
    chamber.save()
    [item] = work_through(session).values()
    assert item.refusal_code == "record_changed"
    assert not Certificate.objects.exists()


def test_running_the_work_again_changes_nothing_twice(signatory: Membership) -> None:
    session = sit(signatory, three())
    for _time in range(2):
        work_through(session)
    assert Certificate.objects.count() == 3


def test_cases_with_something_in_the_way_say_why_and_cannot_be_ticked(
    signatory: Membership, chamber: Organisation
) -> None:
    ready, held, refused = three()
    colleague = scenarios.a_person(Role.CHAMBER_SIGNATORY, chamber)
    services.open_case(application=held, actor=colleague)
    services.return_application(application=refused, actor=signatory, note="Once more.")
    refused = Application.objects.get(pk=refused.pk)
    services.propose_refusal(
        application=refused,
        actor=scenarios.staff_of(refused, Role.CHAMBER_OFFICER),
        reason="data_mismatch_act",
        note="The model differs.",
    )
    found = {each.application.pk: each for each in candidates(signatory)}
    assert found[ready.pk].may_be_ticked
    assert colleague.user.full_name in found[held.pk].reasons[0]
    assert "proposes a refusal" in found[refused.pk].reasons[0]
    sitting = begin_sitting(actor=signatory, chosen=dict.fromkeys(found, None), return_url="/")
    assert [item.subject_id for item in sitting.session.items.all()] == [str(ready.pk)]
    assert {each.application.pk for each in sitting.left_out} == {held.pk, refused.pk}


def test_a_case_seen_in_an_older_state_is_left_out(signatory: Membership) -> None:
    [case] = three()[:1]
    with pytest.raises(DomainError) as refusal:
        begin_sitting(actor=signatory, chosen={case.pk: case.version - 1}, return_url="/")
    assert refusal.value.code == "nothing_chosen"


def test_own_reviews_and_other_chambers_are_not_offered(signatory: Membership) -> None:
    own = scenarios.an_application("under_review")
    reviewer = Membership.objects.get(user=own.reviewer, role=Role.CHAMBER_OFFICER)
    scenarios.recommend(own)
    both = scenarios.as_member(reviewer.user, Role.CHAMBER_SIGNATORY, own.chamber)
    stranger = scenarios.a_person(
        Role.CHAMBER_SIGNATORY, scenarios.an_organisation("chamber", code="101")
    )
    assert [each.application.pk for each in candidates(signatory)] == [own.pk]
    assert candidates(both) == []
    assert candidates(stranger) == []
    with pytest.raises(PermissionRefused):
        candidates(reviewer)


def test_without_a_mandate_every_row_says_so(chamber: Organisation) -> None:
    scenarios.an_application("recommended")
    someone = scenarios.a_person(Role.CHAMBER_OFFICER, chamber)
    without = scenarios.as_member(someone.user, Role.CHAMBER_SIGNATORY, chamber)
    [candidate] = candidates(without)
    assert not candidate.may_be_ticked
    assert candidate.reasons == ["You have no mandate of the chamber for this decision today"]


def test_ten_cases_are_asked_for_in_as_many_queries_as_one(signatory: Membership) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert all(each.may_be_ticked for each in candidates(signatory))
        return len(asked)

    scenarios.an_application("recommended")
    candidates(signatory)
    one = queries()
    for _number in range(3):
        scenarios.an_application("recommended")
    assert queries() == one


def test_the_page_ticks_presses_and_shows_the_progress(
    signatory: Membership, sign_in: SignIn
) -> None:
    cases = three()
    client = sign_in(signatory)
    url = reverse("issuance:decide-many")
    shown = client.get(url).content.decode()
    assert "3 cases can be approved now" in shown
    for case in cases:
        assert f'value="{case.pk}:{case.version}"' in shown
    assert client.post(url, {}, follow=True).status_code == 200
    assert not SigningSession.objects.exists()
    ticked = [f"{case.pk}:{case.version}" for case in cases[:2]] + ["garbage", f"{cases[2].pk}:x"]
    answer = client.post(url, {"case": ticked})
    session = SigningSession.objects.get()
    assert answer["Location"] == reverse("documents:signing-session", args=[session.pk])
    assert session.items.count() == 2
    work_through(session)
    done = client.get(answer["Location"]).content.decode()
    for case in cases[:2]:
        certificate = Application.objects.get(pk=case.pk).certificate
        assert reverse("issuance:certificate-detail", args=[certificate.pk]) in done
    assert "1 case can be approved now" in client.get(url).content.decode()


@pytest.mark.parametrize("role", [Role.CHAMBER_OFFICER, Role.APPLICANT, Role.INSPECTOR])
def test_only_a_signatory_opens_the_page(sign_in: SignIn, role: Role) -> None:
    client = sign_in(scenarios.a_person(role))
    assert client.get(reverse("issuance:decide-many")).status_code == 403


@pytest.mark.usefixtures("eds")
def test_signed_decisions_are_kept_each_with_its_own_signature(
    signatory: Membership, settings: Any
) -> None:
    cases = three()
    settings.CTKZ_EDS_REQUIRED = True
    with pytest.raises(signing.SignatureNeeded):
        services.approve_application(application=cases[0], actor=signatory)
    session = sit(signatory, cases)
    assert not OutboxItem.objects.filter(task=signing.COMPLETE_SIGNING).exists()
    items = list(session.items.all())
    signatures = {item.pk: a_signature(signatory, item.record_bytes) for item in items}
    # One of the three is signed over something else.
    signatures[items[1].pk] = a_signature(signatory, b"{}")
    signing.give(session=session, actor=signatory, signatures=signatures)
    work_through(session)
    states = [item.state for item in session.items.order_by("position")]
    assert states == ["done", "refused", "done"]
    assert ElectronicSignature.objects.count() == 2
    decided = Application.objects.filter(status="approved")
    assert decided.count() == 2
    for case in decided:
        assert case.decision_signature is not None
        assert case.decision_signature.record_bytes == bytes(case.decision_record)
