"""Announcements: written, published, mailed in portions, retracted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import outbox
from accounts.errors import DomainError
from accounts.models import Membership, User
from accounts.permissions import authorize
from outbox.letters import withdraw_letters
from outbox.models import Letter, LetterState
from workflow.moving import advance, check_version, guard, locked

from .audiences import AUDIENCES_OF, people_told
from .choosing import choices_of
from .models import Announcement, AnnouncementReading, Audience, Choice
from .models.announcements import LANGUAGE_NAMES
from .turns import Group
from .writing import Point, absolute, write_to_person

MAIL_PORTION = "notices.mail_announcement"
PORTION = 100
# Letters of these states may have reached somebody, or will.
GONE = (LetterState.SENT, LetterState.HANDING, LetterState.UNCLEAR)


@transaction.atomic
def write_announcement(*, actor: Membership, values: Mapping[str, Any]) -> Announcement:
    authorize(actor, "notices.write_announcement", None)
    announcement = Announcement(author=actor, status=Announcement.WORKFLOW.initial, **values)
    _check_audience(actor, announcement)
    announcement.save()
    return announcement


@transaction.atomic
def change_announcement(
    *,
    announcement: Announcement,
    actor: Membership,
    values: Mapping[str, Any],
    seen_version: int | None = None,
) -> Announcement:
    announcement = locked(announcement)
    authorize(actor, "notices.change_announcement", announcement)
    check_version(announcement, seen_version)
    for name, value in values.items():
        setattr(announcement, name, value)
    _check_audience(actor, announcement)
    announcement.version += 1
    announcement.save()
    return announcement


def _check_audience(actor: Membership, announcement: Announcement) -> None:
    if announcement.audience not in AUDIENCES_OF.get(actor.role, ()):
        raise DomainError(
            "audience", gettext_lazy("Your role does not write to these people."), field="audience"
        )
    if announcement.audience == Audience.KINDS and not announcement.kinds:
        raise DomainError(
            "kinds", gettext_lazy("Choose the kinds of organisations."), field="kinds"
        )
    if announcement.audience == Audience.ROLES and not announcement.roles:
        raise DomainError("roles", gettext_lazy("Choose the roles."), field="roles")


@transaction.atomic
def publish_announcement(
    *, announcement: Announcement, actor: Membership, seen_version: int | None = None
) -> Announcement:
    """Shown at once to everybody it is for; letters follow in portions when they are wanted."""
    announcement = locked(announcement)
    guard(announcement, "publish", actor, seen_version=seen_version)
    _check_ready(announcement)
    announcement.published_at = timezone.now()
    announcement.published_by = actor.user
    advance(
        announcement,
        "publish",
        actor,
        audience=announcement.audience,
        until=announcement.until.isoformat(),
        letters=announcement.by_mail,
    )
    if announcement.by_mail:
        _promise_portion(announcement)
    return announcement


def _check_ready(announcement: Announcement) -> None:
    for language in LANGUAGE_NAMES:
        for part in ("title", "text"):
            if not getattr(announcement, f"{part}_{language}").strip():
                raise DomainError(
                    "languages",
                    gettext_lazy(
                        "People read the portal in three languages: "
                        "fill in title and text in each of them."
                    ),
                )
    if announcement.until < timezone.localdate():
        raise DomainError("until", gettext_lazy("The last day is over."), field="until")


@transaction.atomic
def retract_announcement(
    *,
    announcement: Announcement,
    actor: Membership,
    note: str,
    seen_version: int | None = None,
) -> Announcement:
    """Gone from every page at once; whoever got a letter gets a short correction."""
    announcement = locked(announcement)
    guard(announcement, "retract", actor, seen_version=seen_version)
    announcement.retracted_at = timezone.now()
    announcement.retraction_note = note
    announcement.mailed_after = announcement.mailed_at = None
    mailed = announcement.mailed
    advance(announcement, "retract", actor, mailed=mailed)
    waiting = Letter.objects.filter(
        key__startswith=f"announcement:{announcement.pk}:", state=LetterState.WAITING
    )
    withdraw_letters(keys=list(waiting.values_list("key", flat=True)))
    if announcement.by_mail:
        _promise_portion(announcement)
    return announcement


def _promise_portion(announcement: Announcement) -> None:
    key = f"{announcement.pk}:{announcement.status}:{announcement.mailed_after or ''}"
    outbox.enqueue(MAIL_PORTION, key=key, announcement_id=str(announcement.pk), key_of_portion=key)


@transaction.atomic
def mail_portion(announcement_id: str, key: str, *, at: datetime) -> int:
    """Letters to the next people; the place moves with them, so a portion lost is begun again."""
    announcement = Announcement.objects.select_for_update(of=("self",)).get(pk=announcement_id)
    if not outbox.done(MAIL_PORTION, key) or announcement.mailed_at is not None:
        return 0
    if key != f"{announcement.pk}:{announcement.status}:{announcement.mailed_after or ''}":
        return 0
    people = _next_people(announcement, at=at)
    written = _write_all(announcement, people)
    if len(people) < PORTION:
        announcement.mailed_at = at
    else:
        announcement.mailed_after = people[-1].pk
        _promise_portion(announcement)
    if announcement.status == "published":
        announcement.mailed += written
    announcement.save(update_fields=["mailed", "mailed_after", "mailed_at"])
    return written


def _next_people(announcement: Announcement, *, at: datetime) -> list[User]:
    people = people_told(announcement, on=timezone.localdate(at))
    if announcement.status == "retracted":
        people = User.objects.filter(is_active=True).order_by("pk")
        keys = Letter.objects.filter(
            key__startswith=f"announcement:{announcement.pk}:", state__in=GONE
        ).values_list("key", flat=True)
        people = people.filter(pk__in=[key.rpartition(":")[2] for key in keys])
    if announcement.mailed_after:
        people = people.filter(pk__gt=announcement.mailed_after)
    return list(people[:PORTION])


def _write_all(announcement: Announcement, people: list[User]) -> int:
    """Whoever wants announcements in the digest, or not at all, gets no letter here."""
    chosen = choices_of(person.pk for person in people)
    is_correction = announcement.status == "retracted"
    written = 0
    for person in people:
        by_mail = chosen[person.pk].by_group.get(Group.ANNOUNCEMENT, Choice.NOW)
        if is_correction or by_mail == Choice.NOW:
            _write(announcement, person)
            written += 1
    return written


def _write(announcement: Announcement, person: User) -> None:
    with translation.override(person.language):
        title = announcement.title
        if announcement.status == "retracted":
            heading = _("Retracted: %(title)s") % {"title": title}
            text = _("The announcement “%(title)s” was retracted. Please do not rely on it.")
            point = Point(text % {"title": title})
            write_to_person(person, f"correction:{announcement.pk}:{person.pk}", heading, [point])
            return
        link = absolute(reverse("notices:announcement-read", args=[announcement.pk]))
        point = Point(announcement.text, link)
        write_to_person(person, f"announcement:{announcement.pk}:{person.pk}", title, [point])


def note_reading(*, announcement: Announcement, user: User, closed: bool, at: datetime) -> None:
    """A person opened an announcement, or closed it; without legal effect, so not in the log."""
    reading, _is_new = AnnouncementReading.objects.get_or_create(
        announcement=announcement, user=user, defaults={"read_at": at}
    )
    if closed and reading.closed_at is None:
        AnnouncementReading.objects.filter(pk=reading.pk).update(closed_at=at)
