"""The certificate, its statuses in time, and what was handed out of it."""

from datetime import date
from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from documents.models import SealedDocument, StoredFile
from issuance.workflow import CERTIFICATE_WORKFLOW
from workflow.freezing import frozen
from workflow.tracked import Tracked

from .applications import Application


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, actor: Membership | None) -> Self:
        """A certificate is seen, with its inner facts, by whoever sees its application."""
        return self.filter(application__in=Application.objects.visible_to(actor))

    def issued(self) -> Self:
        """Certificates that the public may know of: those whose issue was completed."""
        return self.filter(issued_at__isnull=False)


class Certificate(Tracked):
    """A CT-KZ certificate.

    The number is reserved and the intent recorded before anything is rendered or sealed; a
    row is never deleted and its number never given again.
    """

    WORKFLOW = CERTIFICATE_WORKFLOW
    SUBJECT_TYPE = "certificate"

    application = models.OneToOneField(Application, models.PROTECT, related_name="certificate")
    # Comes again after ten years: unique only together with the full year, see the constraint.
    number = models.CharField(_("certificate number"), max_length=20, db_index=True)
    year = models.PositiveSmallIntegerField(_("year of issue"))
    chamber_code = models.CharField(_("chamber code"), max_length=3)
    sequence = models.PositiveIntegerField()
    # 128 random bits: the address in the QR code cannot be guessed from the number.
    verify_code = models.CharField(max_length=32, unique=True)
    certified_at = models.DateTimeField(_("certified"))
    valid_from = models.DateField(_("in force from"))
    valid_until = models.DateField(_("in force until"))
    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)

    # What each step of issuing leaves behind; a step whose result is here is not done again.
    record = models.BinaryField(null=True, editable=False)
    record_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    rendered = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="+", null=True, editable=False
    )
    sealed = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="+", null=True, editable=False
    )
    document = models.OneToOneField(
        SealedDocument, models.PROTECT, related_name="certificate", null=True, editable=False
    )
    failure = models.TextField(_("why the issue stopped"), blank=True, editable=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ("-certified_at",)
        constraints: ClassVar = [
            CERTIFICATE_WORKFLOW.constraint("certificate_status_known"),
            # The number shows only the last digit of the year, so the full year is the key.
            models.UniqueConstraint(
                fields=("year", "chamber_code", "sequence"), name="certificate_number_key"
            ),
            models.CheckConstraint(
                condition=Q(status__in=("issuing", "issue_failed"))
                | Q(document__isnull=False, issued_at__isnull=False),
                name="certificate_in_force_is_sealed",
            ),
        ]
        triggers: ClassVar = [
            *CERTIFICATE_WORKFLOW.triggers(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "number_is_frozen",
                "number", "year", "chamber_code", "sequence", "verify_code", "application_id",
                "certified_at", "valid_from", "valid_until",
            ),
            frozen("record_is_frozen", "record", "record_sha256", when="OLD.record IS NOT NULL"),
            frozen(
                "document_is_frozen",
                "document_id", "sealed_id", "rendered_id", "issued_at",
                when="OLD.document_id IS NOT NULL",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def label(self) -> str:
        return self.number

    def is_expired(self, *, on: date) -> bool:
        return on > self.valid_until


class StatusPeriod(models.Model):
    """From this moment on a certificate had this status; the next row ends it.

    What a certificate was worth on any past day is read from here and from its dates.
    """

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="periods")
    status = models.CharField(_("status"), max_length=20)
    since = models.DateTimeField(_("since"))
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    change = models.OneToOneField(
        "issuance.CertificateChange",
        models.PROTECT,
        related_name="period",
        null=True,
        blank=True,
    )
    # Of a replaced certificate.
    successor = models.ForeignKey(
        Certificate, models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = _("status of a certificate in time")
        verbose_name_plural = _("statuses of certificates in time")
        ordering = ("certificate", "since", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("certificate", "since"), name="status_period_one_per_moment"
            ),
            models.CheckConstraint(
                condition=(Q(status="replaced") & Q(successor__isnull=False))
                | (~Q(status="replaced") & Q(successor__isnull=True)),
                name="status_period_replaced_names_its_successor",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.status} {self.since:%d.%m.%Y %H:%M}"


class Duplicate(models.Model):
    """A duplicate given on loss or damage: the same certificate, marked and counted."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="duplicates")
    ordinal = models.PositiveSmallIntegerField(_("which one"))
    change = models.OneToOneField(
        "issuance.CertificateChange", models.PROTECT, related_name="duplicate"
    )
    requested_at = models.DateTimeField(default=timezone.now)
    document = models.OneToOneField(
        SealedDocument, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    failure = models.TextField(_("why it could not be made"), blank=True, editable=False)

    class Meta:
        verbose_name = _("duplicate")
        verbose_name_plural = _("duplicates")
        ordering = ("certificate", "ordinal")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("certificate", "ordinal"), name="duplicate_counted_once"
            )
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen("duplicate_is_frozen", "certificate_id", "ordinal", "change_id"),
            frozen("document_is_frozen", "document_id", when="OLD.document_id IS NOT NULL"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} / {self.ordinal}"


class PaperOriginal(models.Model):
    """A numbered blank that left the chamber, and whether it came back."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="originals")
    blank_number = models.CharField(_("blank number"), max_length=20, unique=True)
    is_duplicate = models.BooleanField(_("a duplicate"), default=False)
    handed_out_on = models.DateField(_("handed out"))
    handed_out_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    received_by = models.CharField(_("received by"), max_length=200)
    # Set when the certificate stops being in force.
    due_back_on = models.DateField(_("to be returned by"), null=True, blank=True)
    returned_on = models.DateField(_("returned"), null=True, blank=True)
    return_note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("paper original")
        verbose_name_plural = _("paper originals")
        ordering = ("-handed_out_on",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(blank_number__regex=r"^[0-9]{7}$"), name="blank_number_seven_digits"
            ),
            models.CheckConstraint(
                condition=Q(returned_on__isnull=True)
                | Q(returned_on__gte=models.F("handed_out_on")),
                name="original_returned_after_handed_out",
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.blank_number
