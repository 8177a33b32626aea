"""Files and sealed documents: what was stored and sealed stays as it was."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """Bytes kept under their own digest; the same bytes are one file."""

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(_("size, bytes"))
    content_type = models.CharField(max_length=120)
    name = models.CharField(_("file name"), max_length=255)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.name


class SealedDocument(models.Model):
    """An act or a certificate: its frozen record, the PDF made from it and the seal on it."""

    kind = models.CharField(max_length=20)
    subject_type = models.CharField(max_length=20)
    subject_id = models.CharField(max_length=40)
    number = models.CharField(_("number"), max_length=40)
    record = models.BinaryField(editable=False)
    record_sha256 = models.CharField(max_length=64)
    template_version = models.CharField(max_length=20)
    unsigned_sha256 = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    sealed_sha256 = models.CharField(max_length=64, unique=True)
    seal_certificate_sha256 = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(_("sealed"))

    class Meta:
        verbose_name = _("sealed document")
        verbose_name_plural = _("sealed documents")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("kind", "subject_type", "subject_id"), name="sealed_document_one_per_subject"
            )
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.number
