"""The clock of a thing, the same on every page: how long is left, until when, or why it stands."""

from typing import Any

from django import template
from django.db import models

from workplace.deadlines.clocks import Clock, clock_of

register = template.Library()


@register.inclusion_tag("components/clock.html")
def deadline_of(thing: models.Model) -> dict[str, Any]:
    """For the page of one thing; it is counted on the spot."""
    return {"clock": clock_of(thing)}


@register.inclusion_tag("components/clock.html")
def deadline(clock: Clock | None) -> dict[str, Any]:
    """For lists, which count all their rows at once."""
    return {"clock": clock}
