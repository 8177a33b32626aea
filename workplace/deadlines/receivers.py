"""What happens here when the calendar below changes."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from reference.signals import calendar_changed
from reference.working_days import Calendar

from .moving_days import recompute_due_days


@receiver(calendar_changed)
def count_anew(old: Calendar, new: Calendar, **_: Any) -> None:
    recompute_due_days(old=old, new=new, on=timezone.localdate())
