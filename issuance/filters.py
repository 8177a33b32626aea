"""Search and filters, the same for the lists, the API and the export."""

import re
from contextlib import suppress
from typing import Any, ClassVar

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import normalise_text_id
from accounts.models import Organisation, OrganisationKind
from expertise.models import GoodsLine
from reference.forms import DateInput
from reference.numbers import normalise_certificate_number

from .models import Application, Certificate, CertificateChange, ChamberSeal, Mandate
from .registers import STATES
from .workflow import APPLICATION_WORKFLOW, CERTIFICATE_WORKFLOW

# A BIN has twelve digits and an HS code ten; fewer than four would find nearly everything.
SHORTEST_CODE = 4


def matching(text: str, *, application: str = "") -> Q:
    """Applications found by a number, a BIN, a company, a product or an HS code.

    `application` is the path from the listed model to the application, empty for itself.
    """

    def at(path: str) -> str:
        return f"{application}__{path}" if application else path

    text = text.strip()
    lines = GoodsLine.objects.filter(request=OuterRef(at("act__request")))
    found = (
        Q(**{at("number__icontains"): text})
        | Q(**{at("act__number__icontains"): text})
        | Q(**{at("certificate__number__icontains"): text})
        | Q(**{at("applicant__name_ru__icontains"): text})
        | Q(**{at("applicant__name_kk__icontains"): text})
        | Q(**{at("act__request__producer_name_ru__icontains"): text})
        | Q(**{at("act__request__producer_name_kk__icontains"): text})
        | Q(Exists(lines.filter(name__icontains=text)))
    )
    code = normalise_text_id(re.sub(r"\.", "", text))
    if code.isascii() and code.isdigit() and len(code) >= SHORTEST_CODE:
        found |= (
            Q(**{at("applicant__bin__startswith"): code})
            | Q(**{at("act__request__producer_bin__startswith"): code})
            | Q(Exists(lines.filter(hs_code__startswith=code)))
        )
    with suppress(ValidationError):
        found |= Q(**{at("certificate__number"): normalise_certificate_number(text)})
    return found


class ApplicationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Search"), method="search")
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=list(APPLICATION_WORKFLOW.choices())
    )

    class Meta:
        model = Application
        fields = ()

    def search(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(matching(value))


class CertificateFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Search"), method="search")
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=list(CERTIFICATE_WORKFLOW.choices())
    )

    class Meta:
        model = Certificate
        fields = ()

    def search(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(matching(value, application="application"))


def _day(label: Any, field: str, lookup: str) -> django_filters.DateFilter:
    return django_filters.DateFilter(
        label=label, field_name=field, lookup_expr=lookup, widget=DateInput
    )


def _chamber(path: str) -> django_filters.ModelChoiceFilter:
    return django_filters.ModelChoiceFilter(
        label=_("Chamber"),
        field_name=path,
        queryset=Organisation.objects.filter(kind=OrganisationKind.CHAMBER).order_by("code"),
        empty_label=_("Any chamber"),
    )


class ApplicationListFilter(ApplicationFilter):
    """What the page offers besides: chamber and days."""

    chamber = _chamber("chamber")
    submitted_from = _day(_("Submitted from"), "submitted_at", "date__gte")
    submitted_to = _day(_("Submitted until"), "submitted_at", "date__lte")


class CertificateListFilter(CertificateFilter):
    chamber = _chamber("application__chamber")
    certified_from = _day(_("Certified from"), "certified_at", "date__gte")
    certified_to = _day(_("Certified until"), "certified_at", "date__lte")
    ends_by = _day(_("In force until, not after"), "valid_until", "lte")


class ChangeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Search"), method="search")
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=list(CertificateChange.WORKFLOW.choices())
    )
    kind = django_filters.ChoiceFilter(
        label=_("Proposed change"), choices=CertificateChange.Kind.choices, empty_label=_("Any")
    )
    proposed_from = _day(_("Proposed from"), "proposed_at", "date__gte")
    proposed_to = _day(_("Proposed until"), "proposed_at", "date__lte")

    class Meta:
        model = CertificateChange
        fields = ()

    def search(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        found = matching(value, application="certificate__application")
        return queryset.filter(found | Q(order_number__icontains=value.strip()))


class _RegisterFilter(django_filters.FilterSet):
    """Entries of a chamber's register; whoever sees one chamber alone is not asked which."""

    q = django_filters.CharFilter(label=_("Search"), method="search")
    chamber = _chamber("chamber")
    state = django_filters.ChoiceFilter(
        label=_("Status"),
        choices=[(code, status.label) for code, status in STATES.items()],
        empty_label=_("Any status"),
    )

    searched: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, sees_all: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sees_all:
            del self.filters["chamber"]

    def search(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        found = Q()
        for path in self.searched:
            found |= Q(**{f"{path}__icontains": value.strip()})
        return queryset.filter(found)


class MandateFilter(_RegisterFilter):
    searched = ("user__full_name", "position_ru", "position_kk", "basis")

    class Meta:
        model = Mandate
        fields = ()


class SealFilter(_RegisterFilter):
    searched = ("subject", "certificate_sha256")

    class Meta:
        model = ChamberSeal
        fields = ()
