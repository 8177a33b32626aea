"""One person on a case at a time, and work taken over with a note."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership, Role
from audit.models import AuditEvent
from issuance import services
from issuance.comparison import compare
from issuance.holding import CaseHeld, hold_of
from issuance.models import Application, TakeOver
from tests import scenarios
from tests.issuance.conftest import SignIn
from workplace.baskets.gathering import Basket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def another(application: Application, role: Role) -> Membership:
    return scenarios.a_person(role, application.chamber)


def fresh(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


def test_a_case_that_is_open_with_one_signatory_is_not_decided_by_another() -> None:
    application = scenarios.an_application("recommended")
    scenarios.a_seal()
    first = scenarios.staff_of(application, Role.CHAMBER_SIGNATORY)
    second = another(application, Role.CHAMBER_SIGNATORY)
    assert services.open_case(application=application, actor=first) is None
    hold = services.open_case(application=application, actor=second)
    assert hold is not None
    assert hold.user == first.user
    for command, given in (
        (services.approve_application, {}),
        (services.return_application, {"note": "Once more."}),
        (services.refuse_application, {"reason": "data_mismatch_act"}),
    ):
        with pytest.raises(CaseHeld, match=first.user.full_name):
            command(application=application, actor=second, **given)
    services.approve_application(application=application, actor=first)
    assert fresh(application).status == "approved"


def test_an_officer_does_not_take_an_application_that_a_colleague_has_open(
    sign_in: SignIn,
) -> None:
    application = scenarios.an_application("submitted")
    first = scenarios.staff_of(application, Role.CHAMBER_OFFICER)
    second = another(application, Role.CHAMBER_OFFICER)
    services.open_case(application=application, actor=first)
    with pytest.raises(CaseHeld):
        services.take_application(application=application, actor=second)
    client, take = sign_in(second), reverse("issuance:application-take", args=[application.pk])
    case_page = reverse("issuance:application-detail", args=[application.pk])
    review = reverse("issuance:application-review", args=[application.pk])
    shown = client.get(case_page).content.decode()
    assert first.user.full_name in shown
    assert take not in shown
    assert review in shown
    assert take not in client.get(review).content.decode()
    services.take_application(application=application, actor=first)


def test_opening_a_case_is_no_deed() -> None:
    application = scenarios.an_application("recommended")
    signatory = scenarios.staff_of(application, Role.CHAMBER_SIGNATORY)
    events = AuditEvent.objects.count()
    services.open_case(application=application, actor=signatory)
    assert AuditEvent.objects.count() == events
    assert fresh(application).version == application.version


def test_a_hold_lapses_by_itself() -> None:
    application = scenarios.an_application("recommended")
    first = scenarios.staff_of(application, Role.CHAMBER_SIGNATORY)
    services.open_case(application=application, actor=first)
    application = fresh(application)
    now = timezone.now()
    assert hold_of(application, at=now + dt.timedelta(minutes=19)) is not None
    assert hold_of(application, at=now + dt.timedelta(minutes=21)) is None
    Application.objects.update(opened_at=now - dt.timedelta(minutes=21))
    second = another(application, Role.CHAMBER_SIGNATORY)
    assert services.open_case(application=application, actor=second) is None
    assert fresh(application).opened_by == second.user


def test_a_step_lets_the_case_go() -> None:
    application = scenarios.an_application("under_review")
    assert fresh(application).opened_by == application.reviewer
    scenarios.recommend(application)
    assert fresh(application).opened_by is None


def test_an_open_case_is_taken_over_with_a_note_and_an_event() -> None:
    application = scenarios.an_application("recommended")
    first = scenarios.staff_of(application, Role.CHAMBER_SIGNATORY)
    second = another(application, Role.CHAMBER_SIGNATORY)
    services.open_case(application=application, actor=first)
    with pytest.raises(DomainError) as refusal:
        services.break_hold(application=application, actor=second, note=" ")
    assert refusal.value.field == "note"
    for _press in range(2):
        services.break_hold(application=application, actor=second, note="She is on leave.")
    take_over = TakeOver.objects.get()
    assert (take_over.previous, take_over.taken_by) == (first.user, second.user)
    event = AuditEvent.objects.get(event="application.hold_broken")
    assert event.facts["previous"] == str(first.user_id)
    with pytest.raises(CaseHeld):
        services.return_application(application=application, actor=first, note="Once more.")


def test_another_officer_takes_the_review_over() -> None:
    application = scenarios.an_application("under_review")
    before = application.reviewer
    assert before is not None
    other = another(application, Role.CHAMBER_OFFICER)
    with pytest.raises(DomainError) as refusal:
        services.take_over(application=application, actor=other, note="")
    assert refusal.value.field == "note"
    services.take_over(application=application, actor=other, note="My colleague is ill.")
    application = fresh(application)
    assert application.reviewer == other.user
    assert application.status == "under_review"
    assert AuditEvent.objects.filter(event="application.taken_over").count() == 1
    with pytest.raises(PermissionRefused):
        services.propose_refusal(
            application=application,
            actor=Membership.objects.get(user=before, role=Role.CHAMBER_OFFICER),
            reason="data_mismatch_act",
            note="The model differs.",
        )


def test_whoever_reviewed_before_a_take_over_does_not_decide() -> None:
    application = scenarios.an_application("under_review")
    before = scenarios.staff_of(application, Role.CHAMBER_OFFICER)
    as_signatory = scenarios.as_member(before.user, Role.CHAMBER_SIGNATORY, application.chamber)
    scenarios.a_mandate(as_signatory)
    other = another(application, Role.CHAMBER_OFFICER)
    services.take_over(application=application, actor=other, note="My colleague is ill.")
    application = scenarios.recommend(fresh(application))
    scenarios.a_seal()
    with pytest.raises(PermissionRefused):
        services.approve_application(application=application, actor=as_signatory)
    assert Basket(as_signatory).counts().by_tab["to_decide"] == 0
    assert Basket(another(application, Role.CHAMBER_SIGNATORY)).counts().by_tab["to_decide"] == 1
    with pytest.raises(DatabaseError, match="took part in the review"), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(decider=before.user)


def test_the_page_says_who_has_the_case_and_hides_the_buttons(sign_in: SignIn) -> None:
    application = scenarios.an_application("recommended")
    scenarios.a_seal()
    first = scenarios.staff_of(application, Role.CHAMBER_SIGNATORY)
    second = another(application, Role.CHAMBER_SIGNATORY)
    page = reverse("issuance:application-decide", args=[application.pk])
    approve = reverse("issuance:application-approve", args=[application.pk])
    assert approve in sign_in(first).get(page).content.decode()
    client = sign_in(second)
    held = client.get(page).content.decode()
    assert f"{first.user.full_name} has had this case open since" in held
    assert approve not in held
    assert client.post(approve, {"version": application.version}).status_code == 409
    break_hold = reverse("issuance:application-break-hold", args=[application.pk])
    client.post(break_hold, {"break_hold-note": "She is on leave."})
    assert approve in client.get(page).content.decode()
    case_page = reverse("issuance:application-detail", args=[application.pk])
    assert "She is on leave." in client.get(case_page).content.decode()


def test_a_page_that_stays_open_keeps_the_case_and_hears_that_it_moved_on(
    sign_in: SignIn,
) -> None:
    application = scenarios.an_application("recommended")
    first = scenarios.staff_of(application, Role.CHAMBER_SIGNATORY)
    client = sign_in(first)
    ping = reverse("issuance:application-open", args=[application.pk])
    quiet = client.post(ping, {"version": application.version}).content.decode()
    assert "hx-post" in quiet
    assert fresh(application).opened_by == first.user
    other = another(application, Role.CHAMBER_SIGNATORY)
    services.break_hold(application=application, actor=other, note="She is on leave.")
    assert (
        other.user.full_name in client.post(ping, {"version": application.version}).content.decode()
    )
    services.return_application(application=application, actor=other, note="Once more.")
    moved = client.post(ping, {"version": application.version}).content.decode()
    assert "The case has moved on" in moved
    assert "hx-post" not in moved


def test_the_other_officer_finds_the_review_and_takes_it_over(sign_in: SignIn) -> None:
    application = scenarios.an_application("under_review")
    client = sign_in(another(application, Role.CHAMBER_OFFICER))
    page = reverse("issuance:application-review", args=[application.pk])
    take_over = reverse("issuance:application-take_over", args=[application.pk])
    shown = client.get(page).content.decode()
    assert take_over in shown
    assert fresh(application).opened_by == application.reviewer
    refused = client.post(take_over, {"version": application.version, "take_over-note": ""})
    assert refused.status_code == 409
    given = {"version": application.version, "take_over-note": "My colleague is ill."}
    assert client.post(take_over, given).status_code == 302
    assert fresh(application).reviewer != application.reviewer


def test_strangers_neither_open_nor_take_over(sign_in: SignIn) -> None:
    application = scenarios.an_application("recommended")
    stranger = scenarios.a_person(
        Role.CHAMBER_SIGNATORY, scenarios.an_organisation("chamber", code="101")
    )
    for name in ("application-open", "application-break-hold"):
        url = reverse(f"issuance:{name}", args=[application.pk])
        assert sign_in(stranger).post(url, {"break_hold-note": "Mine."}).status_code == 404
        applicant = scenarios.staff_of(application, Role.APPLICANT)
        answer = sign_in(applicant).post(url, {"break_hold-note": "Mine."})
        assert answer.status_code == (200 if name == "application-open" else 403)
    assert fresh(application).opened_by is None


def test_differences_between_act_and_application_are_marked_cell_by_cell(sign_in: SignIn) -> None:
    application = scenarios.an_application("under_review", lines=3)
    assert compare(application).differences == 0
    line = application.act.request.lines.get(number=2)
    line.hs_code = "8421399000"
    line.save()
    compared = compare(application)
    [differing] = compared.differing
    assert differing.number == 2
    assert [cell.label for cell in differing.cells if not cell.agrees] == ["HS code"]
    assert len(compared.agreeing) == 2
    client = sign_in(scenarios.staff_of(application, Role.CHAMBER_OFFICER))
    page = client.get(reverse("issuance:application-review", args=[application.pk]))
    shown = page.content.decode()
    assert shown.count('class="differs"') == 1
    assert "2 goods lines agree" in shown


def test_a_line_that_was_added_after_the_act_stands_out() -> None:
    application = scenarios.an_application("under_review")
    line = application.act.request.lines.get()
    line.pk, line.number = None, 2
    line.save()
    [added] = compare(application).differing
    assert added.number == 2
    assert {cell.act for cell in added.cells} == {"—"}
