"""What a request waits for and from whom; what is expected from the person who looks at it."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

import audit
from accounts.models import Membership
from accounts.permissions import has_permission
from audit.models import AuditEventQuerySet
from reference.parameters import parameter
from workflow.transitions import Transition

from .desk_steps import desk_steps
from .models import Act, ExpertiseRequest, RequestQuestion

# Transitions that have a page of their own, where the person reads or fills something first.
PAGES = {
    "submit": "expertise:request-check",
    "assign": "expertise:request-assign",
    "release": "expertise:request-release",
    "ask": "expertise:request-ask",
    "answer": "expertise:request-answer",
    "reject": "expertise:request-reject",
    "refuse": "expertise:request-refuse",
    "sign": "expertise:request-sign",
}


BEFORE_THE_ACT = ("submitted", "accepted", "in_expertise", "awaiting_applicant")


@dataclass(frozen=True)
class Action:
    """A button of the case page: a link, a plain command, or a command to be confirmed."""

    label: str
    url: str
    style: str
    kind: str  # link | post | confirm
    question: str = ""


@dataclass(frozen=True)
class Expected:
    title: str
    text: str = ""
    url: str = ""
    link: str = ""


def actions(request: ExpertiseRequest, actor: Membership) -> list[Action]:
    """Buttons for what the transition table lets this person do now."""
    transitions = request.WORKFLOW.available(request, actor)
    names = {transition.name for transition in transitions}
    work = _auditors_pages(request) if "sign" in names else []
    if request.status in BEFORE_THE_ACT and has_permission(
        actor, "expertise.override_conflict", request
    ):
        url = _page(request, "request-override")
        work = [Action(_("Conflicts of interest"), url, "secondary", "link")]
    buttons = work + [
        _action(request, transition)
        for transition in transitions
        if transition.name != "ask" or _may_ask_again(request)
    ]
    return buttons + _clone(request, actor)


def _clone(request: ExpertiseRequest, actor: Membership) -> list[Action]:
    if request.status == "draft" or not has_permission(actor, "expertise.clone_request", request):
        return []
    label = _("New request like this one")
    return [Action(label, _page(request, "request-clone"), "secondary", "link")]


def act_actions(act: Act, actor: Membership) -> list[Action]:
    """Buttons of the act's page: nobody changes an act, it is corrected or annulled."""
    names = {transition.name for transition in act.WORKFLOW.available(act, actor)}
    buttons = []
    if act.status == "signed" and has_permission(actor, "expertise.correct_act", act):
        if correction := open_correction_of(act):
            page = _page(correction, "request-detail")
            buttons.append(Action(_("To the correction"), page, "secondary", "link"))
        else:
            page = reverse("expertise:act-correct", args=[act.pk])
            buttons.append(Action(_("Correct the act"), page, "secondary", "link"))
    if "annul" in names:
        page = reverse("expertise:act-annul", args=[act.pk])
        buttons.append(Action(_("Annul the act"), page, "danger", "link"))
    return buttons


def open_correction_of(act: Act) -> ExpertiseRequest | None:
    """The correction under way, if there is one."""
    under_way = ExpertiseRequest.objects.filter(status__in=("in_expertise", "awaiting_applicant"))
    return under_way.filter(corrects=act.request_id).first()


def _auditors_pages(request: ExpertiseRequest) -> list[Action]:
    return [
        Action(_("Documents and proofs"), _page(request, "request-evidence"), "secondary", "link"),
        Action(_("Examination"), _page(request, "request-examination"), "secondary", "link"),
        Action(_("Findings"), _page(request, "request-findings"), "secondary", "link"),
    ]


def _action(request: ExpertiseRequest, transition: Transition) -> Action:
    page = PAGES.get(transition.name)
    url = reverse(page or f"expertise:request-{transition.name}", args=[request.pk])
    label, style = str(transition.label), transition.style
    kind, question = ("link" if page else "post"), ""
    match transition.name:
        case "withdraw":
            kind = "confirm"
            question = _("A withdrawn request cannot be opened again. Withdraw it?")
        # These two lead to a page that lists what is still missing.
        case "submit":
            label, style = _("Check and submit"), "secondary"
        case "sign":
            label, style = _("To the signature"), "secondary"
    return Action(label, url, style, kind, question)


def _may_ask_again(request: ExpertiseRequest) -> bool:
    return request.questions.count() < parameter("expertise.questions_max", on=timezone.localdate())


def waits_for(request: ExpertiseRequest) -> str:
    """One sentence: what the request waits for and from whom."""
    experts = request.expert_organisation.name if request.expert_organisation else ""
    match request.status:
        case "draft":
            return _("The applicant is filling in the request; nobody else sees it yet.")
        case "submitted":
            return _("Waits until %(experts)s accepts it.") % {"experts": experts}
        case "accepted":
            return _("Accepted; waits until %(experts)s assigns an auditor.") % {"experts": experts}
        case "in_expertise" if request.corrects_id:
            return _(
                "Auditor %(auditor)s corrects the act; the signed one holds until the new one is."
            ) % {"auditor": request.auditor}
        case "in_expertise":
            return _("Auditor %(auditor)s examines the goods and signs the act.") % {
                "auditor": request.auditor
            }
        case "awaiting_applicant":
            return _("Waits for the answer of the applicant; the clock stands still.")
        case "concluded":
            return _concluded(request.act)
        case "rejected":
            return _ended(request)
        case "withdrawn":
            return _("The applicant withdrew the request.")
    return ""


def _concluded(act: Act) -> str:
    match act.status:
        case "superseded":
            return _("The act was superseded by act %(number)s.") % {
                "number": act.superseded_by.number
            }
        case "annulled":
            return _("The act was annulled: no certificate may rest on it.")
    return _("The expertise is concluded; the act is signed.")


def _ended(request: ExpertiseRequest) -> str:
    if request.questions.filter(answered_at__isnull=True).exists():
        return _("The applicant did not answer in time, so the request ended by itself.")
    if request.auditor_id:
        return _("The auditor refused the expertise.")
    return _("The expert organisation rejected the request.")


def expected_from(request: ExpertiseRequest, actor: Membership) -> Expected | None:
    """The yellow note: what this very person has to do next, if anything."""
    names = {transition.name for transition in request.WORKFLOW.available(request, actor)}
    if "submit" in names:
        return Expected(
            _("Expected from you: fill in the request and submit it"),
            _("Everything is saved as you go; you may come back at any time."),
            *_link(request, "request-go-on", _("Go on with the draft")),
        )
    if "answer" in names:
        question = request.questions.filter(answered_at__isnull=True).first()
        return Expected(
            _("Expected from you: answer the auditor"),
            _asked(question) if question else "",
            *_link(request, "request-answer", pgettext("action", "Answer")),
        )
    if "accept" in names:
        return Expected(
            _("Expected from you: accept or reject the request"),
            _("After it is accepted you assign an auditor."),
        )
    if "assign" in names:
        return Expected(
            _("Expected from you: assign an auditor"),
            "",
            *_link(request, "request-assign", _("Choose the auditor")),
        )
    if "sign" in names:
        return _expected_from_auditor(request)
    act = getattr(request, "act", None)
    if act is not None and (url := apply_url(act, actor)):
        return Expected(
            _("Expected from you: send the act to a chamber"),
            _(
                "From a positive act to an application in one step; "
                "the chamber then decides on the certificate."
            ),
            url,
            _("Send to a chamber"),
        )
    return None


def _asked(question: RequestQuestion) -> str:
    """What is needed and by when: without an answer the request ends by itself."""
    return _("%(question)s The answer is expected by %(day)s; after that the request ends.") % {
        "question": question.text,
        "day": date_format(question.due_on, "d.m.Y"),
    }


def apply_url(act: Act, actor: Membership) -> str:
    """Where the applicant goes on with a positive act that no application was made on yet.

    The page belongs to a later room, which is known here by name only.
    """
    is_open = act.status == "signed" and act.is_positive and act.valid_until >= timezone.localdate()
    if not is_open or not has_permission(actor, "issuance.create_application", act):
        return ""
    if applications_on(act).exists():
        return ""
    try:
        return reverse("issuance:application-create", args=[act.pk])
    except NoReverseMatch:
        return ""


def applications_on(act: Act) -> AuditEventQuerySet:
    """What happened to applications on this act: those on an act it corrects are older."""
    return audit.timeline(act.case_id).filter(subject_type="application", at__gte=act.signed_at)


def _expected_from_auditor(request: ExpertiseRequest) -> Expected:
    """The first step of the desk that is not complete, or the signature."""
    for step in desk_steps(request):
        if not step.ok and step.detail:
            return Expected(
                _("Expected from you: %(step)s") % {"step": step.label},
                step.detail,
                step.url,
                _("Go there"),
            )
    return Expected(
        _("Expected from you: sign the act"),
        _("Every line has its finding."),
        *_link(request, "request-sign", _("Read it once more and sign")),
    )


def _link(request: ExpertiseRequest, page: str, label: str) -> tuple[str, str]:
    return _page(request, page), label


def _page(request: ExpertiseRequest, name: str) -> str:
    return reverse(f"expertise:{name}", args=[request.pk])
