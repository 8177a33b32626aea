"""Sites that offered certificates in the year of control, from the first report to the block."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from oversight.grey_market.addresses import read_address
from oversight.models import GreyBlock, GreyListing, GreyReport
from reference.models import Department
from reference.numbering import pass_over
from reference.parameters import parameter

from .chance import Chance
from .control import ThingStory
from .control_year_plan import ListingPlan
from .people import Cast
from .writing import Past

OFFERS = (
    "Сертификат СТ-KZ за один день без выезда эксперта (пример).",
    "Декларации и сертификаты без испытаний, оплата после (пример).",
    "Готовый сертификат о происхождении, цена договорная (пример).",
)
SENT_TO = "Уполномоченный орган в сфере информации (пример)"


def write_listings(
    listings: Sequence[ListingPlan],
    departments: list[Department],
    cast: Cast,
    past: Past,
    chance: Chance,
) -> None:
    """Reported by anyone, confirmed by one person, sent by another."""
    if not listings:
        return
    year = timezone.localdate(listings[0].at["reported"]).year
    on = date(year, 1, 1)
    pattern: str = parameter("number_format.grey_listing", on=on)
    request_pattern: str = parameter("number_format.blocking_request", on=on)
    in_turn = sorted(range(len(listings)), key=lambda place: listings[place].at["sent"])
    turns = {place: turn for turn, place in enumerate(in_turn, start=1)}
    for number, plan in enumerate(listings, start=1):
        listing = _listing(plan, number, pattern.format(year=year, seq=number), departments, chance)
        confirmer, sender = chance.sample(cast.inspectors, 2)
        listing.confirmed_by, listing.sent_by = confirmer.user, sender.user
        turn = turns[number - 1]
        listing.request_number = request_pattern.format(year=year, seq=turn)
        past.add(listing)
        reports = [
            GreyReport(
                id=chance.uuid(), listing=listing, form_token=chance.uuid(),
                text=chance.choice(OFFERS), seen_on=timezone.localdate(at), reported_at=at,
                language=chance.choice(("kk", "ru")),
            )
            for at in plan.reports
        ]  # fmt: skip
        past.add(*reports)
        past.add(
            GreyBlock(
                id=chance.uuid(), listing=listing,
                blocked_on=timezone.localdate(plan.at["blocked"]),
                reference=listing.block_reference, recorded_at=plan.at["blocked"],
            )
        )  # fmt: skip
        _tell(plan, listing, reports, cast, past)
    for kind in ("grey_listing", "blocking_request"):
        pass_over(kind=kind, series="", year=year, last=len(listings))


def _listing(
    plan: ListingPlan, number: int, label: str, departments: list[Department], chance: Chance
) -> GreyListing:
    at, address = plan.at, f"https://sertifikat-primer-{number:03d}.example/"
    return GreyListing(
        id=chance.uuid(), case_id=chance.uuid(), status="blocked", status_since=at["blocked"],
        version=4, number=label, kind=GreyListing.Kind.SITE, address=address,
        address_key=read_address(address).key, name=f"Пример-сайт {number}",
        region=departments[plan.department],
        description=chance.choice(OFFERS), reported_at=at["reported"], confirmed_at=at["confirmed"],
        sent_to=SENT_TO, sent_at=at["sent"], blocked_on=timezone.localdate(at["blocked"]),
        blocked_at=at["blocked"], block_reference=f"Б-{number:03d} (пример)",
    )  # fmt: skip


def _tell(
    plan: ListingPlan, listing: GreyListing, reports: list[GreyReport], cast: Cast, past: Past
) -> None:
    at, story = plan.at, ThingStory(listing, past)
    confirmer = next(one for one in cast.inspectors if one.user_id == listing.confirmed_by_id)
    sender = next(one for one in cast.inspectors if one.user_id == listing.sent_by_id)
    facts = {
        "kind": str(listing.kind), "number": listing.request_number,
        "region": listing.region_id or "", "files": 0,
        "blocked_on": timezone.localdate(at["blocked"]).isoformat(),
        "reference": listing.block_reference,
    }  # fmt: skip
    for report in reports:
        event = "grey_listing.reported" if report is reports[0] else "grey_listing.reported_again"
        story.tell(report.reported_at, event, None, {**facts, "report": str(report.pk)})
    story.tell(at["confirmed"], "grey_listing.confirmed", confirmer, facts)
    story.tell(at["sent"], "grey_listing.sent", sender, facts)
    story.tell(at["blocked"], "grey_listing.blocked", sender, facts)
