"""What the request is about: goods lines and the materials of one unit of each."""

import uuid
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reference.fields import HsCodeField, KpVedField
from reference.models import Unit

from .requests import ExpertiseRequest


class GoodsLine(models.Model):
    """One kind of goods; its number stays the line's number on the act and the certificate."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(ExpertiseRequest, models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField(_("line"))
    name = models.TextField(_("name, model, standard"), max_length=1000)
    hs_code = HsCodeField(_("HS code"))
    kp_ved = KpVedField(_("KP VED code"), blank=True)
    quantity = models.DecimalField(
        _("quantity"), max_digits=18, decimal_places=6, validators=[MinValueValidator(0)]
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    # EXW price of one unit without VAT: the denominator of the local-content share.
    price_kzt = models.DecimalField(
        _("price of one unit, EXW, without VAT, ₸"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
    )
    # Production cost of one unit without VAT and profit, for schemes that count from the cost.
    cost_kzt = models.DecimalField(
        _("production cost of one unit, without VAT and profit, ₸"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
    )
    claimed_criterion = models.CharField(_("claimed criterion"), max_length=5, blank=True)
    claimed_percent = models.DecimalField(
        _("claimed local content, %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta:
        verbose_name = _("goods line")
        verbose_name_plural = _("goods lines")
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("request", "number"), name="goods_line_number"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="goods_quantity_positive"),
            models.CheckConstraint(
                condition=Q(claimed_percent__isnull=True)
                | Q(claimed_percent__gte=0, claimed_percent__lte=100),
                name="goods_claimed_percent_in_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name[:80]}"


class OriginDocument(models.TextChoices):
    NONE = "", _("none")
    CUSTOMS = "customs", _("customs declaration")
    CT_1 = "ct_1", _("CT-1 certificate")
    CT_KZ = "ct_kz", _("CT-KZ certificate")
    KZ_ORIGIN = "kz_origin", _("other document of Kazakhstani origin")


class Material(models.Model):
    """A raw material or component in one unit of the goods."""

    line = models.ForeignKey(GoodsLine, models.CASCADE, related_name="materials")
    number = models.PositiveSmallIntegerField(_("no."))
    name = models.CharField(_("material"), max_length=400)
    hs_code = models.CharField(_("HS code"), max_length=10, blank=True)
    country = models.CharField(_("country of origin"), max_length=2, blank=True)
    supplier = models.CharField(_("supplier"), max_length=400, blank=True)
    origin_document = models.CharField(
        _("document of origin"), max_length=10, choices=OriginDocument.choices, blank=True
    )
    document = models.CharField(_("document number and date"), max_length=200, blank=True)
    local_percent = models.DecimalField(
        _("local content of the material, %"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    # Per one unit of the goods, without VAT. For a foreign currency it is the exact product of
    # amount and rate: the share is rounded once, at the end.
    value_kzt = models.DecimalField(_("value, ₸"), max_digits=28, decimal_places=10)
    currency = models.CharField(_("currency"), max_length=3, default="KZT")
    amount = models.DecimalField(
        _("amount in the currency"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    # Tenge for one unit of the currency, on which day and whose figure it is.
    rate = models.DecimalField(
        _("exchange rate"), max_digits=16, decimal_places=6, null=True, blank=True
    )
    rate_on = models.DateField(_("rate of"), null=True, blank=True)
    rate_source = models.CharField(_("source of the rate"), max_length=200, blank=True)
    # The paper of the case that proves value and origin, and the page of it.
    evidence = models.ForeignKey(
        "expertise.RequestDocument",
        models.SET_NULL,
        related_name="proves_materials",
        null=True,
        blank=True,
        verbose_name=_("proved by"),
    )
    evidence_page = models.CharField(_("page"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("line", "number"), name="material_number"),
            models.CheckConstraint(condition=Q(value_kzt__gte=0), name="material_not_negative"),
            models.CheckConstraint(
                condition=Q(currency="KZT", amount__isnull=True, rate__isnull=True)
                | Q(rate_on__isnull=False, value_kzt=F("amount") * F("rate")),
                name="material_value_is_amount_by_rate",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_local(self) -> bool:
        """A material is local only with a document of Kazakhstani origin; unknown is foreign."""
        return self.country == "KZ" and self.origin_document in (
            OriginDocument.CT_KZ,
            OriginDocument.KZ_ORIGIN,
        )
