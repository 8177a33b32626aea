"""A person's way to an attestation, and what the Committee decides about it afterwards."""

import uuid
from datetime import date
from typing import ClassVar, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Max, Q
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, Role, User
from auditors.scope import CHAPTERS, Kind, Language, every_kind, every_language
from auditors.workflow import ATTESTATION_WORKFLOW
from documents.models import StoredFile
from workflow.freezing import frozen
from workflow.tracked import Tracked

# A person has one such case at most.
OPEN = ("applied", "admitted", "tested", "attested", "suspended")
GIVEN = ("attested", "suspended", "revoked", "expired")


def apart(*names: str, of: str) -> Q:
    """A condition: the person in `of` is nobody of `names`."""
    condition = Q()
    for name in names:
        condition &= Q(**{f"{name}__isnull": True}) | ~Q(**{of: F(name)})
    return Q(**{f"{of}__isnull": True}) | condition


class CaseQuerySet(models.QuerySet["AttestationCase"]):
    def visible_to(self, actor: Membership | None) -> Self:
        """A person sees the own cases, the Committee all of them, nobody else any."""
        if actor is None:
            return self.none()
        match actor.role:
            case Role.AUDITOR:
                return self.filter(user=actor.user_id)
            case Role.INSPECTOR | Role.COMMITTEE_HEAD:
                return self.all()
        return self.none()

    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def revoked(self, *, on: date) -> Self:
        """Revoked by that day, and the revocation not set aside by then."""
        return self.filter(
            Q(reinstated_on__isnull=True) | Q(reinstated_on__gt=on), revoked_on__lte=on
        )


class AttestationCase(Tracked):
    """An application for attestation, and the attestation that comes of it, to its end.

    The one who decides is never the one who prepared, nor the auditor; the constraints say so
    to every way of writing, SQL included.
    """

    WORKFLOW = ATTESTATION_WORKFLOW
    SUBJECT_TYPE = "attestation"

    user = models.ForeignKey(
        User, models.PROTECT, related_name="attestation_cases", verbose_name=_("auditor")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="+",
        verbose_name=_("expert organisation at the time of the application"),
    )
    number = models.CharField(
        _("attestation number"), max_length=40, unique=True, null=True, editable=False
    )
    applied_at = models.DateTimeField(_("applied"), default=timezone.now, editable=False)
    kinds = ArrayField(
        models.CharField(max_length=10, choices=Kind), verbose_name=_("kinds"), default=every_kind
    )
    chapters = ArrayField(
        models.CharField(max_length=2),
        verbose_name=_("commodity groups"),
        default=list,
        blank=True,
    )
    languages = ArrayField(
        models.CharField(max_length=2, choices=Language),
        verbose_name=_("languages"),
        default=every_language,
    )
    region = models.CharField(_("region"), max_length=2, blank=True)
    education = models.CharField(_("education"), max_length=400)
    experience_years = models.PositiveSmallIntegerField(_("years of experience"))
    training_on = models.DateField(_("training completed on"))

    admitted_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    refusal_reason = models.CharField(_("reason of the refusal"), max_length=40, blank=True)
    refusal_note = models.TextField(_("explanation"), blank=True)
    attested_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    extension_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The first day on which the attestation is not in force any more.
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True, editable=False)
    revocation_reason = models.CharField(_("reason of the revocation"), max_length=40, blank=True)
    revocation_note = models.TextField(_("explanation"), blank=True)
    revocation_proposed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    revoked_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    # The first day on which a revocation that was set aside does not count any more.
    reinstated_on = models.DateField(_("reinstated on"), null=True, blank=True, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("attestation of an auditor")
        verbose_name_plural = _("attestations of auditors")
        ordering = ("-status_since",)
        constraints: ClassVar = [
            ATTESTATION_WORKFLOW.constraint("attestation_case_status_known"),
            models.UniqueConstraint(
                fields=("user",),
                condition=Q(status__in=OPEN),
                name="attestation_case_one_open_per_person",
            ),
            models.CheckConstraint(
                condition=Q(kinds__contained_by=Kind.values)
                & Q(kinds__len__gte=1)
                & Q(chapters__contained_by=list(CHAPTERS))
                & Q(languages__contained_by=Language.values),
                name="attestation_case_scope_known",
            ),
            models.CheckConstraint(
                condition=apart("user", of="admitted_by"), name="attestation_case_admitted_apart"
            ),
            models.CheckConstraint(
                condition=apart("user", "admitted_by", of="attested_by"),
                name="attestation_case_decider_is_apart",
            ),
            models.CheckConstraint(
                condition=apart("user", "revocation_proposed_by", of="revoked_by"),
                name="attestation_case_revoked_apart",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=GIVEN)
                | Q(number__isnull=False, admitted_by__isnull=False, attested_by__isnull=False),
                name="attestation_case_has_two_people",
            ),
            models.CheckConstraint(
                condition=Q(status="revoked", revoked_on__isnull=False)
                & Q(revoked_by__isnull=False, revocation_proposed_by__isnull=False)
                & Q(reinstated_on__isnull=True)
                | ~Q(status="revoked") & Q(revoked_on__isnull=True, revoked_by__isnull=True)
                | ~Q(status="revoked") & Q(reinstated_on__gte=F("revoked_on")),
                name="attestation_case_revoked_with_a_day",
            ),
        ]
        triggers: ClassVar = [
            *ATTESTATION_WORKFLOW.triggers(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen("applicant_is_frozen", "user_id", "organisation_id", "applied_at"),
            frozen("admission_is_frozen", "admitted_by_id", when="OLD.admitted_by_id IS NOT NULL"),
            frozen("number_is_frozen", "number", "attested_by_id", when="OLD.number IS NOT NULL"),
            frozen(
                "revocation_is_frozen",
                "revoked_on", "revoked_by_id", "revocation_proposed_by_id", "revocation_reason",
                when="OLD.revoked_on IS NOT NULL AND OLD.status = 'revoked'",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.number or self.user.full_name

    def pending_proposal(self) -> "Proposal | None":
        """What waits for the decision of the head of the department."""
        return next((p for p in self.proposals.all() if p.outcome == "pending"), None)

    def last_day(self) -> date | None:
        """The last day of the term, extensions included."""
        return self.attestations.aggregate(last=Max("valid_until"))["last"]


class QualificationProof(models.Model):
    """A document that shows that a requirement is met; an inspector decides whether it does."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(AttestationCase, models.PROTECT, related_name="proofs")
    requirement = models.CharField(_("requirement"), max_length=40)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    added_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    is_met = models.BooleanField(_("requirement is met"), null=True, blank=True)
    finding = models.CharField(_("finding"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("proof of qualification")
        verbose_name_plural = _("proofs of qualification")
        ordering = ("requirement", "added_at")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_met__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="proof_decided_by_somebody",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen("proof_is_frozen", "case_id", "requirement", "file_id", "note", "added_at"),
        ]

    def __str__(self) -> str:
        return f"{self.requirement}: {self.file}"


# In whole numbers: a share would have to be rounded.
REACHED = GreaterThanOrEqual(F("score") * 100, F("threshold_percent") * F("questions"))


class TestAttempt(models.Model):
    """A result of the test, as the agency that holds it reported it. Never changed."""

    # pytest would take the class for tests of its own.
    __test__ = False

    class Source(models.TextChoices):
        TYPED = "typed", _("Typed in")
        IMPORTED = "imported", _("From a file")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(AttestationCase, models.PROTECT, related_name="tests")
    taken_on = models.DateField(_("taken on"))
    score = models.PositiveIntegerField(_("right answers"))
    questions = models.PositiveIntegerField(_("questions"))
    # The parameter of that day, kept with the result that it decided.
    threshold_percent = models.PositiveIntegerField(_("threshold, %"))
    passed = models.BooleanField(_("passed"))
    source = models.CharField(_("source"), max_length=10, choices=Source)
    imported_file = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("result of the test")
        verbose_name_plural = _("results of the test")
        ordering = ("taken_on",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("case", "taken_on"), name="test_once_a_day"),
            models.CheckConstraint(
                condition=Q(questions__gt=0, score__lte=F("questions")), name="test_score_in_bounds"
            ),
            models.CheckConstraint(
                condition=Q(REACHED, passed=True) | Q(~Q(REACHED), passed=False),
                name="test_passed_by_its_threshold",
            ),
            models.CheckConstraint(
                condition=Q(source="typed", imported_file="")
                | Q(source="imported", imported_file__regex=r"^[0-9a-f]{64}$"),
                name="test_import_names_its_file",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.taken_on:%d.%m.%Y}: {self.score}/{self.questions}"


class Proposal(models.Model):
    """What an inspector prepared for the head of the department to decide."""

    class Kind(models.TextChoices):
        ATTEST = "attest", _("To attest")
        EXTEND = "extend", _("To extend")
        SUSPEND = "suspend", _("To suspend")
        REVOKE = "revoke", _("To revoke")

    class Outcome(models.TextChoices):
        PENDING = "pending", _("Waits for a decision")
        MADE = "made", _("Decided as proposed")
        DECLINED = "declined", _("Declined")
        LAPSED = "lapsed", _("No longer needed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(AttestationCase, models.PROTECT, related_name="proposals")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    note = models.TextField(_("explanation"), blank=True)
    proposed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=Outcome, default=Outcome.PENDING
    )
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decision_note = models.TextField(_("why it was declined"), blank=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ("-proposed_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("case",),
                condition=Q(outcome="pending"),
                name="proposal_one_pending_per_case",
            ),
            models.CheckConstraint(
                condition=apart("proposed_by", of="decided_by"), name="proposal_decided_apart"
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=("made", "declined"))
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="proposal_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=("suspend", "revoke")) | ~Q(reason=""),
                name="proposal_against_has_a_reason",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen("proposal_is_frozen", "case_id", "kind", "reason", "note", "proposed_by_id"),
            frozen(
                "outcome_is_frozen",
                "outcome", "decided_by_id", "decided_at",
                when="OLD.outcome <> 'pending'",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.case}"


class SuspensionQuerySet(models.QuerySet["Suspension"]):
    def in_force(self, *, on: date) -> Self:
        """Both the first and the last day are days of suspension."""
        return self.filter(
            Q(lifted_on__isnull=True) | Q(lifted_on__gt=on), from_on__lte=on, until_on__gte=on
        )


class Suspension(models.Model):
    """A time during which an attestation is not in force; it returns by itself afterwards."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(AttestationCase, models.PROTECT, related_name="suspensions")
    from_on = models.DateField(_("first day"))
    until_on = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=40)
    note = models.TextField(_("explanation"), blank=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # The first day on which the attestation is in force again.
    lifted_on = models.DateField(_("lifted on"), null=True, blank=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    lift_note = models.TextField(_("why it was lifted"), blank=True)

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        ordering = ("-from_on",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on"))
                & (Q(lifted_on__isnull=True) | Q(lifted_on__gte=F("from_on"))),
                name="suspension_dates_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("proposed_by")), name="suspension_decided_apart"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "suspension_is_frozen",
                "case_id", "from_on", "until_on", "reason", "note",
                "proposed_by_id", "decided_by_id",
            ),
            frozen("lifted_once", "lifted_on", "lifted_by_id", when="OLD.lifted_on IS NOT NULL"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.from_on:%d.%m.%Y} – {self.until_on:%d.%m.%Y}"
