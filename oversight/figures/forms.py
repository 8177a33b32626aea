"""What a page of figures is asked, from its address."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Max, Min
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, OrganisationKind
from oversight.models.figures import CaseFacts, Happening
from reference.models import CodeEntry

from .asking import Question
from .labels import DIMENSIONS, STEPS
from .scopes import Audience, Scope

FIRST_DAY, LAST_DAY = dt.date(2015, 1, 1), dt.date(2099, 12, 31)
# So many months are shown one by one; more become quarters, then years.
MOST_MONTHS, MOST_QUARTERS = 24, 72
WHOLE_COUNTRY = (Audience.PUBLIC, Audience.COMMITTEE)
BREAKDOWNS: dict[Audience, tuple[str, ...]] = {
    Audience.PUBLIC: ("chamber", "region", "product_group"),
    Audience.COMMITTEE: (
        "chamber",
        "region",
        "product_group",
        "expert_organisation",
        "auditor",
    ),
    Audience.CHAMBER: ("product_group", "expert_organisation"),
    Audience.EXPERTS: ("auditor", "chamber", "product_group"),
}


def _completed(data: QueryDict) -> QueryDict:
    """The year so far, as known today, where the address says nothing."""
    completed = data.copy()
    today = timezone.localdate()
    for name, default in (
        ("as_of", today.isoformat()),
        ("until", today.isoformat()),
        ("since", f"{completed.get('until') or today.isoformat():.4}-01-01"),
    ):
        if not completed.get(name):
            completed[name] = default
    return completed


def _day(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class AskForm(forms.Form):
    """Everything may be left out; the year so far, as of today, is the answer then."""

    says_optional = False

    since = _day(_("Period from"))
    until = _day(_("Period until"))
    as_of = _day(
        _("As known on"),
        help_text=_(
            "What became known after this day is left out: so figures of an earlier "
            "report can be found again."
        ),
    )
    region = forms.ChoiceField(label=_("Region"), required=False)
    chamber = forms.ModelChoiceField(
        label=_("Chamber"),
        queryset=Organisation.objects.filter(kind=OrganisationKind.CHAMBER).order_by("code"),
        required=False,
        empty_label=_("All chambers"),
    )
    product_group = forms.ChoiceField(label=_("Product group"), required=False)
    by = forms.ChoiceField(label=_("Compare"), required=False)
    step = forms.ChoiceField(
        label=_("In time by"),
        required=False,
        choices=[("", _("Automatically")), *STEPS.items()],
    )
    expert_organisation = forms.UUIDField(required=False, widget=forms.HiddenInput)
    auditor = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, *, scope: Scope) -> None:
        super().__init__(_completed(data))
        self.scope = scope
        regions = CodeEntry.objects.filter(list="region").order_by("name_ru")
        self.fields["region"].choices = [
            ("", _("All regions")), *((entry.code, entry.name) for entry in regions),
        ]  # fmt: skip
        groups = CaseFacts.objects.order_by("product_group").values_list("product_group", flat=True)
        self.fields["product_group"].choices = [
            ("", _("All groups")), *((group, group) for group in groups.distinct() if group),
        ]  # fmt: skip
        self.fields["by"].choices = [(name, DIMENSIONS[name]) for name in self.breakdowns]
        if scope.audience not in WHOLE_COUNTRY:
            del self.fields["region"]
        if scope.audience == Audience.CHAMBER:
            del self.fields["chamber"]
        if not scope.names_auditors:
            del self.fields["auditor"]
        if scope.is_public or scope.audience == Audience.EXPERTS:
            del self.fields["expert_organisation"]

    @property
    def breakdowns(self) -> tuple[str, ...]:
        return BREAKDOWNS[self.scope.audience]

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        since, until, as_of = asked.get("since"), asked.get("until"), asked.get("as_of")
        if since and until and since > until:
            self.add_error("until", _("The last day lies before the first one."))
        if since and since < FIRST_DAY:
            self.add_error("since", _("There is nothing before 2015."))
        if until and until > LAST_DAY:
            self.add_error("until", _("This day is too far away."))
        if as_of and as_of > timezone.localdate():
            self.add_error("as_of", _("This day has not come yet."))
        return asked

    def question(self) -> Question:
        """What is asked; the year so far when the form cannot be read."""
        if not self.is_valid():
            today = timezone.localdate()
            return Question(self.scope, dt.date(today.year, 1, 1), today, today)
        asked = self.cleaned_data
        chamber = asked.get("chamber")
        return Question(
            self.scope,
            asked["since"],
            asked["until"],
            asked["as_of"],
            region=asked.get("region") or "",
            product_group=asked.get("product_group") or "",
            chamber=chamber.pk if chamber else None,
            expert_organisation=asked.get("expert_organisation"),
            auditor=asked.get("auditor"),
        )

    def breakdown(self) -> str:
        chosen = self.cleaned_data.get("by") if self.is_valid() else ""
        return chosen or self.breakdowns[0]

    def time_step(self, question: Question) -> str:
        chosen = self.cleaned_data.get("step") if self.is_valid() else ""
        if chosen:
            return chosen
        months = (question.until.year - question.since.year) * 12
        months += question.until.month - question.since.month + 1
        if months <= MOST_MONTHS:
            return "month"
        return "quarter" if months <= MOST_QUARTERS else "year"


def years_with_figures() -> list[int]:
    """For the links to whole years, the latest first."""
    days = Happening.objects.aggregate(first=Min("on"), last=Max("on"))
    if days["first"] is None:
        return []
    return list(range(days["last"].year, days["first"].year - 1, -1))
