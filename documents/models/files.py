"""Stored files and sealed documents. Rows are added and never changed."""

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

# Pictures of these are made here; everything else can only be downloaded.
PDF = "application/pdf"
PICTURES = ("image/jpeg", "image/png")


class StoredFile(models.Model):
    """A file that was put in storage, under the name it came with.

    Its content is found by `sha256`; two rows may share one content.
    """

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(_("size, bytes"))
    content_type = models.CharField(_("type"), max_length=100)
    name = models.CharField(_("name"), max_length=255)
    stored_by = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stored by"),
    )
    created_at = models.DateTimeField(_("stored"), auto_now_add=True)

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        ordering = ("-created_at",)
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_seen_here(self) -> bool:
        return self.content_type == PDF or self.content_type in PICTURES


class SealedDocument(models.Model):
    """The one sealed PDF of an act or a certificate, with the record that it was made from.

    `record` holds the canonical bytes themselves: they are what was hashed and logged, so they
    are never written again from parsed values.
    """

    kind = models.CharField(_("kind"), max_length=20)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    number = models.CharField(_("number"), max_length=40)
    record = models.BinaryField()
    record_sha256 = models.CharField(max_length=64)
    template_version = models.CharField(max_length=20)
    unsigned_sha256 = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    sealed_sha256 = models.CharField(max_length=64, db_index=True)
    seal_certificate_sha256 = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(_("sealed"))

    class Meta:
        verbose_name = _("sealed document")
        verbose_name_plural = _("sealed documents")
        ordering = ("-sealed_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("kind", "subject_type", "subject_id"),
                name="sealed_document_one_per_subject",
            )
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def record_bytes(self) -> bytes:
        """The driver returns a `memoryview`; digests and comparisons need bytes."""
        value: Any = self.record
        return bytes(value)
