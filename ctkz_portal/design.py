"""The design page: every component in every state, for whoever makes or judges a page.

Only the demo shows it. What stands on it is invented and does nothing.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from oversight.figures.charts import Bar, BarChart, LineChart, Marker, RowChart, Series
from workflow.story import STAGES, Stage
from workflow.transitions import Status

TONES = ("neutral", "progress", "wait", "good", "bad")
SHAPES = ("dot", "ring", "half", "arrow", "check", "cross", "pause", "triangle", "clock")
TOKENS = (
    "ink", "second", "third", "line", "edge", "ground", "paper", "hover", "kok", "kok-deep",
    "kok-soft", "altyn", "altyn-soft", "good", "good-soft", "warn", "warn-soft", "bad", "bad-soft",
)  # fmt: skip


class SampleForm(forms.Form):
    """One field of each kind that forms of the portal have."""

    name = forms.CharField(
        label=gettext_lazy("Name of the goods"),
        help_text=gettext_lazy("As in the technical document, with model and grade."),
    )
    code = forms.CharField(label=gettext_lazy("HS code"), max_length=10)
    day = forms.DateField(label=gettext_lazy("Date"), required=False)
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        choices=[("796", gettext_lazy("pieces")), ("166", gettext_lazy("kilograms"))],
    )
    category = forms.ChoiceField(
        label=gettext_lazy("Category"),
        widget=forms.RadioSelect,
        choices=[
            ("serial", gettext_lazy("Serial production")),
            ("batch", gettext_lazy("One batch")),
        ],
    )
    note = forms.CharField(label=gettext_lazy("Note"), widget=forms.Textarea, required=False)
    file = forms.FileField(label=gettext_lazy("Document"), required=False)
    agreed = forms.BooleanField(label=gettext_lazy("I have read it"), required=False)


@dataclass(frozen=True)
class Told:
    """An entry of a history, as the log gives it."""

    sentence: str | Promise
    at: dt.datetime
    actor_label: str
    subject_label: str = ""
    subject_id: str = ""
    url: str = ""


@login_not_required
@require_safe
def design(request: HttpRequest) -> HttpResponse:
    if not settings.CTKZ_DEMO:
        raise Http404
    context = {
        "tokens": TOKENS,
        "statuses": [Status(_("In progress"), tone, "dot") for tone in TONES],
        "shapes": [Status(shape, "neutral", shape) for shape in SHAPES],
        "days": (12, 1, 0, -3),
        "stages": _stages(),
        "checks": _checks(),
        "tabs": _tabs(),
        "page": Paginator(range(240), 10).get_page(request.GET.get("page", 4)),
        "history": _history(),
        "charts": _charts(),
        "form": SampleForm(prefix="empty"),
        "refused": SampleForm(
            {"refused-code": "84213100001", "refused-category": "lot"}, prefix="refused"
        ),
        "amount": Decimal("1234567.5"),
        "share": Decimal("68.230"),
        "now": timezone.now(),
        "company": "ТОО «Пример»",
    }
    return render(request, "design/page.html", context)


def _stages() -> list[Stage]:
    states = ("done", "done", "current", "stopped", "todo")
    return [Stage(label, state) for (_event, label), state in zip(STAGES, states, strict=True)]


def _checks() -> list[dict[str, object]]:
    label = _("Act of expertise")
    return [
        {"label": label, "detail": _("in order"), "ok": True},
        {"label": label, "detail": _("to be cleared"), "ok": False, "url": "#checks"},
        {"label": label, "detail": _("not checked yet"), "ok": None},
    ]


def _tabs() -> list[dict[str, object]]:
    labels = (_("Waiting for you"), _("In progress"), _("Done"))
    return [
        {"label": label, "count": count, "url": "#tabs", "current": not place}
        for place, (label, count) in enumerate(zip(labels, (3, 1284, 0), strict=True))
    ]


def _history() -> list[Told]:
    now = timezone.now()
    return [
        Told(_("The request was begun"), now, "Примеров Пример", "З-120-000318"),
        Told(_("The request was begun"), now - dt.timedelta(days=1), "Примеров Пример"),
        Told(_("The request was begun"), now - dt.timedelta(days=40), ""),
    ]


def _charts() -> list[object]:
    what, words = _("Certificates"), _("Certificates issued")
    bars = [
        Bar(str(year), figure)
        for year, figure in zip(range(2019, 2025), (4, 6, 5, 9, 7, 8), strict=True)
    ]
    named = [Bar(_("Regional chamber"), 12), Bar(_("Expert organisation"), 7, tone="warn")]
    series = [Series(what, values=(3, 4, 6, 5)), Series(_("Refused"), "bad", values=(1, 0, 2, 1))]
    return [
        BarChart(words, words, bars=bars, marker=Marker(3, _("today")), what=what),
        RowChart(words, words, bars=named, what=what),
        LineChart(words, words, labels=("I", "II", "III", "IV"), series=series, what=what),
    ]
