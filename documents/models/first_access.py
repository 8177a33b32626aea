"""The first person of an applicant, who proves with a signature to be of it."""

import uuid
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import BinIinField
from accounts.models import Invitation, User
from workflow.freezing import frozen


class FirstAccess(models.Model):
    """What somebody without a place says, the bytes that they sign, and how the signature fared.

    The signature and what it was judged by stay for whoever asks later why this person was let
    in as the head of the organisation.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bin = BinIinField(_("BIN / IIN"))
    iin = BinIinField(_("IIN"), only="iin")
    email = models.EmailField(_("e-mail"))
    language = models.CharField(
        _("language"), max_length=2, choices=User._meta.get_field("language").choices
    )
    record = models.BinaryField()
    record_sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("open until"))
    cms = models.BinaryField(null=True, blank=True)
    certificate_sha256 = models.CharField(max_length=64, blank=True)
    # In the order in which they were made: [{"code", "ok", "detail"}].
    checks = models.JSONField(default=list, blank=True)
    evidence = models.JSONField(default=list, blank=True)
    proved_at = models.DateTimeField(_("proved"), null=True, blank=True)
    invitation = models.OneToOneField(
        Invitation, models.PROTECT, related_name="first_access", null=True, blank=True
    )

    class Meta:
        verbose_name = _("first access")
        verbose_name_plural = _("first accesses")
        ordering = ("-created_at",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(proved_at=None, invitation=None, cms=None, certificate_sha256="")
                | (
                    Q(proved_at__isnull=False, invitation__isnull=False, cms__isnull=False)
                    & ~Q(certificate_sha256="")
                ),
                name="first_access_proved_by_a_signature",
            ),
        ]
        triggers: ClassVar = [
            frozen(
                "what_is_signed_is_frozen",
                "record", "record_sha256", "bin", "iin", "email", "created_at",
            ),
            pgtrigger.Protect(
                name="proofs_stay",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__proved_at__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.bin} {self.created_at:%d.%m.%Y %H:%M}"

    @property
    def record_bytes(self) -> bytes:
        value: Any = self.record
        return bytes(value)
