"""Versions of the rules of origin, disputed conditions with their readings, and impact runs.

What a rule means is in the pure modules of this room; these rows keep which text held when,
who wrote it and who approved it.
"""

import json
import uuid
from datetime import date
from typing import Any, ClassVar, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

import audit
from accounts.models import User, in_language
from reference.models import Scheme
from workflow.freezing import frozen
from workflow.tracked import Tracked

from .workflow import PACK_WORKFLOW, RULING_WORKFLOW


class RulePackQuerySet(models.QuerySet["RulePack"]):
    def approved(self, *, scheme: str) -> Self:
        return self.filter(scheme=scheme, status="approved")

    def in_force(self, *, on: date, scheme: str) -> "RulePack | None":
        """The approved version with the latest first day that is not after `on`."""
        found = self.approved(scheme=scheme).filter(valid_from__lte=on)
        return found.order_by("-valid_from").first()


class RulePack(Tracked):
    """One version of the rules: the whole text as canonical bytes, in force from a day.

    A version is in force until the first day of the next approved one. Nothing of it changes
    once it left the desk of its author.
    """

    WORKFLOW = PACK_WORKFLOW
    SUBJECT_TYPE = "rule_pack"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="rule_packs")
    code = models.CharField(_("code"), max_length=60)
    version_number = models.PositiveIntegerField(_("version"))
    title_kk = models.CharField(_("title in Kazakh"), max_length=300)
    title_ru = models.CharField(_("title in Russian"), max_length=300)
    title_en = models.CharField(_("title in English"), max_length=300)
    base = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="successors",
        null=True,
        blank=True,
        verbose_name=_("made from"),
    )
    note = models.TextField(_("what changes and why"), blank=True)
    # RFC 8785 bytes of `origin.packs.pack_data`; everything else is read from them.
    body = models.BinaryField(editable=False)
    body_sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    is_shipped = models.BooleanField(_("came with the portal"), default=False, editable=False)
    valid_from = models.DateField(_("in force from"), null=True, blank=True)

    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(_("last changed"), null=True, editable=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    # Everyone who changed the text; none of them may approve it.
    editor_ids = ArrayField(models.UUIDField(), default=list, editable=False)
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RulePackQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of the rules")
        verbose_name_plural = _("versions of the rules")
        ordering = ("-version_number",)
        constraints: ClassVar = [
            PACK_WORKFLOW.constraint("rule_pack_status_known"),
            models.UniqueConstraint(fields=("scheme", "code"), name="rule_pack_code"),
            models.UniqueConstraint(fields=("scheme", "version_number"), name="rule_pack_version"),
            models.UniqueConstraint(
                fields=("scheme", "valid_from"),
                condition=Q(status="approved"),
                name="rule_pack_one_a_day",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | (
                    (Q(author__isnull=True) | ~Q(approved_by=F("author")))
                    & (Q(checked_by__isnull=True) | ~Q(approved_by=F("checked_by")))
                ),
                name="rule_pack_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved")
                | (
                    Q(valid_from__isnull=False, approved_at__isnull=False)
                    & (Q(is_shipped=True) | Q(approved_by__isnull=False, checked_by__isnull=False))
                ),
                name="rule_pack_approved_completely",
            ),
        ]
        triggers: ClassVar = [
            *PACK_WORKFLOW.triggers(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="approved_by_no_editor",
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition('NEW."approved_by_id" = ANY(NEW."editor_ids")'),
            ),
            frozen("origin_is_frozen", "is_shipped", "scheme_id", "author_id", "version_number"),
            frozen(
                "body_is_frozen",
                "body", "body_sha256", "code", "title_kk", "title_ru", "title_en", "note",
                "base_id", "editor_ids", "edited_at",
                when="OLD.\"status\" <> 'draft'",
            ),
            frozen(
                "approval_is_frozen",
                "valid_from", "checked_by_id", "checked_at", "approved_by_id", "approved_at",
                when="OLD.\"status\" IN ('approved', 'discarded')",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        return in_language(self, "title")

    def subject_ref(self) -> audit.SubjectRef:
        return audit.SubjectRef(type=self.SUBJECT_TYPE, id=str(self.pk), label=self.code)

    def data(self) -> dict[str, Any]:
        """The text of the version as `origin.packs.pack_from_data` takes it."""
        return json.loads(bytes(self.body))


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def open(self, *, on: date) -> Self:
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on), valid_from__lte=on)


class Dispute(models.Model):
    """A condition that can be read in more than one way.

    It counts from the day after it was recorded until the day on which it was closed, so that
    the book of rules of a day is the same whenever one asks for it.
    """

    SUBJECT_TYPE = "dispute"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="disputes")
    row_id = models.CharField(_("row of the rules"), max_length=60)
    question_kk = models.TextField(_("question in Kazakh"))
    question_ru = models.TextField(_("question in Russian"))
    question_en = models.TextField(_("question in English"))
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    valid_from = models.DateField(_("counts from"))
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    closed_reason = models.TextField(_("why it was closed"), blank=True)
    valid_until = models.DateField(_("counted until"), null=True, blank=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("disputed condition")
        verbose_name_plural = _("disputed conditions")
        ordering = ("row_id", "-valid_from")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("scheme", "row_id"),
                condition=Q(valid_until__isnull=True),
                name="dispute_one_open_per_row",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "question_is_frozen",
                "scheme_id", "row_id", "question_kk", "question_ru", "question_en",
                "opened_by_id", "opened_at", "valid_from",
            ),
            frozen(
                "closing_is_frozen",
                "closed_by_id", "closed_reason", "valid_until",
                when='OLD."valid_until" IS NOT NULL',
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.row_id

    @property
    def question(self) -> str:
        return in_language(self, "question")

    def subject_ref(self) -> audit.SubjectRef:
        return audit.SubjectRef(type=self.SUBJECT_TYPE, id=str(self.pk), label=self.row_id)


class DisputeReading(models.Model):
    """One way to read the condition, as words and as a condition that can be evaluated."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="readings")
    code = models.CharField(_("code"), max_length=20)
    words_kk = models.TextField(_("reading in Kazakh"))
    words_ru = models.TextField(_("reading in Russian"))
    words_en = models.TextField(_("reading in English"))
    # As `origin.packs.condition_data` gives it.
    condition = models.JSONField(_("condition"))
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    valid_from = models.DateField(_("counts from"))

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ("code",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("dispute", "code"), name="reading_code"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.dispute.row_id} {self.code}"

    @property
    def words(self) -> str:
        return in_language(self, "words")


class RulingQuerySet(models.QuerySet["Ruling"]):
    def holding(self, *, on: date) -> Self:
        """Approved rulings that have begun; of one dispute the latest first."""
        return self.filter(status="approved", holds_from__lte=on).order_by("-holds_from")


class Ruling(Tracked):
    """Which reading holds, from which day: one person proposes, another approves."""

    WORKFLOW = RULING_WORKFLOW
    SUBJECT_TYPE = "ruling"

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="rulings")
    reading = models.ForeignKey(DisputeReading, models.PROTECT, related_name="rulings")
    holds_from = models.DateField(_("holds from"))
    reason = models.TextField(_("reason"))
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RulingQuerySet.as_manager()

    class Meta:
        verbose_name = _("ruling")
        verbose_name_plural = _("rulings")
        ordering = ("-proposed_at",)
        constraints: ClassVar = [
            RULING_WORKFLOW.constraint("ruling_status_known"),
            models.UniqueConstraint(
                fields=("dispute",),
                condition=Q(status="proposed"),
                name="ruling_one_proposed",
            ),
            models.UniqueConstraint(
                fields=("dispute", "holds_from"),
                condition=Q(status="approved"),
                name="ruling_one_a_day",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="ruling_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved")
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="ruling_approved_completely",
            ),
        ]
        triggers: ClassVar = [
            *RULING_WORKFLOW.triggers(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "content_is_frozen",
                "dispute_id", "reading_id", "reason", "proposed_by_id", "proposed_at",
            ),
            frozen(
                "approval_is_frozen",
                "holds_from", "approved_by_id", "approved_at",
                when="OLD.\"status\" <> 'proposed'",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.reading} {self.holds_from:%d.%m.%Y}"

    @property
    def label(self) -> str:
        return str(self.reading)

    def subject_ref(self) -> audit.SubjectRef:
        return audit.SubjectRef(type=self.SUBJECT_TYPE, id=str(self.pk), label=self.label)


class Precedent(models.Model):
    """A case that was decided by one of the readings."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="precedents")
    reading = models.ForeignKey(DisputeReading, models.PROTECT, related_name="precedents")
    text = models.TextField(_("what was decided"))
    act_number = models.CharField(_("number of the act"), max_length=40, blank=True)
    source = models.CharField(_("source"), max_length=400, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("precedent")
        verbose_name_plural = _("precedents")
        ordering = ("added_at",)
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class ImpactRun(models.Model):
    """What a proposed version or ruling would change in the acts in force.

    A worker goes through the acts in batches; `cursor` is the last act it finished, so that a
    run that was stopped goes on from there and counts nothing twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rule_pack = models.ForeignKey(
        RulePack, models.PROTECT, related_name="impact_runs", null=True, blank=True
    )
    ruling = models.ForeignKey(
        Ruling, models.PROTECT, related_name="impact_runs", null=True, blank=True
    )
    # What exactly was measured: the text of the version, or the pack and the reading.
    body_sha256 = models.CharField(max_length=64, editable=False)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)
    failed_reason = models.TextField(blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    # Lines of acts from before the rules were data: they carry nothing to evaluate again.
    lines_without_inputs = models.PositiveIntegerField(default=0)
    cursor = models.UUIDField(null=True, editable=False)

    class Meta:
        verbose_name = _("impact run")
        verbose_name_plural = _("impact runs")
        ordering = ("-requested_at",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(rule_pack__isnull=False, ruling__isnull=True)
                | Q(rule_pack__isnull=True, ruling__isnull=False),
                name="impact_run_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=("body_sha256",),
                condition=Q(finished_at__isnull=True, failed_reason=""),
                name="impact_run_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_sha256[:12]} {self.done}/{self.total}"

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def proposal(self) -> RulePack | Ruling:
        """What is measured; a constraint holds that it is one of the two."""
        found = self.rule_pack or self.ruling
        assert found is not None  # noqa: S101
        return found


class ImpactChange(models.Model):
    """One goods line of an act whose verdict or row would become another."""

    run = models.ForeignKey(ImpactRun, models.PROTECT, related_name="changes")
    act_number = models.CharField(max_length=40)
    act_id = models.UUIDField()
    line_number = models.PositiveIntegerField()
    goods = models.TextField()
    hs_code = models.CharField(max_length=10)
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    row_before = models.CharField(max_length=60, blank=True)
    row_after = models.CharField(max_length=60, blank=True)
    # Codes and figures of the new reasons; each reader gets them in words of one's own language.
    reasons = models.JSONField(default=list)

    class Meta:
        verbose_name = _("change of a line")
        verbose_name_plural = _("changes of lines")
        ordering = ("act_number", "line_number")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("run", "act_id", "line_number"), name="impact_change_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act_number}/{self.line_number}: {self.before} → {self.after}"
