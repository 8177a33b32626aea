"""How an inspector narrows the list of cases."""

from datetime import date
from typing import ClassVar

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, OrganisationKind
from expertise.filters import requests_matching
from expertise.models import ExpertiseRequest
from expertise.workflow import REQUEST_WORKFLOW
from issuance.filters import matching
from issuance.models import Application
from issuance.workflow import APPLICATION_WORKFLOW, CERTIFICATE_WORKFLOW

STAGES = (
    ("expertise", _("Expertise")),
    ("chamber", _("Chamber")),
    ("certificate", _("Certificate")),
    ("closed", _("Closed without a certificate")),
)
CLOSED = ("rejected", "withdrawn")
CLOSED_APPLICATION = ("refused", "withdrawn")


def _status_choices() -> list[tuple[object, list[tuple[str, object]]]]:
    """Grouped by the thing that has the status; the words alone repeat."""
    groups = (
        ("request", _("Request"), REQUEST_WORKFLOW),
        ("application", _("Application"), APPLICATION_WORKFLOW),
        ("certificate", _("Certificate"), CERTIFICATE_WORKFLOW),
    )
    return [
        (
            label,
            [
                (f"{name}:{value}", status_label)
                for value, status_label in workflow.choices()
                if value != "draft"
            ],
        )
        for name, label, workflow in groups
    ]


class CaseFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Search"), method="search")
    stage = django_filters.ChoiceFilter(
        label=_("Stage"), choices=STAGES, method="by_stage", empty_label=_("Any stage")
    )
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=_status_choices, method="by_status", empty_label=_("Any status")
    )
    chamber = django_filters.ModelChoiceFilter(
        label=_("Chamber"),
        queryset=Organisation.objects.filter(kind=OrganisationKind.CHAMBER).order_by("code"),
        method="by_chamber",
        empty_label=_("Any chamber"),
    )
    experts = django_filters.ModelChoiceFilter(
        label=_("Expert organisation"),
        field_name="expert_organisation",
        queryset=Organisation.objects.filter(kind=OrganisationKind.EXPERT),
        empty_label=_("Any organisation"),
    )
    filed_from = django_filters.DateFilter(
        label=_("Filed from"),
        method="since",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    filed_to = django_filters.DateFilter(
        label=_("Filed until"),
        field_name="submitted_at",
        lookup_expr="date__lte",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    class Meta:
        model = ExpertiseRequest
        fields: ClassVar = []

    def since(
        self, found: QuerySet[ExpertiseRequest], _name: str, day: date
    ) -> QuerySet[ExpertiseRequest]:
        return found.filter(submitted_at__date__gte=day)

    def search(
        self, found: QuerySet[ExpertiseRequest], _name: str, text: str
    ) -> QuerySet[ExpertiseRequest]:
        applications = Application.objects.filter(matching(text), act__request=OuterRef("pk"))
        return found.filter(requests_matching(text.strip()) | Q(Exists(applications)))

    def by_stage(
        self, found: QuerySet[ExpertiseRequest], _name: str, stage: str
    ) -> QuerySet[ExpertiseRequest]:
        """A case is in one stage only: that of the furthest thing it has come to."""
        none, last = Q(last_application__isnull=True), _last_application()
        closed_request = Q(status__in=CLOSED) | Q(act__is_positive=False)
        closed = last.filter(status__in=CLOSED_APPLICATION)
        with_certificate = last.filter(certificate__isnull=False)
        conditions = {
            "expertise": none & ~closed_request,
            "chamber": Q(Exists(last.exclude(status__in=CLOSED_APPLICATION)))
            & ~Exists(with_certificate),
            "certificate": Q(Exists(with_certificate)),
            "closed": (none & closed_request) | Q(Exists(closed)),
        }
        return found.filter(conditions[stage])

    def by_status(
        self, found: QuerySet[ExpertiseRequest], _name: str, choice: str
    ) -> QuerySet[ExpertiseRequest]:
        thing, _colon, status = choice.partition(":")
        if thing == "request":
            return found.filter(status=status)
        path = "status" if thing == "application" else "certificate__status"
        return found.filter(Exists(_last_application().filter(**{path: status})))

    def by_chamber(
        self, found: QuerySet[ExpertiseRequest], _name: str, chamber: Organisation
    ) -> QuerySet[ExpertiseRequest]:
        """The chamber that has the application, or that the request names."""
        applied = _last_application().filter(chamber=chamber)
        expected = Q(last_application__isnull=True, chamber=chamber)
        return found.filter(expected | Q(Exists(applied)))


def _last_application() -> QuerySet[Application]:
    return Application.objects.filter(pk=OuterRef("last_application"))
