"""Risk: what the indicators said, with which versions, and how often they were right."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from expertise.models import Act
from issuance.models import Application, Certificate

SUBJECTS = ("act", "application", "certificate")


class RiskScore(models.Model):
    """The score of one act, application or certificate as last computed.

    `points` is the sum of the hits, at most a hundred; a certificate carries the hits of its act
    and its application too. `versions` digests the weights and thresholds used, `facts_sha256` the
    facts that were looked at: while both are the same, nothing needs computing again.
    """

    subject_type = models.CharField(max_length=12)
    subject_id = models.UUIDField()
    case_id = models.UUIDField(db_index=True)
    act = models.ForeignKey(Act, models.CASCADE, related_name="+", null=True, blank=True)
    application = models.ForeignKey(
        Application, models.CASCADE, related_name="+", null=True, blank=True
    )
    certificate = models.ForeignKey(
        Certificate, models.CASCADE, related_name="+", null=True, blank=True
    )
    number = models.CharField(_("number"), max_length=40)
    points = models.PositiveSmallIntegerField(_("score"))
    versions = models.CharField(max_length=64)
    facts_sha256 = models.CharField(max_length=64)
    computed_at = models.DateTimeField(_("computed"))

    class Meta:
        verbose_name = _("risk score")
        verbose_name_plural = _("risk scores")
        ordering = ("-points", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("subject_type", "subject_id"), name="risk_score_once"),
            models.CheckConstraint(condition=Q(points__lte=100), name="risk_score_within_hundred"),
            models.CheckConstraint(
                condition=Q(subject_type="act", act__isnull=False)
                | Q(subject_type="application", application__isnull=False)
                | Q(subject_type="certificate", certificate__isnull=False),
                name="risk_score_names_its_subject",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=("subject_type", "-points"))]

    def __str__(self) -> str:
        return f"{self.number}: {self.points}"


class RiskHit(models.Model):
    """One indicator that spoke: how strongly, for how many points, on which facts.

    `facts` are figures, numbers and codes; the words are made from them in the reader's language.
    """

    score = models.ForeignKey(RiskScore, models.CASCADE, related_name="hits")
    indicator = models.CharField(_("indicator"), max_length=40, db_index=True)
    strength = models.DecimalField(_("strength"), max_digits=4, decimal_places=3)
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2)
    facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("risk indicator that spoke")
        verbose_name_plural = _("risk indicators that spoke")
        ordering = ("-points", "indicator")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("score", "indicator"), name="risk_hit_once"),
            models.CheckConstraint(
                condition=Q(strength__gt=0, strength__lte=1), name="risk_hit_strength_is_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.points}"


class LimitGap(models.Model):
    """How far one limit of the rules was from being reached on one line of an act.

    Taken from the evaluation that the act was signed on, once and for good: a projection to count
    shares around a limit without reading every evaluation. `gap` is below zero where the limit is
    not kept.
    """

    act = models.ForeignKey(Act, models.CASCADE, related_name="limit_gaps")
    line = models.PositiveSmallIntegerField(_("line"))
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind of limit"), max_length=40)
    limit = models.DecimalField(_("limit, %"), max_digits=18, decimal_places=10)
    percent = models.DecimalField(_("share, %"), max_digits=24, decimal_places=10)
    gap = models.DecimalField(_("points within the limit"), max_digits=24, decimal_places=10)
    auditor = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(_("signed"))
    # The first two digits of the HS code.
    product_group = models.CharField(_("product group"), max_length=2)

    class Meta:
        verbose_name = _("distance to a limit")
        verbose_name_plural = _("distances to limits")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("act", "line", "place"), name="limit_gap_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=("auditor", "signed_at"), name="limit_gap_auditor"),
            models.Index(fields=("kind", "limit", "signed_at"), name="limit_gap_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.act_id} {self.line}: {self.gap}"


class IndicatorOutcome(models.Model):
    """What an inspector found of one indicator in one desk check: right, or a false alarm."""

    check_of = models.ForeignKey(
        "oversight.DeskCheck", models.PROTECT, related_name="indicator_outcomes"
    )
    indicator = models.CharField(_("indicator"), max_length=40, db_index=True)
    facts = models.JSONField(default=dict)
    was_right = models.BooleanField(_("was right"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("outcome of an indicator")
        verbose_name_plural = _("outcomes of indicators")
        ordering = ("-decided_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("check_of", "indicator"), name="indicator_judged_once_in_a_check"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.was_right}"
