"""How the Committee narrows the lists of measures."""

from typing import ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from oversight.models import Measure
from reference.models import Department, MeasureType


def _types() -> list[tuple[str, str]]:
    """Each kind once, whatever its terms were over the years."""
    names: dict[str, str] = {}
    for kind in MeasureType.objects.order_by("sort", "code", "-valid_from"):
        names.setdefault(kind.code, kind.name)
    return list(names.items())


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MeasureFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Search"), method="search")
    type = django_filters.ChoiceFilter(
        label=_("Type"), choices=_types, field_name="type__code", empty_label=_("Any type")
    )
    group = django_filters.ChoiceFilter(
        label=_("Group"),
        choices=MeasureType.Group.choices,
        field_name="type__group",
        empty_label=_("Any group"),
    )
    department = django_filters.ModelChoiceFilter(
        label=_("Department"), queryset=Department.objects.all(), empty_label=_("Any department")
    )
    auditor = django_filters.CharFilter(label=_("Auditor"), method="by_auditor")
    organisation = django_filters.CharFilter(label=_("Organisation"), method="by_organisation")
    since = django_filters.DateFilter(
        label=_("Proposed from"),
        field_name="proposed_at",
        lookup_expr="date__gte",
        widget=_day(),
    )
    until = django_filters.DateFilter(
        label=_("Proposed until"),
        field_name="proposed_at",
        lookup_expr="date__lte",
        widget=_day(),
    )

    class Meta:
        model = Measure
        fields: ClassVar = []

    def search(self, found: QuerySet[Measure], _name: str, text: str) -> QuerySet[Measure]:
        words = text.strip()
        return found.filter(
            Q(number__icontains=words)
            | Q(certificate__number__icontains=words)
            | Q(act__number__icontains=words)
            | Q(subject_name__icontains=words)
        )

    def by_auditor(self, found: QuerySet[Measure], _name: str, text: str) -> QuerySet[Measure]:
        """Against the person, or against an act that the person signed."""
        words = text.strip()
        return found.filter(
            Q(auditor__full_name__icontains=words) | Q(act__signed_by__full_name__icontains=words)
        )

    def by_organisation(self, found: QuerySet[Measure], _name: str, text: str) -> QuerySet[Measure]:
        words = text.strip()
        return found.filter(
            Q(organisation__name_ru__icontains=words)
            | Q(organisation__name_kk__icontains=words)
            | Q(organisation__bin=words)
            | Q(subject_bin=words)
        )
