"""What rows of reference data have in common."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import in_language


class TrilingualName(models.Model):
    name_kk = models.CharField(_("name in Kazakh"), max_length=400)
    name_ru = models.CharField(_("name in Russian"), max_length=400)
    name_en = models.CharField(_("name in English"), max_length=400)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self, "name")

    def names(self) -> dict[str, str]:
        """The name as documents print it, in both official languages."""
        return {"kk": self.name_kk, "ru": self.name_ru}


class Provenance(models.Model):
    """Where a row comes from; an unconfirmed one is a sensible default and not the law."""

    source = models.CharField(_("source"), max_length=400, blank=True)
    is_confirmed = models.BooleanField(_("confirmed"), default=False)

    class Meta:
        abstract = True


class DatedQuerySet(models.QuerySet[Any]):
    def in_force(self, *, on: date) -> Self:
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on),
            Q(valid_until__isnull=True) | Q(valid_until__gte=on),
        )
