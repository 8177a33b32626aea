"""An applicant's own catalogue: products with their usual bills, materials, suppliers.

A request copies from it and keeps no tie: a changed catalogue never changes a request.
"""

import uuid
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import BinIinField
from accounts.models import Membership, Organisation, Role, in_language
from reference.fields import HsCodeField, KpVedField
from reference.models import Unit

from .goods import OriginDocument


class OwnedQuerySet(models.QuerySet["CatalogueEntry"]):
    def visible_to(self, actor: Membership | None) -> Self:
        """An applicant's people see the catalogue of the organisation they act for."""
        if actor is None or actor.role != Role.APPLICANT:
            return self.none()
        return self.filter(organisation=actor.organisation_id)

    def in_use(self) -> Self:
        return self.filter(retired_at__isnull=True)


class CatalogueEntry(models.Model):
    """What all entries have: an owner, and a day of retirement in place of deletion."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(auto_now=True, editable=False)
    used_at = models.DateTimeField(null=True, blank=True, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        abstract = True


class CatalogueSupplier(CatalogueEntry):
    """Who sells materials: known by BIN or IIN, or by the number of another country."""

    name = models.CharField(_("name"), max_length=400)
    bin = BinIinField(_("BIN / IIN"), blank=True)
    foreign_id = models.CharField(_("tax number abroad"), max_length=40, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("organisation", "name", "bin", "foreign_id"),
                name="catalogue_supplier_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CatalogueMaterial(CatalogueEntry):
    """A raw material or component as it is usually bought, with the paper of its origin."""

    name_ru = models.CharField(_("name in Russian"), max_length=400)
    name_kk = models.CharField(_("name in Kazakh"), max_length=400, blank=True)
    name_en = models.CharField(_("name in English"), max_length=400, blank=True)
    hs_code = models.CharField(_("HS code"), max_length=10, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("unit")
    )
    country = models.CharField(_("country of origin"), max_length=2, blank=True)
    supplier = models.ForeignKey(
        CatalogueSupplier,
        models.PROTECT,
        related_name="materials",
        null=True,
        blank=True,
        verbose_name=_("supplier"),
    )
    origin_document = models.CharField(
        _("document of origin"), max_length=10, choices=OriginDocument.choices, blank=True
    )
    document = models.CharField(_("document number and date"), max_length=200, blank=True)
    local_percent = models.DecimalField(
        _("local content of the material, %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ("name_ru",)
        constraints: ClassVar = [
            # One material of two suppliers, or with two origins, is two entries.
            models.UniqueConstraint(
                fields=("organisation", "name_ru", "hs_code", "country", "supplier"),
                nulls_distinct=False,
                name="catalogue_material_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self, "name") or self.name_ru


class CatalogueProduct(CatalogueEntry):
    """What the organisation makes or sells, as it stands in a goods line."""

    name_ru = models.TextField(_("name in Russian"), max_length=1000)
    name_kk = models.TextField(_("name in Kazakh"), max_length=1000, blank=True)
    name_en = models.TextField(_("name in English"), max_length=1000, blank=True)
    hs_code = HsCodeField(_("HS code"))
    kp_ved = KpVedField(_("KP VED code"), blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    standard = models.CharField(_("standard or specification"), max_length=200, blank=True)
    price_kzt = models.DecimalField(
        _("usual price of one unit, ₸"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    operations = models.TextField(_("how it is usually made"), blank=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ("name_ru",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("organisation", "name_ru", "hs_code"), name="catalogue_product_once"
            ),
            models.CheckConstraint(
                condition=Q(price_kzt__isnull=True) | Q(price_kzt__gt=0),
                name="catalogue_price_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self, "name") or self.name_ru


class CatalogueBillRow(models.Model):
    """One material in one unit of a product, with the value it had when it was last used."""

    product = models.ForeignKey(CatalogueProduct, models.CASCADE, related_name="bill")
    number = models.PositiveSmallIntegerField(_("no."))
    material = models.ForeignKey(
        CatalogueMaterial, models.PROTECT, related_name="+", verbose_name=_("material")
    )
    value_kzt = models.DecimalField(_("value, ₸"), max_digits=28, decimal_places=10)
    currency = models.CharField(_("currency"), max_length=3, default="KZT")
    amount = models.DecimalField(
        _("amount in the currency"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    rate = models.DecimalField(
        _("exchange rate"), max_digits=16, decimal_places=6, null=True, blank=True
    )
    rate_on = models.DateField(_("rate of"), null=True, blank=True)
    rate_source = models.CharField(_("source of the rate"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("row of a usual bill")
        verbose_name_plural = _("rows of usual bills")
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("product", "number"), name="catalogue_bill_number"),
            models.CheckConstraint(
                condition=Q(value_kzt__gte=0), name="catalogue_bill_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return str(self.material)
