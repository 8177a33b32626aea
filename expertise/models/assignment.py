"""Who examines a request, how that came about, and the blind second expertise."""

import uuid
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from expertise.workflow import SECOND_OPINION_WORKFLOW
from workflow.tracked import Tracked

from .requests import ExpertiseRequest

_APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class AssignmentDraw(models.Model):
    """A lottery among eligible auditors that anyone can draw again with the same result.

    The seed comes from a checkpoint of the log made after the request was accepted and before
    the draw; who took part with what weight, and who was left out and why, is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(ExpertiseRequest, models.PROTECT, related_name="draws")
    drawn_at = models.DateTimeField(_("drawn"))
    drawn_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    checkpoint_size = models.BigIntegerField()
    checkpoint_root = models.CharField(max_length=64)
    seed = models.CharField(max_length=64)
    # [{"auditor": id, "weight": "3"}], in the order of the draw.
    eligible = models.JSONField()
    # [{"auditor": id, "reasons": [code, …]}].
    left_out = models.JSONField(default=list)
    auditor = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("draw of an auditor")
        verbose_name_plural = _("draws of auditors")
        ordering = ("-drawn_at",)
        triggers: ClassVar = [_APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.request} {self.drawn_at:%d.%m.%Y}"


class ConflictOverride(models.Model):
    """The Committee lets an auditor examine a request in spite of named conflicts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(ExpertiseRequest, models.PROTECT, related_name="overrides")
    auditor = models.ForeignKey(User, models.PROTECT, related_name="+")
    conflicts = ArrayField(models.CharField(max_length=40))
    reason = models.TextField(_("reason"))
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("permission in spite of a conflict")
        verbose_name_plural = _("permissions in spite of a conflict")
        ordering = ("-decided_at",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(decided_by=F("auditor")), name="override_is_not_ones_own"
            ),
        ]
        triggers: ClassVar = [_APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.request} {', '.join(self.conflicts)}"


class SecondOpinion(Tracked):
    """One request examined twice, by two organisations that do not know of each other.

    `outcome` holds per line what the first and the second auditor said.
    """

    WORKFLOW = SECOND_OPINION_WORKFLOW
    SUBJECT_TYPE = "second_opinion"

    first = models.OneToOneField(ExpertiseRequest, models.PROTECT, related_name="second_opinion")
    second = models.OneToOneField(ExpertiseRequest, models.PROTECT, related_name="blind_of")
    opened_at = models.DateTimeField(_("opened"), auto_now_add=True)
    compared_at = models.DateTimeField(_("compared"), null=True, blank=True)
    outcome = models.JSONField(default=list)
    resolved_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    # Whose verdict holds: first, second or neither.
    holding = models.CharField(_("which verdict holds"), max_length=10, blank=True)
    resolution = models.TextField(_("resolution"), blank=True)

    class Meta:
        verbose_name = _("second expertise")
        verbose_name_plural = _("second expertises")
        ordering = ("-opened_at",)
        constraints: ClassVar = [
            SECOND_OPINION_WORKFLOW.constraint("second_opinion_status_known"),
            models.CheckConstraint(
                condition=~Q(first=F("second")), name="second_opinion_of_another_request"
            ),
        ]
        triggers: ClassVar = [
            *SECOND_OPINION_WORKFLOW.triggers(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.first.number or ""
