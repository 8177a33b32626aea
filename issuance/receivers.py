"""News from stage one: a positive act may go to its chamber by itself."""

from typing import Any

from django.dispatch import receiver

from expertise.models import Act
from expertise.signals import act_signed

from . import services


@receiver(act_signed)
def take_to_chamber(act: Act, **_news: Any) -> None:
    services.apply_as_arranged(act=act)
