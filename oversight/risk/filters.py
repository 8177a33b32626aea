"""How an inspector narrows the list of scores."""

from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, OrganisationKind, Role, User
from oversight.models import LimitGap, RiskHit, RiskScore
from reference.numbers import normalise_certificate_number

from .indicators import CERTIFICATE, INDICATORS
from .labels import BANDS, SUBJECTS
from .scores import HIGH, MIDDLE

RANGES = {"high": (HIGH, 100), "middle": (MIDDLE, HIGH - 1), "low": (0, MIDDLE - 1)}
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
CHAMBERS = Organisation.objects.filter(kind=OrganisationKind.CHAMBER).order_by("code")


def auditors(_request: Any) -> QuerySet[User]:
    return User.objects.filter(memberships__role=Role.AUDITOR).distinct().order_by("full_name")


class ScoreFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Number"), method="search")
    subject = django_filters.ChoiceFilter(
        label=_("What"), choices=list(SUBJECTS.items()), method="of_subject", empty_label=None
    )
    band = django_filters.ChoiceFilter(
        label=_("Score"),
        choices=[(code, label) for code, (label, _tone, _shape) in BANDS.items()],
        method="in_band",
        empty_label=_("Any score"),
    )
    indicator = django_filters.ChoiceFilter(
        label=_("Reason"),
        choices=lambda: [(code, known.title) for code, known in INDICATORS.items()],
        method="spoken",
        empty_label=_("Any reason"),
    )
    chamber = django_filters.ModelChoiceFilter(
        label=_("Chamber"), queryset=CHAMBERS, method="of_chamber", empty_label=_("Any chamber")
    )
    auditor = django_filters.ModelChoiceFilter(
        label=_("Auditor"),
        queryset=auditors,
        field_name="act__signed_by",
        empty_label=_("Any auditor"),
    )
    producer = django_filters.CharFilter(label=_("Producer's BIN or name"), method="of_producer")
    since = django_filters.DateFilter(
        label=_("Signed or issued from"), method="from_day", widget=DAY
    )
    until = django_filters.DateFilter(label=_("Signed until"), method="to_day", widget=DAY)
    limit = django_filters.CharFilter(
        label=_("Beside a limit"), method="beside", widget=forms.HiddenInput
    )

    class Meta:
        model = RiskScore
        fields: ClassVar = []

    @property
    def qs(self) -> QuerySet[RiskScore]:
        """Certificates unless something else is asked for."""
        found = super().qs
        return found if self.data.get("subject") else found.filter(subject_type=CERTIFICATE)

    def of_subject(
        self, found: QuerySet[RiskScore], _name: str, subject: str
    ) -> QuerySet[RiskScore]:
        return found.filter(subject_type=subject)

    def search(self, found: QuerySet[RiskScore], _name: str, text: str) -> QuerySet[RiskScore]:
        wanted = Q(number__icontains=text.strip())
        with suppress(ValidationError):
            wanted |= Q(number=normalise_certificate_number(text))
        return found.filter(wanted)

    def in_band(self, found: QuerySet[RiskScore], _name: str, band: str) -> QuerySet[RiskScore]:
        return found.filter(points__range=RANGES[band])

    def spoken(self, found: QuerySet[RiskScore], _name: str, code: str) -> QuerySet[RiskScore]:
        hits = RiskHit.objects.filter(score=OuterRef("pk"), indicator=code)
        return found.filter(Exists(hits))

    def of_chamber(
        self, found: QuerySet[RiskScore], _name: str, chamber: Organisation
    ) -> QuerySet[RiskScore]:
        return in_chamber(found, chamber.code)

    def of_producer(self, found: QuerySet[RiskScore], _name: str, text: str) -> QuerySet[RiskScore]:
        request = "act__request__producer"
        return found.filter(
            Q(**{f"{request}_bin": text.strip()})
            | Q(**{f"{request}_name_ru__icontains": text.strip()})
            | Q(**{f"{request}_name_kk__icontains": text.strip()})
        )

    def from_day(self, found: QuerySet[RiskScore], _name: str, day: date) -> QuerySet[RiskScore]:
        return found.filter(**{f"{self._moment()}__date__gte": day})

    def to_day(self, found: QuerySet[RiskScore], _name: str, day: date) -> QuerySet[RiskScore]:
        return found.filter(**{f"{self._moment()}__date__lte": day})

    def _moment(self) -> str:
        is_certificate = self.data.get("subject", CERTIFICATE) == CERTIFICATE
        return "certificate__certified_at" if is_certificate else "act__signed_at"

    def beside(self, found: QuerySet[RiskScore], _name: str, text: str) -> QuerySet[RiskScore]:
        """`kind:limit:low:high:group`: some line lies so many points within the limit."""
        try:
            kind, *figures, group = text.split(":")
            limit, low, high = map(Decimal, figures)
        except (ValueError, InvalidOperation):
            return found.none()
        gaps = LimitGap.objects.filter(
            act=OuterRef("act"), kind=kind, limit=limit, gap__gte=low, gap__lt=high
        )
        if group:
            gaps = gaps.filter(product_group=group)
        return found.filter(Exists(gaps))


def in_chamber(found: QuerySet[RiskScore], code: str) -> QuerySet[RiskScore]:
    """Of the chamber that issued the certificate, has the application or is to get the act."""
    return found.filter(
        Q(certificate__chamber_code=code)
        | Q(certificate__isnull=True, application__chamber__code=code)
        | Q(certificate__isnull=True, application__isnull=True, act__request__chamber__code=code)
    )
