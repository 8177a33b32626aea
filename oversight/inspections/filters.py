"""Filters of the list of inspections, the same for the page and its export."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from oversight.models import Inspection
from reference.models import CodeEntry, Department

from .half_years import HalfYear
from .lists import KINDS, OBJECTS

DAY = {"type": "date"}


def _kinds() -> list[tuple[str, str]]:
    return [(entry.code, entry.name) for entry in CodeEntry.objects.filter(list=KINDS)]


def _objects() -> list[tuple[str, str]]:
    return [(entry.code, entry.name) for entry in CodeEntry.objects.filter(list=OBJECTS)]


def half_year_choices() -> list[tuple[str, str]]:
    """Every half-year that something is planned for, newest first."""
    rows = Inspection.objects.exclude(half_year="").order_by("-half_year")
    return [
        (text, HalfYear.parse(text).label)
        for text in rows.values_list("half_year", flat=True).distinct()
    ]


class InspectionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Number, subject, BIN"), method="search")
    department = django_filters.ModelChoiceFilter(
        label=_("Department"), queryset=Department.objects.all()
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=_kinds)
    object_kind = django_filters.ChoiceFilter(label=_("Object"), choices=_objects)
    half_year = django_filters.ChoiceFilter(label=_("Half-year"), choices=half_year_choices)
    since = django_filters.DateFilter(
        label=_("Completed from"),
        field_name="completed_at",
        lookup_expr="date__gte",
        widget=forms.DateInput(attrs=DAY),
    )
    until = django_filters.DateFilter(
        label=_("Completed until"),
        field_name="completed_at",
        lookup_expr="date__lte",
        widget=forms.DateInput(attrs=DAY),
    )
    has_violations = django_filters.ChoiceFilter(
        label=_("Violations"),
        choices=[("true", _("found")), ("false", _("none"))],
        method="by_violations",
    )

    class Meta:
        model = Inspection
        fields = ()

    def search(self, rows: QuerySet[Inspection], _name: str, value: str) -> QuerySet[Inspection]:
        value = value.strip()
        return rows.filter(
            Q(number__icontains=value)
            | Q(subject_name__icontains=value)
            | Q(subject_bin__startswith=value.replace(" ", ""))
        )

    def by_violations(
        self, rows: QuerySet[Inspection], _name: str, value: str
    ) -> QuerySet[Inspection]:
        return rows.filter(has_violations=value == "true")
