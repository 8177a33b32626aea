"""Bans on new acts: of one auditor, or of everybody in an expert organisation."""

import uuid
from datetime import date
from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from workflow.freezing import frozen


class BanQuerySet(models.QuerySet["ActBan"]):
    def in_force(self, *, on: date) -> Self:
        """Both the first and the last day are days of the ban."""
        return self.filter(
            Q(lifted_on__isnull=True) | Q(lifted_on__gt=on),
            Q(until_on__isnull=True) | Q(until_on__gte=on),
            from_on__lte=on,
        )


class ActBan(models.Model):
    """No new act may be signed while it stands; acts signed before stay as they are.

    It is of one person or of one organisation and rests on a decision of the Committee, `basis`.
    Rows are added; the only later change is that a ban is lifted, once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        User, models.PROTECT, related_name="act_bans", null=True, blank=True,
        verbose_name=_("auditor"),
    )  # fmt: skip
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="act_bans", null=True, blank=True,
        verbose_name=_("expert organisation"),
    )  # fmt: skip
    from_on = models.DateField(_("first day"))
    # None: until it is lifted.
    until_on = models.DateField(_("last day"), null=True, blank=True)
    basis = models.CharField(_("decision"), max_length=200)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # The first day on which acts may be signed again.
    lifted_on = models.DateField(_("lifted on"), null=True, blank=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    lift_note = models.TextField(_("why it was lifted"), blank=True)

    objects = BanQuerySet.as_manager()

    class Meta:
        verbose_name = _("ban on new acts")
        verbose_name_plural = _("bans on new acts")
        ordering = ("-from_on",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, organisation__isnull=True)
                | Q(user__isnull=True, organisation__isnull=False),
                name="act_ban_of_one",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("proposed_by")), name="act_ban_decided_apart"
            ),
            models.CheckConstraint(
                condition=(Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")))
                & (Q(lifted_on__isnull=True) | Q(lifted_on__gte=F("from_on"))),
                name="act_ban_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(lifted_on__isnull=True, lifted_by__isnull=True)
                | Q(lifted_on__isnull=False, lifted_by__isnull=False),
                name="act_ban_lifted_by_a_person",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "ban_is_frozen",
                "user_id", "organisation_id", "from_on", "until_on", "basis",
                "proposed_by_id", "decided_by_id",
            ),
            frozen(
                "ban_lifted_once", "lifted_on", "lifted_by_id", when="OLD.lifted_on IS NOT NULL"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.basis
