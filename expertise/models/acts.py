"""The act of expertise, and what makes one act recognisable among others."""

from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from auditors.models import Attestation
from documents.models import ElectronicSignature, SealedDocument
from expertise.workflow import ACT_WORKFLOW
from workflow.freezing import frozen
from workflow.tracked import Tracked

from .requests import ExpertiseRequest, RequestDocument


class ActQuerySet(models.QuerySet["Act"]):
    def visible_to(self, actor: Membership | None) -> Self:
        """An act is seen by whoever sees its request."""
        return self.filter(request__in=ExpertiseRequest.objects.visible_to(actor))


class Act(Tracked):
    """The act of expertise: a frozen canonical record, signed by the auditor.

    `record` holds the RFC 8785 bytes; the PDF is made from them and from nothing else.
    """

    WORKFLOW = ACT_WORKFLOW
    SUBJECT_TYPE = "act"

    request = models.OneToOneField(ExpertiseRequest, models.PROTECT, related_name="act")
    number = models.CharField(_("number"), max_length=40, unique=True)
    is_positive = models.BooleanField(_("at least one line originates in Kazakhstan"))
    attestation = models.ForeignKey(Attestation, models.PROTECT, related_name="acts")
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="signed_acts")
    signed_at = models.DateTimeField(_("signed"))
    valid_until = models.DateField(_("valid until"))
    record = models.BinaryField(editable=False)
    record_sha256 = models.CharField(max_length=64, editable=False)
    signature = models.OneToOneField(
        ElectronicSignature,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("signature of the auditor"),
    )
    document = models.OneToOneField(
        SealedDocument, models.PROTECT, related_name="act", null=True, blank=True
    )

    superseded_by = models.OneToOneField(
        "self", models.PROTECT, related_name="supersedes", null=True, blank=True, editable=False
    )
    annulment_reason = models.CharField(_("reason"), max_length=40, blank=True)
    annulment_note = models.TextField(_("explanation"), blank=True)
    # The decision that set an annulment aside: without one an annulled act stays annulled.
    reinstatement_basis = models.CharField(
        _("decision that set the annulment aside"), max_length=200, blank=True, editable=False
    )

    objects = ActQuerySet.as_manager()

    class Meta:
        verbose_name = _("act of expertise")
        verbose_name_plural = _("acts of expertise")
        ordering = ("-signed_at",)
        constraints: ClassVar = [ACT_WORKFLOW.constraint("act_status_known")]
        triggers: ClassVar = [
            *ACT_WORKFLOW.triggers(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "record_is_frozen",
                "record", "record_sha256", "number", "is_positive", "signed_by_id", "signed_at",
                "valid_until", "request_id", "attestation_id", "signature_id",
            ),
            pgtrigger.Protect(
                name="reinstated_by_a_decision",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.status = 'annulled' AND NEW.status = 'signed' "
                    "AND NEW.reinstatement_basis = OLD.reinstatement_basis"
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def label(self) -> str:
        return self.number


class Fingerprint(models.Model):
    """Sixty-four bits that stay nearly the same when a text or a photograph is nearly the same.

    Two fingerprints of one kind that differ in few bits point at a repeated act.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        PHOTO = "photo", _("photograph")

    request = models.ForeignKey(ExpertiseRequest, models.CASCADE, related_name="fingerprints")
    document = models.ForeignKey(
        RequestDocument, models.CASCADE, related_name="+", null=True, blank=True
    )
    kind = models.CharField(max_length=5, choices=Kind.choices)
    # Signed, as the database keeps its integers.
    bits = models.BigIntegerField()

    class Meta:
        verbose_name = _("fingerprint")
        verbose_name_plural = _("fingerprints")
        indexes: ClassVar = [models.Index(fields=("kind", "bits"))]

    def __str__(self) -> str:
        return f"{self.kind} {self.bits & 0xFFFFFFFFFFFFFFFF:016x}"
