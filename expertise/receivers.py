"""Answers to the rule desk, which stands below this room: how often a reading was followed."""

from typing import Any

from django.db.models import Count
from django.db.models.fields.json import KT
from django.dispatch import receiver

from origin.signals import Picked, readings_picked

from .models import Finding


@receiver(readings_picked)
def lines_by_reading(**_question: Any) -> list[Picked]:
    """Lines of signed acts that were judged by a reading of a disputed row."""
    counted = (
        Finding.objects.filter(line__request__act__status="signed")
        .annotate(
            disputed_row=KT("evaluation__result__row"), followed=KT("evaluation__result__reading")
        )
        .filter(followed__gt="")
        .values("disputed_row", "followed")
        .annotate(lines=Count("pk"), acts=Count("line__request__act", distinct=True))
        .order_by("disputed_row", "followed")
    )
    return [
        Picked(each["disputed_row"], each["followed"], each["lines"], each["acts"])
        for each in counted
    ]
