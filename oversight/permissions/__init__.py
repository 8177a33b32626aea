"""Who may do what at the Committee's desk, one module for each job."""

from . import (
    complaints,
    control,
    figures,
    grey_market,
    inspections,
    mass,
    measures,
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
    "reading",
    "risk",
    "selection",
]
