"""Searching the register: one reading of a question for the page, its download and the API.

Words are looked for anywhere in the names of producer, recipient and goods; letters that look
alike in both alphabets are one, zeros that a spreadsheet lost are put back.
"""

import re
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import normalise_bin_iin, normalise_text_id
from issuance.workflow import CERTIFICATE_WORKFLOW
from reference.forms import DateInput
from reference.models import Chamber
from reference.words import certificate_numbers, search_words

from .models import RegisterEntry, RegisterLine, Source, State
from .models.register import EXPIRED, RegisterEntryQuerySet

# Fewer digits would find nearly everything.
SHORTEST_CODE = 4
LONGEST_QUESTION = 200
MOST_WORDS = 8
BIN_DIGITS = 12
DATE_FORMATS = ("%Y-%m-%d", "%d.%m.%Y")
SORTS: dict[str, tuple[str, ...]] = {
    "-issued": ("-issued_on", "-number", "pk"),
    "issued": ("issued_on", "number", "pk"),
    "number": ("number", "-year", "pk"),
    "-number": ("-number", "-year", "pk"),
    "until": ("valid_until", "number", "pk"),
    "-until": ("-valid_until", "number", "pk"),
    "producer": ("producer_name", "number", "pk"),
    "-producer": ("-producer_name", "number", "pk"),
}
DEFAULT_SORT = "-issued"
# In the order of the tabs.
STATES = {
    State.VALID: CERTIFICATE_WORKFLOW.statuses["valid"],
    State.EXPIRED: EXPIRED,
    State.SUSPENDED: CERTIFICATE_WORKFLOW.statuses["suspended"],
    State.REVOKED: CERTIFICATE_WORKFLOW.statuses["revoked"],
    State.REPLACED: CERTIFICATE_WORKFLOW.statuses["replaced"],
}
_NOT_IN_CODES = re.compile(r"[\s.]")


def chamber_choices() -> list[tuple[str, str]]:
    return [(chamber.code, f"{chamber.code} · {chamber.name}") for chamber in Chamber.objects.all()]


class RegisterForm(forms.Form):
    says_optional = False


class RegisterFilter(django_filters.FilterSet):
    """Everything by which the register is narrowed; the status is as of today."""

    q = django_filters.CharFilter(
        label=_("Number, BIN, company or goods"), method="search", max_length=LONGEST_QUESTION
    )
    hs = django_filters.CharFilter(
        label=_("HS code or its beginning"), method="with_hs_code", max_length=20
    )
    chamber = django_filters.ChoiceFilter(
        label=_("Chamber"), field_name="chamber_code", choices=chamber_choices,
        empty_label=_("All chambers"),
    )  # fmt: skip
    issued_from = django_filters.DateFilter(
        label=_("Issued from"), field_name="issued_on", lookup_expr="gte",
        input_formats=DATE_FORMATS, widget=DateInput,
    )  # fmt: skip
    issued_to = django_filters.DateFilter(
        label=_("Issued until"), field_name="issued_on", lookup_expr="lte",
        input_formats=DATE_FORMATS, widget=DateInput,
    )  # fmt: skip
    source = django_filters.ChoiceFilter(
        label=_("Which register"), choices=Source.choices, empty_label=_("Both registers")
    )
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=State.choices, method="in_state"
    )

    class Meta:
        model = RegisterEntry
        fields = ()
        form = RegisterForm

    def search(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(matching(value))

    def with_hs_code(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(of_hs_code(value))

    def in_state(self, queryset: RegisterEntryQuerySet, _name: str, value: str) -> QuerySet[Any]:
        return queryset.in_state(value, on=timezone.localdate())


def matching(text: str) -> Q:
    """Entries found by a number in any spelling, a BIN, or words of names and goods."""
    spelled = certificate_numbers(text)
    code = normalise_text_id(text)
    if spelled and not code.isdigit():
        return Q(number__in=spelled)
    if code.isascii() and code.isdigit() and len(code) >= SHORTEST_CODE:
        return _of_digits(code) | Q(number__in=spelled)
    found = Q()
    for word in search_words(text).split()[:MOST_WORDS]:
        entries = RegisterEntry.objects.filter(words__contains=word).values("pk")
        lines = RegisterLine.objects.filter(words__contains=word).values("entry")
        # One list of keys for both, so that each side uses its own index.
        found &= Q(pk__in=entries.order_by().union(lines.order_by(), all=True))
    return found


def _of_digits(code: str) -> Q:
    """The beginning of a BIN or of an HS code, or a number inside the name of goods."""
    try:
        identifiers = {code, normalise_bin_iin(code)}
    except ValidationError:
        identifiers = {code}
    found = Q()
    for identifier in identifiers:
        found |= Q(producer_bin__startswith=identifier) | Q(recipient_bin__startswith=identifier)
    if len(code) < BIN_DIGITS:
        found |= of_hs_code(code) | Q(sequence=int(code))
        lines = RegisterLine.objects.filter(words__contains=code).values("entry")
        found |= Q(pk__in=lines.order_by())
    return found


def of_hs_code(text: str) -> Q:
    """Entries with goods of this code; fewer digits stand for everything that begins with them."""
    digits = _digits(text)
    if not digits:
        return Q(pk__in=())
    lines = RegisterLine.objects.filter(hs_code__startswith=digits).values("entry")
    return Q(pk__in=lines.order_by())


def _digits(text: str) -> str:
    digits = _NOT_IN_CODES.sub("", normalise_text_id(text))
    return digits if digits.isascii() and digits.isdigit() else ""


def shown_first(question: str, hs_code: str) -> list[Case]:
    """How to order the lines of an entry so that one that was asked for stands first."""
    asked = Q()
    for word in search_words(question).split()[:MOST_WORDS]:
        asked |= Q(words__contains=word)
    for digits in filter(None, (_digits(question), _digits(hs_code))):
        asked |= Q(hs_code__startswith=digits)
    return [Case(When(asked, then=Value(0)), default=Value(1))] if asked else []
