"""Numbers of the invented past: each series counted in the order in which it was given out."""

from collections import Counter
from collections.abc import Iterable

from django.utils import timezone

from reference.numbering import pass_over
from reference.parameters import parameter

from .planning import CasePlan


def give_numbers(cases: Iterable[CasePlan]) -> None:
    """Numbers of requests, acts, applications and certificates, by the patterns of their day;
    whoever comes after the generated history goes on after them."""
    cases = list(cases)
    last: Counter[tuple[str, str, int]] = Counter()
    patterns = {
        kind: parameter(f"number_format.{kind}", on=timezone.localdate(cases[0].began))
        for kind in ("request", "act", "application", "certificate")
    }

    def number(
        kind: str, series: str, plan: CasePlan, step: str, *, yearly: bool
    ) -> tuple[str, int]:
        year = timezone.localdate(plan.at[step]).year
        key = kind, series, year if yearly else 0
        last[key] += 1
        text = patterns[kind].format(
            org=series, chamber=series, year=year, y=year % 10, seq=last[key]
        )
        return text, last[key]

    for plan in _by(cases, "submitted"):
        series = plan.house.organisation.code
        plan.request_number, _ = number("request", series, plan, "submitted", yearly=False)
    for plan in _by(cases, "signed"):
        series = plan.house.organisation.code
        plan.act_number, _ = number("act", series, plan, "signed", yearly=True)
    for plan in _by(cases, "applied"):
        series = plan.applicant.desk.organisation.code
        plan.application_number, _ = number("application", series, plan, "applied", yearly=False)
    for plan in _by(cases, "decided"):
        if plan.kind == "certificate":
            series = plan.applicant.desk.organisation.code
            plan.certificate_number, plan.sequence = number(
                "certificate", series, plan, "decided", yearly=True
            )
    for (kind, series, year), latest in last.items():
        pass_over(kind=kind, series=series, year=year, last=latest)


def _by(cases: Iterable[CasePlan], step: str) -> list[CasePlan]:
    return sorted(
        (plan for plan in cases if step in plan.at), key=lambda plan: (plan.at[step], plan.number)
    )
