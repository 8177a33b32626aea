"""Complaints: from the public without an account, and from applicants about refusals."""

import uuid
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.fields import BinIinField
from accounts.models import Organisation, User
from documents.models import ElectronicSignature, SealedDocument, StoredFile
from issuance.models import Application, Certificate
from oversight.workflows.complaints import COMPLAINT_WORKFLOW
from reference.deadlines import Clocked
from reference.models import Department
from workflow.freezing import frozen
from workflow.tracked import Tracked


class Complaint(Tracked, Clocked):
    """A complaint and its answer.

    Administrative Procedural and Process-Related Code, articles 64, 76, 93: fifteen working days
    from receipt; prolonged by a reasoned decision with notice within three; what belongs to
    another body is forwarded within three. The complainant follows it by number and code.
    """

    WORKFLOW = COMPLAINT_WORKFLOW
    SUBJECT_TYPE = "complaint"

    class About(models.TextChoices):
        CERTIFICATE = "certificate", _("A certificate")
        FORGERY = "forgery", _("A forged certificate")
        AUDITOR = "auditor", _("An expert-auditor or expert organisation")
        CHAMBER = "chamber", _("A regional chamber")
        REFUSAL = "refusal", _("A refusal")
        OTHER = "other", _("Something else")

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        PARTLY = "partly", _("Confirmed in part")
        NOT_CONFIRMED = "not_confirmed", _("Not confirmed")

    number = models.CharField(_("number"), max_length=40, unique=True)
    # Known to the complainant alone; opens the page of the complaint together with the number.
    code = models.CharField(max_length=12, editable=False)
    # One form sent twice is one complaint.
    form_token = models.UUIDField(unique=True)
    about = models.CharField(_("about"), max_length=12, choices=About)
    language = models.CharField(_("language"), max_length=2)
    name = models.CharField(_("your name"), max_length=200, blank=True)
    bin = BinIinField(_("BIN / IIN"), blank=True)
    contact = models.CharField(_("how to reach you"), max_length=300, blank=True)
    # An applicant's employee who complains signed in.
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    complainant = models.ForeignKey(
        Organisation, models.PROTECT, related_name="complaints", null=True, blank=True
    )
    number_given = models.CharField(_("certificate number"), max_length=40, blank=True)
    certificate = models.ForeignKey(
        Certificate, models.PROTECT, related_name="complaints", null=True, blank=True
    )
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="complaints", null=True, blank=True
    )
    # Whom it is about, as registered.
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", null=True, blank=True
    )
    auditor = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    text = models.TextField(_("what happened"))
    learnt_on = models.DateField(_("when you learnt of it"), null=True, blank=True)
    # A missed term is no ground to refuse acceptance (the same code, article 92).
    late_reason = models.TextField(_("why it comes late"), blank=True)
    received_at = models.DateTimeField(_("received"))
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    registered_at = models.DateTimeField(_("registered"), null=True, blank=True, editable=False)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="complaints", null=True, blank=True
    )
    inspector = models.ForeignKey(
        User, models.PROTECT, related_name="complaints", null=True, blank=True
    )
    # The day the whole term ends; `due_on` of the clock is the same until it is prolonged.
    extended_until = models.DateField(_("prolonged until"), null=True, blank=True)
    extension_reason = models.TextField(_("why it was prolonged"), blank=True)
    extended_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    extended_at = models.DateTimeField(null=True, blank=True, editable=False)
    extension_notice = models.OneToOneField(
        SealedDocument, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    forwarded_to = models.CharField(_("forwarded to"), max_length=400, blank=True)
    forwarded_at = models.DateTimeField(null=True, blank=True, editable=False)
    forwarding = models.OneToOneField(
        SealedDocument, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    outcome = models.CharField(_("outcome"), max_length=14, choices=Outcome, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    # Whoever examines it writes the answer; another person signs it.
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    drafted_at = models.DateTimeField(null=True, blank=True, editable=False)
    return_note = models.TextField(_("why the draft was returned"), blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    answer_document = models.OneToOneField(
        SealedDocument, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    answer_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    answer_signature = models.OneToOneField(
        ElectronicSignature, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    # Who forwarded it, or left it without examination.
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    rejection_note = models.TextField(_("why it is not examined"), blank=True)
    # The terms of which the people concerned were reminded.
    reminded_on = models.DateField(null=True, blank=True, editable=False)
    overdue_on = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ("-received_at",)
        constraints: ClassVar = [
            COMPLAINT_WORKFLOW.constraint("complaint_status_known"),
            models.CheckConstraint(
                condition=~Q(status="answered") | (~Q(outcome="") & Q(answered_at__isnull=False)),
                name="complaint_answered_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True)
                | (
                    (Q(drafted_by__isnull=True) | ~Q(answered_by=F("drafted_by")))
                    & (Q(inspector__isnull=True) | ~Q(answered_by=F("inspector")))
                ),
                name="complaint_answered_by_another_person",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=("status", "due_on")),
            models.Index(fields=("received_at",)),
        ]
        triggers: ClassVar = [
            *COMPLAINT_WORKFLOW.triggers(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "what_was_said_is_frozen",
                "number", "code", "text", "number_given", "received_at", "language",
            ),
            frozen(
                "answer_is_frozen",
                "outcome", "answer", "answered_by_id", "answered_at", "answer_sha256",
                "answer_signature_id",
                when="OLD.answered_at IS NOT NULL",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def label(self) -> str:
        return self.number


class ComplaintAddition(models.Model):
    """What the complainant added afterwards, while the complaint was open."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="additions")
    form_token = models.UUIDField(unique=True)
    text = models.TextField(_("what you add"), blank=True)
    added_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("addition to a complaint")
        verbose_name_plural = _("additions to complaints")
        ordering = ("added_at",)
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.text[:60]


class ComplaintFile(models.Model):
    """A file that came with a complaint, or with an addition to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="files")
    addition = models.ForeignKey(
        ComplaintAddition, models.PROTECT, related_name="files", null=True, blank=True
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("file of a complaint")
        verbose_name_plural = _("files of complaints")

    def __str__(self) -> str:
        return str(self.file_id)
