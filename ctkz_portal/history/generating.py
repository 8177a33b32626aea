"""Making the invented past: people, cases in portions, the log, the register."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from audit.copying import copy_in
from audit.past import PastEntry, refuse_unless_allowed
from audit.publishing import publish
from audit.refs import SYSTEM
from audit.sequencing import sequence
from ctkz_portal.demo.people import ensure_chambers, ensure_organisation
from documents.models import SealedDocument
from documents.seal_keys import seal_key
from issuance.models import Certificate, ChamberSeal
from notices.following import pass_over
from oversight.models import Fault
from reference.code_lists import names_read_once
from reference.models import Scheme
from registry import register

from . import control_year
from .attesting import attest_everybody
from .chance import Chance, WorkingDays, moment
from .control import Control
from .first_stage import FirstStage, World, terms_of
from .grievances import Complainants, Grievance
from .numbering import give_numbers
from .options import Options
from .papers import (
    document_of,
    own_sheet,
    papers_of_applicants,
    seal_at_hand,
    specimen_paper,
    specimen_sheet,
)
from .people import (
    Cast,
    Registry,
    applicants,
    chamber_desks,
    expert_houses,
    mandate_entries,
    people_of_the_committee,
)
from .planning import CasePlan, Planner, span_of_days
from .questions import ask_about, ask_in_vain
from .rules import extend_back
from .second_stage import SecondStage
from .variations import all_wares, first_day_of_rules, moulds_of
from .writing import Keys, Past

# Cases written in one transaction.
PORTION = 250
SEQUENCED_AT_ONCE = 5_000

Progress = Callable[[str, int, int], None]


class HistoryRefused(DomainError):
    """An invented past could do harm here."""


def refuse_where_it_could_harm(options: Options) -> None:
    """Only where settings allow it, and only before the first certificate."""
    if not settings.CTKZ_GENERATED_HISTORY:
        raise HistoryRefused(
            "not_allowed", _("The settings of this portal allow no invented past.")
        )
    if Certificate.objects.exists():
        raise HistoryRefused("in_use", _("A certificate was issued on this database already."))
    refuse_unless_allowed(moment(first_day_of_rules(options.first), 0))


@dataclass
class Made:
    """What came of it; a year of control that follows works with the same people."""

    options: Options
    cast: Cast
    past: Past
    days: WorkingDays
    cases: list[CasePlan]
    grievances: list[Grievance] = field(default_factory=list)
    certificates: int = 0
    # What a year of control adds.
    more: dict[str, int] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        kinds = Counter(plan.kind for plan in self.cases)
        return {
            "certificates": self.certificates,
            "refused_applications": kinds["refused"],
            "negative_acts": kinds["negative"],
            "rejected_requests": kinds["rejected"],
            "complaints": len(self.grievances),
            "violated": sum(one.fault is not None for one in self.grievances),
            "violated_by_auditors": sum(one.fault == Fault.AUDITOR for one in self.grievances),
            "applicants": len(self.cast.applicants),
            "expert_organisations": len(self.cast.houses),
            "auditors": len(self.cast.auditors),
            **self.more,
            "events": self.past.events_written,
        }


def generate(options: Options, progress: Progress) -> Made:
    """The whole invented past up to its last day; what is later waits in `past`."""
    refuse_where_it_could_harm(options)
    past = Past()
    days = span_of_days(options.first, max(options.last, timezone.localdate()))
    with names_read_once(), translation.override("ru"):
        cast = _cast(options, past, days)
        world = _world(options, cast, days)
        cases = Planner(options, cast, world.moulds, days).cases()
        give_numbers(cases)
        made = Made(options, cast, past, days, cases)
        made.grievances = Complainants(options, cases, days).grievances()
        _write_cases(made, world, progress)
    return made


def add_year_of_control(made: Made, year: int, progress: Progress) -> None:
    """A year of control measures after the history, by the same people of the Committee.

    Its maker adds rows and tells events to `past`; what lies between the years is written first.
    """
    if date(year, 1, 1) <= made.options.last:
        raise HistoryRefused("year", _("The year of control lies before the end of the history."))
    made.past.write(until=moment(date(year, 1, 1), 0))
    counted = control_year.generate(
        year=year,
        seed=made.options.seed,
        cast=made.cast,
        past=made.past,
        days=made.days,
        progress=progress,
    )
    made.more.update(counted)


def finish(made: Made, progress: Progress) -> None:
    """What lies after the last day, the log in order and signed, the register of everything."""
    made.past.write()
    put_log_in_order(made.past.events_written, progress)
    progress("register", 0, made.certificates)
    register.rebuild()
    progress("register", made.certificates, made.certificates)


def put_log_in_order(expected: int, progress: Progress) -> None:
    """Every entry gets its place, and a signed checkpoint covers them."""
    placed = 0
    while taken := sequence(batch=SEQUENCED_AT_ONCE):
        placed += taken
        progress("log", placed, max(expected, placed))
    publish()
    # Nobody waits to be told of an invented past.
    pass_over()


@transaction.atomic
def _cast(options: Options, past: Past, days: WorkingDays) -> Cast:
    """Rules, people and their posts, as they stood before the first request."""
    begins = first_day_of_rules(options.first)
    since = options.first - timedelta(days=400)
    at = moment(days.days[days.at_or_after(since)], 10 * 3600)
    past.tell(extend_back(begins, moment(begins, 9 * 3600)))
    committee, chambers = ensure_organisation("committee"), ensure_chambers()
    registry = Registry(options.seed, since, at)
    inspectors, heads = people_of_the_committee(registry, committee)
    desks = chamber_desks(registry, chambers, heads[0])
    houses = expert_houses(registry, desks, options.expert_organisations, options.auditors)
    cast = Cast(committee, inspectors, heads, desks, houses)
    cast.applicants = applicants(registry, desks, houses, options.applicants)
    for rows in (registry.organisations, registry.users, registry.members):
        copy_in(rows)
    past.add(*(mandate for desk in desks for _member, mandate in desk.signatories))
    past.tell(mandate_entries(desks, heads[0], at))
    attest_everybody(
        cast, past, Chance(options.seed, "attestations"), days,
        first=options.first, last=options.last, today=timezone.localdate(),
    )  # fmt: skip
    past.tell(_seal_entered(at))
    return cast


def _seal_entered(at: datetime) -> list[PastEntry]:
    """The portal's seal for every chamber, in force since before the first certificate."""
    seal_at_hand()
    key = seal_key()
    row = ChamberSeal.objects.create(
        certificate_sha256=key.certificate_sha256,
        subject=key.certificate.subject.human_friendly[:300],
        valid_from=timezone.localdate(at),
        entered_at=at,
        confirmed_at=at,
    )
    facts = {"chamber": "", "certificate_sha256": row.certificate_sha256}
    return [PastEntry(at, "seal.entered", SYSTEM, row.subject_ref(), facts=facts)]


def _world(options: Options, cast: Cast, days: WorkingDays) -> World:
    begins = first_day_of_rules(options.first)
    with transaction.atomic():
        files = papers_of_applicants(cast, moment(begins, 12 * 3600))
        paper = specimen_paper()
    goods = Chance(options.seed, "goods")
    return World(
        scheme=Scheme.objects.get(pk="CT-KZ"),
        moulds=moulds_of(all_wares(cast), cast, paper, goods, on=options.first),
        files=files,
        days=days,
        ids=Chance(options.seed, "identifiers"),
        act_months=terms_of(begins, "act"),
        certificate_months=terms_of(begins, "certificate"),
    )


def _write_cases(made: Made, world: World, progress: Progress) -> None:
    options, past = made.options, made.past
    issued = [plan for plan in made.cases if plan.kind == "certificate"]
    newest = sorted(issued, key=lambda plan: plan.certified_at)[-options.papers or len(issued) :]
    papers = {plan.number for plan in newest} if options.papers else set()
    keys, shared = Keys(SealedDocument), None
    chance = Chance(options.seed, "control")
    control = Control(made.cast, made.days, past, chance, made.grievances)
    public = Chance(options.seed, "public")
    ask_in_vain(options, past, public)
    for at in range(0, len(made.cases), PORTION):
        portion = made.cases[at : at + PORTION]
        for plan in portion:
            first = FirstStage(plan, world)
            past.add(*first.rows)
            past.tell(first.story.entries)
            if first.act is None or plan.kind == "negative":
                continue
            first.story.entries = []
            second = SecondStage(first, first.act)
            if second.certificate is not None:
                made.certificates += 1
                if plan.number in papers:
                    sheet = own_sheet(second.certificate)
                else:
                    sheet = shared = shared or specimen_sheet(second.certificate)
                document = document_of(second.certificate, sheet, keys.next())
                second.finish(sheet, document)
                ask_about(second.certificate, past, public)
            past.add(*second.rows)
            past.tell(second.story.entries)
            control.follow(second)
        rest = made.cases[at + PORTION : at + PORTION + 1]
        past.write(until=rest[0].began if rest else after_midnight(options.last))
        progress("cases", at + len(portion), len(made.cases))


def after_midnight(day: date) -> datetime:
    return moment(day + timedelta(days=1), 0)
