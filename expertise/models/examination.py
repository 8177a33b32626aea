"""What the auditor establishes: process, visit, laboratory, and the verdict on every line."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .goods import GoodsLine
from .requests import ExpertiseRequest, RequestDocument


class Examination(models.Model):
    """What the auditor established about the request as a whole (`Rules`, content of expertise:
    documents, identification of the goods, technological process)."""

    request = models.OneToOneField(
        ExpertiseRequest, models.PROTECT, related_name="examination", primary_key=True
    )
    began_on = models.DateField(_("expertise began"))
    place = models.CharField(_("place"), max_length=400, blank=True)
    site_visit = models.BooleanField(_("the production site was visited"), default=False)
    visited_on = models.DateField(_("date of the visit"), null=True, blank=True)
    attended = models.TextField(_("who was present"), blank=True)
    identification = models.TextField(_("identification of the goods"), blank=True)
    process = models.TextField(_("technological process"), blank=True)

    class Meta:
        verbose_name = _("examination")
        verbose_name_plural = _("examinations")

    def __str__(self) -> str:
        return str(self.request)


class ProcessStep(models.Model):
    """One operation of the production process, in its order.

    `operation` is a code of the rule pack's catalogue; a step without a line is common to all
    goods of the request.
    """

    request = models.ForeignKey(ExpertiseRequest, models.CASCADE, related_name="steps")
    line = models.ForeignKey(
        GoodsLine, models.CASCADE, related_name="steps", null=True, blank=True,
        verbose_name=_("goods line"),
    )  # fmt: skip
    number = models.PositiveSmallIntegerField(_("no."))
    operation = models.CharField(_("operation"), max_length=60)
    description = models.TextField(_("how it is done"), blank=True)
    equipment = models.CharField(_("equipment"), max_length=400, blank=True)
    evidence = models.ForeignKey(
        RequestDocument, models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("proved by"),
    )  # fmt: skip
    evidence_page = models.CharField(_("page"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("operation of the process")
        verbose_name_plural = _("operations of the process")
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("request", "number"), name="process_step_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.operation}"


class VisitAnswer(models.Model):
    """An answer to one item of the site visit's checklist (list `site_visit_item`)."""

    class Answer(models.TextChoices):
        YES = "yes", _("yes")
        NO = "no", _("no")
        NOT_APPLICABLE = "na", _("does not apply")

    examination = models.ForeignKey(Examination, models.CASCADE, related_name="visit_answers")
    item = models.CharField(_("item"), max_length=40)
    answer = models.CharField(_("answer"), max_length=3, choices=Answer.choices)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("answer of the site visit")
        verbose_name_plural = _("answers of the site visit")
        ordering = ("item",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("examination", "item"), name="visit_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.answer}"


class LabResult(models.Model):
    """A laboratory's finding, when the goods cannot be identified otherwise."""

    request = models.ForeignKey(ExpertiseRequest, models.CASCADE, related_name="lab_results")
    line = models.ForeignKey(
        GoodsLine, models.CASCADE, related_name="lab_results", null=True, blank=True,
        verbose_name=_("goods line"),
    )  # fmt: skip
    laboratory = models.CharField(_("laboratory"), max_length=400)
    protocol_number = models.CharField(_("protocol number"), max_length=60)
    dated_on = models.DateField(_("date of the protocol"))
    conclusion = models.TextField(_("what was found"))
    evidence = models.ForeignKey(
        RequestDocument, models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("protocol"),
    )  # fmt: skip
    evidence_page = models.CharField(_("page"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("laboratory result")
        verbose_name_plural = _("laboratory results")
        ordering = ("dated_on", "protocol_number")

    def __str__(self) -> str:
        return self.protocol_number


class Finding(models.Model):
    """The auditor's verdict on one goods line, with the calculation it rests on."""

    line = models.OneToOneField(GoodsLine, models.CASCADE, related_name="finding", primary_key=True)
    is_originating = models.BooleanField(_("originates in Kazakhstan"))
    criterion = models.CharField(_("criterion of origin"), max_length=5, blank=True)
    justification = models.TextField(_("justification"), blank=True)
    reason = models.CharField(_("reason of the refusal"), max_length=40, blank=True)
    # Which entry of the wholly-produced list, for criterion П.
    ground = models.CharField(_("wholly produced as"), max_length=8, blank=True)
    # The condition the auditor chose where several apply: a row of the pack, or `general`.
    row = models.CharField(_("condition applied"), max_length=60, blank=True)
    choice_reason = models.TextField(_("why this condition"), blank=True)
    # The reading of a disputed condition that the auditor followed.
    reading = models.CharField(_("reading"), max_length=40, blank=True)
    reading_reason = models.TextField(_("why this reading"), blank=True)
    # What the rules said of the line: codes and figures, with the digest of the pack.
    evaluation = models.JSONField(null=True, blank=True, editable=False)
    formula = models.CharField(max_length=20, blank=True)
    price_kzt = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    foreign_kzt = models.DecimalField(max_digits=32, decimal_places=12, null=True)
    share_percent = models.DecimalField(
        _("local content, %"), max_digits=5, decimal_places=2, null=True
    )

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(share_percent__isnull=True)
                | Q(share_percent__gte=0, share_percent__lte=100),
                name="finding_share_in_bounds",
            ),
            models.CheckConstraint(
                condition=Q(is_originating=False)
                | (Q(share_percent__isnull=False) & ~Q(criterion="")),
                name="finding_positive_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line.number}: {self.criterion or '—'}"


class FindingEvidence(models.Model):
    """The document, and the page of it, that proves a finding."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="evidence")
    document = models.ForeignKey(RequestDocument, models.PROTECT, related_name="proves_findings")
    page = models.CharField(_("page"), max_length=20, blank=True)
    note = models.CharField(_("what it proves"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("evidence of a finding")
        verbose_name_plural = _("evidence of findings")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.document} {self.page}"
