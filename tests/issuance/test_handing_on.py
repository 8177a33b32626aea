"""A review given back, and given to another officer by the signatory: with a note and an event."""

import pytest
from django.urls import reverse

from accounts.errors import DomainError, PermissionRefused
from accounts.models import Membership, Role
from audit.models import AuditEvent
from issuance import services
from issuance.models import Application, TakeOver
from tests import scenarios
from tests.issuance.conftest import SignIn

pytestmark = pytest.mark.django_db
LANGUAGE = "en"


def officer(application: Application) -> Membership:
    return scenarios.staff_of(application, Role.CHAMBER_OFFICER)


def signatory(application: Application) -> Membership:
    return scenarios.staff_of(application, Role.CHAMBER_SIGNATORY)


def colleague(application: Application) -> Membership:
    return scenarios.a_person(Role.CHAMBER_OFFICER, application.chamber)


def test_a_review_given_back_is_free_with_its_term_and_its_history() -> None:
    application = scenarios.an_application("under_review")
    first, due_on = officer(application), application.due_on
    services.release_application(application=application, actor=first, note="I am away.")
    application.refresh_from_db()
    assert (application.status, application.reviewer, application.opened_by) == (
        "submitted", None, None,
    )  # fmt: skip
    assert application.due_on == due_on
    row = TakeOver.objects.get()
    assert (row.previous, row.taken_by, row.given_by) == (first.user, None, None)
    event = AuditEvent.objects.get(event="application.released")
    assert event.facts == {"previous": str(first.user_id)}
    second = colleague(application)
    services.take_application(application=application, actor=second)
    # Whoever has reviewed before never decides, given back or not.
    both = scenarios.as_member(first.user, Role.CHAMBER_SIGNATORY, application.chamber)
    assert "approve" not in {
        each.name for each in Application.WORKFLOW.available(application, both)
    }


def test_the_signatory_gives_a_free_case_and_anothers_review_to_an_officer() -> None:
    application = scenarios.an_application("submitted")
    head, first, second = signatory(application), officer(application), colleague(application)
    services.reassign_application(
        application=application, actor=head, reviewer=first.user, note="You know the goods."
    )
    application.refresh_from_db()
    assert (application.status, application.reviewer) == ("under_review", first.user)
    services.reassign_application(
        application=application, actor=head, reviewer=second.user, note="The first one is ill."
    )
    application.refresh_from_db()
    assert application.reviewer == second.user
    assert list(TakeOver.objects.values_list("previous", "taken_by", "given_by")) == [
        (None, first.user_id, head.user_id),
        (first.user_id, second.user_id, head.user_id),
    ]
    told = AuditEvent.objects.filter(event="application.reassigned")
    given_to = {event.facts["reviewer"] for event in told}
    assert given_to == {str(first.user_id), str(second.user_id)}


def test_nobody_gets_a_review_who_could_not_take_it() -> None:
    application = scenarios.an_application("under_review")
    head = signatory(application)
    author = scenarios.as_member(application.filed_by, Role.CHAMBER_OFFICER, application.chamber)
    auditor = scenarios.as_member(application.auditor, Role.CHAMBER_OFFICER, application.chamber)
    elsewhere = scenarios.a_person(
        Role.CHAMBER_OFFICER, scenarios.an_organisation("chamber", code="101")
    )
    for person in (author, auditor, elsewhere, officer(application), head):
        with pytest.raises(DomainError) as refusal:
            services.reassign_application(
                application=application, actor=head, reviewer=person.user, note="Yours."
            )
        assert refusal.value.code == "may_not_review"
    assert not TakeOver.objects.exists()


@pytest.mark.parametrize("name", ["release", "reassign"])
def test_it_needs_a_note_and_another_officer_may_not(name: str) -> None:
    application = scenarios.an_application("under_review")
    second = colleague(application)
    command = getattr(services, f"{name}_application")
    given = {"reviewer": second.user} if name == "reassign" else {}
    with pytest.raises(DomainError, match="Say why"):
        command(application=application, actor=signatory(application), note=" ", **given)
    with pytest.raises(PermissionRefused):
        command(application=application, actor=second, note="Mine.", **given)


def test_the_page_of_the_case_offers_both_and_tells_what_happened(sign_in: SignIn) -> None:
    application = scenarios.an_application("under_review")
    second, page = (
        colleague(application),
        reverse("issuance:application-detail", args=[application.pk]),
    )
    client = sign_in(signatory(application))
    shown = client.get(page).content.decode()
    assert "Give to another officer" in shown
    assert "Give the review back" in shown
    answer = client.post(
        reverse("issuance:application-reassign", args=[application.pk]),
        {"reassign-reviewer": str(second.user_id), "reassign-note": "The first one is ill."},
        follow=True,
    )
    shown = answer.content.decode()
    assert "gave the review of" in shown
    assert "The first one is ill." in shown
    client = sign_in(second)
    client.post(
        reverse("issuance:application-release", args=[application.pk]), {"release-note": ""}
    )
    application.refresh_from_db()
    assert application.reviewer == second.user
    client.post(
        reverse("issuance:application-release", args=[application.pk]),
        {"release-note": "I am away."},
    )
    application.refresh_from_db()
    assert application.reviewer is None
