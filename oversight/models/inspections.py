"""Inspections and other control measures of the departments, over all that is controlled."""

import uuid
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

import audit
from accounts.fields import BinIinField
from accounts.models import Organisation, User
from documents.models import SealedDocument, StoredFile
from oversight.workflows.inspections import INSPECTION_WORKFLOW
from reference.models import Department
from workflow.freezing import frozen
from workflow.tracked import Tracked


class Inspection(Tracked):
    """One control measure: an inspection, a preventive control with or without a visit, a purchase
    of samples.

    Entrepreneurial Code 29.10.2015 No 375-V, articles 141 and 144: the list of preventive control
    with a visit is drawn up for half a year; the act of appointment is registered with the body of
    legal statistics. `kind` and `object_kind` are entries of the lists control_kind and
    control_object.
    """

    WORKFLOW = INSPECTION_WORKFLOW
    SUBJECT_TYPE = "inspection"

    number = models.CharField(_("number"), max_length=40, unique=True)
    department = models.ForeignKey(Department, models.PROTECT, related_name="inspections")
    kind = models.CharField(_("kind of control"), max_length=40)
    object_kind = models.CharField(_("object of control"), max_length=40)
    # Of the half-yearly list: "2024-1" and "2024-2"; empty for an unscheduled one.
    half_year = models.CharField(_("half-year"), max_length=6, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="inspections", null=True, blank=True
    )
    subject_name = models.CharField(_("subject"), max_length=400)
    subject_bin = BinIinField(_("BIN / IIN of the subject"), blank=True)
    subject_address = models.CharField(_("address"), max_length=400, blank=True)
    grounds = models.TextField(_("grounds"), blank=True)
    # What it follows from, where it does.
    recommendation = models.ForeignKey(
        "oversight.Recommendation",
        models.PROTECT,
        related_name="inspections",
        null=True,
        blank=True,
    )
    complaint = models.ForeignKey(
        "oversight.Complaint", models.PROTECT, related_name="inspections", null=True, blank=True
    )
    registration_number = models.CharField(
        _("number of the registered act of appointment"), max_length=60, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    planned_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    planned_on = models.DateField(_("planned for"))
    inspector = models.ForeignKey(
        User, models.PROTECT, related_name="inspections", null=True, blank=True
    )
    started_at = models.DateTimeField(_("started"), null=True, blank=True, editable=False)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True, editable=False)
    has_violations = models.BooleanField(_("violations found"), null=True, blank=True)
    summary = models.TextField(_("result"), blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("act of the inspection"),
    )  # fmt: skip
    cancel_reason = models.TextField(_("why it was cancelled"), blank=True)

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering = ("-planned_on", "number")
        constraints: ClassVar = [
            INSPECTION_WORKFLOW.constraint("inspection_status_known"),
            models.CheckConstraint(
                condition=Q(half_year="") | Q(half_year__regex=r"^[0-9]{4}-[12]$"),
                name="inspection_half_year",
            ),
            models.CheckConstraint(
                condition=~Q(status="completed")
                | Q(completed_at__isnull=False, has_violations__isnull=False),
                name="inspection_completed_with_a_result",
            ),
            models.CheckConstraint(
                condition=Q(half_year="") | ~Q(subject_bin=""),
                name="inspection_listed_subject_is_identified",
            ),
            # The same subject is visited once in a half-year, in one unified period.
            models.UniqueConstraint(
                fields=("half_year", "subject_bin"),
                condition=~Q(half_year="") & ~Q(status="cancelled"),
                name="inspection_subject_once_a_half_year",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=("completed_at", "department"))]
        triggers: ClassVar = [
            *INSPECTION_WORKFLOW.triggers(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "what_was_planned_is_frozen",
                "number", "department_id", "kind", "object_kind", "half_year", "subject_bin",
                "planned_by_id",
            ),
            pgtrigger.Trigger(
                name="approved_list_is_closed",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.half_year <> ''"),
                func="""
                    IF EXISTS (SELECT 1 FROM oversight_halfyearlist
                                WHERE department_id = NEW.department_id
                                  AND half_year = NEW.half_year) THEN
                        RAISE EXCEPTION 'the list of this half-year is approved';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="begins_from_an_approved_list",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "NEW.status = 'under_way' AND OLD.status = 'planned' AND NEW.half_year <> ''"
                ),
                func="""
                    IF NOT EXISTS (SELECT 1 FROM oversight_halfyearlist
                                    WHERE department_id = NEW.department_id
                                      AND half_year = NEW.half_year) THEN
                        RAISE EXCEPTION 'the list of this half-year is not approved';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def label(self) -> str:
        return self.number


class HalfYearList(models.Model):
    """The list of one department for half a year, approved by a head who planned none of it.

    Entrepreneurial Code 29.10.2015 No 375-V, article 144: lists of preventive control with a
    visit are drawn up for half a year. There is a row from the approval on; before it the list is
    only what is planned, and nothing of it begins.
    """

    SUBJECT_TYPE = "half_year_list"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case_id = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    department = models.ForeignKey(Department, models.PROTECT, related_name="half_year_lists")
    half_year = models.CharField(_("half-year"), max_length=6)
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(_("approved"))
    total = models.PositiveIntegerField(_("inspections"))
    list_sha256 = models.CharField(_("digest of the list"), max_length=64)
    document = models.OneToOneField(
        SealedDocument, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("half-yearly list")
        verbose_name_plural = _("half-yearly lists")
        ordering = ("-half_year", "department")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("department", "half_year"), name="half_year_list_once_a_department"
            ),
            models.CheckConstraint(
                condition=Q(half_year__regex=r"^[0-9]{4}-[12]$"), name="half_year_list_half_year"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "approval_is_frozen",
                "department_id", "half_year", "approved_by_id", "approved_at", "total",
                "list_sha256",
            ),
            pgtrigger.Trigger(
                name="approved_by_another_person",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                    IF EXISTS (SELECT 1 FROM oversight_inspection
                                WHERE department_id = NEW.department_id
                                  AND half_year = NEW.half_year
                                  AND status <> 'cancelled'
                                  AND planned_by_id = NEW.approved_by_id) THEN
                        RAISE EXCEPTION 'whoever planned an inspection does not approve its list';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"{self.half_year}/{self.department_id}"

    def subject_ref(self) -> audit.SubjectRef:
        return audit.SubjectRef(self.SUBJECT_TYPE, str(self.pk), self.number)


class Sample(models.Model):
    """A purchased sample and the laboratory's word on it."""

    class Result(models.TextChoices):
        CONFORMS = "conforms", _("Conforms")
        VIOLATES = "violates", _("Does not conform")

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="samples")
    product = models.CharField(_("product"), max_length=300)
    bought_at = models.CharField(_("where it was bought"), max_length=300, blank=True)
    bought_on = models.DateField(_("bought"))
    price = models.DecimalField(
        _("price, tenge"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    laboratory = models.CharField(_("laboratory"), max_length=300, blank=True)
    protocol_number = models.CharField(_("number of the protocol"), max_length=60, blank=True)
    tested_on = models.DateField(_("tested"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=10, choices=Result, blank=True)
    note = models.TextField(_("note"), blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("protocol"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("sample")
        verbose_name_plural = _("samples")
        ordering = ("-bought_on",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(result="") | Q(tested_on__isnull=False),
                name="sample_result_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(tested_on__isnull=True) | Q(tested_on__gte=F("bought_on")),
                name="sample_tested_after_purchase",
            ),
        ]

    def __str__(self) -> str:
        return self.product


class ControlOutcome(models.Model):
    """What a control measure led to, counted: attestations of accredited subjects suspended or
    withdrawn, conformity documents withdrawn, verification certificates cancelled, instruments
    banned. `kind` is an entry of the list control_outcome."""

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="outcomes")
    kind = models.CharField(_("what"), max_length=40)
    quantity = models.PositiveIntegerField(_("how many"))
    decided_on = models.DateField(_("day"))
    note = models.CharField(_("note"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("outcome of control")
        verbose_name_plural = _("outcomes of control")
        ordering = ("-decided_on",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="control_outcome_counts"),
        ]
        indexes: ClassVar = [models.Index(fields=("kind", "decided_on"))]

    def __str__(self) -> str:
        return f"{self.kind}: {self.quantity}"
