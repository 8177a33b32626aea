"""The columns of the lists of a chamber: on the page, in its order and in its file."""

from operator import attrgetter
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import in_language
from reference.columns import choice, field, named, person, status
from reference.exports import Cell
from reference.lists import Column, by_name, in_sequence

from .models import Application, Certificate, CertificateChange
from .registers import STATES, RegisterRow
from .selectors import ApplicationRow

_application = attrgetter("application")

STANDS_STILL = _("Clock stands still")


def _left(row: ApplicationRow) -> Cell:
    return STANDS_STILL if row.clock.is_paused else row.clock.days


def _certificate(row: ApplicationRow) -> str:
    certificate = getattr(row.application, "certificate", None)
    return certificate.number if certificate else ""


APPLICATION_COLUMNS = (
    Column("number", _("Application"), lambda row: row.application.label, order=("number",)),
    field("submitted", _("Submitted"), "submitted_at", of=_application),
    field("goods", _("Goods"), "goods_name", of=_application),
    field("hs_code", _("HS code"), "goods_hs_code", of=_application),
    Column(
        "lines", _("Lines"), lambda row: row.application.goods_count or 0, order=("goods_count",)
    ),
    named("applicant", _("Applicant"), "applicant", of=_application),
    field("act", _("Act"), "act__number", of=_application),
    named("chamber", _("Chamber"), "chamber", of=_application),
    Column(
        "certificate",
        _("Certificate"),
        _certificate,
        order=("certificate__number",),
    ),
    status(_("Status"), Application, of=_application),
    field("since", _("Since"), "status_since", of=_application),
    Column("left", _("Working days left"), _left, order=("due_on",)),
)

CERTIFICATE_COLUMNS = (
    field("number", _("Certificate"), "number", "-year"),
    field("certified", _("Certified"), "certified_at"),
    field("goods", _("Goods"), "goods_name"),
    field("hs_code", _("HS code"), "goods_hs_code"),
    Column("lines", _("Lines"), lambda row: row.goods_count or 0, order=("goods_count",)),
    Column(
        "applicant",
        _("Applicant"),
        lambda row: row.application.applicant.name,
        order=(by_name("application__applicant__name"),),
    ),
    Column(
        "chamber",
        _("Chamber"),
        lambda row: row.application.chamber.name,
        order=(by_name("application__chamber__name"),),
    ),
    status(_("Status"), Certificate, "-certified_at"),
    field("until", _("In force until"), "valid_until"),
)

# Of whatever is about one certificate, here and in the rooms above.
OF_CERTIFICATE = (
    field("certificate", _("Certificate"), "certificate__number"),
    named("applicant", _("Applicant"), "certificate__application__applicant"),
)

CHANGE_COLUMNS = (
    choice("kind", _("Proposed change"), "kind", CertificateChange.Kind.values, "-proposed_at"),
    field("order", _("Order"), "order_number"),
    *OF_CERTIFICATE,
    status(_("Status"), CertificateChange),
    field("since", _("Since"), "status_since"),
    field("proposed", _("Proposed"), "proposed_at"),
    person("by", _("Proposed by"), "proposed_by"),
)

ORIGINAL_COLUMNS = (
    field("blank", _("Blank"), "blank_number"),
    *OF_CERTIFICATE,
    field("handed_out", _("Handed out"), "handed_out_on"),
    field("received_by", _("Received by"), "received_by"),
    field("due", _("To be returned by"), "due_back_on"),
)

OVER_USE_COLUMNS = (
    *OF_CERTIFICATE,
    Column(
        "document",
        _("Document"),
        lambda row: f"{row.get_document_display()} {row.document_number}",
        order=("document_number",),
    ),
    field("dated", _("Date"), "document_on"),
    field("buyer", _("BIN of the buyer"), "buyer_bin"),
    field("line", _("Line"), "line"),
    field("asked", _("Quantity asked for"), "quantity"),
    field("left", _("Quantity left"), "left"),
    field("when", _("When"), "drawn_at"),
    named("for", _("Entered for"), "drawn_for"),
)


def _entry(row: RegisterRow) -> Any:
    return row.entry


def _of_register(*own: Column) -> tuple[Column, ...]:
    """What every register of a chamber says of an entry, around what it is about."""
    return (
        *own,
        field("from", _("From"), "valid_from", of=_entry),
        field("until", _("Until"), "valid_until", of=_entry),
        Column(
            "status",
            _("Status"),
            lambda row: row.status.label,
            order=(in_sequence("state", STATES), "-valid_from"),
        ),
        person("entered_by", _("Entered by"), "entered_by", of=_entry),
        field("entered", _("Entered"), "entered_at", of=_entry),
        person("confirmed_by", _("Confirmed by"), "confirmed_by", of=_entry),
        field("confirmed", _("Confirmed"), "confirmed_at", of=_entry),
    )


MANDATE_COLUMNS = _of_register(
    person("signatory", _("Signatory"), "user", of=_entry),
    Column(
        "position",
        _("Position"),
        lambda row: in_language(row.entry, "position"),
        order=("position_ru",),
    ),
    field("basis", _("Ground"), "basis", of=_entry),
    named("chamber", _("Chamber"), "chamber", "-valid_from", of=_entry),
    Column("powers", _("May decide"), lambda row: "; ".join(row.powers)),
)

SEAL_COLUMNS = _of_register(
    field("subject", _("Certificate of the seal"), "subject", of=_entry),
    field("digest", _("Digest"), "certificate_sha256", of=_entry),
    Column(
        "chamber",
        _("Chamber"),
        lambda row: row.entry.chamber.name if row.entry.chamber else _("all chambers"),
        order=(by_name("chamber__name"), "-valid_from"),
    ),
)
