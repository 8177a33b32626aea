"""Filters of the lists of control, the same for the page and its export."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from oversight.models import DeskCheck, Fault, Recommendation, Violation
from oversight.workflows.recommendations import RECOMMENDATION_WORKFLOW
from reference.models import CodeEntry, Department

from .violations import VIOLATIONS

DAY = {"type": "date"}


def _codes() -> list[tuple[str, str]]:
    return [(entry.code, entry.name) for entry in CodeEntry.objects.filter(list=VIOLATIONS)]


class CheckFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Number"), method="search")
    way = django_filters.ChoiceFilter(label=_("Selected"), choices=DeskCheck.Way.choices)
    result = django_filters.ChoiceFilter(label=_("Result"), choices=DeskCheck.Result.choices)
    department = django_filters.ModelChoiceFilter(
        label=_("Department"), queryset=Department.objects.all()
    )
    late = django_filters.BooleanFilter(
        label=_("Only overdue"), method="only_late", widget=forms.CheckboxInput
    )

    class Meta:
        model = DeskCheck
        fields = ()

    def search(self, rows: QuerySet[DeskCheck], _name: str, value: str) -> QuerySet[DeskCheck]:
        value = value.strip()
        return rows.filter(
            Q(number__icontains=value)
            | Q(certificate__number__icontains=value.replace(" ", ""))
            | Q(certificate__number__icontains=value)
            | Q(plan__number__icontains=value)
        )

    def only_late(self, rows: QuerySet[DeskCheck], _name: str, value: bool) -> QuerySet[DeskCheck]:
        return rows.filter(due_on__lt=timezone.localdate()) if value else rows


class ViolationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Search"), method="search")
    code = django_filters.ChoiceFilter(label=_("Violation"), choices=_codes)
    fault = django_filters.ChoiceFilter(label=_("Fault of"), choices=Fault.choices)
    organisation = django_filters.ModelChoiceFilter(
        label=_("Organisation"),
        queryset=lambda _request: Organisation.objects.filter(violations__isnull=False).distinct(),
    )
    auditor = django_filters.ModelChoiceFilter(
        label=_("Auditor"),
        queryset=lambda _request: User.objects.filter(violations__isnull=False).distinct(),
    )
    since = django_filters.DateFilter(
        label=_("Confirmed from"),
        field_name="confirmed_at",
        lookup_expr="date__gte",
        widget=forms.DateInput(attrs=DAY),
    )
    until = django_filters.DateFilter(
        label=_("Confirmed until"),
        field_name="confirmed_at",
        lookup_expr="date__lte",
        widget=forms.DateInput(attrs=DAY),
    )

    class Meta:
        model = Violation
        fields = ()

    def search(self, rows: QuerySet[Violation], _name: str, value: str) -> QuerySet[Violation]:
        value = value.strip()
        return rows.filter(
            Q(certificate__number__icontains=value)
            | Q(desk_check__number__icontains=value)
            | Q(complaint__number__icontains=value)
            | Q(inspection__number__icontains=value)
            | Q(organisation__name_ru__icontains=value)
            | Q(organisation__name_kk__icontains=value)
            | Q(auditor__full_name__icontains=value)
            | Q(text__icontains=value)
        )


class RecommendationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Number"), method="search")
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=list(RECOMMENDATION_WORKFLOW.choices())
    )
    addressee = django_filters.ModelChoiceFilter(
        label=_("Addressee"),
        queryset=lambda _request: Organisation.objects.filter(
            recommendations__isnull=False
        ).distinct(),
    )
    late = django_filters.BooleanFilter(
        label=_("Only overdue"), method="only_late", widget=forms.CheckboxInput
    )

    class Meta:
        model = Recommendation
        fields = ()

    def search(
        self, rows: QuerySet[Recommendation], _name: str, value: str
    ) -> QuerySet[Recommendation]:
        value = value.strip()
        return rows.filter(
            Q(number__icontains=value)
            | Q(desk_check__number__icontains=value)
            | Q(desk_check__certificate__number__icontains=value)
        )

    def only_late(
        self, rows: QuerySet[Recommendation], _name: str, value: bool
    ) -> QuerySet[Recommendation]:
        return rows.filter(due_on__lt=timezone.localdate()) if value else rows
