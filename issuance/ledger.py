"""The quantity ledger: what contracts and invoices drew from a batch certificate.

A certificate for a batch covers a quantity and no more (the issue's rule; the register has no
such ledger). Draws are rows that are only added: a mistaken one is given back by a row that
reverses it. A replacement goes on with what is left of the certificate it stands for.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.identifiers import normalise_bin_iin
from accounts.models import Membership, Organisation
from accounts.permissions import authorize

from .models import Certificate, DrawDocument, OverUse, QuantityDraw
from .periods import end_of, period_at

BATCH = "batch"
SMALLEST = Decimal("0.000001")
LARGEST = Decimal("1e12")
LONGEST_NUMBER = 100


class OverUseRefused(DomainError):
    """More was asked for than is left; the Committee is told of it."""

    def __init__(self, left: Decimal) -> None:
        super().__init__(
            "over_use",
            _("Only %(left)s is left on this line. The Committee is told of this attempt.")
            % {"left": f"{left.normalize():f}"},
            field="quantity",
        )
        self.left = left


@dataclass(frozen=True)
class Balance:
    """One line of a batch certificate: what was certified, what was drawn, what is left."""

    line: int
    certified: Decimal
    drawn: Decimal
    left: Decimal
    name: str = ""
    unit: dict[str, str] | None = None

    @property
    def symbol(self) -> str:
        """Records hold the two official languages; the Russian symbol serves elsewhere."""
        return (self.unit or {}).get("kk" if get_language() == "kk" else "ru", "")


@dataclass(frozen=True)
class Entry:
    """What is to be drawn, as it came in and was found sound."""

    line: int
    quantity: Decimal
    document: str
    document_number: str
    document_on: date
    buyer_bin: str
    drawn_for: Organisation | None

    def values(self) -> dict[str, Any]:
        return {
            "line": self.line,
            "quantity": self.quantity,
            "document": self.document,
            "document_number": self.document_number,
            "document_on": self.document_on,
            "buyer_bin": self.buyer_bin,
        }


def draw(
    *,
    certificate: Certificate,
    line: int,
    quantity: Decimal,
    document: str,
    document_number: str,
    document_on: date,
    buyer_bin: str,
    request_key: str,
    by: str,
    drawn_for: Organisation | None,
    actor: audit.ActorRef | None = None,
) -> QuantityDraw:
    """Draws a quantity of one line for one document; a request sent twice draws once.

    Begins a transaction of its own and must not be called inside another: a refused over-use is
    kept although the command is refused. The caller answers for who may draw; `actor` is how
    the log names them when there is more to say than `by`.
    """
    entry = _sound(line, quantity, document, document_number, document_on, buyer_bin, drawn_for)
    if not request_key.strip():
        raise DomainError("no_request_key", _("The request has no key."), field="request_key")
    named = actor or audit.ActorRef(id=by, role="program", organisation="", label=by)
    with transaction.atomic(durable=True):
        outcome = _draw(certificate, entry, request_key=request_key, by=by, actor=named)
    if isinstance(outcome, OverUse):
        raise OverUseRefused(outcome.left)
    return outcome


def draw_as(*, certificate: Certificate, actor: Membership, **entry: Any) -> QuantityDraw:
    """The same by a person on a page."""
    authorize(actor, "issuance.draw_quantity", certificate)
    return draw(
        certificate=certificate,
        by=str(actor.user_id),
        drawn_for=actor.organisation,
        actor=actor.ref(),
        **entry,
    )


def _draw(
    certificate: Certificate, entry: Entry, *, request_key: str, by: str, actor: audit.ActorRef
) -> QuantityDraw | OverUse:
    chain = _locked_chain(certificate)
    certificate = chain[0]
    if known := QuantityDraw.objects.filter(drawn_by=by, request_key=request_key).first():
        return _same(known, certificate, entry)
    _refuse_unusable(chain, entry.document_on)
    balance = _balance_of(chain, entry.line)
    if entry.quantity > balance.left:
        return _keep_over_use(certificate, entry, balance, request_key, by, actor)
    try:
        with transaction.atomic():
            drawn = QuantityDraw.objects.create(
                certificate=certificate,
                request_key=request_key,
                drawn_by=by,
                drawn_for=entry.drawn_for,
                **entry.values(),
            )
    except IntegrityError:
        # The same key came at the same moment for another certificate.
        known = QuantityDraw.objects.get(drawn_by=by, request_key=request_key)
        return _same(known, certificate, entry)
    audit.record(
        "certificate.quantity_drawn",
        actor=actor,
        subject=certificate.subject_ref(),
        case=str(certificate.case_id),
        line=entry.line,
        quantity=_plain(entry.quantity),
        document=entry.document,
        left=_plain(balance.left - entry.quantity),
    )
    return drawn


def _same(known: QuantityDraw, certificate: Certificate, entry: Entry) -> QuantityDraw:
    """The answer to a repeated request, if it is the same request."""
    is_same = known.certificate_id == certificate.pk and all(
        getattr(known, name) == value for name, value in entry.values().items()
    )
    if not is_same:
        raise _key_used()
    return known


def _key_used() -> DomainError:
    return DomainError(
        "request_key_used",
        _("This key was used for another draw; give every draw a key of its own."),
        field="request_key",
    )


def _keep_over_use(
    certificate: Certificate,
    entry: Entry,
    balance: Balance,
    request_key: str,
    by: str,
    actor: audit.ActorRef,
) -> OverUse:
    """The attempt is kept once, however often it is repeated."""
    refused, is_new = OverUse.objects.get_or_create(
        drawn_by=by,
        request_key=request_key,
        defaults={
            "certificate": certificate,
            "left": balance.left,
            "drawn_for": entry.drawn_for,
            **entry.values(),
        },
    )
    if refused.certificate_id != certificate.pk or refused.line != entry.line:
        # One key for attempts on many certificates would hide all but the first.
        raise _key_used()
    if is_new:
        audit.record(
            "certificate.over_use_refused",
            actor=actor,
            subject=certificate.subject_ref(),
            case=str(certificate.case_id),
            line=entry.line,
            quantity=_plain(entry.quantity),
            left=_plain(balance.left),
            document=entry.document,
        )
    return refused


@transaction.atomic
def give_back(
    *,
    draw: QuantityDraw,
    note: str,
    request_key: str,
    by: str,
    actor: audit.ActorRef | None = None,
) -> QuantityDraw:
    """Reverses a mistaken draw whole; given back twice, it is given back once."""
    if not note.strip():
        raise DomainError("no_note", _("Say why the quantity is given back."), field="note")
    chain = _locked_chain(draw.certificate)
    draw = QuantityDraw.objects.get(pk=draw.pk)
    if draw.reverses_id:
        raise DomainError("is_reversal", _("This entry gives back another one."))
    if done := QuantityDraw.objects.filter(reverses=draw).first():
        return done
    try:
        with transaction.atomic():
            returned = QuantityDraw.objects.create(
                certificate=draw.certificate,
                line=draw.line,
                quantity=-draw.quantity,
                document=draw.document,
                document_number=draw.document_number,
                document_on=draw.document_on,
                buyer_bin=draw.buyer_bin,
                drawn_by=by,
                drawn_for=draw.drawn_for,
                request_key=request_key,
                reverses=draw,
                reversal_note=note.strip(),
            )
    except IntegrityError as error:
        raise _key_used() from error
    audit.record(
        "certificate.quantity_given_back",
        actor=actor or audit.ActorRef(id=by, role="program", organisation="", label=by),
        subject=chain[0].subject_ref(),
        case=str(chain[0].case_id),
        line=draw.line,
        quantity=_plain(draw.quantity),
        left=_plain(_balance_of(chain, draw.line).left),
    )
    return returned


def give_back_as(
    *, draw: QuantityDraw, actor: Membership, note: str, request_key: str
) -> QuantityDraw:
    """The same by a person; who entered a draw, or the same organisation, may take it back."""
    authorize(actor, "issuance.give_back_quantity", draw)
    return give_back(
        draw=draw, note=note, request_key=request_key, by=str(actor.user_id), actor=actor.ref()
    )


def is_counted(certificate: Certificate) -> bool:
    """Only a certificate for a batch covers a counted quantity."""
    return bool(certificate.record) and _record(certificate)["category"]["code"] == BATCH


def balances(certificate: Certificate) -> list[Balance]:
    """What is left of every line; empty for a certificate that covers no counted quantity."""
    if not is_counted(certificate):
        return []
    chain = chain_of(certificate)
    drawn = {
        row["line"]: row["total"]
        for row in QuantityDraw.objects.filter(certificate__in=chain)
        .order_by()
        .values("line")
        .annotate(total=Sum("quantity"))
    }
    return [
        _balance(line, drawn.get(line["number"], Decimal(0)))
        for line in _record(certificate)["lines"]
    ]


def entries_of(certificate: Certificate) -> list[QuantityDraw]:
    """Every row of the ledger, the latest first, those before a replacement included."""
    return list(
        QuantityDraw.objects.filter(certificate__in=chain_of(certificate))
        .select_related("certificate__application", "drawn_for", "reverses", "reversed_by")
        .defer("certificate__record")
        .order_by("-drawn_at", "pk")
    )


def chain_of(certificate: Certificate) -> list[Certificate]:
    """The certificate and those it stands for, one before the other."""
    chain = [certificate]
    while (earlier := chain[-1].application.replaces) is not None:
        chain.append(earlier)
    return chain


def _locked_chain(certificate: Certificate) -> list[Certificate]:
    """Locked in one order, so that two draws on a chain wait for each other and never forever."""
    pks = [one.pk for one in chain_of(certificate)]
    found = Certificate.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    rows = {one.pk: one for one in found}
    return [rows[pk] for pk in pks]


def _balance_of(chain: Sequence[Certificate], number: int) -> Balance:
    line = next((one for one in _record(chain[0])["lines"] if one["number"] == number), None)
    if line is None:
        raise DomainError("no_such_line", _("The certificate has no such line."), field="line")
    total = QuantityDraw.objects.filter(certificate__in=chain, line=number).aggregate(
        total=Sum("quantity")
    )["total"]
    return _balance(line, total or Decimal(0))


def _balance(line: dict[str, Any], drawn: Decimal) -> Balance:
    certified = Decimal(line["quantity"])
    # A replacement on a corrected act may certify less than was drawn before it.
    left = max(certified - drawn, Decimal(0))
    return Balance(line["number"], certified, drawn, left, line["name"], line["unit"].get("symbol"))


def _refuse_unusable(chain: Sequence[Certificate], on: date) -> None:
    """Checked on the server at this moment: the certificate, and the day of the document."""
    certificate = chain[0]
    if certificate.issued_at is None:
        raise DomainError("not_issued", _("The certificate is not issued yet."))
    if not is_counted(certificate):
        raise DomainError(
            "not_counted", _("Only a certificate for a batch covers a counted quantity.")
        )
    if certificate.status == "replaced":
        period = period_at(certificate, timezone.now())
        successor = period.successor.number if period and period.successor else ""
        raise DomainError(
            "replaced",
            _("The certificate was replaced: draw from %(number)s.") % {"number": successor},
        )
    if certificate.status == "revoked":
        raise DomainError("revoked", _("The certificate was revoked: nothing is drawn from it."))
    if on > timezone.localdate():
        raise DomainError(
            "document_in_future",
            _("The date of the document has not come yet."),
            field="document_on",
        )
    if not any(_was_valid(one, on) for one in chain):
        raise DomainError(
            "not_valid_then",
            _("The certificate was not in force on the date of the document."),
            field="document_on",
        )


def _was_valid(certificate: Certificate, on: date) -> bool:
    period = period_at(certificate, end_of(on))
    ended_on = certificate.application.act.request.scheme.ended_on
    return (
        period is not None
        and period.status == "valid"
        and certificate.valid_from <= on <= certificate.valid_until
        and (ended_on is None or on < ended_on)
    )


def _sound(
    line: int,
    quantity: Decimal,
    document: str,
    document_number: str,
    document_on: date,
    buyer_bin: str,
    drawn_for: Organisation | None,
) -> Entry:
    if not (quantity.is_finite() and 0 < quantity < LARGEST) or quantity % SMALLEST:
        raise DomainError(
            "bad_quantity",
            _("Give a quantity above zero, with at most six digits after the comma."),
            field="quantity",
        )
    if document not in DrawDocument.values:
        raise DomainError(
            "unknown_document", _("There is no such kind of document."), field="document"
        )
    if not 0 < len(document_number.strip()) <= LONGEST_NUMBER:
        raise DomainError(
            "no_document_number", _("Give the number of the document."), field="document_number"
        )
    try:
        buyer = normalise_bin_iin(buyer_bin) if buyer_bin else ""
    except ValidationError as error:
        raise DomainError("bad_bin", error.messages[0], field="buyer_bin") from error
    return Entry(line, quantity, document, document_number.strip(), document_on, buyer, drawn_for)


def _record(certificate: Certificate) -> dict[str, Any]:
    content: Any = certificate.record
    record: dict[str, Any] = json.loads(bytes(content))
    return record


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
