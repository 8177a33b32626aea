"""What is missing before a request may be submitted or an act signed."""

from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from auditors.models import attestation_in_force
from workflow.blockers import Blocker

from .models import ExpertiseRequest

SHOWN_LINES = 12


def submission_blockers(request: ExpertiseRequest) -> list[Blocker]:
    """Every condition of filing, in the order of the form."""
    return [*_parties(request), *_goods(request), *_documents(request)]


def _page(name: str, request: ExpertiseRequest) -> str:
    return reverse(f"expertise:{name}", args=[request.pk])


def _parties(request: ExpertiseRequest) -> Iterator[Blocker]:
    parties = _page("request-parties", request)
    yield Blocker(
        "expert_organisation",
        _("The expert organisation is chosen")
        if request.expert_organisation_id
        else _("Choose the expert organisation"),
        bool(request.expert_organisation_id),
        parties,
    )
    has_kind = bool(request.category and request.purpose)
    yield Blocker(
        "category",
        _("Category and purpose are chosen") if has_kind else _("Choose category and purpose"),
        has_kind,
        parties,
    )
    has_producer = bool(
        request.producer_bin and request.producer_name_ru and request.producer_address_ru
    )
    yield Blocker(
        "producer",
        _("The producer is named")
        if has_producer
        else _("Name the producer: BIN or IIN, name, address"),
        has_producer,
        parties,
    )
    if request.is_batch:
        has_recipient = bool(
            request.recipient_bin and request.recipient_name and request.recipient_address
        )
        yield Blocker(
            "recipient",
            _("The recipient of the batch is named")
            if has_recipient
            else _("A batch needs its recipient: BIN or IIN, name, address"),
            has_recipient,
            parties,
        )
        has_contract = bool(request.contract_number and request.contract_on)
        yield Blocker(
            "contract",
            _("The contract of the batch is given")
            if has_contract
            else _("A batch needs its contract: number and date"),
            has_contract,
            parties,
        )
    if request.goes_to_chamber_by_itself:
        yield Blocker(
            "chamber",
            _("The chamber is chosen") if request.chamber_id else _("Choose the chamber"),
            bool(request.chamber_id),
            parties,
        )
    yield Blocker(
        "operations",
        _("The making of the goods is described")
        if request.operations.strip()
        else _("Describe how the goods are made"),
        bool(request.operations.strip()),
        parties,
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
    unpriced = [number for number, price, *_rest in rows if not price]
    yield Blocker(
        "prices",
        _("Every line has a price")
        if not unpriced
        else _("Lines without a price: %(lines)s") % {"lines": shortened(unpriced)},
        not unpriced,
        goods,
    )
    bare = [
        number for number, _price, criterion, count in rows if count == 0 and criterion != "П"
    ]
    yield Blocker(
        "materials",
        _("Every line has its materials")
        if not bare
        else _("Lines without materials: %(lines)s") % {"lines": shortened(bare)},
        not bare,
        _page("request-materials", request),
    )


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
    examination = getattr(request, "examination", None)
    examine = _page("request-examination", request)
    findings = _page("request-findings", request)
    counts = request.lines.aggregate(
        lines=Count("pk"),
        judged=Count("finding"),
        explained=Count(
            "finding",
            filter=Q(finding__is_originating=True) | ~Q(finding__reason=""),
        ),
    )
    left = counts["lines"] - counts["judged"]
    is_described = bool(
        examination and examination.identification.strip() and examination.process.strip()
    )
    is_visit_told = bool(
        examination
        and (not examination.site_visit or (examination.visited_on and examination.attended))
    )
    attested = bool(
        request.auditor and attestation_in_force(request.auditor, on=timezone.localdate())
    )
    return [
        Blocker(
            "examination",
            _("Identification and process are described")
            if is_described
            else _("Describe the identification of the goods and the process"),
            is_described,
            examine,
        ),
        Blocker(
            "visit",
            _("The site visit is complete")
            if is_visit_told
            else _("The site visit needs its date and who was present"),
            is_visit_told,
            examine,
        ),
        Blocker(
            "findings",
            _("Every line has its finding")
            if not left
            else _("Lines without a finding: %(count)s") % {"count": left},
            not left,
            findings,
        ),
        Blocker(
            "reasons",
            _("Every refused line has its reason")
            if counts["explained"] == counts["judged"]
            else _("Refused lines need a reason"),
            counts["explained"] == counts["judged"],
            findings,
        ),
        Blocker(
            "attestation",
            _("The auditor's attestation is in force")
            if attested
            else _("The auditor's attestation is not in force today"),
            attested,
        ),
    ]


def shortened(numbers: list[int]) -> str:
    """Line numbers in words, cut where nobody would read on."""
    shown = ", ".join(map(str, numbers[:SHOWN_LINES]))
    return f"{shown}, …" if len(numbers) > SHOWN_LINES else shown
