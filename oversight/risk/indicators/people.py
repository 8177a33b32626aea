"""Who made an act, how fast and how often: auditor, attestation, the pair with a producer. Pure."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from oversight.risk.facts import ActFacts

from .base import ACT, Hit, Threshold, hit, indicator, rising


@indicator(
    "fast_examination",
    ACT,
    title=_("Examination too short"),
    words=_("The act took %(minutes)s min for %(lines)s goods lines."),
    explains=_(
        "Minutes from the assignment of the auditor to the signature, for each goods line. "
        "Nobody looks at goods, papers and process in so little time."
    ),
)
def fast_examination(facts: ActFacts, threshold: Threshold) -> Hit | None:
    if facts.minutes is None or not facts.lines:
        return None
    least = threshold["minutes_per_line"] * len(facts.lines)
    return hit(1 - Decimal(facts.minutes) / least, minutes=facts.minutes, lines=len(facts.lines))


@indicator(
    "many_a_day",
    ACT,
    title=_("Many acts in one day"),
    words=ngettext_lazy(
        "The auditor signed %(acts)s act on that day.",
        "The auditor signed %(acts)s acts on that day.",
        "acts",
    ),
    explains=_("More acts of one auditor in one day than careful work allows."),
    reads=("same_day",),
)
def many_a_day(facts: ActFacts, threshold: Threshold) -> Hit | None:
    most = threshold["most_acts"]
    return hit(rising(facts.acts_that_day, start=most, full=most * 3), acts=facts.acts_that_day)


@indicator(
    "constant_pair",
    ACT,
    title=_("One auditor and one producer too often"),
    words=_("The same auditor signed %(pair)s of the producer's %(all)s acts within a year."),
    explains=_("Auditors change for a reason. Producers with few acts are not counted."),
    reads=("producer_later",),
)
def constant_pair(facts: ActFacts, threshold: Threshold) -> Hit | None:
    if facts.pair_acts < threshold["least_acts"]:
        return None
    percent = Decimal(100 * facts.pair_acts) / facts.producer_acts
    return hit(
        rising(percent, start=threshold["percent"], full=Decimal(100)),
        pair=facts.pair_acts,
        all=facts.producer_acts,
    )


@indicator(
    "attestation_ending",
    ACT,
    title=_("Attestation near its end"),
    words=ngettext_lazy(
        "The auditor's attestation had %(days)s day left.",
        "The auditor's attestation had %(days)s days left.",
        "days",
    ),
    explains=_("Acts signed in the last days of an attestation."),
)
def attestation_ending(facts: ActFacts, threshold: Threshold) -> Hit | None:
    left = facts.attestation_days_left
    if not facts.is_attested or left < 0:
        return None
    return hit(1 - Decimal(left) / threshold["days"], days=left)


@indicator(
    "not_attested",
    ACT,
    title=_("Attestation not in force"),
    words=_("On the day of the act the auditor's attestation was suspended, revoked or over."),
    explains=_("An act needs an attestation in force on the day of its signature."),
    reads=("attestation",),
)
def not_attested(facts: ActFacts, threshold: Threshold) -> Hit | None:
    return hit(not facts.is_attested)


@indicator(
    "auditor_violations",
    ACT,
    title=_("Confirmed violations of the auditor"),
    words=ngettext_lazy(
        "%(count)s confirmed violation of the auditor in other cases.",
        "%(count)s confirmed violations of the auditor in other cases.",
        "count",
    ),
    explains=_("Violations by the auditor's fault, confirmed within the years looked at."),
    reads=("violations",),
)
def auditor_violations(facts: ActFacts, threshold: Threshold) -> Hit | None:
    count = facts.auditor_violations
    return hit(rising(count, start=Decimal(0), full=threshold["full_count"]), count=count)


@indicator(
    "producer_violations",
    ACT,
    title=_("Confirmed violations of the producer"),
    words=ngettext_lazy(
        "%(count)s confirmed violation about other goods of the producer.",
        "%(count)s confirmed violations about other goods of the producer.",
        "count",
    ),
    explains=_("Violations by the applicant's fault about goods of this producer."),
    reads=("violations",),
)
def producer_violations(facts: ActFacts, threshold: Threshold) -> Hit | None:
    count = facts.producer_violations
    return hit(rising(count, start=Decimal(0), full=threshold["full_count"]), count=count)
