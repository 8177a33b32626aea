"""Finding requests and acts in a list."""

from typing import ClassVar

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import normalise_text_id

from .models import Act, ExpertiseRequest, GoodsLine, SecondOpinion

# A BIN has twelve digits and an HS code ten; fewer than four would find nearly everything.
SHORTEST_CODE = 4


def requests_matching(text: str) -> Q:
    """Requests found by a number, a BIN, a company, a product or an HS code."""
    text = text.strip()
    lines = GoodsLine.objects.filter(request=OuterRef("pk"))
    found = (
        Q(number__icontains=text)
        | Q(act__number__icontains=text)
        | Q(applicant__name_ru__icontains=text)
        | Q(applicant__name_kk__icontains=text)
        | Q(producer_name_ru__icontains=text)
        | Q(producer_name_kk__icontains=text)
        | Q(Exists(lines.filter(name__icontains=text)))
    )
    code = normalise_text_id(text.replace(".", ""))
    if code.isascii() and code.isdigit() and len(code) >= SHORTEST_CODE:
        found |= (
            Q(applicant__bin__startswith=code)
            | Q(producer_bin__startswith=code)
            | Q(Exists(lines.filter(hs_code__startswith=code)))
        )
    return found


class RequestFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="find", label=_("Find"))
    status = django_filters.ChoiceFilter(
        choices=ExpertiseRequest.WORKFLOW.choices(), label=_("Status"), empty_label=_("Any status")
    )

    class Meta:
        model = ExpertiseRequest
        fields: ClassVar = ["q", "status"]

    def find(
        self, found: QuerySet[ExpertiseRequest], _name: str, text: str
    ) -> QuerySet[ExpertiseRequest]:
        return found.filter(requests_matching(text))


class ActFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="find", label=_("Find"))
    verdict = django_filters.ChoiceFilter(
        field_name="is_positive",
        choices=[("True", _("Positive")), ("False", _("Negative"))],
        label=_("Conclusion"),
        empty_label=_("Any conclusion"),
    )

    class Meta:
        model = Act
        fields: ClassVar = ["q", "verdict"]

    def find(self, found: QuerySet[Act], _name: str, text: str) -> QuerySet[Act]:
        requests = ExpertiseRequest.objects.filter(requests_matching(text))
        return found.filter(Q(number__icontains=text.strip()) | Q(request__in=requests))


class SecondOpinionFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="find", label=_("Find"))
    status = django_filters.ChoiceFilter(
        choices=SecondOpinion.WORKFLOW.choices(), label=_("Status"), empty_label=_("Any status")
    )

    class Meta:
        model = SecondOpinion
        fields: ClassVar = ["q", "status"]

    def find(
        self, found: QuerySet[SecondOpinion], _name: str, text: str
    ) -> QuerySet[SecondOpinion]:
        requests = ExpertiseRequest.objects.filter(requests_matching(text))
        return found.filter(Q(first__in=requests) | Q(second__in=requests))
