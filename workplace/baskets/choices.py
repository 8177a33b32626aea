"""The form of the filters: what may be chosen, what is chosen, what the address says wrongly."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Membership, Organisation, OrganisationKind, Role, User
from expertise.baskets import OPEN
from expertise.models import ExpertiseRequest
from reference.forms import DateInput
from reference.models import Scheme
from workflow.story import STAGES

from .filters import NAMES, Filters
from .gathering import Basket

LONGEST_SEARCH = 200
STAGE_NAMES: dict[str, str | Promise] = {
    **dict(
        zip(
            ("request", "expertise", "chamber", "review", "decision"),
            (label for _event, label in STAGES),
            strict=True,
        )
    ),
    "after_issue": gettext_lazy("After issue"),
    "control": gettext_lazy("Control"),
    "registers": gettext_lazy("Registers of chambers"),
    "people": gettext_lazy("Attestation"),
    "rules": gettext_lazy("Rules of origin"),
}
SIDE_NAMES: dict[str, str | Promise] = {
    "applicant": gettext_lazy("Applicant"),
    "experts": gettext_lazy("Expert organisation"),
    "chamber": gettext_lazy("Chamber"),
    "committee": gettext_lazy("Committee"),
    "other": gettext_lazy("Somebody outside"),
}
DUE = {
    "late": gettext_lazy("Late"),
    "today": gettext_lazy("Today"),
    "week": gettext_lazy("This week"),
}
ORDERS = {
    "urgent": gettext_lazy("The most urgent first"),
    "newest": gettext_lazy("The newest first"),
    "oldest": gettext_lazy("The oldest first"),
    "number": gettext_lazy("By number"),
}
# Who chooses among organisations, people: whoever sees the work of more than one.
SEE_CHAMBERS = (Role.APPLICANT, Role.INSPECTOR, Role.COMMITTEE_HEAD)
SEE_EXPERTS = (*SEE_CHAMBERS, Role.CHAMBER_OFFICER, Role.CHAMBER_SIGNATORY)
SEE_AUDITORS = (Role.EXPERT_HEAD, Role.INSPECTOR, Role.COMMITTEE_HEAD)
MOST_AUDITORS = 200
Choices = dict[str, list[tuple[str, Any]]]
# One regime alone is no choice.
FEWEST = {"scheme": 2}


@dataclass(frozen=True)
class Chip:
    """A filter in force; `url` is the same page without it."""

    label: str
    url: str


class FilterForm(forms.Form):
    """Shape only; every field may be left empty, and no label says so."""

    says_optional = False

    q = forms.CharField(
        label=gettext_lazy("Words"),
        help_text=gettext_lazy("Number, BIN, company, product, HS code"),
        max_length=LONGEST_SEARCH,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    stage = forms.ChoiceField(label=gettext_lazy("Stage"), required=False)
    by = forms.ChoiceField(label=gettext_lazy("Who must act"), required=False)
    chamber = forms.ChoiceField(label=gettext_lazy("Chamber"), required=False)
    experts = forms.ChoiceField(label=gettext_lazy("Expert organisation"), required=False)
    auditor = forms.ChoiceField(label=gettext_lazy("Auditor"), required=False)
    scheme = forms.ChoiceField(label=gettext_lazy("Scheme"), required=False)
    due = forms.ChoiceField(label=pgettext_lazy("deadline", "Term"), required=False)
    since = forms.DateField(
        label=gettext_lazy("Waits since this day or longer"), required=False, widget=DateInput()
    )
    hs = forms.RegexField(
        regex=r"^[0-9]{2,10}$",
        label=gettext_lazy("HS code begins with"),
        help_text=gettext_lazy("Two to ten digits, as in the column of the code on the act."),
        required=False,
        strip=True,
    )
    sort = forms.ChoiceField(label=pgettext_lazy("sorting", "Order"), required=False)

    def __init__(self, basket: Basket, data: QueryDict, choices: Choices | None = None) -> None:
        super().__init__({name: data.get(name, "") for name in NAMES}, auto_id="filter-%s")
        # Read once for a page, however many filters it reads by them.
        self.choices = choices or _choices(basket)
        for name, offered in self.choices.items():
            field = self.fields[name]
            if len(offered) < FEWEST.get(name, 1):
                del self.fields[name]
                continue
            field.choices = [("", _("Any")), *offered] if name != "sort" else offered  # type: ignore[attr-defined]

    @property
    def filters(self) -> Filters:
        """What the address says rightly; asked after validation."""
        self.is_valid()
        return Filters.of(self.cleaned_data)

    @property
    def ignored(self) -> list[str]:
        """The labels of fields whose value in the address means nothing, and unknown ones."""
        wrong = [name for name in self.errors if name in self.fields]
        not_theirs = [
            name for name, value in self.data.items() if value and name not in self.fields
        ]
        return [str(self.base_fields[name].label) for name in (*wrong, *not_theirs)]

    def chips(self, query: QueryDict) -> list[Chip]:
        chips = []
        for name, value in self.filters.values.items():
            if name == "sort":
                continue
            rest = query.copy()
            for gone in (name, "page"):
                rest.pop(gone, None)
            label = _("%(filter)s: %(value)s") % {
                "filter": self.fields[name].label,
                "value": self._in_words(name, value),
            }
            chips.append(Chip(label, f"{reverse('home')}?{rest.urlencode()}"))
        return chips

    def _in_words(self, name: str, value: Any) -> str:
        choices: Mapping[str, Any] = dict(getattr(self.fields[name], "choices", ()))
        if value in choices:
            return str(choices[value])
        return value.strftime("%d.%m.%Y") if name == "since" else str(value)


def _choices(basket: Basket) -> Choices:
    sources = [source for source, _sorting in basket.sources.values()]
    stages = {source.stage for source in sources} | {
        stage for source in sources for stage in source.stages()
    }
    sides = {side for source in sources for side in source.sides(basket.reader)}
    return {
        "kind": [(source.kind, source.label) for source in sources],
        "stage": [(key, label) for key, label in STAGE_NAMES.items() if key in stages],
        "by": [(key, label) for key, label in SIDE_NAMES.items() if key in sides],
        **_organisations(basket.actor),
        "auditor": _auditors(basket),
        "scheme": [(scheme.code, scheme.name) for scheme in Scheme.objects.all()],
        "due": list(DUE.items()),
        "sort": list(ORDERS.items()),
    }


def _organisations(actor: Membership) -> dict[str, list[tuple[str, Any]]]:
    """Chambers by their code and expert organisations by their BIN, in one query.

    An applicant is offered those that its own requests went to.
    """
    kinds = [
        *([OrganisationKind.CHAMBER] if actor.role in SEE_CHAMBERS else []),
        *([OrganisationKind.EXPERT] if actor.role in SEE_EXPERTS else []),
    ]
    found: dict[str, list[tuple[str, Any]]] = {"chamber": [], "experts": []}
    if not kinds:
        return found
    offered = Organisation.objects.filter(kind__in=kinds)
    if actor.role == Role.APPLICANT:
        own = ExpertiseRequest.objects.visible_to(actor).values("expert_organisation")
        offered = offered.filter(Q(kind=OrganisationKind.CHAMBER) | Q(pk__in=own))
    for one in offered.order_by("code", "name_ru"):
        is_chamber = one.kind == OrganisationKind.CHAMBER
        found["chamber" if is_chamber else "experts"].append(
            (one.code if is_chamber else one.bin, one.name)
        )
    return found


def _auditors(basket: Basket) -> list[tuple[str, Any]]:
    """The own auditors of an expert organisation; for the Committee whoever examines now."""
    actor = basket.actor
    if actor.role not in SEE_AUDITORS:
        return []
    if actor.role == Role.EXPERT_HEAD:
        people = User.objects.filter(
            pk__in=Membership.objects.current()
            .filter(role=Role.AUDITOR, organisation=actor.organisation_id)
            .values("user")
        )
    else:
        people = User.objects.filter(
            pk__in=ExpertiseRequest.objects.filter(status__in=OPEN).values("auditor")
        )
    return [(str(one.pk), one.full_name) for one in people.order_by("full_name")[:MOST_AUDITORS]]
