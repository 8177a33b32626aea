"""Turns of an auditor's attestation and what stands beside it."""

from collections.abc import Iterable
from itertools import chain

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from audit.models import AuditEvent
from auditors.models import ActBan, AttestationCase, Proposal
from notices.people import apart, committee, person, staff, told
from notices.turns import Group, Told, register


def _case(event: AuditEvent) -> AttestationCase | None:
    return AttestationCase.objects.filter(pk=event.subject_id).first()


def _candidate(case: AttestationCase) -> Iterable[Told]:
    found = person(case.user_id, organisation=case.organisation_id, roles=(Role.AUDITOR,))
    found = found or person(case.user_id, roles=(Role.AUDITOR,))
    return told(found, link=reverse("auditors:mine"))


def _heads(case: AttestationCase) -> Iterable[Told]:
    return told(staff(case.organisation_id, Role.EXPERT_HEAD), link=reverse("auditors:own-list"))


def _to_candidate(event: AuditEvent) -> Iterable[Told]:
    case = _case(event)
    return _candidate(case) if case else ()


def _to_both(event: AuditEvent) -> Iterable[Told]:
    case = _case(event)
    return chain(_candidate(case), _heads(case)) if case else ()


def _to_inspectors(event: AuditEvent) -> Iterable[Told]:
    case = _case(event)
    if case is None:
        return ()
    return told(apart(committee(None, Role.INSPECTOR), case.user_id), must_act=True)


def _to_deciders(event: AuditEvent) -> Iterable[Told]:
    found = committee(None, Role.COMMITTEE_HEAD)
    return told(apart(found, event.actor_id), must_act=True)


def _to_proposer(event: AuditEvent) -> Iterable[Told]:
    proposal = Proposal.objects.filter(pk=event.facts["proposal"]).first()
    if proposal is None:
        return ()
    return told(person(proposal.proposed_by_id, roles=(Role.INSPECTOR,)))


def _banned(event: AuditEvent) -> Iterable[Told]:
    ban = ActBan.objects.filter(pk=event.subject_id).first()
    if ban is None:
        return ()
    if ban.user_id is not None:
        return told(person(ban.user_id, roles=(Role.AUDITOR,)), link=reverse("auditors:mine"))
    return told(staff(ban.organisation_id, Role.EXPERT_HEAD, Role.AUDITOR))


def _declared(event: AuditEvent) -> Iterable[Told]:
    """The heads of the organisations that the auditor works for: they appoint."""
    mine = person(event.subject_id, roles=(Role.AUDITOR,))
    return chain.from_iterable(
        told(staff(one.organisation_id, Role.EXPERT_HEAD), link=reverse("auditors:own-list"))
        for one in mine
    )


for name, to, text in (
    ("attestation.admitted", _to_candidate, _("You are admitted to the test")),
    ("attestation.attested", _to_both, _("Attestation %(subject)s holds until %(valid_until)s")),
    (
        "attestation.extended",
        _to_both,
        _("Attestation %(subject)s was extended until %(valid_until)s"),
    ),
    (
        "attestation.expired",
        _to_both,
        _("Attestation %(subject)s ended: no new act may be signed under it"),
    ),
    ("attestation.refused", _to_candidate, _("You are not admitted to the test; see the reason")),
    (
        "attestation.requirement_decided",
        _to_candidate,
        _("The Committee decided on a requirement of your attestation"),
    ),
    ("attestation.returned", _to_both, _("The suspension ended; attestation %(subject)s holds")),
    (
        "attestation.reinstated",
        _to_both,
        _("Attestation %(subject)s holds again from %(reinstated_on)s"),
    ),
    ("attestation.revoked", _to_both, _("Attestation %(subject)s was revoked from %(revoked_on)s")),
    (
        "attestation.suspended",
        _to_both,
        _("Attestation %(subject)s is suspended from %(from_on)s to %(until_on)s"),
    ),
    (
        "attestation.suspension_lifted",
        _to_both,
        _("The suspension of attestation %(subject)s was lifted"),
    ),
    ("attestation.test_passed", _to_candidate, _("You passed the test of %(taken_on)s")),
    (
        "attestation.test_registered",
        _to_candidate,
        _("The test of %(taken_on)s was not passed; you may take it once more"),
    ),
    (
        "attestation.test_failed",
        _to_candidate,
        _("The last attempt of %(taken_on)s was not passed; the application is closed"),
    ),
    (
        "attestation.proposal_declined",
        _to_proposer,
        _("The head declined the decision that you prepared"),
    ),
    ("act_ban.imposed", _banned, _("No new acts may be signed: decision %(basis)s")),
    ("act_ban.lifted", _banned, _("New acts may be signed again from %(lifted_on)s")),
    (
        "auditor.interest_declared",
        _declared,
        _("%(subject)s declared an interest: heed it when you appoint"),
    ),
    (
        "auditor.declaration_withdrawn",
        _declared,
        _("%(subject)s withdrew a declaration of interest"),
    ),
):
    register(name, to=to, text=text, group=Group.TURN)

register(
    "attestation.applied",
    to=_to_inspectors,
    group=Group.TURN,
    text=_("An auditor applied for attestation"),
    text_to_act=_("An auditor applied for attestation: look at the papers"),
)
register(
    "attestation.extension_asked",
    to=_to_inspectors,
    group=Group.TURN,
    text=_("The extension of attestation %(subject)s is asked for"),
    text_to_act=_("The extension of attestation %(subject)s is asked for: prepare the decision"),
)
register(
    "attestation.proposed",
    to=_to_deciders,
    group=Group.TURN,
    text=_("A decision on an attestation was prepared"),
    text_to_act=_("A decision on an attestation was prepared for you: decide"),
)
