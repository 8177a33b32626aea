"""Record → PDF: a pure function, the same bytes on every run.

A PDF is made from the frozen record alone, so after a crash it can be made again and has the
same SHA-256. The record itself is attached to the PDF as canonical JSON.
"""

import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pydyf
from django.template import Engine
from django.template.context import Context
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from . import act_sheet, committee_sheet, paper_sheets, sheets
from .canonical import canonical_bytes, sha256_hex
from .committee_records import dated_at
from .fonts import document_fonts
from .frame import HEIGHT, WIDTH, pdf_operators
from .origin_xml import origin_xml
from .turns import one_at_a_time

# Raised with every change of a template, style or drawing that changes the bytes of a PDF.
TEMPLATE_VERSION = "2026-11.3"


class _KnownNoise(logging.Filter):
    """Drops one warning: the notice under the table is set in a running element, where the
    renderer warns of `string()` on its first pass and fills it in on the second."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "is only allowed in page margins" not in str(record.msg)


logging.getLogger("weasyprint").addFilter(_KnownNoise())

_FOLDER = Path(__file__).parent / "templates" / "documents"


Record = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """How one kind of document is made: what it shows, on which template, with what attached."""

    sheet: Callable[[Record], dict[str, Any]]
    template: str
    styles: tuple[str, ...]
    # The record itself, under this name.
    attachment: str
    # The moment the document states as its own, from the record.
    dated: Callable[[Record], str]
    framed: bool = False
    # The same facts for programs that speak XML: the name, and the maker of its bytes.
    view: tuple[str, Callable[[Record], bytes]] | None = None


PLAIN = ("plain.css", "paper.css")
COMMITTEE = (*PLAIN, "paper_committee.css")
ORIGIN_VIEW = ("ct-kz.xml", origin_xml)

KINDS = {
    "certificate": Kind(
        sheets.certificate,
        "certificate.html",
        ("certificate.css",),
        "ct-kz.json",
        dated=lambda record: record["certified_at"],
        framed=True,
        view=ORIGIN_VIEW,
    ),
    "duplicate": Kind(
        sheets.certificate,
        "certificate.html",
        ("certificate.css",),
        "ct-kz.json",
        dated=sheets.given_at,
        framed=True,
        view=ORIGIN_VIEW,
    ),
    "act": Kind(
        act_sheet.act,
        "act.html",
        ("plain.css", "act.css"),
        "act.json",
        dated=lambda record: record["signed_at"],
    ),
    "letter": Kind(
        paper_sheets.letter,
        "letter.html",
        PLAIN,
        "letter.json",
        dated=lambda record: record["dated_at"],
    ),
    "order": Kind(
        paper_sheets.order,
        "order.html",
        PLAIN,
        "order.json",
        dated=lambda record: record["dated_at"],
    ),
    "receipt": Kind(
        paper_sheets.receipt,
        "receipt.html",
        PLAIN,
        "receipt.json",
        dated=lambda record: record["made_at"],
    ),
    "paper": Kind(
        committee_sheet.paper, "paper_committee.html", COMMITTEE, "paper.json", dated=dated_at
    ),
    "report": Kind(
        committee_sheet.report, "paper_report.html", COMMITTEE, "report.json", dated=dated_at
    ),
}


class NothingFetcher(URLFetcher):
    """Lets a document read the portal's own fonts and embedded `data:` pictures, nothing else.

    Records hold text that strangers typed. Whatever of it were ever taken for an address, the
    renderer can reach neither the network nor the disk.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data", "file"), allow_redirects=False)
        self._files = {path.as_uri(): path for path in document_fonts().values()}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url.startswith("data:image/png;base64,"):
            return super().fetch(url, headers)
        path = self._files.get(url)
        if path is None:
            raise ValueError("documents fetch nothing from outside")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/ttf"})


@contextmanager
def _collecting_later() -> Iterator[None]:
    """A layout is a large heap that lives to its end: looking for garbage in it costs a fifth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@one_at_a_time
@_collecting_later()
def render_pdf(kind: str, record: Record, *, preview: bool = False) -> bytes:
    """The unsigned PDF/A-3 of a document, with its record attached."""
    form = KINDS[kind]
    content = canonical_bytes(record)
    made = _made_at(record, form)
    document = lay_out(kind, record, preview=preview)
    attached = [(form.attachment, content, "Data")]
    if form.view:
        name, make = form.view
        attached.append((name, make(record), "Alternative"))
    identity = f"{kind}:{TEMPLATE_VERSION}:{preview}:{sha256_hex(content)}"
    pdf: bytes = document.write_pdf(
        finisher=_finish_framed if form.framed else _name_attachments_once,
        pdf_variant="pdf/a-3a",
        pdf_tags=True,
        pdf_identifier=sha256_hex(identity.encode())[:32].encode("ascii"),
        attachments=[
            Attachment(
                string=bytes_,
                name=name,
                description=record["number"],
                created=made,
                modified=made,
                relationship=relationship,
            )
            for name, bytes_, relationship in attached
        ],
    )
    return pdf


def lay_out(kind: str, record: Record, *, preview: bool = False) -> Document:
    """The pages before they become a PDF."""
    form = KINDS[kind]
    press = _press()
    context = form.sheet(record) | {
        "watermark": _watermark(record, preview=preview),
        "made_at": _made_at(record, form).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    # The language of whoever asked never reaches the document.
    values = Context(context, use_l10n=False, use_tz=False)
    html = press.engine.get_template(form.template).render(values)
    return HTML(string=html, url_fetcher=press.fetcher, base_url="about:blank").render(
        font_config=press.fonts,
        stylesheets=[press.styles[form.styles]],
        pdf_variant="pdf/a-3a",
        pdf_tags=True,
    )


def warm() -> None:
    """Read fonts, styles and templates once, so that the first document is not the slow one."""
    press = _press()
    for form in KINDS.values():
        press.engine.get_template(form.template)
    pdf_operators()


@dataclass(frozen=True)
class Press:
    fetcher: NothingFetcher
    fonts: FontConfiguration
    styles: dict[tuple[str, ...], CSS]
    engine: Engine


@cache
def _press() -> Press:
    """Fonts and parsed styles of this process, kept from one document to the next."""
    fetcher, fonts = NothingFetcher(), FontConfiguration()
    faces = "".join(
        f'@font-face{{font-family:"CT-KZ Sans";font-weight:{weight};src:url("{path.as_uri()}")}}'
        for weight, path in document_fonts().items()
    )
    styles = {
        names: CSS(
            string=faces
            + "".join(
                (_FOLDER / name).read_text(encoding="utf-8") for name in ("common.css", *names)
            ),
            font_config=fonts,
            url_fetcher=fetcher,
            base_url="about:blank",
        )
        for names in {form.styles for form in KINDS.values()}
    }
    engine = Engine(dirs=[str(_FOLDER)], autoescape=True, debug=False)
    return Press(fetcher, fonts, styles, engine)


def _made_at(record: Record, form: Kind) -> datetime:
    return datetime.fromisoformat(form.dated(record)).astimezone(UTC)


def _watermark(record: Record, *, preview: bool) -> str:
    if preview:
        return "АЛДЫН АЛА ҚАРАУ / ПРЕДПРОСМОТР"
    return "ҮЛГІ / ОБРАЗЕЦ" if record.get("specimen") else ""


def _name_attachments_once(_document: Document, pdf: pydyf.PDF) -> None:
    """Associated files stand in the catalog once each; the renderer names them twice."""
    pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))


def _finish_framed(document: Document, pdf: pydyf.PDF) -> None:
    _name_attachments_once(document, pdf)
    _place_frame(pdf)


def _place_frame(pdf: pydyf.PDF) -> None:
    """Put the drawn frame under every page: one object, however many pages there are."""
    frame = pydyf.Stream(
        [pdf_operators()],
        pydyf.Dictionary(
            {
                "Type": "/XObject",
                "Subtype": "/Form",
                "BBox": pydyf.Array([0, 0, WIDTH, HEIGHT]),
                "Resources": pydyf.Dictionary({}),
                "Filter": "/FlateDecode",
            }
        ),
    )
    pdf.add_object(frame)
    # Decoration is an artefact: a screen reader passes over it.
    under = pydyf.Stream([b"/Artifact BMC q /CtkzFrame Do Q EMC"])
    pdf.add_object(under)
    shared = set()
    for page in pdf.objects:
        if isinstance(page, pydyf.Dictionary) and page.get("Type") == "/Page":
            page["Contents"] = pydyf.Array([under.reference, page["Contents"]])
            shared.add(page["Resources"])
    for reference in shared:
        resources = pdf.objects[int(reference.split()[0])]
        resources["XObject"]["CtkzFrame"] = frame.reference
