"""Shares around a limit: how many acts just within it, and how many just beyond."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Func, IntegerField, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from oversight.departments import department_of
from oversight.figures.charts import Bar, BarChart, Marker
from oversight.models import LimitGap

from .labels import LIMITS
from .wording import shown

# Points on each side of the limit that the picture shows.
REACH = 7
FOREIGN = "foreign_share_at_most"


@dataclass(frozen=True)
class Choice:
    """One limit of the rules; `key` names it in the address."""

    kind: str
    limit: Decimal
    acts: int

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.limit.normalize():f}"

    @property
    def label(self) -> str:
        return _("at most %(limit)s %% – %(what)s") % {
            "limit": shown(self.limit),
            "what": LIMITS.get(self.kind, self.kind),
        }


@dataclass(frozen=True)
class Around:
    """What the page tells of one limit."""

    chosen: Choice
    above: int
    below: int
    band: Decimal
    chart: BarChart
    above_url: str
    below_url: str


def gaps_seen(actor: Membership, *, on: Any) -> QuerySet[LimitGap]:
    own = department_of(actor, on=on)
    found = LimitGap.objects.order_by()
    return found if own.is_central else found.filter(act__request__chamber__code=own.pk)


def choices_of(gaps: QuerySet[LimitGap]) -> list[Choice]:
    """Limits that acts were ever measured by, the most frequent first."""
    rows = gaps.values("kind", "limit").annotate(acts=Count("act", distinct=True))
    found = [Choice(row["kind"], row["limit"], row["acts"]) for row in rows]
    return sorted(found, key=lambda one: (-one.acts, one.key))


def groups_of(gaps: QuerySet[LimitGap]) -> list[tuple[str, str]]:
    rows = gaps.values_list("product_group", flat=True).distinct().order_by("product_group")
    return [(group, _("HS %(group)s") % {"group": group}) for group in rows]


def around(
    gaps: QuerySet[LimitGap], chosen: Choice, *, band: Decimal, kept: dict[str, str]
) -> Around:
    """The acts around one limit in steps of one point; two queries."""
    near = gaps.filter(kind=chosen.kind, limit=chosen.limit)
    rows = (
        near.filter(gap__gte=-REACH, gap__lt=REACH)
        .annotate(step=Func(F("gap"), function="FLOOR", output_field=IntegerField()))
        .values("step")
        .annotate(acts=Count("act", distinct=True))
    )
    steps = Counter({row["step"]: row["acts"] for row in rows})
    beside = near.aggregate(
        above=Count("act", distinct=True, filter=Q(gap__gte=0, gap__lt=band)),
        below=Count("act", distinct=True, filter=Q(gap__lt=0, gap__gte=-band)),
    )
    above, below = beside["above"], beside["below"]
    return Around(
        chosen=chosen,
        above=above,
        below=below,
        band=band,
        chart=_chart(chosen, steps, above, below, kept),
        above_url=_acts_url(chosen, Decimal(0), band, kept),
        below_url=_acts_url(chosen, -band, Decimal(0), kept),
    )


def _chart(
    chosen: Choice, steps: Counter[int], above: int, below: int, kept: dict[str, str]
) -> BarChart:
    is_local = chosen.kind == FOREIGN
    least = 100 - chosen.limit
    told = {"least": shown(least), "limit": shown(chosen.limit), "above": above, "below": below}
    if is_local:
        title = _("Local content near the limit of %(least)s %%") % told
        what = _("Local content from, %")
    else:
        title = _("Shares near the limit of %(limit)s %%") % told
        what = _("Points within the limit, from")
    return BarChart(
        title=title,
        desc=_("%(above)s acts just within the limit, %(below)s just beyond it.") % told,
        unit=_("acts"),
        what=what,
        bars=[
            Bar(
                label=shown(least + step if is_local else Decimal(step)),
                value=steps[step],
                tone="" if step >= 0 else "soft",
                url=_acts_url(chosen, Decimal(step), Decimal(step + 1), kept),
            )
            for step in range(-REACH, REACH)
        ],
        marker=Marker(REACH, f"{shown(least if is_local else chosen.limit)} %"),
    )


def _acts_url(chosen: Choice, low: Decimal, high: Decimal, kept: dict[str, str]) -> str:
    """The list of acts narrowed to these points; the list takes the goods with the limit."""
    rest = {name: value for name, value in kept.items() if name != "group"}
    limit = f"{chosen.key}:{low:f}:{high:f}:{kept.get('group', '')}"
    asked = {"subject": "act", "limit": limit, **rest}
    return f"{reverse('oversight:risk-list')}?{urlencode(asked)}"
