"""The steps of an expertise above each of the auditor's pages."""

from typing import Any

from django import template

from expertise.desk_steps import desk_steps
from expertise.models import ExpertiseRequest

register = template.Library()


@register.inclusion_tag("expertise/desk_steps.html", name="desk_steps")
def show_desk_steps(case: ExpertiseRequest, here: str = "", blockers: Any = None) -> dict[str, Any]:
    return {"steps": desk_steps(case, here=here, blockers=blockers or None)}
