"""What is missing before a request may be submitted or an act signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from origin.criteria import WHOLLY_PRODUCED
from origin.local_content import LocalContentError
from workflow.blockers import Blocker

from .calculation import calculated, cost_is_asked
from .eligibility import problems
from .evidence_blockers import evidence_blockers
from .models import ExpertiseRequest, GoodsLine

SHOWN_LINES = 12
# The auditor left the organisation, or the attestation ended: either way nobody may sign.
GONE = ("not_a_member", "banned", "not_attested")


def submission_blockers(request: ExpertiseRequest) -> list[Blocker]:
    """Every condition of filing, in the order of the form."""
    return [*_parties(request), *_goods(request), *_documents(request)]


def _page(name: str, request: ExpertiseRequest) -> str:
    return reverse(f"expertise:{name}", args=[request.pk])


def _condition(code: str, is_clear: bool, done: str, missing: str, url: str = "") -> Blocker:
    return Blocker(code, done if is_clear else missing, is_clear, url)


def _parties(request: ExpertiseRequest) -> Iterator[Blocker]:
    page = _page("request-parties", request)
    yield _condition(
        "expert_organisation",
        bool(request.expert_organisation_id),
        _("The expert organisation is chosen"),
        _("Choose the expert organisation"),
        page,
    )
    yield _condition(
        "category",
        bool(request.category and request.purpose),
        _("Category and purpose are chosen"),
        _("Choose category and purpose"),
        page,
    )
    yield _condition(
        "producer",
        bool(request.producer_bin and request.producer_name_ru and request.producer_address_ru),
        _("The producer is named"),
        _("Name the producer: BIN or IIN, name, address"),
        page,
    )
    if request.is_batch:
        yield from _batch(request, page)
    if request.goes_to_chamber_by_itself:
        yield _condition(
            "chamber",
            bool(request.chamber_id),
            _("The chamber is chosen"),
            _("Choose the chamber"),
            page,
        )
    yield _condition(
        "operations",
        bool(request.operations.strip()),
        _("The making of the goods is described"),
        _("Describe how the goods are made"),
        page,
    )


def _batch(request: ExpertiseRequest, page: str) -> Iterator[Blocker]:
    """A certificate for a batch names its recipient and contract."""
    yield _condition(
        "recipient",
        bool(request.recipient_bin and request.recipient_name and request.recipient_address),
        _("The recipient of the batch is named"),
        _("A batch needs its recipient: BIN or IIN, name, address"),
        page,
    )
    yield _condition(
        "contract",
        bool(request.contract_number and request.contract_on),
        _("The contract of the batch is given"),
        _("A batch needs its contract: number and date"),
        page,
    )


def _goods(request: ExpertiseRequest) -> Iterator[Blocker]:
    goods = _page("request-goods", request)
    lines = (
        request.lines.annotate(materials_count=Count("materials"))
        .order_by("number")
        .values_list("number", "price_kzt", "claimed_criterion", "materials_count")
    )
    rows = list(lines)
    yield Blocker(
        "lines",
        _("%(count)s goods lines") % {"count": len(rows)} if rows else _("Add the goods"),
        bool(rows),
        goods,
    )
    if not rows:
        return
    unpriced = [number for number, price, *_rest in rows if price is None or price <= 0]
    yield Blocker(
        "prices",
        _("Every line has a price")
        if not unpriced
        else _("Lines without a price above zero: %(lines)s") % {"lines": shortened(unpriced)},
        not unpriced,
        goods,
    )
    yield from _costs(request, goods)
    bare = [
        number
        for number, _price, criterion, count in rows
        if count == 0 and criterion != WHOLLY_PRODUCED
    ]
    yield Blocker(
        "materials",
        _("Every line has its materials")
        if not bare
        else _("Lines without materials: %(lines)s") % {"lines": shortened(bare)},
        not bare,
        _page("request-materials", request),
    )
    dear = [line.number for line in lines_over_price(request)]
    yield _condition(
        "materials_over_price",
        not dear,
        _("No line has materials dearer than the goods"),
        _("Lines whose materials cost more than the goods: %(lines)s") % {"lines": shortened(dear)},
        _page("request-materials", request),
    )
    impossible = _impossible_lines(request)
    yield _condition(
        "figures",
        not impossible,
        _("The figures of every line are possible"),
        _("Lines whose foreign materials do not fit the price or the criterion: %(lines)s")
        % {"lines": shortened(impossible)},
        _page("request-materials", request),
    )


def _costs(request: ExpertiseRequest, page: str) -> Iterator[Blocker]:
    """The production cost is asked for only where the share is counted from it."""
    if not cost_is_asked(on=timezone.localdate(), scheme=request.scheme_id):
        return
    without = request.lines.filter(Q(cost_kzt__isnull=True) | Q(cost_kzt__lte=0))
    numbers = list(without.order_by("number").values_list("number", flat=True))
    yield _condition(
        "costs",
        not numbers,
        _("Every line has its production cost"),
        _("Lines without a production cost: %(lines)s") % {"lines": shortened(numbers)},
        page,
    )


@dataclass(frozen=True)
class LineOverPrice:
    """All materials of a line together, local ones included, cost more than the goods."""

    number: int
    materials_kzt: Decimal
    price_kzt: Decimal


def lines_over_price(request: ExpertiseRequest) -> list[LineOverPrice]:
    rows = (
        request.lines.annotate(materials_kzt=Sum("materials__value_kzt"))
        .filter(price_kzt__gt=0, materials_kzt__gt=F("price_kzt"))
        .order_by("number")
        .values_list("number", "materials_kzt", "price_kzt")
    )
    return [LineOverPrice(number, materials, price) for number, materials, price in rows if price]


def _impossible_lines(request: ExpertiseRequest) -> list[int]:
    """Lines that no share can be calculated for; only those that could be such are looked at."""
    suspects = (
        request.lines.annotate(materials_kzt=Sum("materials__value_kzt"))
        .filter(
            Q(materials_kzt__gt=F("price_kzt")) | Q(claimed_criterion=WHOLLY_PRODUCED),
            price_kzt__gt=0,
        )
        .order_by("number")
        .prefetch_related("materials")
    )
    return [line.number for line in suspects if not _is_possible(line)]


def _is_possible(line: GoodsLine) -> bool:
    try:
        calculated(line, criterion=line.claimed_criterion)
    except LocalContentError:
        return False
    return True


def _documents(request: ExpertiseRequest) -> Iterator[Blocker]:
    has_documents = request.documents.exists()
    yield Blocker(
        "documents",
        _("Documents are attached") if has_documents else _("Attach the documents"),
        has_documents,
        _page("request-documents", request),
    )


def signing_blockers(request: ExpertiseRequest) -> list[Blocker]:
    """Every condition of signing the act."""
    return [
        *_examination(request),
        *evidence_blockers(request),
        *_findings(request),
        *_auditor(request),
    ]


def _auditor(request: ExpertiseRequest) -> Iterator[Blocker]:
    """Asked again on the day of the signature: what was true at the assignment may have ended."""
    on = timezone.localdate()
    found = problems(request, request.auditor, on=on) if request.auditor else []
    hint = _("Nothing is lost: the head of the organisation can give the request to another.")
    for name, codes, done in (
        (
            "attestation",
            GONE,
            _("The auditor's attestation is in force"),
        ),
        ("scope", ("out_of_scope",), _("Every line lies within the scope of the attestation")),
        ("conflict", ("conflict_of_interest",), _("The auditor has no conflict of interest")),
    ):
        texts = [problem.text for problem in found if problem.code in codes]
        yield Blocker(name, " ".join(texts) or done, not texts, hint=hint if texts else "")


def _examination(request: ExpertiseRequest) -> Iterator[Blocker]:
    examination = getattr(request, "examination", None)
    yield _condition(
        "identification",
        bool(examination and examination.identification.strip()),
        _("The identification of the goods is described"),
        _("Describe the identification of the goods"),
        _page("request-examination", request),
    )
    yield _condition(
        "process_described",
        bool(examination and examination.process.strip()),
        _("The process is described"),
        _("Describe the process in words"),
        _page("request-process", request),
    )
    yield _condition(
        "visit",
        bool(
            examination
            and (not examination.site_visit or (examination.visited_on and examination.attended))
        ),
        _("The site visit is complete"),
        _("The site visit needs its date and who was present"),
        _page("request-visit", request),
    )


def _findings(request: ExpertiseRequest) -> Iterator[Blocker]:
    counts = request.lines.aggregate(
        lines=Count("pk"),
        judged=Count("finding"),
        explained=Count("finding", filter=Q(finding__is_originating=True) | ~Q(finding__reason="")),
    )
    left = counts["lines"] - counts["judged"]
    page = _page("request-findings", request)
    yield _condition(
        "findings",
        not left,
        _("Every line has its finding"),
        _("Lines without a finding: %(count)s") % {"count": left},
        page,
    )
    yield _condition(
        "reasons",
        counts["explained"] == counts["judged"],
        _("Every refused line has its reason"),
        _("Refused lines need a reason"),
        page,
    )


def shortened(numbers: list[int]) -> str:
    """Line numbers in words, cut where nobody would read on."""
    shown = ", ".join(map(str, numbers[:SHOWN_LINES]))
    return f"{shown}, …" if len(numbers) > SHOWN_LINES else shown
