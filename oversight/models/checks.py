"""Desk checks and what they found."""

import uuid
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from documents.models import StoredFile
from expertise.models import Act
from issuance.models import Certificate
from oversight.workflows.checks import CHECK_WORKFLOW
from reference.deadlines import Clocked
from reference.models import Department
from workflow.freezing import frozen
from workflow.questions import Question
from workflow.tracked import Tracked

from .plans import ControlPlan, FrameEntry

# Everybody who took part in a case, the auditor's second pair of hands included.
TOOK_PART = """
    SELECT 1 FROM issuance_certificate c
      JOIN issuance_application a ON a.id = c.application_id
      JOIN expertise_act t ON t.id = a.act_id
      JOIN expertise_expertiserequest r ON r.id = t.request_id
     WHERE c.id = NEW.certificate_id
       AND (person IN (a.filed_by_id, a.auditor_id, a.reviewer_id, a.decider_id, t.signed_by_id,
                       r.created_by_id, r.submitted_by_id, r.auditor_id)
            OR EXISTS (SELECT 1 FROM issuance_checklistanswer w
                        WHERE w.application_id = a.id AND w.answered_by_id = person)
            OR EXISTS (SELECT 1 FROM issuance_takeover w
                        WHERE w.application_id = a.id AND w.what = 'review'
                          AND person IN (w.previous_id, w.taken_by_id)))
"""


def _apart(name: str, column: str) -> pgtrigger.Trigger:
    """Refuses, from SQL too, that `column` names a person who took part in the case."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Insert,
        condition=pgtrigger.Condition(f"NEW.{column} IS NOT NULL"),
        declare=[("person", "UUID")],
        func=f"""
            person := NEW.{column};
            IF EXISTS ({TOOK_PART}) THEN
                RAISE EXCEPTION 'this person took part in the case that is checked';
            END IF;
            RETURN NEW;
        """,
    )


class Fault(models.TextChoices):
    """Whose violation it is."""

    AUDITOR = "auditor", _("Expert-auditor")
    EXPERTS = "expert_organisation", _("Expert organisation")
    CHAMBER = "chamber", _("Regional chamber")
    APPLICANT = "applicant", _("Applicant")
    OTHER = "other", _("Another subject")


class DeskCheck(Tracked, Clocked):
    """One certificate examined from the desk, with everything it rests on.

    Nobody checks what they took part in: not the auditor, not the reviewer, not the decider.
    """

    WORKFLOW = CHECK_WORKFLOW
    SUBJECT_TYPE = "desk_check"

    class Way(models.TextChoices):
        RISK = "risk", _("By risk")
        LOTTERY = "lottery", _("By lottery")
        COMPLAINT = "complaint", _("On a complaint")
        ALERT = "alert", _("On an alert")
        ORDER = "order", _("On an order")

    class Result(models.TextChoices):
        CLEAN = "clean", _("No violations")
        VIOLATIONS = "violations", _("Violations found")

    number = models.CharField(_("number"), max_length=40, unique=True)
    plan = models.ForeignKey(
        ControlPlan, models.PROTECT, related_name="checks", null=True, blank=True
    )
    frame_entry = models.OneToOneField(
        FrameEntry, models.PROTECT, related_name="check_made", null=True, blank=True
    )
    way = models.CharField(_("selected"), max_length=10, choices=Way)
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="desk_checks")
    department = models.ForeignKey(Department, models.PROTECT, related_name="desk_checks")
    complaint = models.ForeignKey(
        "oversight.Complaint", models.PROTECT, related_name="checks", null=True, blank=True
    )
    # The score and its reasons as they stood when the certificate was selected.
    score = models.PositiveSmallIntegerField(_("score"), default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    inspector = models.ForeignKey(
        User, models.PROTECT, related_name="desk_checks", null=True, blank=True
    )
    assigned_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    assigned_at = models.DateTimeField(null=True, blank=True, editable=False)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    result = models.CharField(_("result"), max_length=12, choices=Result, blank=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    concluded_at = models.DateTimeField(_("concluded"), null=True, blank=True, editable=False)
    objection = models.TextField(_("objection"), blank=True)
    objected_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    objected_at = models.DateTimeField(null=True, blank=True, editable=False)
    objection_answer = models.TextField(_("answer to the objection"), blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("desk check")
        verbose_name_plural = _("desk checks")
        ordering = ("-created_at",)
        constraints: ClassVar = [
            CHECK_WORKFLOW.constraint("check_status_known"),
            models.UniqueConstraint(fields=("plan", "certificate"), name="check_once_in_a_plan"),
            models.CheckConstraint(
                condition=Q(status="selected") | Q(inspector__isnull=False),
                name="check_assigned_to_an_inspector",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("concluded", "objected", "closed")) | ~Q(result=""),
                name="check_concluded_with_a_result",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=F("inspector")),
                name="check_closed_by_another_person",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=("status", "due_on"))]
        triggers: ClassVar = [
            *CHECK_WORKFLOW.triggers(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen("check_is_of_one_certificate", "certificate_id", "plan_id", "way", "number"),
            _apart("inspector_took_no_part", "inspector_id"),
            _apart("closer_took_no_part", "closed_by_id"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def label(self) -> str:
        return self.number


class CheckQuestion(Question):
    """What an inspector needs to know from the auditor's organisation, the chamber or the
    applicant before concluding."""

    check_of = models.ForeignKey(DeskCheck, models.PROTECT, related_name="questions")
    addressee = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    file = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("file")
    )

    class Meta(Question.Meta):
        verbose_name = _("question of a desk check")
        verbose_name_plural = _("questions of desk checks")


class CheckNote(models.Model):
    """What the people of the Committee write to each other about a check; nobody else reads it."""

    check_of = models.ForeignKey(DeskCheck, models.PROTECT, related_name="notes")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField(_("note"))

    class Meta:
        verbose_name = _("note to a desk check")
        verbose_name_plural = _("notes to desk checks")
        ordering = ("at",)
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Replay(models.Model):
    """The calculation run again today: whether everything recorded came out the same."""

    check_of = models.ForeignKey(DeskCheck, models.PROTECT, related_name="replays")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    agrees = models.BooleanField()
    differences = models.JSONField(default=list)
    act_sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("replay")
        verbose_name_plural = _("replays")
        ordering = ("-at",)
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.check_of_id} {self.at:%d.%m.%Y}: {self.agrees}"


class Violation(models.Model):
    """A violation of the taxonomy: whose, of what, on which evidence.

    It counts from `confirmed_at` until `set_aside_at`; before, it is one inspector's opinion.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(_("violation"), max_length=40)
    fault = models.CharField(_("fault of"), max_length=20, choices=Fault)
    certificate = models.ForeignKey(
        Certificate, models.PROTECT, related_name="violations", null=True, blank=True
    )
    act = models.ForeignKey(Act, models.PROTECT, related_name="+", null=True, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="violations", null=True, blank=True
    )
    auditor = models.ForeignKey(
        User, models.PROTECT, related_name="violations", null=True, blank=True
    )
    desk_check = models.ForeignKey(
        DeskCheck, models.PROTECT, related_name="violations", null=True, blank=True
    )
    complaint = models.ForeignKey(
        "oversight.Complaint", models.PROTECT, related_name="violations", null=True, blank=True
    )
    inspection = models.ForeignKey(
        "oversight.Inspection", models.PROTECT, related_name="violations", null=True, blank=True
    )
    text = models.TextField(_("what was found"))
    legal_ref = models.CharField(_("legal reference"), max_length=400)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("evidence"),
    )  # fmt: skip
    # Evidence within the case: documents, findings, events, by their identifiers.
    evidence = models.JSONField(default=list, blank=True)
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(_("found"), default=timezone.now)
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    set_aside_at = models.DateTimeField(_("set aside"), null=True, blank=True)
    set_aside_note = models.TextField(_("why it was set aside"), blank=True)

    class Meta:
        verbose_name = _("violation")
        verbose_name_plural = _("violations")
        ordering = ("-noted_at",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    desk_check__isnull=False, complaint__isnull=True, inspection__isnull=True
                )
                | Q(desk_check__isnull=True, complaint__isnull=False, inspection__isnull=True)
                | Q(desk_check__isnull=True, complaint__isnull=True, inspection__isnull=False),
                name="violation_found_in_one_place",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="violation_confirmed_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(desk_check__isnull=True)
                | Q(confirmed_by__isnull=True)
                | ~Q(confirmed_by=F("noted_by")),
                name="violation_of_a_check_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(set_aside_at__isnull=True) | ~Q(set_aside_note=""),
                name="violation_set_aside_with_a_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=("confirmed_at", "fault"))]
        triggers: ClassVar = [
            frozen(
                "confirmed_is_frozen",
                "code", "fault", "certificate_id", "act_id", "organisation_id", "auditor_id",
                "text", "legal_ref", "confirmed_at", "confirmed_by_id",
                when="OLD.confirmed_at IS NOT NULL",
            ),
            pgtrigger.Protect(
                name="confirmed_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__confirmed_at__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.code
