"""What an act says of goods and rules: limits, headings, operations, readings. Pure."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from oversight.risk.facts import ActFacts, Line

from .base import ACT, Hit, Threshold, hit, indicator, rising

ORIGINATING = "originating"
GENERAL = "general"
SUFFICIENT_PROCESSING = "Д"


def _numbers(lines: list[Line]) -> str:
    return ", ".join(str(line.number) for line in lines)


@indicator(
    "near_limit",
    ACT,
    title=_("Share close to its limit"),
    words=_(
        "Line %(line)s: foreign materials are %(percent)s %% of the price, %(gap)s within the "
        "limit of %(limit)s %%."
    ),
    explains=_(
        "A share just within its limit is where a small correction of a price decides. The nearer, "
        "the stronger."
    ),
)
def near_limit(facts: ActFacts, threshold: Threshold) -> Hit | None:
    met = [(limit, line) for line in facts.positive_lines for limit in line.met]
    if not met:
        return None
    limit, line = min(met, key=lambda pair: (pair[0].gap, pair[1].number))
    return hit(
        1 - limit.gap / threshold["margin_points"],
        line=line.number,
        percent=limit.percent,
        gap=limit.gap,
        limit=limit.limit,
    )


@indicator(
    "bunching",
    ACT,
    title=_("Shares of the auditor crowd just within the limit"),
    words=_(
        "In a year the auditor signed %(above)s acts just within a limit, but %(beside)s at the "
        "same distance beside."
    ),
    explains=_(
        "Shares of many goods spread evenly around a limit. A step just within it rarely happens "
        "by chance. It is told only of acts that lie in that step."
    ),
    reads=("auditor_later",),
)
def bunching(facts: ActFacts, threshold: Threshold) -> Hit | None:
    band = threshold["band_points"]
    is_there = any(limit.gap < band for line in facts.positive_lines for limit in line.met)
    if not is_there or facts.just_above < threshold["least_acts"]:
        return None
    times = Decimal(facts.just_above) / max(facts.beside, 1)
    return hit(
        rising(times, start=threshold["times"], full=threshold["times"] * 2),
        above=facts.just_above,
        beside=facts.beside,
    )


@indicator(
    "against_rules",
    ACT,
    title=_("Positive verdict that the rules do not give"),
    words=_("The rules do not say that the goods originate: line %(lines)s."),
    explains=_("The act calls goods Kazakhstani that the rules of its day do not."),
)
def against_rules(facts: ActFacts, threshold: Threshold) -> Hit | None:
    found = [line for line in facts.positive_lines if line.verdict and line.verdict != ORIGINATING]
    return hit(len(found) > 0, lines=_numbers(found))


@indicator(
    "same_heading",
    ACT,
    title=_("Foreign material of the goods' own heading"),
    words=_(
        "Line %(line)s: foreign materials of the goods' own heading %(heading)s are %(percent)s %% "
        "of the price."
    ),
    explains=_(
        "Criterion Д means that the heading changed. Where the list of conditions allows some "
        "material of the same heading, the sign is weaker."
    ),
)
def same_heading(facts: ActFacts, threshold: Threshold) -> Hit | None:
    found = [
        line
        for line in facts.positive_lines
        if line.criterion.startswith(SUFFICIENT_PROCESSING) and line.same_heading_percent > 0
    ]
    if not found:
        return None
    line = max(found, key=lambda one: (one.same_heading_percent, -one.number))
    strength = rising(line.same_heading_percent, start=Decimal(0), full=threshold["full_percent"])
    if line.rule != GENERAL:
        strength *= threshold["listed_percent"] / 100
    return hit(strength, line=line.number, heading=line.heading, percent=line.same_heading_percent)


@indicator(
    "simple_operations",
    ACT,
    title=_("Nothing but simple operations"),
    words=_("Line %(lines)s: no operation is named that makes goods sufficiently processed."),
    explains=_(
        "Packing, sorting and simple assembly never confer origin. The sign is weaker where no "
        "operation is named at all."
    ),
)
def simple_operations(facts: ActFacts, threshold: Threshold) -> Hit | None:
    found = [
        line
        for line in facts.positive_lines
        if line.criterion.startswith(SUFFICIENT_PROCESSING) and not line.sufficient_operations
    ]
    are_named = any(line.operations for line in found)
    strength = Decimal(1) if are_named else threshold["unnamed_percent"] / 100
    return hit(strength if found else 0, lines=_numbers(found))


@indicator(
    "general_rule",
    ACT,
    title=_("Goods of the list judged by the general rule"),
    words=_(
        "Line %(lines)s was judged by the general rule, though the list of conditions names its "
        "code: %(rows)s."
    ),
    explains=_(
        "A row of the list may hold for a part of a heading only; then the auditor chooses and "
        "says why. The choice is worth a look."
    ),
)
def general_rule(facts: ActFacts, threshold: Threshold) -> Hit | None:
    found = [line for line in facts.positive_lines if line.passed_rows]
    rows = sorted({row for line in found for row in line.passed_rows})
    return hit(len(found) > 0, lines=_numbers(found), rows=", ".join(rows))


@indicator(
    "disputed_reading",
    ACT,
    title=_("Disputed reading or ruling"),
    words=_("Line %(lines)s rests on a disputed condition, read as %(readings)s."),
    explains=_("The condition can be read in more than one way; the act follows one of them."),
)
def disputed_reading(facts: ActFacts, threshold: Threshold) -> Hit | None:
    found = [line for line in facts.positive_lines if line.reading]
    readings = sorted({line.reading for line in found})
    return hit(len(found) > 0, lines=_numbers(found), readings=", ".join(readings))


@indicator(
    "many_lines",
    ACT,
    title=_("Very many goods lines"),
    words=ngettext_lazy(
        "The act has %(lines)s goods line.", "The act has %(lines)s goods lines.", "lines"
    ),
    explains=_("Among very many lines a wrong one is easily passed over."),
)
def many_lines(facts: ActFacts, threshold: Threshold) -> Hit | None:
    count, most = len(facts.lines), threshold["most_lines"]
    return hit(rising(count, start=most, full=most * 3), lines=count)


@indicator(
    "quantity_jump",
    ACT,
    title=_("Quantity far above what the producer made before"),
    words=_(
        "Line %(line)s: a quantity of %(quantity)s, while the usual one of this producer is "
        "%(usual)s."
    ),
    explains=_(
        "The quantity of a line against the middle of the producer's own lines of the same goods "
        "within the year before. What was made elsewhere shows in this way first."
    ),
    reads=("producer_later",),
)
def quantity_jump(facts: ActFacts, threshold: Threshold) -> Hit | None:
    found = [
        (line.quantity / line.usual_quantity, line)
        for line in facts.positive_lines
        if line.usual_quantity and line.earlier_lines >= threshold["least_lines"]
    ]
    if not found:
        return None
    times, line = max(found, key=lambda pair: (pair[0], -pair[1].number))
    return hit(
        rising(times, start=threshold["times"], full=threshold["times"] * 3),
        line=line.number,
        quantity=line.quantity,
        usual=line.usual_quantity,
    )
