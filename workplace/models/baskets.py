"""Saved views of lists, work given on with a note, and commands given to many cases at once."""

import uuid
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Membership, User


class SavedView(models.Model):
    """A person's own filters of one list page: the part of the address after the question mark.

    `page` is the name of the page's address, so that a moved page keeps its views. One of them may
    be the first: it is shown when the page is opened without filters.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=80)
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(max_length=1000, blank=True)
    is_first = models.BooleanField(_("shown first"), default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ("position", "name")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("user", "page", "name"), name="saved_view_named_once"),
            models.UniqueConstraint(
                fields=("user", "page"),
                condition=Q(is_first=True),
                name="saved_view_one_first",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class HandOver(models.Model):
    """Work given on to somebody else, with a note for whoever gets it.

    That it happened is the event of the thing's own room; here is why, for colleagues only. Of
    applications `issuance.TakeOver` tells the same.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    case_id = models.UUIDField(db_index=True)
    previous = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    # Nobody when it was given back and is free to be taken.
    given_to = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    note = models.TextField(_("why"))
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("work given on")
        verbose_name_plural = _("work given on")
        ordering = ("at",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(note=""), name="hand_over_says_why"),
            models.CheckConstraint(
                condition=~Q(previous=F("given_to")), name="hand_over_to_another"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=("subject_type", "subject_id"))]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.at:%d.%m.%Y}"


class BulkRun(models.Model):
    """One command for many cases: each its own transaction and event, each outcome told.

    The form's token makes a form sent twice one run; a run carried out twice goes on with the
    cases that are still waiting, and does nothing to the others.
    """

    class Command(models.TextChoices):
        TAKE = "take", _("Take")
        RELEASE = "release", pgettext_lazy("case", "Give back")
        REASSIGN = "reassign", _("Give to somebody else")
        ACCEPT = "accept", _("Accept")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form_token = models.UUIDField(unique=True)
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    command = models.CharField(max_length=10, choices=Command)
    back = models.CharField(max_length=1200, blank=True)
    begun_at = models.DateTimeField(default=timezone.now)
    # Given once, when the person confirms.
    confirmed_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    given_to = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        verbose_name = _("command for several cases")
        verbose_name_plural = _("commands for several cases")
        ordering = ("-begun_at",)

    def __str__(self) -> str:
        return f"{self.command} {self.begun_at:%d.%m.%Y %H:%M}"


class BulkItem(models.Model):
    """One case of such a command and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="items")
    ordinal = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=40)
    thing = models.UUIDField()
    # As the person saw it; 0 for a thing without versions.
    version = models.PositiveIntegerField(default=0)
    number = models.CharField(max_length=200)
    title = models.CharField(max_length=400, blank=True)
    url = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    message = models.TextField(blank=True)

    class Meta:
        verbose_name = _("case of a command")
        verbose_name_plural = _("cases of a command")
        ordering = ("run", "ordinal")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("run", "kind", "thing"), name="bulk_item_once_in_a_run")
        ]

    def __str__(self) -> str:
        return self.number
