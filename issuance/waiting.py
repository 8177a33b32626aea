"""One sentence about a case: what it waits for, from whom, and what is expected of the reader."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, Role
from accounts.permissions import has_permission
from reference.code_lists import code_label

from .models import Application, Certificate


@dataclass(frozen=True)
class Waiting:
    """`title` is set when the reader is the one who must act."""

    sentence: str
    title: str = ""
    text: str = ""
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class Call:
    """What is asked of a person who may make a transition now."""

    title: str
    text: str
    url_name: str
    link: str


def waiting_for(application: Application, actor: Membership | None) -> Waiting:
    sentence = _sentence(application)
    open_now = {action.name for action in application.WORKFLOW.available(application, actor)}
    for name, call in _calls().items():
        if name in open_now:
            url = reverse(call.url_name, args=[application.pk]) if call.url_name else ""
            return Waiting(sentence, call.title, call.text, url, call.link)
    if certificate := _stopped(application, actor):
        return Waiting(
            sentence,
            _("Expected from you: start the issue again"),
            _("The issue stopped; the number stays reserved."),
            reverse("issuance:certificate-detail", args=[certificate.pk]),
            _("Open the certificate"),
        )
    return Waiting(f"{sentence} {_another_person(application, actor)}".strip())


def _calls() -> dict[str, Call]:
    """By transition, the most pressing first."""
    return {
        "take": Call(
            _("Expected from you: take the application for review"),
            _("Whoever takes it becomes the reviewer; somebody else decides afterwards."),
            "",
            "",
        ),
        "recommend": Call(
            _("Expected from you: finish the review"),
            _("Compare with the act, fill the checklist, then hand the case to the decider."),
            "issuance:application-review",
            _("Go on with the review"),
        ),
        "close_consultation": Call(
            _("Expected from you: enter the reply when it comes"),
            _("The clock stands still until then; after the term the case may go on without it."),
            "",
            "",
        ),
        "answer": Call(
            _("Expected from you: answer the chamber"),
            _("The clock stands still until your answer."),
            "",
            "",
        ),
        "approve": Call(
            _("Expected from you: decide"),
            _("The reviewer has finished; you see the act, the checklist and the preview."),
            "issuance:application-decide",
            _("Open the decision"),
        ),
        "submit": Call(
            _("Expected from you: submit the application"),
            _("The chamber does not see it yet."),
            "",
            "",
        ),
    }


def _sentence(application: Application) -> str:
    chamber = application.chamber.name
    match application.status:
        case "draft":
            return _("The application is not submitted yet.")
        case "submitted":
            return _("Waits for an officer of %(chamber)s to take the review.") % {
                "chamber": chamber
            }
        case "under_review":
            return _("Waits for the review; the reviewer is %(reviewer)s.") % {
                "reviewer": application.reviewer
            }
        case "awaiting_applicant":
            return _("Waits for the answer of %(applicant)s; the clock stands still.") % {
                "applicant": application.applicant.name
            }
        case "in_consultation":
            return _consultation_sentence(application)
        case "recommended":
            return _("Waits for the decision of a signatory of %(chamber)s.") % {"chamber": chamber}
        case "refused":
            return _("The chamber refused: %(reason)s. Nothing more is expected.") % {
                "reason": code_label("refusal_reason", application.refusal_reason)
            }
        case "withdrawn":
            return _("The applicant withdrew the application. Nothing more is expected.")
    return _certificate_sentence(application.certificate)


def _consultation_sentence(application: Application) -> str:
    asked = application.consultations.get(closed_at__isnull=True)
    since = timezone.localdate(asked.asked_at)
    return _(
        "Waits for the reply of %(body)s since %(since)s, expected by %(due)s; "
        "the clock stands still."
    ) % {
        "body": asked.body,
        "since": since.strftime("%d.%m.%Y"),
        "due": asked.due_on.strftime("%d.%m.%Y"),
    }


def _certificate_sentence(certificate: Certificate) -> str:
    values = {"number": certificate.number, "until": certificate.valid_until.strftime("%d.%m.%Y")}
    match certificate.status:
        case "issuing":
            return _("The portal is making certificate %(number)s.") % values
        case "issue_failed":
            return _("The issue of %(number)s stopped; a signatory of the chamber resumes it.") % (
                values
            )
        case "valid":
            return _("Certificate %(number)s is in force until %(until)s.") % values
        case "suspended":
            return _("Certificate %(number)s is suspended.") % values
        case "revoked":
            return _("Certificate %(number)s was revoked. Nothing more is expected.") % values
        case "replaced":
            return _("Certificate %(number)s was replaced by another one.") % values
    return _("Certificate %(number)s is no longer in force.") % values


def _stopped(application: Application, actor: Membership | None) -> Certificate | None:
    """The certificate whose issue the reader may start again."""
    certificate = getattr(application, "certificate", None)
    if certificate and certificate.WORKFLOW.available(certificate, actor):
        return certificate
    return None


def _another_person(application: Application, actor: Membership | None) -> str:
    """Why a member of the chamber's staff finds no button where colleagues have one."""
    if actor is None:
        return ""
    if actor.role == Role.CHAMBER_SIGNATORY and application.status == "recommended":
        if application.reviewer_id == actor.user_id:
            return _("You reviewed this application, so another person decides.")
        return _("You took part in this case, so another person decides.")
    if (
        actor.role == Role.CHAMBER_OFFICER
        and application.status == "submitted"
        and not has_permission(actor, "issuance.take_application", application)
    ):
        return _("You took part in this case, so another person reviews it.")
    return ""
