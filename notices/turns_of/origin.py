"""Turns of the rules of origin: who approves a version, whom it binds."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import COMMITTEE_ROLES, Membership, Role
from audit.models import AuditEvent
from notices.people import EXPERTS, apart, committee, persons, told
from notices.turns import Group, Told, register
from origin.models import ImpactRun, RulePack, Ruling


def _pack(event: AuditEvent) -> RulePack | None:
    return RulePack.objects.filter(pk=event.subject_id).first()


def _to_approve(event: AuditEvent) -> Iterable[Told]:
    pack = _pack(event)
    if pack is None:
        return ()
    heads = committee(None, Role.COMMITTEE_HEAD)
    return told(apart(heads, pack.author_id, pack.checked_by_id), must_act=True)


def _to_author(event: AuditEvent) -> Iterable[Told]:
    pack = _pack(event)
    if pack is None:
        return ()
    return told(persons([pack.author_id, pack.checked_by_id], roles=COMMITTEE_ROLES))


def _to_all_experts(event: AuditEvent) -> Iterable[Told]:
    """A version binds everybody who signs acts, from its first day."""
    found = Membership.objects.current().filter(role__in=EXPERTS)
    return told(found.select_related("user", "organisation"), link=reverse("origin:rules"))


def _ruling(event: AuditEvent) -> Ruling | None:
    return Ruling.objects.filter(pk=event.subject_id).first()


def _ruling_to_approve(event: AuditEvent) -> Iterable[Told]:
    ruling = _ruling(event)
    if ruling is None:
        return ()
    heads = committee(None, Role.COMMITTEE_HEAD)
    return told(apart(heads, ruling.proposed_by_id), must_act=True)


def _measured(event: AuditEvent) -> Iterable[Told]:
    run = ImpactRun.objects.filter(pk=event.facts["run"]).first()
    return told(persons([run.requested_by_id], roles=COMMITTEE_ROLES)) if run else ()


register(
    "rule_pack.checked",
    to=_to_approve,
    group=Group.TURN,
    text=_("Version %(subject)s of the rules was checked"),
    text_to_act=_("Version %(subject)s of the rules was checked: approve it or return it"),
)
register(
    "rule_pack.returned",
    to=_to_author,
    group=Group.TURN,
    text=_("Version %(subject)s of the rules was returned for editing"),
)
register(
    "rule_pack.approved",
    to=_to_all_experts,
    group=Group.TURN,
    text=_("New rules of origin %(subject)s are in force from %(valid_from)s"),
)
register(
    "ruling.proposed",
    to=_ruling_to_approve,
    group=Group.TURN,
    text=_("A reading of row %(row)s was proposed"),
    text_to_act=_("A reading of row %(row)s was proposed: decide"),
)
register(
    "ruling.approved",
    to=_to_all_experts,
    group=Group.TURN,
    text=_("From %(holds_from)s row %(row)s of the rules is read as decided by the Committee"),
)
register(
    "impact.measured",
    to=_measured,
    group=Group.TURN,
    text=_("The effect on acts in force was measured: %(changed_lines)s lines would change"),
)
