"""The chamber's own registers: who may sign what, under which seal, and whom it consults."""

import uuid
from datetime import date
from typing import ClassVar, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.models import Organisation, User
from documents.models import StoredFile
from workflow.freezing import frozen

from .applications import Application


class DatedQuerySet(models.QuerySet):
    def in_force(self, *, on: date) -> Self:
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=on),
            confirmed_at__isnull=False,
            valid_from__lte=on,
        )


class Power(models.TextChoices):
    """What a signatory may decide for the chamber."""

    ISSUE = "issue", _("issue and replace certificates, give duplicates")
    REFUSE = "refuse", _("refuse certificates")
    SUSPEND = "suspend", _("suspend certificates and lift suspensions")
    REVOKE = "revoke", _("revoke certificates")
    MANDATES = "mandates", _("confirm mandates and seals of the chamber")


class Mandate(models.Model):
    """A signatory of a chamber: what the person may decide, on what ground, between which days.

    Entered by one person, in force only once another has confirmed it; ended, never deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    chamber = models.ForeignKey(
        Organisation, models.PROTECT, related_name="mandates", limit_choices_to={"kind": "chamber"}
    )
    user = models.ForeignKey(
        User, models.PROTECT, related_name="mandates", verbose_name=_("signatory")
    )
    position_kk = models.CharField(_("position in Kazakh"), max_length=200)
    position_ru = models.CharField(_("position in Russian"), max_length=200)
    # The order of the chamber that names the person.
    basis = models.CharField(_("ground"), max_length=200, help_text=_("order, its number and date"))
    powers = ArrayField(
        models.CharField(max_length=20, choices=Power.choices), verbose_name=_("powers")
    )
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate of a signatory")
        verbose_name_plural = _("mandates of signatories")
        ordering = ("-valid_from",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="mandate_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | (~Q(confirmed_by=F("entered_by")) & ~Q(confirmed_by=F("user"))),
                name="mandate_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="mandate_confirmation_is_whole",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "confirmed_mandate_is_frozen",
                "chamber_id", "user_id", "position_kk", "position_ru", "basis", "powers",
                "valid_from", "entered_by_id", "confirmed_by_id", "confirmed_at",
                when="OLD.confirmed_at IS NOT NULL",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.user} {self.valid_from:%d.%m.%Y}"

    def positions(self) -> dict[str, str]:
        return {"kk": self.position_kk, "ru": self.position_ru}

    def subject_ref(self) -> audit.SubjectRef:
        return audit.SubjectRef(type="mandate", id=str(self.pk), label="")


class ChamberSeal(models.Model):
    """A sealing certificate that documents of a chamber may carry, between which days.

    Without a chamber it serves all of them. Named by the digest of the certificate, never by
    the name in it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    chamber = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="seals",
        null=True,
        blank=True,
        limit_choices_to={"kind": "chamber"},
    )
    certificate_sha256 = models.CharField(_("digest of the certificate"), max_length=64)
    subject = models.CharField(_("named in the certificate"), max_length=300)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    # Nobody when the portal entered its own seal at set-up.
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    entered_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("seal of a chamber")
        verbose_name_plural = _("seals of chambers")
        ordering = ("-valid_from",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="chamber_seal_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("entered_by")),
                name="chamber_seal_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(certificate_sha256__regex=r"^[0-9a-f]{64}$"),
                name="chamber_seal_named_by_digest",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "confirmed_seal_is_frozen",
                "chamber_id", "certificate_sha256", "subject", "valid_from", "confirmed_at",
                when="OLD.confirmed_at IS NOT NULL",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.subject

    def subject_ref(self) -> audit.SubjectRef:
        return audit.SubjectRef(type="chamber_seal", id=str(self.pk), label="")


class Consultation(models.Model):
    """What a reviewer asked of another body, and its reply; the clock stands still meanwhile."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="consultations")
    body = models.CharField(_("whom"), max_length=300)
    address = models.CharField(_("e-mail or postal address"), max_length=300, blank=True)
    text = models.TextField(_("what is asked"))
    outgoing_number = models.CharField(_("number of the letter"), max_length=60, blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    due_on = models.DateField(_("reply expected by"))
    reply = models.TextField(_("reply"), blank=True)
    reply_number = models.CharField(_("number of the reply"), max_length=60, blank=True)
    replied_on = models.DateField(_("date of the reply"), null=True, blank=True)
    reply_file = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="+", null=True, blank=True
    )
    # Closed with the reply, or without one when the body stayed silent.
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("consultation of another body")
        verbose_name_plural = _("consultations of other bodies")
        ordering = ("asked_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("application",),
                condition=Q(closed_at__isnull=True),
                name="consultation_one_open",
            )
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "closed_consultation_is_frozen",
                "application_id", "body", "text", "reply", "replied_on", "reply_file_id",
                "closed_at",
                when="OLD.closed_at IS NOT NULL",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.body


class TakeOver(models.Model):
    """A review, or a case that somebody has open, that passed from one person to another.

    Without `taken_by` the review was given back and became free; without `previous` it was free
    before. `given_by` is whoever gave it out for others; empty when they took it themselves.
    """

    class What(models.TextChoices):
        REVIEW = "review", _("the review")
        HOLD = "hold", _("the open case")

    application = models.ForeignKey(Application, models.PROTECT, related_name="take_overs")
    what = models.CharField(_("what was taken over"), max_length=10, choices=What.choices)
    previous = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("from")
    )
    taken_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("by")
    )
    given_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("given by")
    )
    note = models.TextField(_("why"))
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("take-over")
        verbose_name_plural = _("take-overs")
        ordering = ("at",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(previous=F("taken_by")), name="take_over_from_another"
            ),
            models.CheckConstraint(
                condition=Q(previous__isnull=False) | Q(taken_by__isnull=False),
                name="take_over_names_a_person",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.what}"
