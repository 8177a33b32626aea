"""Mass actions: one decision over many certificates, tried dry first."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from documents.models import ElectronicSignature, SealedDocument
from issuance.models import Certificate, CertificateChange
from issuance.workflow import CERTIFICATE_WORKFLOW
from oversight.workflows.mass import MASS_WORKFLOW
from workflow.freezing import frozen
from workflow.tracked import Tracked
from workflow.transitions import Status

from .measures import Measure


class MassAction(Tracked):
    """The same change of every certificate that fits conditions: found dry, looked at in a drawn
    sample, approved by two people besides the author, carried out one certificate at a time."""

    WORKFLOW = MASS_WORKFLOW
    SUBJECT_TYPE = "mass_action"

    class Kind(models.TextChoices):
        SUSPEND = "suspend", _("Suspend")
        REVOKE = "revoke", _("Revoke")
        LIFT = "lift", _("Lift the suspension")
        SET_ASIDE = "set_aside", _("Set the revocation aside")

    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("what is done"), max_length=12, choices=Kind)
    # Conditions as data: {"auditor": id, "signed_from": day, "signed_until": day, "chamber": code}
    conditions = models.JSONField(_("conditions"), default=dict)
    reason = models.CharField(_("reason"), max_length=40)
    grounds = models.TextField(_("grounds"))
    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="mass_actions", null=True, blank=True
    )
    # The way back: this action undoes what that one did.
    undoes = models.ForeignKey(
        "self", models.PROTECT, related_name="ways_back", null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    list_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    total = models.PositiveIntegerField(default=0, editable=False)
    first_approved_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True
    )
    first_approved_at = models.DateTimeField(null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)
    stop_asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    decision_note = models.TextField(_("note of the decision"), blank=True)
    decision_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    signature = models.OneToOneField(
        ElectronicSignature, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)
    document = models.OneToOneField(
        SealedDocument, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("mass action")
        verbose_name_plural = _("mass actions")
        ordering = ("-created_at",)
        constraints: ClassVar = [
            MASS_WORKFLOW.constraint("mass_status_known"),
            models.CheckConstraint(
                condition=Q(first_approved_by__isnull=True)
                | ~Q(first_approved_by=F("proposed_by")),
                name="mass_first_approval_by_another",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | (~Q(approved_by=F("proposed_by")) & ~Q(approved_by=F("first_approved_by"))),
                name="mass_second_approval_by_a_third",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("running", "stopped", "finished"))
                | Q(first_approved_by__isnull=False, approved_by__isnull=False),
                name="mass_runs_with_two_approvals",
            ),
            models.UniqueConstraint(
                fields=("undoes",),
                condition=~Q(status__in=("rejected", "withdrawn")),
                name="mass_undone_once",
            ),
        ]
        triggers: ClassVar = [
            *MASS_WORKFLOW.triggers(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "list_is_frozen", "kind", "conditions", "reason", "list_sha256", "total",
                when="OLD.status <> 'draft'",
            ),
            frozen(
                "decision_is_frozen", "approved_by_id", "decision_sha256", "signature_id",
                when="OLD.approved_at IS NOT NULL",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def label(self) -> str:
        return self.number


class MassActionItem(models.Model):
    """One certificate of a mass action and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits")
        DONE = "done", _("Done")
        SKIPPED = "skipped", _("Left as it was")

    action = models.ForeignKey(MassAction, models.PROTECT, related_name="items")
    ordinal = models.PositiveIntegerField()
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="+")
    number = models.CharField(max_length=20)
    status_before = models.CharField(max_length=20)
    in_sample = models.BooleanField(default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    change = models.OneToOneField(
        CertificateChange, models.PROTECT, related_name="+", null=True, blank=True
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("certificate of a mass action")
        verbose_name_plural = _("certificates of a mass action")
        ordering = ("action", "ordinal")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("action", "certificate"), name="mass_item_once"),
            models.UniqueConstraint(fields=("action", "ordinal"), name="mass_item_in_order"),
        ]
        indexes: ClassVar = [models.Index(fields=("action", "state", "ordinal"))]

    def __str__(self) -> str:
        return self.number

    @property
    def status_info_before(self) -> Status:
        """As the certificate stood when the list was made."""
        return CERTIFICATE_WORKFLOW.statuses[self.status_before]
