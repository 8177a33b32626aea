"""Stage two: the application to a chamber, its review, and the certificate."""

from datetime import date
from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, Role, User
from documents.models import SealedDocument, StoredFile
from expertise.models import Act
from reference.deadlines import Clocked
from workflow.freezing import frozen
from workflow.questions import Question
from workflow.tracked import Tracked

from .workflow import APPLICATION_WORKFLOW, CERTIFICATE_WORKFLOW


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, actor: Membership | None) -> Self:
        """The applications that `actor` may see.

        - an applicant's employee: those of the own organisation;
        - the expert organisation and its auditor: those on acts they made, once submitted;
        - chamber staff: those filed with their chamber, once submitted;
        - a Committee inspector: all, once submitted.
        """
        if actor is None:
            return self.none()
        filed = self.filter(submitted_at__isnull=False)
        match actor.role:
            case Role.APPLICANT:
                return self.filter(applicant=actor.organisation_id)
            case Role.EXPERT_HEAD:
                return filed.filter(act__request__expert_organisation=actor.organisation_id)
            case Role.AUDITOR:
                return filed.filter(
                    auditor=actor.user_id,
                    act__request__expert_organisation=actor.organisation_id,
                )
            case Role.CHAMBER_OFFICER | Role.CHAMBER_SIGNATORY:
                return filed.filter(chamber=actor.organisation_id)
            case Role.INSPECTOR | Role.COMMITTEE_HEAD:
                return filed
        return self.none()


class Application(Tracked, Clocked):
    """An application to a regional chamber for a certificate, on a positive act of expertise.

    Author, auditor, reviewer and decider are four different people; the constraints say so to
    every way of writing, SQL included.
    """

    WORKFLOW = APPLICATION_WORKFLOW
    SUBJECT_TYPE = "application"

    number = models.CharField(_("number"), max_length=40, unique=True, null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    act = models.ForeignKey(
        Act, models.PROTECT, related_name="applications", verbose_name=_("act of expertise")
    )
    applicant = models.ForeignKey(
        Organisation, models.PROTECT, related_name="applications", verbose_name=_("applicant")
    )
    chamber = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="chamber_applications",
        limit_choices_to={"kind": "chamber"},
        verbose_name=_("regional chamber"),
    )
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("filed by"))
    auditor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("auditor"))
    reviewer = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="reviewed_applications",
        null=True,
        blank=True,
        verbose_name=_("reviewer"),
    )
    decider = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="decided_applications",
        null=True,
        blank=True,
        verbose_name=_("decided by"),
    )
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    recommended_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    recommendation = models.TextField(_("note for the decider"), blank=True)
    # Empty when the reviewer recommends approval.
    proposed_refusal = models.CharField(
        _("proposed reason of a refusal"), max_length=40, blank=True
    )
    return_note = models.TextField(_("why it was returned"), blank=True)
    refusal_reason = models.CharField(_("reason of the refusal"), max_length=40, blank=True)
    refusal_note = models.TextField(_("explanation"), blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application for a certificate")
        verbose_name_plural = _("applications for certificates")
        ordering = ("-status_since",)
        constraints: ClassVar = [
            APPLICATION_WORKFLOW.constraint("application_status_known"),
            models.UniqueConstraint(
                fields=("act",),
                condition=~Q(status__in=("refused", "withdrawn")),
                name="application_one_open_per_act",
            ),
            models.CheckConstraint(
                condition=~Q(auditor=F("filed_by")), name="application_auditor_is_not_author"
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True)
                | (~Q(reviewer=F("filed_by")) & ~Q(reviewer=F("auditor"))),
                name="application_reviewer_is_apart",
            ),
            models.CheckConstraint(
                condition=Q(decider__isnull=True)
                | (
                    ~Q(decider=F("filed_by")) & ~Q(decider=F("auditor")) & ~Q(decider=F("reviewer"))
                ),
                name="application_decider_is_apart",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("approved", "refused"))
                | Q(decider__isnull=False, reviewer__isnull=False, decided_at__isnull=False),
                name="application_decision_has_two_people",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "withdrawn")) | Q(number__isnull=False),
                name="application_numbered_when_filed",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=("chamber", "status", "due_on"))]
        triggers: ClassVar = [
            *APPLICATION_WORKFLOW.triggers(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            # A second pair of eyes cannot be swapped afterwards.
            frozen(
                "decision_is_frozen",
                "reviewer_id",
                "decider_id",
                "decided_at",
                "act_id",
                "chamber_id",
                when="OLD.status IN ('approved', 'refused')",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.number or str(_("draft"))


class ApplicationQuestion(Question):
    """What the chamber asked the applicant."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="questions")

    class Meta(Question.Meta):
        verbose_name = _("question to the applicant")
        verbose_name_plural = _("questions to the applicant")


class ChecklistAnswer(models.Model):
    """The reviewer's answer to one item of the chamber's checklist."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="answers")
    item = models.CharField(_("item"), max_length=40)
    is_met = models.BooleanField(_("in order"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("answer to the checklist")
        verbose_name_plural = _("answers to the checklist")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("application", "item"), name="checklist_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.is_met}"


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
