"""What happens to a certificate after issue: prepared by one person, decided by another."""

from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from documents.models import ElectronicSignature, SealedDocument, StoredFile
from issuance.workflow import CHANGE_WORKFLOW
from workflow.freezing import frozen
from workflow.tracked import Tracked

from .certificates import Certificate
from .desk import Mandate


class ChangeQuerySet(models.QuerySet["CertificateChange"]):
    def visible_to(self, actor: Membership | None) -> Self:
        """Seen by whoever sees the certificate."""
        return self.filter(certificate__in=Certificate.objects.visible_to(actor))


class CertificateChange(Tracked):
    """A suspension, its lifting, a revocation or a duplicate: proposed, then decided.

    Proposer and decider are two people, to SQL too. A change that was decided is never undone
    by editing: a suspension is lifted, a revocation set aside, by another change.
    """

    class Kind(models.TextChoices):
        SUSPEND = "suspend", _("Suspension")
        LIFT = "lift", _("Lifting of a suspension")
        REVOKE = "revoke", _("Revocation")
        SET_ASIDE = "set_aside", _("Setting aside of a revocation")
        DUPLICATE = "duplicate", _("Duplicate")

    WORKFLOW = CHANGE_WORKFLOW
    SUBJECT_TYPE = "certificate_change"

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="changes")
    kind = models.CharField(_("what"), max_length=12, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=40)
    grounds = models.TextField(_("grounds"))
    file = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("document"),
    )  # fmt: skip
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_role = models.CharField(max_length=20)
    proposed_at = models.DateTimeField(_("proposed"))
    # One form sent twice is one proposal.
    form_token = models.UUIDField(unique=True)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_note = models.TextField(_("note of the decision"), blank=True)
    mandate = models.ForeignKey(
        Mandate, models.PROTECT, related_name="changes", null=True, blank=True
    )
    # Until when the applicant may appeal, as the letter says.
    appeal_until = models.DateField(_("may be appealed until"), null=True, blank=True)
    signature = models.OneToOneField(
        ElectronicSignature, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    # Given with the decision; a rejection and a duplicate have no order.
    order_number = models.CharField(_("number of the order"), max_length=40, blank=True)
    # The decision on paper, where the kind has one.
    document = models.OneToOneField(
        SealedDocument, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a certificate")
        verbose_name_plural = _("changes of certificates")
        ordering = ("-proposed_at",)
        constraints: ClassVar = [
            CHANGE_WORKFLOW.constraint("certificate_change_status_known"),
            models.UniqueConstraint(
                fields=("certificate",),
                condition=Q(status="proposed"),
                name="certificate_change_one_open",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="certificate_change_decider_is_apart",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("in_force", "rejected"))
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="certificate_change_decision_has_a_person",
            ),
        ]
        triggers: ClassVar = [
            *CHANGE_WORKFLOW.triggers(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "proposal_is_frozen",
                "certificate_id", "kind", "reason", "grounds", "proposed_by_id", "proposed_at",
            ),
            frozen(
                "decision_is_frozen",
                "decided_by_id", "decided_at", "decision_note", "mandate_id", "signature_id",
                "order_number",
                when="OLD.status <> 'proposed'",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.certificate}"

    @property
    def label(self) -> str:
        return str(self)
