"""How each person is told by e-mail: the own choice, else what suits the role."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import transaction

from accounts.models import Membership, User

from .models import DECIDING, Choice, DigestHour, Preference
from .models.preferences import FIRST_HOUR
from .turns import Group

# Groups in which something may be expected of a person who decides.
WITH_DUTIES = (Group.TURN, Group.DEADLINE, Group.CONTROL)
SALT = "notices.unsubscribe"


@dataclass(frozen=True)
class Choices:
    """What one person chose; groups without a choice are missing."""

    by_group: Mapping[str, str]

    def of(self, group: str, membership: Membership, *, must_act: bool) -> Choice:
        """Something expected of a person who decides is never without a letter."""
        choice = Choice(self.by_group.get(group) or default_of(group, membership.role, must_act))
        if choice == Choice.NEVER and must_act and membership.role in DECIDING:
            return Choice.DIGEST
        return choice


def default_of(group: str, role: str, must_act: bool) -> Choice:
    """Whoever has forty cases reads once a day what only informs; an applicant hears at once."""
    if group == Group.TURN and role in DECIDING and not must_act:
        return Choice.DIGEST
    return Choice.NOW


def choices_of(users: Iterable[UUID]) -> dict[UUID, Choices]:
    """The choices of many people, in one query."""
    found: dict[UUID, dict[str, str]] = {user: {} for user in users}
    rows = Preference.objects.filter(user__in=list(found))
    for user, group, choice in rows.values_list("user", "group", "by_mail"):
        found[user][group] = choice
    return {user: Choices(by_group) for user, by_group in found.items()}


def has_duties(user: User) -> bool:
    return Membership.objects.current().filter(user=user, role__in=DECIDING).exists()


def hour_of(user: User) -> int:
    chosen = DigestHour.objects.filter(user=user).values_list("hour", flat=True).first()
    return FIRST_HOUR if chosen is None else chosen


@transaction.atomic
def save_choices(*, user: User, by_group: Mapping[str, Any], hour: int) -> None:
    for group, choice in by_group.items():
        Preference.objects.update_or_create(user=user, group=group, defaults={"by_mail": choice})
    DigestHour.objects.update_or_create(user=user, defaults={"hour": hour})


@transaction.atomic
def stop_letters(*, user: User) -> None:
    """One click in a letter: nothing but what a decider must hear, and that once a day."""
    least = Choice.DIGEST if has_duties(user) else Choice.NEVER
    for group in Group:
        choice = least if group in WITH_DUTIES else Choice.NEVER
        Preference.objects.update_or_create(user=user, group=group, defaults={"by_mail": choice})


def code_of(user: User) -> str:
    """Opens the person's preferences without signing in, and nothing else."""
    return signing.dumps(str(user.pk), salt=SALT)


def user_of(code: str) -> User | None:
    try:
        return User.objects.filter(pk=signing.loads(code, salt=SALT), is_active=True).first()
    except signing.BadSignature:
        return None
