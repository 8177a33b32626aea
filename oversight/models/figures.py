"""Projections that figures are counted from; each can be made again from the log and the rows.

Nothing here is evidence. Pages read these tables only; a worker brings them after the log.
"""

import uuid
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from documents.models import SealedDocument
from workflow.freezing import frozen


class ProjectionCursor(models.Model):
    """How far in the log a follower has come: the index of the next entry it will read.

    Indices of the log run without a gap in the order of entering, so that an event whose
    transaction ended late is not passed over, as it would be by its id.
    """

    name = models.CharField(_("follower"), max_length=40, primary_key=True)
    next_index = models.BigIntegerField(_("next entry of the log"), default=0)
    moved_at = models.DateTimeField(_("moved"), auto_now=True)

    class Meta:
        verbose_name = _("place of a follower in the log")
        verbose_name_plural = _("places of followers in the log")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(next_index__gte=0), name="projection_cursor_not_negative"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.next_index}"


class Dimensions(models.Model):
    """What figures are broken down by."""

    chamber = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", null=True, verbose_name=_("chamber")
    )
    expert_organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("expert organisation"),
    )
    auditor = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("auditor")
    )
    # The first two digits of the classifier of territories (KATO).
    region = models.CharField(_("region"), max_length=2, blank=True)
    # The first two digits of the HS code of the first goods line.
    product_group = models.CharField(_("product group"), max_length=2, blank=True)

    class Meta:
        abstract = True


class CaseFacts(Dimensions):
    """One row for each case that was filed: who, what, and how far it has come."""

    case_id = models.UUIDField(_("case"), primary_key=True)
    applicant = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("applicant")
    )
    producer_bin = models.CharField(_("producer's BIN / IIN"), max_length=12, blank=True)
    category = models.CharField(_("category"), max_length=10, blank=True)
    scheme = models.ForeignKey("reference.Scheme", models.PROTECT, related_name="+")
    lines = models.PositiveIntegerField(_("goods lines"), default=0)
    filed_at = models.DateTimeField(_("filed"))
    assigned_at = models.DateTimeField(_("auditor assigned"), null=True)
    signed_at = models.DateTimeField(_("act signed"), null=True)
    is_positive = models.BooleanField(_("positive act"), null=True)
    applied_at = models.DateTimeField(_("filed with the chamber"), null=True)
    decided_at = models.DateTimeField(_("decided by the chamber"), null=True)
    # approved, refused, negative (act), rejected (by the experts), withdrawn, or nothing yet.
    outcome = models.CharField(_("outcome"), max_length=12, blank=True)
    refusal_reason = models.CharField(_("reason of the refusal"), max_length=40, blank=True)
    # Of a case with a replacement, the last one.
    certificate = models.ForeignKey(
        "issuance.Certificate", models.PROTECT, related_name="+", null=True
    )
    issued_at = models.DateTimeField(_("issued"), null=True)

    class Meta:
        verbose_name = _("facts of a case")
        verbose_name_plural = _("facts of cases")
        indexes: ClassVar = [
            models.Index(fields=("certificate",), name="case_facts_certificate"),
            models.Index(fields=("auditor", "signed_at"), name="case_facts_auditor"),
        ]

    def __str__(self) -> str:
        return str(self.case_id)


class StageSpan(Dimensions):
    """A thing stayed in a status from one moment to another; no end while it still does."""

    case_id = models.UUIDField(_("case"), db_index=True)
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    status = models.CharField(_("status"), max_length=20)
    # The clock stands: somebody outside must act.
    is_pause = models.BooleanField(_("a pause"), default=False)
    # The role that has to act.
    awaited = models.CharField(_("waits for"), max_length=20, blank=True)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True)
    # The time between, without days that are not worked.
    working_days = models.DecimalField(
        _("working days"), max_digits=10, decimal_places=4, null=True
    )

    class Meta:
        verbose_name = _("stay in a status")
        verbose_name_plural = _("stays in statuses")
        indexes: ClassVar = [
            models.Index(fields=("subject_type", "status", "until"), name="stage_span_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.status} {self.since:%d.%m.%Y}"


class Happening(Dimensions):
    """One thing that figures count, with the moments that say when it counts.

    `on` decides the period it belongs to; it is counted as of a moment from `known_at` on and
    until `void_at`. So a violation belongs to the period of its certificate, is counted from its
    confirmation on, and no longer after it was set aside.
    """

    kind = models.CharField(_("kind"), max_length=30)
    case_id = models.UUIDField(_("case"), db_index=True)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    label = models.CharField(_("number"), max_length=100, blank=True)
    on = models.DateField(_("day"))
    known_at = models.DateTimeField(_("counted from"))
    void_at = models.DateTimeField(_("counted until"), null=True)
    # A reason, a type, an outcome or whose fault it was.
    code = models.CharField(_("code"), max_length=60, blank=True)
    # What several codes have in common.
    group = models.CharField(_("group"), max_length=40, blank=True)
    is_hit = models.BooleanField(_("with violations"), default=False)
    amount = models.DecimalField(_("sum or count"), max_digits=20, decimal_places=2, null=True)
    department = models.ForeignKey(
        "reference.Department", models.PROTECT, related_name="+", null=True
    )

    class Meta:
        verbose_name = _("happening")
        verbose_name_plural = _("happenings")
        indexes: ClassVar = [
            models.Index(fields=("kind", "on"), name="happening_kind_on"),
            models.Index(fields=("kind", "chamber", "on"), name="happening_chamber"),
            models.Index(fields=("kind", "expert_organisation", "on"), name="happening_experts"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.label}"


class Report(models.Model):
    """A report as it was told on a day: its figures in a frozen record, sealed as a document.

    `record` is canonical JSON; the PDF is made from it and from nothing else.
    """

    class Kind(models.TextChoices):
        THREE_YEARS = "three_years", _("Three years of CT-KZ")
        CONTROL = "control", _("The year's control measures")

    class Audience(models.TextChoices):
        PUBLIC = "public", _("For everyone")
        COMMITTEE = "committee", _("For the Committee")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("report"), max_length=12, choices=Kind)
    audience = models.CharField(_("for whom"), max_length=10, choices=Audience)
    since = models.DateField(_("from"))
    until = models.DateField(_("until, inclusive"))
    as_of = models.DateTimeField(_("as of"))
    # One form sent twice is one report.
    form_token = models.UUIDField(unique=True)
    ordered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField(_("ordered"), auto_now_add=True)
    record = models.BinaryField(editable=False)
    record_sha256 = models.CharField(max_length=64, editable=False)
    document = models.OneToOneField(
        SealedDocument, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ("-ordered_at",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="report_days_in_order")
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "record_is_frozen",
                "number", "kind", "audience", "since", "until", "as_of", "record",
                "record_sha256",
            ),
            frozen("document_is_frozen", "document_id", when="OLD.document_id IS NOT NULL"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number
