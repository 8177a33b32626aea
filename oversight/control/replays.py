"""The calculation run again today, and everything in which what is kept differs from its answer.

Three sides are held against each other: the signed record of the act, the rows that the portal
works with, and the lines that the certificate states.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from documents.canonical import canonical_bytes, sha256_hex
from expertise.calculation import CalculationRules
from expertise.evaluating import LineEvaluation, Rules, evaluated_inputs, plain
from expertise.models import Act, Finding
from expertise.replaying import Difference, differences
from issuance.models import Certificate
from origin.books import rulebook_of
from origin.local_content import FORMULAS
from oversight.models import DeskCheck, Replay

# What of a line stands on the certificate as it stood in the act.
SHOWN_ON_CERTIFICATE = ("name", "hs_code", "quantity", "criterion", "local_content_percent")
Record = Mapping[str, Any]


@dataclass(frozen=True)
class ReplayedLine:
    """A line as the act recorded it and as its own rules answer today."""

    number: int
    name: str
    hs_code: str
    recorded_criterion: str
    recorded_share: str | None
    today_criterion: str
    today_share: str | None
    found: LineEvaluation | None
    differs: bool

    @property
    def has_answer(self) -> bool:
        return self.found is not None


@dataclass(frozen=True)
class Replayed:
    """The answer of one run: every difference, and the lines side by side."""

    differences: tuple[Difference, ...]
    lines: tuple[ReplayedLine, ...]
    record: Record
    rules: Rules | None

    @property
    def agrees(self) -> bool:
        return not self.differences

    def data(self) -> list[dict[str, Any]]:
        return [{**asdict(item), "what": str(item.what)} for item in self.differences]


def run_again(certificate: Certificate) -> Replayed:
    """Reads only. What cannot be read any more is a difference too, not an error of the page."""
    act = certificate.application.act
    found = list(_all_differences(certificate, act))
    record = _record_of(act)
    rules = _rules_of(record)
    lines = tuple(_lines(record, rules, {item.line for item in found}))
    return Replayed(tuple(found), lines, record, rules)


@transaction.atomic
def record_replay(*, check: DeskCheck, actor: Membership) -> Replay:
    """Keeps the outcome of a run; a conclusion needs a recent one."""
    authorize(actor, "oversight.work_on_check", check)
    if check.status != "in_progress":
        raise DomainError("not_under_way", _("The check is not under way."))
    again = run_again(check.certificate)
    replay = Replay.objects.create(
        check_of=check,
        by=actor.user,
        agrees=again.agrees,
        differences=again.data(),
        act_sha256=record_digest(check.certificate.application.act),
    )
    audit.record(
        "desk_check.replayed",
        actor=actor.ref(),
        subject=check.subject_ref(),
        case=str(check.case_id),
        agrees=replay.agrees,
        differences=len(replay.differences),
        act_sha256=replay.act_sha256,
    )
    return replay


def record_digest(act: Act) -> str:
    """Of the bytes as they lie there now, whatever the column beside them says."""
    return sha256_hex(bytes(act.record))


def _all_differences(certificate: Certificate, act: Act) -> Iterator[Difference]:
    try:
        yield from differences(act)
        yield from _of_the_findings(act)
    except (DomainError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
        yield Difference(act.number, _("the record of the act cannot be read as it was written"))
    try:
        yield from _of_the_certificate(certificate, act)
    except (LookupError, TypeError, ValueError, AttributeError):
        number = certificate.number
        yield Difference(
            number, _("the record of the certificate cannot be read as it was written")
        )


def _of_the_findings(act: Act) -> Iterator[Difference]:
    """The auditor's verdicts as the portal keeps them against those that were signed."""
    record = json.loads(bytes(act.record))
    rows = {
        finding.line.number: finding
        for finding in Finding.objects.filter(line__request=act.request_id).select_related("line")
    }
    for line in record["lines"]:
        row = rows.get(line["number"])
        if row is None:
            yield Difference(act.number, _("the verdict on the line is not kept"), line["number"])
            continue
        pairs = {
            _("criterion"): (line["criterion"] or "", row.criterion),
            _("local content, %"): (line["local_content_percent"] or "", plain(row.share_percent)),
            _("originates"): (str(line["originating"]), str(row.is_originating)),
        }
        for what, (recorded, kept) in pairs.items():
            if recorded != (kept or ""):
                yield Difference(
                    act.number, what, line["number"], recorded=recorded, found=kept or ""
                )
        yield from _of_one_evaluation(act, line, row)


def _of_one_evaluation(act: Act, line: Record, row: Finding) -> Iterator[Difference]:
    recorded = line.get("evaluation")
    if not recorded or not row.evaluation:
        return
    if canonical_bytes(_answer(recorded)) != canonical_bytes(_answer(row.evaluation)):
        yield Difference(
            act.number,
            _("the kept evaluation of the line"),
            line["number"],
            recorded=_told(recorded),
            found=_told(row.evaluation),
        )


def _answer(evaluation: Record) -> dict[str, Any]:
    """What depends on the facts alone: the day and the version are those of the last look."""
    result = dict(evaluation.get("result") or {})
    for name in ("on", "pack", "pack_sha256"):
        result.pop(name, None)
    return {"result": result, "local_content": evaluation.get("local_content")}


def _told(evaluation: Record) -> str:
    result = evaluation.get("result") or {}
    share = (evaluation.get("local_content") or {}).get("share_percent")
    parts = (result.get("verdict"), result.get("criterion"), f"{share} %" if share else "")
    return " · ".join(str(part) for part in parts if part)


def _of_the_certificate(certificate: Certificate, act: Act) -> Iterator[Difference]:
    """A certificate states of every line what the act established, and no line of its own."""
    stated = {
        line["number"]: line for line in json.loads(bytes(certificate.record or b"{}"))["lines"]
    }
    established = {
        line["number"]: line
        for line in json.loads(bytes(act.record))["lines"]
        if line["originating"]
    }
    for number in sorted(stated.keys() - established.keys()):
        yield Difference(
            certificate.number, _("the act does not establish the origin of this line"), number
        )
    for number in sorted(stated.keys() & established.keys()):
        for name in SHOWN_ON_CERTIFICATE:
            before, now = established[number].get(name), stated[number].get(name)
            if name in stated[number] and before != now:
                yield Difference(
                    certificate.number, name, number, recorded=str(before), found=str(now)
                )


def _record_of(act: Act) -> Record:
    try:
        record = json.loads(bytes(act.record))
    except ValueError:
        return {"lines": []}
    return record if isinstance(record, dict) and "lines" in record else {"lines": []}


def _rules_of(record: Record) -> Rules | None:
    """The book of that day and the formula that the lines name; none for acts of the first form."""
    try:
        first = record["lines"][0]["evaluation"]["inputs"]
        day = date.fromisoformat(record["signed_on"])
        return Rules(
            on=day,
            calculation=CalculationRules(FORMULAS[first["formula"]], first["treatment"]),
            book=rulebook_of(record["rules"]["sha256"], day, scheme=record["scheme"]["code"]),
        )
    except (DomainError, LookupError, TypeError, ValueError):
        return None


def _lines(
    record: Record, rules: Rules | None, differing: set[int | None]
) -> Iterator[ReplayedLine]:
    for line in record["lines"]:
        found = _today(line, rules)
        evaluation = found.evaluation if found else None
        content = found.local_content if found else None
        yield ReplayedLine(
            number=line["number"],
            name=line.get("name", ""),
            hs_code=line.get("hs_code", ""),
            recorded_criterion=line.get("criterion") or "",
            recorded_share=line.get("local_content_percent"),
            today_criterion=evaluation.criterion if evaluation else "",
            today_share=plain(content.share_percent) if content else None,
            found=found,
            differs=line["number"] in differing,
        )


def _today(line: Record, rules: Rules | None) -> LineEvaluation | None:
    if rules is None:
        return None
    try:
        return evaluated_inputs(line["evaluation"]["inputs"], rules.book, on=rules.on)
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError):
        return None


def last_replay(check: DeskCheck) -> Replay | None:
    return check.replays.select_related("by").first()
