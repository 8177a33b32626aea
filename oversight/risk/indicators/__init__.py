"""The indicators: each a small function of its own, entered in one table."""

from . import evidence, expertise, filing, people, register
from .base import ACT, APPLICATION, CERTIFICATE, INDICATORS, Hit, Indicator, Threshold

__all__ = [
    "ACT",
    "APPLICATION",
    "CERTIFICATE",
    "INDICATORS",
    "Hit",
    "Indicator",
    "Threshold",
    "evidence",
    "expertise",
    "filing",
    "people",
    "register",
]
