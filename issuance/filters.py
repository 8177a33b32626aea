"""Search and filters, the same for the lists, the API and the export."""

import re
from contextlib import suppress
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import normalise_text_id
from expertise.models import GoodsLine
from reference.numbers import normalise_certificate_number

from .models import Application, Certificate
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
