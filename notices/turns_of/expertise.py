"""Turns of the first stage: the request, the expertise and its act."""

from collections.abc import Iterable
from itertools import chain

from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from audit.models import AuditEvent
from expertise.models import Act, ExpertiseRequest, SecondOpinion
from notices.people import apart, committee, filers, person, staff, told
from notices.turns import Group, Told, register


def _request(event: AuditEvent) -> ExpertiseRequest | None:
    return ExpertiseRequest.objects.filter(pk=event.subject_id).first()


def _act(event: AuditEvent) -> Act | None:
    return Act.objects.select_related("request").filter(pk=event.subject_id).first()


def _is_blind(request: ExpertiseRequest) -> bool:
    return SecondOpinion.objects.filter(second=request).exists()


def _applicant(request: ExpertiseRequest | None, *, must_act: bool = False) -> Iterable[Told]:
    """Its people; a blind second expertise is nobody's request and its applicant hears nothing."""
    if request is None or _is_blind(request):
        return ()
    found = filers(request.applicant_id, request.submitted_by_id, request.created_by_id)
    return told(found, must_act=must_act)


def _auditor(request: ExpertiseRequest | None, *, must_act: bool = False) -> Iterable[Told]:
    if request is None:
        return ()
    found = person(
        request.auditor_id, organisation=request.expert_organisation_id, roles=(Role.AUDITOR,)
    )
    return told(found, must_act=must_act)


def _heads(request: ExpertiseRequest | None, *, must_act: bool = False) -> Iterable[Told]:
    if request is None:
        return ()
    return told(staff(request.expert_organisation_id, Role.EXPERT_HEAD), must_act=must_act)


def _to_accept(event: AuditEvent) -> Iterable[Told]:
    return _heads(_request(event), must_act=True)


def _to_applicant(event: AuditEvent) -> Iterable[Told]:
    return _applicant(_request(event))


def _applicant_acts(event: AuditEvent) -> Iterable[Told]:
    return _applicant(_request(event), must_act=True)


def _auditor_acts(event: AuditEvent) -> Iterable[Told]:
    return _auditor(_request(event), must_act=True)


def _assigned(event: AuditEvent) -> Iterable[Told]:
    request = _request(event)
    return chain(_auditor(request, must_act=True), _applicant(request))


def _released(event: AuditEvent) -> Iterable[Told]:
    request = _request(event)
    if request is None:
        return ()
    former = person(event.facts["auditor"], organisation=request.expert_organisation_id)
    return chain(_heads(request, must_act=True), told(former))


def _ended(event: AuditEvent) -> Iterable[Told]:
    request = _request(event)
    return chain(_applicant(request), _auditor(request), _heads(request))


def _withdrawn(event: AuditEvent) -> Iterable[Told]:
    request = _request(event)
    if request is None or request.submitted_at is None:
        return ()
    return chain(_auditor(request), _heads(request))


def _allowed(event: AuditEvent) -> Iterable[Told]:
    request = _request(event)
    return chain(_auditor(request), _heads(request))


def _corrected(event: AuditEvent) -> Iterable[Told]:
    request = _request(event)
    return chain(_auditor(request, must_act=True), _applicant(request), _heads(request))


def _signed(event: AuditEvent) -> Iterable[Told]:
    act = _act(event)
    if act is None:
        return ()
    waits = bool(event.facts["is_positive"]) and not act.request.goes_to_chamber_by_itself
    return chain(_applicant(act.request, must_act=waits), _heads(act.request))


def _of_the_act(event: AuditEvent) -> Iterable[Told]:
    act = _act(event)
    if act is None:
        return ()
    return chain(_applicant(act.request), _auditor(act.request), _heads(act.request))


def _to_resolve(event: AuditEvent) -> Iterable[Told]:
    """Only the Committee: neither auditor nor applicant knows of a blind second expertise."""
    pair = SecondOpinion.objects.select_related("first", "second").filter(pk=event.subject_id)
    found = pair.first()
    if found is None:
        return ()
    heads = committee(None, Role.COMMITTEE_HEAD)
    took_part = (found.first.auditor_id, found.second.auditor_id)
    return told(apart(heads, *took_part), must_act=True)


register(
    "request.submitted",
    to=_to_accept,
    group=Group.TURN,
    text=_("Request %(subject)s was filed with you"),
    text_to_act=_("Request %(subject)s was filed with you: accept it or reject it"),
)
register(
    "request.accepted",
    to=_to_applicant,
    group=Group.TURN,
    text=_("The expert organisation accepted request %(subject)s; an auditor is appointed next"),
)
register(
    "request.rejected",
    to=_to_applicant,
    group=Group.TURN,
    text=_("Request %(subject)s was rejected; the reason stands on its page"),
)
register(
    "request.assigned",
    to=_assigned,
    group=Group.TURN,
    text=_("An auditor was appointed for request %(subject)s"),
    text_to_act=_("Request %(subject)s was given to you: begin the expertise"),
)
register(
    "request.conflict_overridden",
    to=_allowed,
    group=Group.TURN,
    text=_("The Committee allowed the auditor of request %(subject)s despite a conflict"),
)
register(
    "request.released",
    to=_released,
    group=Group.TURN,
    text=_("Request %(subject)s is no longer yours"),
    text_to_act=_("Request %(subject)s lost its auditor: appoint another one"),
)
register(
    "request.question_asked",
    to=_applicant_acts,
    group=Group.TURN,
    text=_("The auditor asked for more about request %(subject)s"),
    text_to_act=_("The auditor asked for more about request %(subject)s: answer by %(due_on)s"),
)
register(
    "request.question_answered",
    to=_auditor_acts,
    group=Group.TURN,
    text=_("The applicant answered about request %(subject)s"),
    text_to_act=_("The applicant answered about request %(subject)s: go on with the expertise"),
)
register(
    "request.reminded",
    to=_applicant_acts,
    group=Group.DEADLINE,
    text=_("Request %(subject)s waits for an answer"),
    text_to_act=_(
        "Request %(subject)s still waits for your answer: without it by %(due_on)s it ends"
    ),
)
register(
    "request.lapsed",
    to=_ended,
    group=Group.DEADLINE,
    text=_("Request %(subject)s ended: no answer came in time"),
)
register(
    "request.refused",
    to=_ended,
    group=Group.TURN,
    text=_("The auditor refused the expertise on request %(subject)s; the reason is on its page"),
)
register(
    "request.withdrawn",
    to=_withdrawn,
    group=Group.TURN,
    text=_("The applicant withdrew request %(subject)s: nothing more is to be done"),
)
register(
    "request.correction_opened",
    to=_corrected,
    group=Group.TURN,
    text=_("The expertise was opened again to correct act %(act)s; the act holds meanwhile"),
    text_to_act=_("Correct act %(act)s: its expertise was opened again and given to you"),
)
register(
    "act.signed",
    to=_signed,
    group=Group.TURN,
    text=_("Act of expertise %(number)s was signed; its result is on its page"),
    text_to_act=_("Act of expertise %(number)s was signed: take it to the regional chamber"),
)
register(
    "act.annulled",
    to=_of_the_act,
    group=Group.TURN,
    text=_("Act %(number)s was annulled"),
)
register(
    "act.reinstated",
    to=_of_the_act,
    group=Group.TURN,
    text=_("Act %(number)s holds again by decision %(basis)s"),
)
register(
    "act.superseded",
    to=_of_the_act,
    group=Group.TURN,
    text=_("Act %(number)s was replaced by act %(by)s"),
)
register(
    "second_opinion.differs",
    to=_to_resolve,
    group=Group.TURN,
    text=_("Two auditors came to different results on one request"),
    text_to_act=_("Two auditors came to different results on one request: decide which holds"),
)
