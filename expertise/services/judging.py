"""The auditor's verdict on the lines, which the rules of origin must bear out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Membership
from expertise.evaluating import Chosen, LineEvaluation, Rules, evaluated, with_everything
from expertise.models import ExpertiseRequest, Finding, GoodsLine, ProcessStep
from expertise.services.examining import examined
from origin.criteria import SUFFICIENT_PROCESSING, WHOLLY_PRODUCED, criterion_of_processing
from origin.evaluation import Evaluation, PartVerdict
from origin.lookup import lookup
from origin.wording import reason_text

# What a failed part of a condition is called on the act (list `line_negative_reason`).
REASON_OF_PART = {
    "wholly_produced": "not_wholly_produced",
    "change_of_heading": "same_heading",
    "foreign_share_at_most": "foreign_share_exceeded",
    "sufficient_operations": "simple_operations",
}
LIST_CONDITION_NOT_MET = "list_condition_not_met"
UNRELIABLE_DATA = "unreliable_data"


@dataclass(frozen=True)
class Verdict:
    """What the auditor says of one line; figures come from the rules, not from here.

    `ground` goes with criterion П. `row` is the condition the auditor takes where several
    apply, `reading` that of a disputed condition; each wants its reason.
    """

    is_originating: bool
    criterion: str = ""
    justification: str = ""
    reason: str = ""
    ground: str = ""
    row: str = ""
    choice_reason: str = ""
    reading: str = ""
    reading_reason: str = ""

    @property
    def chosen(self) -> Chosen:
        ground = self.ground if self.criterion == WHOLLY_PRODUCED else ""
        return Chosen(ground=ground, row=self.row, reading=self.reading)


@transaction.atomic
def save_finding(*, line: GoodsLine, actor: Membership, verdict: Verdict) -> Finding:
    """Keeps the verdict on a line with the evaluation and the share it rests on."""
    request = examined(line.request, actor)
    return _save(line, verdict, _rules(request), list(request.steps.all()))


@transaction.atomic
def save_findings(
    *, request: ExpertiseRequest, actor: Membership, lines: Iterable[GoodsLine], verdict: Verdict
) -> int:
    """The same verdict for several lines, each evaluated from its own materials.

    A criterion `Д` takes each line's own heading.
    """
    request = examined(request, actor)
    rules, steps = _rules(request), list(request.steps.all())
    return len([_save(line, verdict, rules, steps) for line in lines])


@dataclass(frozen=True)
class Sorted:
    """What the rules made of many lines; those left need a choice or possible figures."""

    passed: tuple[int, ...] = ()
    refused: tuple[int, ...] = ()
    left: tuple[int, ...] = ()


@transaction.atomic
def judge_by_rules(
    *, request: ExpertiseRequest, actor: Membership, numbers: Iterable[int] | None = None
) -> Sorted:
    """Each line as the rules say: passed with `Д`, or refused with the reason of the part it fails.

    Lines where a person must choose a condition or a reading, or whose figures are impossible,
    are left as they are. A choice already made in a finding is kept.
    """
    request = examined(request, actor)
    rules, steps = _rules(request), list(request.steps.all())
    wanted = None if numbers is None else set(numbers)
    passed: list[int] = []
    refused: list[int] = []
    left: list[int] = []
    for line in with_everything(request):
        if wanted is not None and line.number not in wanted:
            continue
        proposed = proposed_verdict(line, evaluated(line, rules, chosen_of(line), steps=steps))
        if proposed is None:
            left.append(line.number)
            continue
        _save(line, proposed, rules, steps)
        (passed if proposed.is_originating else refused).append(line.number)
    return Sorted(tuple(passed), tuple(refused), tuple(left))


def chosen_of(line: GoodsLine) -> Chosen:
    """The ground, condition and reading of the line's finding, if it has one."""
    finding = getattr(line, "finding", None)
    if finding is None:
        return Chosen()
    return Chosen(ground=finding.ground, row=finding.row, reading=finding.reading)


def proposed_verdict(line: GoodsLine, found: LineEvaluation) -> Verdict | None:
    """The verdict that the rules give, or None where a person has to decide."""
    if found.evaluation is None or found.needs_choice or found.local_content is None:
        return None
    finding = getattr(line, "finding", None)
    kept = Verdict(
        is_originating=found.passes,
        criterion=WHOLLY_PRODUCED if found.inputs["ground"] else SUFFICIENT_PROCESSING,
        ground=found.inputs["ground"],
        row=found.inputs["choice"],
        reading=found.inputs["reading"],
        choice_reason=finding.choice_reason if finding else "",
        reading_reason=finding.reading_reason if finding else "",
        justification=finding.justification if finding else "",
    )
    if found.passes:
        return kept
    return replace(kept, reason=reason_of(found.evaluation))


def reason_of(evaluation: Evaluation) -> str:
    """The code under which the act refuses a line that fails this evaluation."""
    for part in _failed(evaluation.root):
        if part.kind == "change_of_heading" and evaluation.row != "general":
            continue
        if part.kind in REASON_OF_PART:
            return REASON_OF_PART[part.kind]
    return LIST_CONDITION_NOT_MET


def _failed(part: PartVerdict | None) -> Iterable[PartVerdict]:
    """The parts without parts of their own that are not met, in the order of the condition."""
    if part is None or part.met:
        return
    if not part.parts:
        yield part
    for inner in part.parts:
        yield from _failed(inner)


def _save(line: GoodsLine, verdict: Verdict, rules: Rules, steps: list[ProcessStep]) -> Finding:
    found = evaluated(line, rules, verdict.chosen, steps=steps)
    own = str(criterion_of_processing(line.hs_code))
    criterion = own if verdict.criterion == SUFFICIENT_PROCESSING else verdict.criterion
    _check_choices(line, verdict, found, rules)
    if verdict.is_originating:
        _check_passes(line, criterion, own, verdict, found, rules)
    elif not verdict.reason:
        raise DomainError("no_reason", _("Choose the reason of the refusal."), field="reason")
    share = found.local_content
    finding, _created = Finding.objects.update_or_create(
        line=line,
        defaults={
            "is_originating": verdict.is_originating,
            "criterion": criterion if verdict.is_originating else "",
            "justification": verdict.justification,
            "reason": "" if verdict.is_originating else verdict.reason,
            "ground": verdict.chosen.ground,
            "row": verdict.row,
            "choice_reason": verdict.choice_reason if verdict.row else "",
            "reading": verdict.reading,
            "reading_reason": verdict.reading_reason if verdict.reading else "",
            "evaluation": found.data,
            "formula": rules.calculation.formula.name,
            "price_kzt": share.price_kzt if share else line.price_kzt,
            "foreign_kzt": share.foreign_kzt if share else None,
            "share_percent": share.share_percent if share else None,
        },
    )
    return finding


def _check_choices(line: GoodsLine, verdict: Verdict, found: LineEvaluation, rules: Rules) -> None:
    """A condition or a reading is picked among those that are open, and the act says why."""
    if verdict.row:
        options = lookup(rules.book.pack, line.hs_code).options
        if verdict.row not in options:
            raise DomainError(
                "row_does_not_apply",
                _("Line %(line)s: the chosen condition does not apply to the code %(code)s.")
                % {"line": line.number, "code": line.hs_code},
                field="row",
            )
        if len(options) > 1 and not verdict.choice_reason.strip():
            raise DomainError(
                "no_choice_reason", _("Say why this condition applies."), field="choice_reason"
            )
    if verdict.reading:
        row = found.evaluation.row if found.evaluation else ""
        dispute = rules.book.disputes.get(row)
        if dispute is None or dispute.reading(verdict.reading) is None:
            raise DomainError(
                "reading_unknown",
                _("Line %(line)s: this reading is not recorded for the condition.")
                % {"line": line.number},
                field="reading",
            )
        if not verdict.reading_reason.strip():
            raise DomainError(
                "no_reading_reason", _("Say why you follow this reading."), field="reading_reason"
            )


def _check_passes(
    line: GoodsLine,
    criterion: str,
    own: str,
    verdict: Verdict,
    found: LineEvaluation,
    rules: Rules,
) -> None:
    """No line passes against the rules; an auditor may refuse what they allow, not the reverse."""
    if not criterion:
        raise DomainError("no_criterion", _("Choose the criterion of origin."), field="criterion")
    if criterion not in (WHOLLY_PRODUCED, own):
        raise DomainError(
            "wrong_criterion",
            _("The criterion of this line is П or %(own)s.") % {"own": own},
            field="criterion",
        )
    if criterion == WHOLLY_PRODUCED and not verdict.ground:
        raise DomainError(
            "no_ground", _("Choose on what ground the goods are wholly produced."), field="ground"
        )
    if found.refusal is not None:
        raise found.refusal
    if found.needs_choice:
        field = "reading" if _is_about_reading(found.evaluation) else "row"
        raise DomainError(
            "choice_needed",
            _("Line %(line)s: %(why)s") % {"line": line.number, "why": in_words(found, rules)},
            field=field,
        )
    if not found.passes:
        raise DomainError(
            "rules_not_met",
            _("Line %(line)s does not meet the rules of origin. %(why)s")
            % {"line": line.number, "why": in_words(found, rules)},
            field="is_originating",
        )


def _is_about_reading(evaluation: Evaluation | None) -> bool:
    return evaluation is not None and any(
        reason.code == "choice.reading" for reason in evaluation.reasons
    )


def in_words(found: LineEvaluation, rules: Rules) -> str:
    """The reasons of an evaluation as sentences in the reader's language."""
    if found.evaluation is None:
        return str(found.refusal)
    language = (get_language() or "ru").split("-")[0]
    return " ".join(
        reason_text(reason, rules.book.pack, language) for reason in found.evaluation.reasons
    )


def _rules(request: ExpertiseRequest) -> Rules:
    return Rules.in_force(on=timezone.localdate(), scheme=request.scheme_id)
