"""How an application came and how the chamber went through it. Pure."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from oversight.risk.facts import ApplicationFacts

from .base import APPLICATION, Hit, Threshold, hit, indicator, rising


@indicator(
    "old_act",
    APPLICATION,
    title=_("Act already old"),
    words=ngettext_lazy(
        "The act was %(days)s day old when the application came.",
        "The act was %(days)s days old when the application came.",
        "days",
    ),
    explains=_("The longer ago the expertise, the less it says of the goods that are sold today."),
)
def old_act(facts: ApplicationFacts, threshold: Threshold) -> Hit | None:
    days = facts.days_after_act
    return hit(rising(days, start=threshold["days"], full=threshold["days"] * 2), days=days)


@indicator(
    "repeated_batches",
    APPLICATION,
    title=_("Batch after batch of the same goods"),
    words=ngettext_lazy(
        "%(count)s batch of the same goods of this producer shortly before.",
        "%(count)s batches of the same goods of this producer shortly before.",
        "count",
    ),
    explains=_("What is made all the time belongs under serial production, with its examination."),
    reads=("applicant_later",),
)
def repeated_batches(facts: ApplicationFacts, threshold: Threshold) -> Hit | None:
    if not facts.is_batch:
        return None
    most = threshold["most_batches"]
    return hit(rising(facts.batches_before, start=most, full=most * 3), count=facts.batches_before)


@indicator(
    "intermediary",
    APPLICATION,
    title=_("One intermediary for many producers"),
    words=ngettext_lazy(
        "The applicant is not the producer and files for %(count)s producer.",
        "The applicant is not the producer and files for %(count)s producers.",
        "count",
    ),
    explains=_("Certificates of many producers pass through one hand within a year."),
    reads=("applicant_later",),
)
def intermediary(facts: ApplicationFacts, threshold: Threshold) -> Hit | None:
    if not facts.is_intermediary:
        return None
    most = threshold["most_producers"]
    return hit(rising(facts.producers, start=most, full=most * 3), count=facts.producers)


@indicator(
    "same_address",
    APPLICATION,
    title=_("Producer at the trader's address"),
    words=_("Production is said to be at the address of the applicant, who is not the producer."),
    explains=_("A producer without a place of its own may be a producer on paper."),
)
def same_address(facts: ApplicationFacts, threshold: Threshold) -> Hit | None:
    return hit(facts.is_intermediary and facts.has_same_address)


@indicator(
    "quick_review",
    APPLICATION,
    title=_("Decided by the chamber in minutes"),
    words=ngettext_lazy(
        "The chamber decided %(minutes)s minute after the application came.",
        "The chamber decided %(minutes)s minutes after the application came.",
        "minutes",
    ),
    explains=_("Two people cannot have compared the application with the act in so little time."),
)
def quick_review(facts: ApplicationFacts, threshold: Threshold) -> Hit | None:
    if facts.minutes is None:
        return None
    return hit(1 - Decimal(facts.minutes) / threshold["minutes"], minutes=facts.minutes)


@indicator(
    "chamber_violations",
    APPLICATION,
    title=_("Confirmed violations of the chamber"),
    words=ngettext_lazy(
        "%(count)s confirmed violation of the chamber in other cases.",
        "%(count)s confirmed violations of the chamber in other cases.",
        "count",
    ),
    explains=_("Violations by the chamber's fault, confirmed within the years looked at."),
    reads=("violations",),
)
def chamber_violations(facts: ApplicationFacts, threshold: Threshold) -> Hit | None:
    count = facts.chamber_violations
    return hit(rising(count, start=Decimal(0), full=threshold["full_count"]), count=count)
