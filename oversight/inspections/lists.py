"""The lists of codes that inspections are told in."""

from reference.models import CodeEntry

KINDS, OBJECTS, OUTCOMES = "control_kind", "control_object", "control_outcome"
# What an entry of KINDS says of itself.
LISTED, UNSCHEDULED, NEEDS_ACT = "listed", "unscheduled", "act"
SAMPLE_PURCHASE = "sample_purchase"
PREVENTIVE_VISIT = "preventive_visit"


def needs_act(kind: str) -> bool:
    """Whether an act of appointment has to be registered before the inspection begins."""
    return CodeEntry.objects.filter(
        list=KINDS, code=kind, applies_to__contains=[NEEDS_ACT]
    ).exists()
