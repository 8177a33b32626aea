"""A colleague whom a note calls is told; nobody else is."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from audit.models import AuditEvent
from notices.turns import Group, Told, keep_silent, register

from .notes import note_of
from .whole import find_case


def mentioned_people(event: AuditEvent) -> Iterable[Told]:
    """Those mentioned who still serve in the organisation and may open the case; once each."""
    note = note_of(event.subject_id)
    if note is None or note.withdrawn_at is not None:
        return
    told = set()
    own = Membership.objects.in_force(on=timezone.localdate()).filter(
        organisation=note.organisation_id, user__in=note.mentions.values("user")
    )
    for membership in own.select_related("user", "organisation"):
        if membership.user_id not in told and find_case(membership, note.case_id):
            told.add(membership.user_id)
            yield Told(membership)


register(
    "case_note.added",
    to=mentioned_people,
    text=_("A colleague mentions you in a note to case %(subject)s"),
    group=Group.MENTION,
)
keep_silent("case_note.withdrawn", reason="What was taken back calls nobody.")
