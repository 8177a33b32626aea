"""How whoever runs the portal narrows its letters, and an author the own announcements."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from notices.columns import LETTER_KINDS
from notices.models import Announcement
from outbox.models import Letter
from reference.forms import DateInput


class LetterFilter(django_filters.FilterSet):
    """Never by the address: whoever may try addresses learns them letter by letter."""

    q = django_filters.CharFilter(
        label=_("What is known"), field_name="last_error", lookup_expr="icontains"
    )
    kind = django_filters.ChoiceFilter(
        label=_("Letter"),
        choices=list(LETTER_KINDS.items()),
        method="of_kind",
        empty_label=_("Any letter"),
    )
    written_from = django_filters.DateFilter(
        label=_("Written from"),
        field_name="created_at",
        lookup_expr="date__gte",
        widget=DateInput,
    )
    written_to = django_filters.DateFilter(
        label=_("Written until"),
        field_name="created_at",
        lookup_expr="date__lte",
        widget=DateInput,
    )

    class Meta:
        model = Letter
        fields = ()

    def of_kind(self, found: QuerySet[Letter], _name: str, kind: str) -> QuerySet[Letter]:
        return found.filter(Q(key__startswith=f"{kind}:") | Q(key__startswith=f"{kind}-"))


class AnnouncementFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Find"), method="find")
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=Announcement.WORKFLOW.choices(), empty_label=_("Any status")
    )

    class Meta:
        model = Announcement
        fields = ()

    def find(self, found: QuerySet[Announcement], _name: str, text: str) -> QuerySet[Announcement]:
        wanted = Q()
        for language in ("ru", "kk", "en"):
            wanted |= Q(**{f"title_{language}__icontains": text.strip()})
        return found.filter(wanted)
