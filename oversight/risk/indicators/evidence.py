"""What an act rests on: files, texts, photographs, the site visit. Pure."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from oversight.risk.facts import ActFacts

from .base import ACT, Hit, Threshold, hit, indicator, rising

CAPACITY = "capacity"
TEXT, PHOTO = "text", "photo"


@indicator(
    "shared_files",
    ACT,
    title=_("One document in cases of different producers"),
    words=ngettext_lazy(
        "%(files)s file of the case also lies in act %(number)s of another producer.",
        "%(files)s files of the case also lie in act %(number)s of another producer.",
        "files",
    ),
    explains=_(
        "The very same file, byte for byte, proves goods of two producers. Papers that very many "
        "cases share, such as standards, are not counted."
    ),
    reads=("same_files",),
)
def shared_files(facts: ActFacts, threshold: Threshold) -> Hit | None:
    counted = [file for file in facts.shared_files if file.producers <= threshold["widely"]]
    if not counted:
        return None
    return hit(
        rising(len(counted), start=Decimal(0), full=threshold["full_files"]),
        files=len(counted),
        number=counted[0].number,
    )


def _nearest(facts: ActFacts, kind: str, full_apart: Decimal, limit: Decimal) -> Hit | None:
    found = [near for near in facts.near if near.kind == kind]
    if not found:
        return None
    nearest = min(found, key=lambda near: (near.apart, near.number))
    apart = Decimal(nearest.apart)
    strength = (
        Decimal(1)
        if apart <= full_apart
        else rising(limit + 1 - apart, start=Decimal(0), full=limit + 1 - full_apart)
    )
    return hit(strength, number=nearest.number, apart=nearest.apart)


@indicator(
    "near_text",
    ACT,
    title=_("Text nearly repeats another act"),
    words=_("The text of the act nearly repeats that of act %(number)s of another producer."),
    explains=_(
        "Identification and process are written in nearly the same words as for another producer. "
        "Figures and model names do not count."
    ),
    reads=("near_fingerprints",),
)
def near_text(facts: ActFacts, threshold: Threshold) -> Hit | None:
    return _nearest(facts, TEXT, threshold["full_bits"], threshold["most_bits"])


@indicator(
    "near_photos",
    ACT,
    title=_("Photographs of another act"),
    words=_("The same photographs as in act %(number)s of another producer."),
    explains=_(
        "A photograph of goods or production is nearly the same picture as in the case of another "
        "producer, whatever its size and compression."
    ),
    reads=("near_fingerprints",),
)
def near_photos(facts: ActFacts, threshold: Threshold) -> Hit | None:
    return _nearest(facts, PHOTO, threshold["full_bits"], threshold["most_bits"])


@indicator(
    "capacity",
    ACT,
    title=_("Declared capacity was not found at the site"),
    words=_("The site visit found that the declared capacity does not agree with the actual one."),
    explains=_("The act is positive though the auditor answered this item of the visit with no."),
)
def capacity(facts: ActFacts, threshold: Threshold) -> Hit | None:
    return hit(facts.is_positive and CAPACITY in facts.visit_refusals)


@indicator(
    "visit_refusals",
    ACT,
    title=_("The site visit did not confirm everything"),
    words=ngettext_lazy(
        "%(items)s item of the site visit was answered with no.",
        "%(items)s items of the site visit were answered with no.",
        "items",
    ),
    explains=_(
        "Premises, address, equipment or operations were not as declared, yet it is positive."
    ),
)
def visit_refusals(facts: ActFacts, threshold: Threshold) -> Hit | None:
    items = [item for item in facts.visit_refusals if item != CAPACITY]
    if not facts.is_positive:
        return None
    return hit(rising(len(items), start=Decimal(0), full=threshold["full_items"]), items=len(items))
