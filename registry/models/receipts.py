"""Receipts of verifications, for the purchase file."""

import uuid
from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models import SealedDocument
from issuance.models import Certificate
from workflow.freezing import frozen

from .watching import new_code


class Receipt(models.Model):
    """What was asked and what the portal answered, signed; nobody is named in it.

    `record` is there and signed at once; the sealed PDF follows.
    """

    SUBJECT_TYPE = "receipt"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True)
    code = models.CharField(max_length=32, unique=True, default=new_code, editable=False)
    # Empty when the portal issued no such certificate: then that is the answer.
    certificate = models.ForeignKey(
        Certificate, models.PROTECT, related_name="receipts", null=True, blank=True
    )
    made_at = models.DateTimeField(_("made"))
    record = models.BinaryField(editable=False)
    record_sha256 = models.CharField(max_length=64, db_index=True, editable=False)
    # CMS over `record`, detached, by the portal's seal key.
    signature = models.BinaryField(editable=False)
    document = models.OneToOneField(
        SealedDocument, models.PROTECT, related_name="+", null=True, editable=False
    )
    failure = models.CharField(_("why the PDF could not be made"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("receipt of a verification")
        verbose_name_plural = _("receipts of verifications")
        ordering = ("-made_at",)
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "receipt_is_frozen", "number", "code", "certificate_id", "made_at", "record",
                "record_sha256", "signature",
            ),
            frozen("document_is_frozen", "document_id", when="OLD.document_id IS NOT NULL"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number
