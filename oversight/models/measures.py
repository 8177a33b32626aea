"""Measures: proposed by one person, approved and decided by another, open to appeal."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.fields import BinIinField
from accounts.models import Organisation, User
from documents.models import ElectronicSignature, SealedDocument, StoredFile
from expertise.models import Act
from issuance.models import Certificate
from oversight.workflows.measures import APPEAL_WORKFLOW, MEASURE_WORKFLOW
from reference.deadlines import Clocked
from reference.models import Department, MeasureType
from workflow.freezing import frozen
from workflow.tracked import Tracked

from .checks import DeskCheck, Violation
from .complaints import Complaint
from .inspections import Inspection


class Measure(Tracked, Clocked):
    """One measure against one subject.

    Notice → time to reply → decision → executed, lifted or set aside. Whoever proposes never
    approves or decides, to SQL too. The fine is frozen in tenge at the decision, by the monthly
    calculation index of that day.
    """

    WORKFLOW = MEASURE_WORKFLOW
    SUBJECT_TYPE = "measure"

    number = models.CharField(_("number"), max_length=40, unique=True)
    type = models.ForeignKey(MeasureType, models.PROTECT, related_name="measures")
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="measures", null=True, blank=True
    )
    certificate = models.ForeignKey(
        Certificate, models.PROTECT, related_name="measures", null=True, blank=True
    )
    act = models.ForeignKey(Act, models.PROTECT, related_name="measures", null=True, blank=True)
    auditor = models.ForeignKey(
        User, models.PROTECT, related_name="measures", null=True, blank=True
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="measures", null=True, blank=True
    )
    # A subject that the portal does not know: a shop, a laboratory, a maker of meters.
    subject_name = models.CharField(_("subject"), max_length=400, blank=True)
    subject_bin = BinIinField(_("BIN / IIN of the subject"), blank=True)
    subject_address = models.CharField(_("address of the subject"), max_length=400, blank=True)
    # What the measure rests on.
    desk_check = models.ForeignKey(
        DeskCheck, models.PROTECT, related_name="measures", null=True, blank=True
    )
    complaint = models.ForeignKey(
        Complaint, models.PROTECT, related_name="measures", null=True, blank=True
    )
    inspection = models.ForeignKey(
        Inspection, models.PROTECT, related_name="measures", null=True, blank=True
    )
    violations = models.ManyToManyField(Violation, related_name="measures", blank=True)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    grounds = models.TextField(_("grounds"))
    file = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("document"),
    )  # fmt: skip
    # One form sent twice is one proposal.
    form_token = models.UUIDField(unique=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"))
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True, editable=False)
    notice = models.OneToOneField(
        SealedDocument, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    reply = models.TextField(_("reply"), blank=True)
    reply_file = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="+", null=True, blank=True
    )
    replied_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    replied_at = models.DateTimeField(_("replied"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    decision_note = models.TextField(_("note of the decision"), blank=True)
    decision_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    signature = models.OneToOneField(
        ElectronicSignature, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    document = models.OneToOneField(
        SealedDocument, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    starts_on = models.DateField(_("in force from"), null=True, blank=True)
    ends_on = models.DateField(_("in force until"), null=True, blank=True)
    execute_by = models.DateField(_("to be executed by"), null=True, blank=True)
    fine_mci = models.DecimalField(
        _("fine, MCI"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    fine_tenge = models.DecimalField(
        _("fine, tenge"), max_digits=16, decimal_places=2, null=True, blank=True, editable=False
    )
    fine_paid_on = models.DateField(_("fine paid"), null=True, blank=True)
    appeal_until = models.DateField(_("appeal until"), null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)
    end_note = models.TextField(_("note on the end"), blank=True)

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ("-proposed_at",)
        constraints: ClassVar = [
            MEASURE_WORKFLOW.constraint("measure_status_known"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="measure_approved_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="measure_decided_by_another_person",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("in_force", "executed", "lifted", "set_aside"))
                | Q(decided_by__isnull=False, approved_by__isnull=False, decided_at__isnull=False),
                name="measure_in_force_was_decided",
            ),
            models.CheckConstraint(
                condition=Q(certificate__isnull=False)
                | Q(act__isnull=False)
                | Q(auditor__isnull=False)
                | Q(organisation__isnull=False)
                | ~Q(subject_name=""),
                name="measure_names_its_subject",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=("status", "due_on")),
            models.Index(fields=("decided_at",)),
        ]
        triggers: ClassVar = [
            *MEASURE_WORKFLOW.triggers(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "decision_is_frozen",
                "decided_by_id", "decided_at", "decision_sha256", "fine_mci", "fine_tenge",
                "type_id", "certificate_id", "act_id", "auditor_id", "organisation_id",
                when="OLD.decided_at IS NOT NULL",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def label(self) -> str:
        return self.number


class Appeal(Tracked, Clocked):
    """A complaint against a measure to the higher body.

    Administrative Procedural and Process-Related Code 29.06.2020 No 350-VI, articles 91, 92, 99:
    three months from the day the participant learnt of it, twenty working days to decide; a late
    one is taken in all the same and the good reason is weighed.
    """

    WORKFLOW = APPEAL_WORKFLOW
    SUBJECT_TYPE = "appeal"

    number = models.CharField(_("number"), max_length=40, unique=True)
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="appeals")
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    # Of an appeal that came on paper.
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    filed_at = models.DateTimeField(_("filed"))
    # The day on which the participant learnt of the measure; the term counts from it.
    learnt_on = models.DateField(_("learnt of the measure on"), null=True, blank=True)
    # One form sent twice is one appeal.
    form_token = models.UUIDField(unique=True, null=True, blank=True, editable=False)
    text = models.TextField(_("what is appealed and why"))
    file = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("file")
    )
    is_late = models.BooleanField(_("after the deadline"), default=False)
    late_reason = models.TextField(_("why it comes late"), blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    decision_note = models.TextField(_("reasons of the decision"), blank=True)
    document = models.OneToOneField(
        SealedDocument, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ("-filed_at",)
        constraints: ClassVar = [
            APPEAL_WORKFLOW.constraint("appeal_status_known"),
            models.UniqueConstraint(
                fields=("measure",), condition=Q(status="filed"), name="appeal_one_open"
            ),
        ]
        triggers: ClassVar = [
            *APPEAL_WORKFLOW.triggers(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="heard_by_another_person",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("took_part", "BOOLEAN")],
                func="""
                    SELECT NEW.decided_by_id IN (proposed_by_id, approved_by_id, decided_by_id)
                      INTO took_part FROM oversight_measure WHERE id = NEW.measure_id;
                    IF took_part THEN
                        RAISE EXCEPTION 'an appeal is heard by a person who took no part';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def label(self) -> str:
        return self.number
