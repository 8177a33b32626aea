"""Electronic signatures of people, and the sessions in which they are given."""

import uuid
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Membership, Organisation, User
from workflow.freezing import frozen


class ElectronicSignature(models.Model):
    """One verified signature over one canonical record, with everything to check it elsewhere.

    `record` holds the bytes that were signed and `cms` the detached signature over them (DER).
    `evidence` keeps what revocation and time were judged by, so that the verdict can be given
    again when the certificate has long expired. Rows are added and never changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(_("what was signed"), max_length=40)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    record = models.BinaryField()
    record_sha256 = models.CharField(max_length=64, db_index=True)
    cms = models.BinaryField()
    cms_sha256 = models.CharField(max_length=64, unique=True)

    signer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("signed by"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("for")
    )
    role = models.CharField(_("role"), max_length=20)
    # What the certificate says of its holder, as it was read at the time.
    holder_name = models.CharField(_("holder of the certificate"), max_length=200)
    holder_iin = models.CharField(_("IIN"), max_length=12)
    holder_bin = models.CharField(_("BIN"), max_length=12, blank=True)
    certificate_sha256 = models.CharField(_("digest of the certificate"), max_length=64)
    certificate_serial = models.CharField(_("serial number of the certificate"), max_length=80)
    algorithm = models.CharField(_("algorithm"), max_length=60)
    # The signer's own word; `verified_at` is the portal's.
    signed_at = models.DateTimeField(_("signed, by the signer's clock"), null=True, blank=True)
    verified_at = models.DateTimeField(_("verified"))
    # In the order in which they were made: [{"code", "ok", "detail"}].
    checks = models.JSONField(default=list)
    # [{"kind": "crl" | "ocsp" | "tsa" | "certificate", "sha256", "der": base64, "at"}].
    evidence = models.JSONField(default=list)

    class Meta:
        verbose_name = _("electronic signature")
        verbose_name_plural = _("electronic signatures")
        ordering = ("-verified_at",)
        indexes: ClassVar = [models.Index(fields=("subject_type", "subject_id"))]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.holder_name} {self.verified_at:%d.%m.%Y %H:%M}"

    @property
    def record_bytes(self) -> bytes:
        value: Any = self.record
        return bytes(value)

    @property
    def cms_bytes(self) -> bytes:
        value: Any = self.cms
        return bytes(value)


class SigningSession(models.Model):
    """One sitting of one person: one record to sign, or many of one purpose."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(_("what is signed"), max_length=40)
    actor = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("open until"))
    # Where the person came from and goes back to.
    return_url = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("signing session")
        verbose_name_plural = _("signing sessions")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.purpose} {self.created_at:%d.%m.%Y %H:%M}"


class SigningItem(models.Model):
    """One record shown to a person for signature; what is done with it once it is signed."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for the signature")
        GIVEN = "given", _("signed, being processed")
        DONE = "done", pgettext_lazy("signing", "done")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(SigningSession, models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    label = models.CharField(_("document"), max_length=200)
    record = models.BinaryField()
    record_sha256 = models.CharField(max_length=64)
    # What the command needs besides the signature: versions seen, notes.
    arguments = models.JSONField(default=dict, blank=True)
    cms = models.BinaryField(null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    refusal_code = models.CharField(max_length=80, blank=True)
    refusal = models.TextField(_("why it was refused"), blank=True)
    result_url = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    signature = models.OneToOneField(
        ElectronicSignature, models.PROTECT, related_name="item", null=True, blank=True
    )

    class Meta:
        verbose_name = _("record to sign")
        verbose_name_plural = _("records to sign")
        ordering = ("session", "position")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("session", "position"), name="signing_item_one_per_position"
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refusal_code=""),
                name="signing_item_refused_with_a_reason",
            ),
        ]
        triggers: ClassVar = [
            frozen(
                "what_is_signed_is_frozen",
                "record", "record_sha256", "session_id", "subject_type", "subject_id", "arguments",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.label

    @property
    def record_bytes(self) -> bytes:
        value: Any = self.record
        return bytes(value)

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.GIVEN)
