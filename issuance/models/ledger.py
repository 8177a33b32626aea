"""The quantity ledger: what contracts and invoices drew from a batch certificate."""

import uuid
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import BinIinField
from accounts.models import Organisation

from .certificates import Certificate


class DrawDocument(models.TextChoices):
    CONTRACT = "contract", _("contract")
    INVOICE = "invoice", _("invoice")
    E_INVOICE = "e_invoice", _("electronic invoice")
    WAYBILL = "waybill", _("waybill")


class Draw(models.Model):
    """What a draw, taken or refused, is about."""

    line = models.PositiveIntegerField(_("line of the certificate"))
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=6)
    document = models.CharField(_("document"), max_length=12, choices=DrawDocument.choices)
    document_number = models.CharField(_("number of the document"), max_length=100)
    document_on = models.DateField(_("date of the document"))
    buyer_bin = BinIinField(_("BIN / IIN of the buyer"), blank=True)
    drawn_at = models.DateTimeField(default=timezone.now)
    drawn_for = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("entered for"),
    )  # fmt: skip
    # Who entered it, as the log names people and programs.
    drawn_by = models.CharField(_("entered by"), max_length=80)

    class Meta:
        abstract = True


class QuantityDraw(Draw):
    """Rows are added and never changed; a mistaken one is given back by a row that reverses it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="draws")
    # A request sent twice draws once: chosen by the caller, unique for each caller.
    request_key = models.CharField(max_length=100)
    reverses = models.OneToOneField(
        "self", models.PROTECT, related_name="reversed_by", null=True, blank=True
    )
    reversal_note = models.CharField(_("why it is given back"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("drawn quantity")
        verbose_name_plural = _("drawn quantities")
        ordering = ("certificate", "line", "drawn_at")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("drawn_by", "request_key"), name="draw_once_per_request"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, reverses__isnull=True)
                | Q(quantity__lt=0, reverses__isnull=False),
                name="draw_is_positive_or_reverses",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=("certificate", "line"))]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.document_number}: {self.quantity}"


class OverUse(Draw):
    """A draw that was refused because nothing of that quantity is left; told to the Committee."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="over_uses")
    # A request that is refused and sent again is one attempt.
    request_key = models.CharField(max_length=100)
    left = models.DecimalField(_("left"), max_digits=18, decimal_places=6)

    class Meta:
        verbose_name = _("refused over-use")
        verbose_name_plural = _("refused over-uses")
        ordering = ("-drawn_at",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gt=F("left")), name="over_use_is_more_than_left"
            ),
            models.UniqueConstraint(
                fields=("drawn_by", "request_key"), name="over_use_once_per_request"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.document_number}: {self.quantity} > {self.left}"
