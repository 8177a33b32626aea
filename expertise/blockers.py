"""What is missing before a request may be submitted or an act signed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from origin.criteria import WHOLLY_PRODUCED
from origin.local_content import LocalContentError
from workflow.blockers import Blocker

from .calculation import calculated, cost_is_asked
from .draft_places import DOCUMENTS, PRICES_ON_PAGE, place_of
from .eligibility import problems
from .evidence_blockers import evidence_blockers
from .models import ExpertiseRequest, GoodsLine

SHOWN_LINES = 12
Keys = Mapping[int, UUID]
# The auditor left the organisation, or the attestation ended: either way nobody may sign.
GONE = ("not_a_member", "banned", "not_attested")


@dataclass(frozen=True)
class Condition(Blocker):
    """A condition of filing: the part of the form that it belongs to and how far that has come.

    `lines` are the goods lines that do not meet it; `is_fault` means that something there is
    wrong and not only missing.
    """

    part: str = ""
    lines: tuple[int, ...] = ()
    is_begun: bool = False
    is_fault: bool = False


def submission_blockers(request: ExpertiseRequest, user: User | None = None) -> list[Blocker]:
    """Every condition of filing, in the order of the form.

    With `user`, what this person typed and could not be saved yet is one of them: nobody submits
    a request while believing that it says something else.
    """
    return [
        *_parties(request),
        *_goods(request),
        *_documents(request),
        *(_unsaved(request, user) if user else ()),
    ]


def _unsaved(request: ExpertiseRequest, user: User) -> Iterator[Condition]:
    pages = request.open_pages.filter(user=user, typed__isnull=False).exclude(step=DOCUMENTS)
    for step in pages.order_by("step").values_list("step", flat=True).distinct():
        place = place_of(request.pk, step)
        yield Condition(
            "typed",
            _("What you typed on the page “%(page)s” is not saved yet: look at it")
            % {"page": place.label},
            is_clear=False,
            url=place.url,
            part=place.part,
            is_begun=True,
            is_fault=True,
        )


def _page(name: str, request: ExpertiseRequest, field: str = "") -> str:
    """The page where a condition is cleared, and the field of it."""
    url = reverse(f"expertise:{name}", args=[request.pk])
    return f"{url}#id_{field}" if field else url


def _condition(
    code: str, is_clear: bool, done: str, missing: str, url: str = "", **more: Any
) -> Condition:
    return Condition(code, done if is_clear else missing, is_clear, url, **more)


def _first_empty(request: ExpertiseRequest, *names: str) -> str:
    return next((name for name in names if not getattr(request, name)), names[0])


def _empty(request: ExpertiseRequest, *names: str) -> str:
    """The empty fields by their names; nothing while all of them are, or none is."""
    fields = [request._meta.get_field(name) for name in names if not getattr(request, name)]
    if len(fields) in (0, len(names)):
        return ""
    labels = ", ".join(str(field.verbose_name) for field in fields)
    return _("Empty: %(fields)s") % {"fields": labels}


def _parties(request: ExpertiseRequest) -> Iterator[Condition]:
    page = "request-parties"
    yield _condition(
        "expert_organisation",
        bool(request.expert_organisation_id),
        _("The expert organisation is chosen"),
        _("Choose the expert organisation"),
        _page(page, request, "expert_organisation"),
        part="parties",
        is_begun=bool(request.expert_organisation_id),
    )
    yield _condition(
        "category",
        bool(request.category and request.purpose),
        _("Category and purpose are chosen"),
        _("Choose category and purpose"),
        _page(page, request, f"{_first_empty(request, 'category', 'purpose')}_0"),
        part="parties",
        hint=_empty(request, "category", "purpose"),
        is_begun=bool(request.category or request.purpose),
    )
    wanted = ("producer_bin", "producer_name_ru", "producer_address_ru")
    yield _condition(
        "producer",
        all(getattr(request, name) for name in wanted),
        _("The producer is named"),
        _("Name the producer: BIN or IIN, name, address"),
        _page(page, request, _first_empty(request, *wanted)),
        hint=_empty(request, *wanted),
        part="parties",
    )
    if request.is_batch:
        yield from _batch(request, page)
    yield _condition(
        "operations",
        bool(request.operations.strip()),
        _("The making of the goods is described"),
        _("Describe how the goods are made"),
        _page(page, request, "operations"),
        part="operations",
    )
    if request.goes_to_chamber_by_itself:
        yield _condition(
            "chamber",
            bool(request.chamber_id),
            _("The chamber is chosen"),
            _("Choose the chamber"),
            _page(page, request, "chamber"),
            part="chamber",
            is_begun=True,
        )


def _batch(request: ExpertiseRequest, page: str) -> Iterator[Condition]:
    """A certificate for a batch names its recipient and contract."""
    wanted = ("recipient_name", "recipient_bin", "recipient_address")
    yield _condition(
        "recipient",
        all(getattr(request, name) for name in wanted),
        _("The recipient of the batch is named"),
        _("A batch needs its recipient: BIN or IIN, name, address"),
        _page(page, request, _first_empty(request, *wanted)),
        hint=_empty(request, *wanted),
        part="parties",
    )
    yield _condition(
        "contract",
        bool(request.contract_number and request.contract_on),
        _("The contract of the batch is given"),
        _("A batch needs its contract: number and date"),
        _page(page, request, _first_empty(request, "contract_number", "contract_on")),
        hint=_empty(request, "contract_number", "contract_on"),
        part="parties",
    )


def _goods(request: ExpertiseRequest) -> Iterator[Condition]:
    lines = (
        request.lines.annotate(materials_count=Count("materials"))
        .order_by("number")
        .values_list("number", "pk", "price_kzt", "claimed_criterion", "materials_count")
    )
    rows = list(lines)
    keys = {number: pk for number, pk, *_rest in rows}
    yield Condition(
        "lines",
        _("%(count)s goods lines") % {"count": len(rows)} if rows else _("Add the goods"),
        bool(rows),
        _page("request-goods", request),
        part="goods",
        is_begun=bool(rows),
    )
    if not rows:
        return
    unpriced = [number for number, _pk, price, *_rest in rows if price is None or price <= 0]
    prices = _page("request-prices", request)
    yield Condition(
        "prices",
        _("Every line has a price")
        if not unpriced
        else _("Lines without a price above zero: %(lines)s") % {"lines": shortened(unpriced)},
        not unpriced,
        f"{prices}{_price_field(unpriced)}" if unpriced else prices,
        part="goods",
        lines=tuple(unpriced),
    )
    yield from _costs(request, keys)
    bare = [
        number
        for number, _pk, _price, criterion, count in rows
        if count == 0 and criterion != WHOLLY_PRODUCED
    ]
    yield Condition(
        "materials",
        _("Every line has its materials")
        if not bare
        else _("Lines without materials: %(lines)s") % {"lines": shortened(bare)},
        not bare,
        _bill(request, keys, bare, "materials-0-name"),
        part="materials",
        lines=tuple(bare),
        is_begun=len(bare) < len(rows),
    )
    yield from _figures(request, keys)


def _price_field(unpriced: list[int]) -> str:
    """The page of prices that the first line without one is on, and its field."""
    return f"?page={(unpriced[0] - 1) // PRICES_ON_PAGE + 1}#id_price_{unpriced[0]}"


def _bill(request: ExpertiseRequest, keys: Keys, numbers: list[int], field: str) -> str:
    """The bill of the first of the lines, or the list of all bills."""
    if not numbers:
        return _page("request-materials", request)
    args = [request.pk, keys[numbers[0]]]
    return f"{reverse('expertise:request-line-materials', args=args)}#id_{field}"


def _figures(request: ExpertiseRequest, keys: Keys) -> Iterator[Condition]:
    """Materials that no share can be counted from."""
    dear = [line.number for line in lines_over_price(request)]
    yield _condition(
        "materials_over_price",
        not dear,
        _("No line has materials dearer than the goods"),
        _("Lines whose materials cost more than the goods: %(lines)s") % {"lines": shortened(dear)},
        _bill(request, keys, dear, "materials-0-value_kzt"),
        part="materials",
        lines=tuple(dear),
        is_fault=bool(dear),
    )
    impossible = _impossible_lines(request)
    yield _condition(
        "figures",
        not impossible,
        _("The figures of every line are possible"),
        _("Lines whose foreign materials do not fit the price or the criterion: %(lines)s")
        % {"lines": shortened(impossible)},
        _bill(request, keys, impossible, "materials-0-value_kzt"),
        part="materials",
        lines=tuple(impossible),
        is_fault=bool(impossible),
    )


def _costs(request: ExpertiseRequest, keys: Keys) -> Iterator[Condition]:
    """The production cost is asked for only where the share is counted from it."""
    if not cost_is_asked(on=timezone.localdate(), scheme=request.scheme_id):
        return
    without = request.lines.filter(Q(cost_kzt__isnull=True) | Q(cost_kzt__lte=0))
    numbers = list(without.order_by("number").values_list("number", flat=True))
    url = _page("request-goods", request)
    if numbers:
        line = reverse("expertise:request-line", args=[request.pk, keys[numbers[0]]])
        url = f"{line}#id_cost_kzt"
    yield _condition(
        "costs",
        not numbers,
        _("Every line has its production cost"),
        _("Lines without a production cost: %(lines)s") % {"lines": shortened(numbers)},
        url,
        part="goods",
        lines=tuple(numbers),
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


def _documents(request: ExpertiseRequest) -> Iterator[Condition]:
    has_documents = request.documents.exists()
    yield Condition(
        "documents",
        _("Documents are attached") if has_documents else _("Attach the documents"),
        has_documents,
        _page("request-documents", request, "" if has_documents else "type"),
        part="documents",
        is_begun=has_documents,
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
