"""A plan of desk control: its frame, the commitment, the draw."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from documents.models import SealedDocument
from issuance.models import Certificate
from oversight.workflows.plans import PLAN_WORKFLOW
from workflow.freezing import frozen
from workflow.tracked import Tracked


class ControlPlan(Tracked):
    """Which certificates are checked in a period: some by risk, some by a lottery that anyone
    can draw again.

    Commitment: the frame (who takes part, in which stratum, with which score), the sizes and the
    digest of a secret are fixed and logged. The seed needs the secret and the root of the first
    checkpoint after that entry: neither the Committee nor whoever runs the log could choose it.
    """

    WORKFLOW = PLAN_WORKFLOW
    SUBJECT_TYPE = "control_plan"

    class Stratum(models.TextChoices):
        CHAMBER = "chamber", _("Chamber")
        CHAPTER = "chapter", _("Product group")
        EXPERTS = "expert_organisation", _("Expert organisation")

    number = models.CharField(_("number"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # Certificates issued between these days, both included, are the frame.
    issued_from = models.DateField(_("issued from"))
    issued_until = models.DateField(_("issued until"))
    # Until when the checks of the plan are to be done.
    due_on = models.DateField(_("to be done by"))
    by_risk = models.PositiveIntegerField(_("by risk"))
    by_lottery = models.PositiveIntegerField(_("by lottery"))
    strata = ArrayField(
        models.CharField(max_length=20, choices=Stratum), verbose_name=_("strata"), default=list
    )
    risk_versions = models.CharField(max_length=64, blank=True, editable=False)

    nonce = models.BinaryField(null=True, editable=False)
    nonce_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    frame_size = models.PositiveIntegerField(default=0, editable=False)
    frame_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    committed_at = models.DateTimeField(_("committed"), null=True, blank=True, editable=False)
    committed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    # Primary key of the event that committed the plan; its leaf gives the first checkpoint after.
    committed_event = models.BigIntegerField(null=True, editable=False)

    checkpoint = models.TextField(blank=True, editable=False)
    checkpoint_size = models.PositiveBigIntegerField(null=True, editable=False)
    seed = models.CharField(max_length=64, blank=True, editable=False)
    draw_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    drawn_at = models.DateTimeField(_("drawn"), null=True, blank=True, editable=False)

    plan_document = models.OneToOneField(
        SealedDocument, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    draw_document = models.OneToOneField(
        SealedDocument, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("plan of desk control")
        verbose_name_plural = _("plans of desk control")
        ordering = ("-created_at",)
        constraints: ClassVar = [
            PLAN_WORKFLOW.constraint("plan_status_known"),
            models.CheckConstraint(
                condition=Q(issued_until__gte=F("issued_from")), name="plan_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "cancelled"))
                | (~Q(frame_sha256="") & ~Q(nonce_sha256="") & Q(committed_at__isnull=False)),
                name="plan_committed_with_its_frame",
            ),
            models.CheckConstraint(
                condition=Q(committed_by__isnull=True) | ~Q(committed_by=F("created_by")),
                name="plan_committed_by_another_person",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("drawn", "closed"))
                | (
                    ~Q(seed="")
                    & ~Q(draw_sha256="")
                    & Q(drawn_at__isnull=False, checkpoint_size__isnull=False)
                ),
                name="plan_drawn_with_its_proof",
            ),
        ]
        triggers: ClassVar = [
            *PLAN_WORKFLOW.triggers(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen("plan_is_of_its_author", "number", "created_by_id"),
            frozen(
                "commitment_is_frozen",
                "issued_from", "issued_until", "by_risk", "by_lottery", "strata", "risk_versions",
                "nonce", "nonce_sha256", "frame_size", "frame_sha256", "committed_at",
                "committed_by_id",
                when="OLD.committed_at IS NOT NULL",
            ),
            # The event comes after the commitment it tells of.
            frozen(
                "commitment_is_logged_once", "committed_event",
                when="OLD.committed_event IS NOT NULL",
            ),
            frozen(
                "draw_is_frozen", "checkpoint", "checkpoint_size", "seed", "draw_sha256",
                "drawn_at",
                when="OLD.drawn_at IS NOT NULL",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def label(self) -> str:
        return self.number


class FrameEntry(models.Model):
    """A certificate that takes part, as it stood at the commitment. Added once, never changed."""

    plan = models.ForeignKey(ControlPlan, models.PROTECT, related_name="frame")
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="+")
    number = models.CharField(_("number"), max_length=20)
    stratum = models.CharField(_("stratum"), max_length=80)
    score = models.PositiveSmallIntegerField(_("score"))
    # The strongest indicator, for the reader of the plan.
    indicator = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("certificate of a frame")
        verbose_name_plural = _("certificates of a frame")
        ordering = ("plan", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("plan", "certificate"), name="frame_entry_once"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="only_while_draft",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("plan_status", "TEXT")],
                # The lock makes an entry that comes during the commitment wait for its end.
                func="""
                    SELECT status INTO plan_status FROM oversight_controlplan
                     WHERE id = NEW.plan_id FOR SHARE;
                    IF plan_status <> 'draft' THEN
                        RAISE EXCEPTION 'the frame of a committed plan is closed';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number
