"""Events of the Committee's work, one module for each job."""

from . import (
    complaints,
    control,
    figures,
    grey_market,
    inspections,
    mass,
    measures,
    papers,
    reading,
    risk,
    selection,
)

__all__ = [
    "complaints",
    "control",
    "figures",
    "grey_market",
    "inspections",
    "mass",
    "measures",
    "papers",
    "reading",
    "risk",
    "selection",
]
