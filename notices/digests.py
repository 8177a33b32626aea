"""The digest: once a working day, everything that did not go at once."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Membership, User
from outbox.models import Letter
from reference.working_days import Calendar

from .audiences import announcements_for
from .models import Announcement, ByMail, Choice, DigestHour, Notice, Preference
from .models.preferences import FIRST_HOUR
from .turns import Group
from .writing import Point, absolute, write_digest

# What waited longer, as after a long stop of the portal, is on the page of notices.
LOOKS_BACK = timedelta(days=14)


def write_digests(*, at: datetime) -> int:
    """The digests due by now; the hour and the day are those of Astana. Twice is once."""
    today = timezone.localdate(at)
    if not Calendar.current().is_working(today):
        return 0
    hour = timezone.localtime(at).hour
    written = 0
    for user in _who_waits(at=at):
        if _hour_of(user) <= hour:
            written += write_one(user_id=user.pk, on=today, at=at)
    return written


def _who_waits(*, at: datetime) -> list[User]:
    waiting = Notice.objects.filter(
        by_mail=ByMail.DIGEST, digest_on=None, created_at__gt=at - LOOKS_BACK
    )
    people = set(waiting.values_list("user", flat=True))
    if _mailed_since(at - LOOKS_BACK).exists():
        chosen = Preference.objects.filter(group=Group.ANNOUNCEMENT, by_mail=Choice.DIGEST)
        people |= set(chosen.values_list("user", flat=True))
    found = User.objects.filter(pk__in=people, is_active=True)
    return list(found.select_related("digest_hour").order_by("pk"))


def _hour_of(user: User) -> int:
    hour: DigestHour | None = getattr(user, "digest_hour", None)
    return hour.hour if hour else FIRST_HOUR


@transaction.atomic
def write_one(*, user_id: UUID, on: date, at: datetime) -> bool:
    """The digest of one person and day; whether there was anything to write."""
    user = User.objects.select_for_update().get(pk=user_id)
    key = f"digest:{user.pk}:{on.isoformat()}"
    if Letter.objects.filter(key=key).exists():
        return False
    waiting = (
        Notice.objects.select_for_update(of=("self",))
        .filter(user=user, by_mail=ByMail.DIGEST, digest_on=None, created_at__gt=at - LOOKS_BACK)
        .select_related("event", "user", "membership__organisation")
        .order_by("event_id")
    )
    notices = list(waiting)
    # What was read in the portal meanwhile needs no letter.
    unread = [notice for notice in notices if notice.read_at is None]
    points = list(_announced(user, on=on, at=at))
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(digest_on=on)
    if not unread and not points:
        return False
    write_digest(user, key, unread, points)
    return True


def _mailed_since(since: datetime) -> Any:
    return Announcement.objects.filter(status="published", by_mail=True, published_at__gt=since)


def _announced(user: User, *, on: date, at: datetime) -> Iterable[Point]:
    """Announcements since the person's last digest, for whoever wants them there."""
    wants = Preference.objects.filter(
        user=user, group=Group.ANNOUNCEMENT, by_mail=Choice.DIGEST
    ).exists()
    if not wants:
        return
    last = (
        Letter.objects.filter(key__startswith=f"digest:{user.pk}:")
        .order_by("-created_at")
        .values_list("created_at", flat=True)
        .first()
    )
    since = max(last, at - LOOKS_BACK) if last else at - LOOKS_BACK
    mine = Membership.objects.in_force(on=on).filter(user=user).select_related("organisation")
    found = announcements_for(mine, on=on).filter(by_mail=True, published_at__gt=since)
    with translation.override(user.language):
        for one in found.order_by("published_at"):
            link = absolute(reverse("notices:announcement-read", args=[one.pk]))
            yield Point(f"{one.title}. {one.text}", link)
