"""Everything that one desk check rests on, gathered for one page in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Membership
from expertise.evaluating import LineEvaluation, Rules
from expertise.models import Fingerprint, RequestDocument
from expertise.near_acts import PHOTOGRAPHS, near_acts_told
from expertise.replaying import line_facts_of
from expertise.views.nearness import Nearness
from expertise.views.ruling import Ruling, ruling
from issuance.blockers import checklist
from issuance.models import Certificate
from origin.sensitivity import advice_text, decisive_text, distance_text, near_text, sensitivity
from oversight.models import DeskCheck, Violation
from oversight.reading.selectors import Case, find_case
from oversight.risk.scores import Reason, reasons, scores_of
from reference.models import CodeEntry
from reference.parameters import parameter
from registry.evidence import Proof, evidence
from registry.standing import Standing, standing_of

from .replays import Record, Replayed, ReplayedLine, run_again

EARLIER_SHOWN = 5

_LIKE_PHOTOGRAPHS = """
    SELECT mine.document_id, act.number
      FROM expertise_fingerprint mine
      JOIN expertise_fingerprint other
        ON other.kind = mine.kind AND other.request_id <> mine.request_id
      JOIN expertise_act act ON act.request_id = other.request_id
     WHERE mine.request_id = %(request)s AND mine.kind = 'photo' AND act.case_id <> %(case)s
       AND bit_count((mine.bits # other.bits)::bit(64)) <= %(apart)s
     ORDER BY act.number
"""


@dataclass(frozen=True)
class Paper:
    """A document of the case; `elsewhere` names the cases that hold the very same file."""

    document: RequestDocument
    kind: str
    elsewhere: tuple[str, ...] = ()
    like: tuple[str, ...] = ()

    @property
    def is_marked(self) -> bool:
        return bool(self.elsewhere or self.like)


@dataclass(frozen=True)
class Earlier:
    """What is known of one side from its other certificates."""

    label: str | Promise
    name: str
    total: int
    violated: int
    last: list[Certificate]


@dataclass(frozen=True)
class Working:
    """One material of the chosen line: what was counted as foreign then and now."""

    number: int
    name: str
    hs_code: str
    country: str
    value: str
    recorded: str | None
    today: str | None

    @property
    def differs(self) -> bool:
        return self.recorded != self.today


@dataclass(frozen=True)
class ChosenLine:
    """The line that is looked at closely: rule text of that day, working, closeness to limits."""

    line: ReplayedLine
    ruling: Ruling | None
    nearness: Nearness | None
    working: list[Working]
    justification: str


@dataclass(frozen=True)
class Desk:
    case: Case
    certificate: Certificate
    replayed: Replayed
    chosen: ChosenLine | None
    standing: Standing
    proofs: list[Proof]
    checklist: list[tuple[CodeEntry, Any]]
    papers: list[Paper]
    photographs: list[Paper]
    earlier: list[Earlier]
    risk: list[Reason]
    near: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_failed_proofs(self) -> bool:
        return any(proof.ok is False for proof in self.proofs)


def desk_of(check: DeskCheck, actor: Membership, *, line: int | None = None) -> Desk | None:
    """None when the case cannot be read by the actor."""
    certificate = check.certificate
    case = find_case(actor, certificate.case_id)
    if case is None:
        return None
    replayed = run_again(certificate)
    now = timezone.now()
    papers = _papers(case)
    application = certificate.application
    return Desk(
        case=case,
        certificate=certificate,
        replayed=replayed,
        chosen=_chosen(replayed, line),
        standing=standing_of(
            certificate,
            on=timezone.localdate(now),
            now=now,
            periods=certificate.periods.select_related("successor").order_by("since", "pk"),
        ),
        proofs=evidence(certificate),
        checklist=checklist(application),
        papers=[paper for paper in papers if paper.document.type not in PHOTOGRAPHS],
        photographs=[paper for paper in papers if paper.document.type in PHOTOGRAPHS],
        earlier=_earlier(certificate),
        risk=_risk(certificate),
        near=near_acts_told(actor, case.request),
    )


def _risk(certificate: Certificate) -> list[Reason]:
    score = scores_of([certificate]).get(certificate.pk)
    return reasons(score) if score else []


def _chosen(replayed: Replayed, number: int | None) -> ChosenLine | None:
    """The line asked for, else the first that differs, else the first."""
    lines = replayed.lines
    if not lines:
        return None
    asked = [line for line in lines if line.number == number]
    line = next(iter(asked or [one for one in lines if one.differs] or lines))
    record = next(item for item in replayed.record["lines"] if item["number"] == line.number)
    rules = replayed.rules
    told = line.found is not None and rules is not None
    return ChosenLine(
        line=line,
        ruling=ruling(line.found, rules) if told and line.found and rules else None,
        nearness=_nearness(record, line.found, rules) if line.found and rules else None,
        working=list(_working(record, line.found)),
        justification=str(record.get("justification") or ""),
    )


def _working(record: Record, found: LineEvaluation | None) -> Iterable[Working]:
    content = (record.get("evaluation") or {}).get("local_content") or {}
    recorded = {step["number"]: step["counted_foreign_kzt"] for step in content.get("steps", [])}
    again = found.data["local_content"] if found else None
    today = {step["number"]: step["counted_foreign_kzt"] for step in (again or {}).get("steps", [])}
    for material in record.get("materials", []):
        number = material["number"]
        yield Working(
            number=number,
            name=material.get("name", ""),
            hs_code=material.get("hs_code", ""),
            country=material.get("country", ""),
            value=material.get("value_kzt", ""),
            recorded=recorded.get(number),
            today=today.get(number),
        )


def _nearness(record: Record, found: LineEvaluation, rules: Rules) -> Nearness | None:
    """How close the line is to its limits under the rules of its day."""
    margin = Decimal(str(parameter("control.threshold_margin_points", on=rules.on)))
    try:
        facts = line_facts_of(record)
        answer = sensitivity(facts, rules.book, on=rules.on, margin_points=margin)
    except (DomainError, ArithmeticError, LookupError, TypeError, ValueError):
        return None
    language = (get_language() or "ru").split("-")[0]
    return Nearness(
        passes=found.passes,
        distances=[distance_text(limit, language) for limit in answer.limits],
        decisive=decisive_text(answer.decisive, facts, language) if answer.decisive else "",
        advice=[advice_text(advice, rules.book.pack, language) for advice in answer.advice],
        warning=near_text(answer.closest, language) if answer.is_near and answer.closest else "",
    )


def _papers(case: Case) -> list[Paper]:
    """The documents, each with what speaks against it: the same file or picture elsewhere."""
    documents = list(case.request.documents.all())
    kinds = {entry.code: entry.name for entry in CodeEntry.objects.filter(list="document_type")}
    elsewhere: dict[Any, set[str]] = defaultdict(set)
    others = RequestDocument.objects.filter(
        file__in=[document.file_id for document in documents],
        request__submitted_at__isnull=False,
    ).exclude(request__case_id=case.request.case_id)
    for file_id, number in others.values_list("file", "request__number"):
        elsewhere[file_id].add(number or "")
    like = _like_photographs(case)
    return [
        Paper(
            document,
            kinds.get(document.type, document.type),
            tuple(sorted(elsewhere[document.file_id])),
            tuple(like[document.pk]),
        )
        for document in documents
    ]


def _like_photographs(case: Case) -> Mapping[Any, list[str]]:
    """By document: the acts of other cases that hold nearly the same picture."""
    found: dict[Any, list[str]] = defaultdict(list)
    kind = Fingerprint.Kind.PHOTO
    apart = parameter(
        f"near_act.{kind}_bits", on=timezone.localdate(), scheme=case.request.scheme_id
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _LIKE_PHOTOGRAPHS,
            {"request": case.request.pk, "case": case.request.case_id, "apart": apart},
        )
        for document_id, number in cursor.fetchall():
            if number not in found[document_id]:
                found[document_id].append(number)
    return found


def _earlier(certificate: Certificate) -> list[Earlier]:
    application = certificate.application
    request = application.act.request
    sides: list[tuple[str | Promise, str, Q]] = [
        (
            _("Producer"),
            request.producer_name,
            Q(application__act__request__producer_bin=request.producer_bin),
        ),
        (_("Auditor"), str(application.auditor), Q(application__auditor=application.auditor_id)),
        (_("Chamber"), application.chamber.name, Q(application__chamber=application.chamber_id)),
    ]
    return [_earlier_of(label, name, condition, certificate) for label, name, condition in sides]


def _earlier_of(label: str | Promise, name: str, condition: Q, certificate: Certificate) -> Earlier:
    others: QuerySet[Certificate] = (
        Certificate.objects.issued().filter(condition).exclude(pk=certificate.pk)
    )
    confirmed = Violation.objects.filter(confirmed_at__isnull=False, set_aside_at__isnull=True)
    violated = confirmed.filter(certificate__in=others.values("pk"))
    last = (
        others.select_related("application__applicant", "application__act__request")
        .defer("record", "application__act__record", "application__decision_record")
        .annotate(
            violation_count=Count(
                "violations",
                filter=Q(
                    violations__confirmed_at__isnull=False,
                    violations__set_aside_at__isnull=True,
                ),
            )
        )
        .order_by("-issued_at")[:EARLIER_SHOWN]
    )
    return Earlier(
        label=label,
        name=name,
        total=others.count(),
        violated=violated.values("certificate").distinct().count(),
        last=list(last),
    )
