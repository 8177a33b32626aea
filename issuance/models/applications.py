"""The application to a chamber and its review."""

from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, Role, User
from documents.models import ElectronicSignature, SealedDocument
from expertise.models import Act
from issuance.workflow import APPLICATION_WORKFLOW
from reference.deadlines import Clocked
from workflow.freezing import frozen
from workflow.questions import Question
from workflow.tracked import Tracked


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, actor: Membership | None) -> Self:
        """The applications that `actor` may see.

        - an applicant's employee: those of the own organisation;
        - the expert organisation and its auditor: those on acts they made, once submitted;
        - chamber staff: those filed with their chamber, once submitted, and the replacements
          that they themselves began;
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
                return self.filter(
                    Q(submitted_at__isnull=False) | Q(filed_by=actor.user_id),
                    chamber=actor.organisation_id,
                )
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
    # A replacement says which certificate it stands for, and why; see `issuance.replacing`.
    replaces = models.ForeignKey(
        "issuance.Certificate",
        models.PROTECT,
        related_name="replacement_applications",
        null=True,
        blank=True,
        verbose_name=_("replaces certificate"),
    )
    replacement_reason = models.CharField(_("reason of the replacement"), max_length=40, blank=True)
    replacement_note = models.TextField(_("what is wrong in the certificate"), blank=True)
    # Facts stated anew, by name: {"recipient": {...}, "contract": {...}}; goods never, they are
    # the act's.
    corrections = models.JSONField(_("corrections"), default=dict, blank=True)
    # Whoever opened the case to work on it; others see that and may take over with a note.
    opened_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    declaration = models.OneToOneField(
        ElectronicSignature,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("signature of the applicant"),
    )
    decision_signature = models.OneToOneField(
        ElectronicSignature,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("signature of the decision-maker"),
    )
    # The decision as data: what the signatory signed, and what the certificate is made from.
    decision_record = models.BinaryField(null=True, editable=False)
    decision_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    mandate = models.ForeignKey(
        "issuance.Mandate",
        models.PROTECT,
        related_name="decisions",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("mandate of the decision-maker"),
    )
    letter = models.OneToOneField(
        SealedDocument,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("letter of refusal"),
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
                condition=~Q(status__in=("refused", "withdrawn")) & Q(replaces__isnull=True),
                name="application_one_open_per_act",
            ),
            models.UniqueConstraint(
                fields=("replaces",),
                condition=~Q(status__in=("refused", "withdrawn")),
                name="application_one_open_replacement",
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
                "decision_record",
                "decision_sha256",
                "decision_signature_id",
                "mandate_id",
                "replaces_id",
                "corrections",
                "act_id",
                "chamber_id",
                when="OLD.status IN ('approved', 'refused')",
            ),
            # A review may have passed through several hands; none of them decides.
            pgtrigger.Trigger(
                name="decider_did_not_review",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.decider_id IS DISTINCT FROM OLD.decider_id"),
                func="""
                    IF EXISTS (
                        SELECT 1 FROM issuance_checklistanswer
                        WHERE application_id = NEW.id AND answered_by_id = NEW.decider_id
                    ) OR EXISTS (
                        SELECT 1 FROM issuance_takeover
                        WHERE application_id = NEW.id AND what = 'review'
                            AND NEW.decider_id IN (previous_id, taken_by_id)
                    ) THEN
                        RAISE EXCEPTION 'the decider took part in the review';
                    END IF;
                    RETURN NEW;
                """,
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
