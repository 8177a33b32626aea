"""Filters of the list of sellers, the same for the page and its export."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from oversight.models import GreyListing
from reference.models import Department

from .addresses import read_address


class ListingFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Address, name or number"), method="search")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=GreyListing.Kind.choices)
    region = django_filters.ModelChoiceFilter(
        label=_("Region"), queryset=Department.objects.exclude(pk=Department.CENTRAL)
    )

    class Meta:
        model = GreyListing
        fields = ()

    def search(self, rows: QuerySet[GreyListing], _name: str, value: str) -> QuerySet[GreyListing]:
        value = " ".join(value.split())
        return rows.filter(
            Q(number__icontains=value)
            | Q(address__icontains=value)
            | Q(name__icontains=value)
            | Q(address_key=read_address(value).key)
        )
