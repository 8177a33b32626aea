"""What happened to a certificate after issue: look-ups around it and over-use. Pure."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from oversight.risk.facts import CertificateFacts

from .base import CERTIFICATE, Hit, Threshold, hit, indicator, rising


@indicator(
    "unknown_neighbours",
    CERTIFICATE,
    title=_("Somebody asks for numbers beside it that do not exist"),
    words=ngettext_lazy(
        "%(numbers)s number close to this one that was never issued was looked up %(times)s times.",
        "%(numbers)s numbers close to this one that were never issued were looked up %(times)s "
        "times.",
        "numbers",
    ),
    explains=_("Forged papers bear numbers close to a real one that served as their model."),
    reads=("lookups",),
)
def unknown_neighbours(facts: CertificateFacts, threshold: Threshold) -> Hit | None:
    if facts.asked_times < threshold["least_times"]:
        return None
    return hit(
        rising(facts.asked_numbers, start=Decimal(0), full=threshold["full_numbers"]),
        numbers=facts.asked_numbers,
        times=facts.asked_times,
    )


@indicator(
    "over_used",
    CERTIFICATE,
    title=_("More was drawn than certified"),
    words=ngettext_lazy(
        "%(count)s attempt to draw more than the certificate has left.",
        "%(count)s attempts to draw more than the certificate has left.",
        "count",
    ),
    explains=_("Goods are sold under a certificate whose quantity is used up."),
)
def over_used(facts: CertificateFacts, threshold: Threshold) -> Hit | None:
    count = facts.over_uses
    return hit(rising(count, start=Decimal(0), full=threshold["full_count"]), count=count)
