"""Who may sign no new acts: imposed by a decision of the Committee, lifted by another.

The expertise asks on the day, at the assignment and again at the signature; nothing is stored
with the auditor, so a ban works in the very next request and ends with its last day.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import audit
from accounts.errors import DomainError
from accounts.models import Membership, Organisation, User
from audit.refs import SubjectRef

from .models import ActBan

SUBJECT_TYPE = "act_ban"


@transaction.atomic
def impose_ban(
    *,
    user: User | None = None,
    organisation: Organisation | None = None,
    from_on: date,
    until_on: date | None,
    basis: str,
    proposed_by: User,
    decided_by: Membership,
    case: object = "",
) -> ActBan:
    """Forbids new acts from the first day on; who proposed it never decides it.

    `basis` names the decision that was signed; `case` is the story that the event belongs to.
    """
    if decided_by.user_id == proposed_by.pk:
        raise DomainError(
            "same_person",
            gettext_lazy("Whoever proposed this does not decide it: another person does."),
        )
    ban = ActBan.objects.create(
        user=user,
        organisation=organisation,
        from_on=from_on,
        until_on=until_on,
        basis=basis,
        proposed_by=proposed_by,
        decided_by=decided_by.user,
    )
    audit.record(
        "act_ban.imposed",
        actor=decided_by.ref(),
        subject=_subject(ban),
        case=case,
        auditor=str(user.pk) if user else "",
        organisation=str(organisation.pk) if organisation else "",
        from_on=from_on.isoformat(),
        until_on=until_on.isoformat() if until_on else "",
        basis=basis,
    )
    return ban


@transaction.atomic
def lift_ban(*, ban: ActBan, actor: Membership, note: str, on: date, case: object = "") -> ActBan:
    """Ends a ban from this day on; lifted twice it is lifted once."""
    ban = ActBan.objects.select_for_update(of=("self",)).get(pk=ban.pk)
    if ban.lifted_on is not None:
        return ban
    ban.lifted_on = on
    ban.lifted_by = actor.user
    ban.lift_note = note.strip()
    ban.save(update_fields=["lifted_on", "lifted_by", "lift_note"])
    audit.record(
        "act_ban.lifted",
        actor=actor.ref(),
        subject=_subject(ban),
        case=case,
        lifted_on=on.isoformat(),
    )
    return ban


def bans_on(
    users: Iterable[User | UUID], organisation: Organisation | None, *, on: date
) -> dict[UUID | None, ActBan]:
    """The ban that stands on each person, and under None the one on the organisation.

    Of several the one that lasts longest.
    """
    asked = Q(user__in=list(users))
    if organisation is not None:
        asked |= Q(organisation=organisation)
    found: dict[UUID | None, ActBan] = {}
    for ban in ActBan.objects.in_force(on=on).filter(asked):
        known = found.get(ban.user_id)
        if known is None or _ends_later(ban, known):
            found[ban.user_id] = ban
    return found


def ban_in_words(ban: ActBan) -> str:
    """Why nothing is signed: said to whoever would sign and to whoever would assign."""
    if ban.user_id is not None:
        text = _("New acts of this auditor are banned by the Committee (%(basis)s).")
    else:
        text = _("New acts of this expert organisation are banned by the Committee (%(basis)s).")
    sentence = text % {"basis": ban.basis}
    if ban.until_on is None:
        return sentence
    until = _("The ban stands until %(day)s.") % {"day": ban.until_on.strftime("%d.%m.%Y")}
    return f"{sentence} {until}"


def _ends_later(ban: ActBan, other: ActBan) -> bool:
    last = date.max
    return (ban.until_on or last) > (other.until_on or last)


def _subject(ban: ActBan) -> SubjectRef:
    return SubjectRef(SUBJECT_TYPE, str(ban.pk), ban.basis)
