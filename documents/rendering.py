"""Record → PDF: a pure function, the same bytes on every run.

A PDF is made from the frozen record alone, so after a crash it can be made again and has the
same SHA-256. The record itself is attached to the PDF as canonical JSON.
"""

import gc
import logging
from collections.abc import Iterator
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

from . import act_sheet, sheets
from .canonical import canonical_bytes, sha256_hex
from .fonts import document_fonts
from .frame import HEIGHT, WIDTH, pdf_operators
from .turns import one_at_a_time

# Raised with every change of a template, style or drawing that changes the bytes of a PDF.
TEMPLATE_VERSION = "2026-11.2"


class _KnownNoise(logging.Filter):
    """Drops one warning: the notice under the table is set in a running element, where the
    renderer warns of `string()` on its first pass and fills it in on the second."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "is only allowed in page margins" not in str(record.msg)


logging.getLogger("weasyprint").addFilter(_KnownNoise())

_FOLDER = Path(__file__).parent / "templates" / "documents"


@dataclass(frozen=True)
class Kind:
    template: str
    attachment: str
    framed: bool
    dated_by: str


KINDS = {
    "certificate": Kind("certificate.html", "ct-kz.json", framed=True, dated_by="certified_at"),
    "act": Kind("act.html", "act.json", framed=False, dated_by="signed_at"),
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
def render_pdf(kind: str, record: dict[str, Any], *, preview: bool = False) -> bytes:
    """The unsigned PDF/A-3 of an act or a certificate."""
    form = KINDS[kind]
    content = canonical_bytes(record)
    made = _made_at(record, form)
    document = lay_out(kind, record, preview=preview)
    attachment = Attachment(
        string=content,
        name=form.attachment,
        description=record["number"],
        created=made,
        modified=made,
        relationship="Data",
    )
    identity = f"{kind}:{TEMPLATE_VERSION}:{preview}:{sha256_hex(content)}"
    pdf: bytes = document.write_pdf(
        finisher=_place_frame if form.framed else None,
        pdf_variant="pdf/a-3a",
        pdf_tags=True,
        pdf_identifier=sha256_hex(identity.encode())[:32].encode("ascii"),
        attachments=[attachment],
    )
    return pdf


def lay_out(kind: str, record: dict[str, Any], *, preview: bool = False) -> Document:
    """The pages before they become a PDF."""
    form = KINDS[kind]
    press = _press()
    context = sheets.certificate(record) if kind == "certificate" else act_sheet.act(record)
    context |= {
        "watermark": _watermark(record, preview=preview),
        "made_at": _made_at(record, form).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    # The language of whoever asked never reaches the document.
    values = Context(context, use_l10n=False, use_tz=False)
    html = press.engine.get_template(form.template).render(values)
    return HTML(string=html, url_fetcher=press.fetcher, base_url="about:blank").render(
        font_config=press.fonts,
        stylesheets=[press.styles[kind]],
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
    styles: dict[str, CSS]
    engine: Engine


@cache
def _press() -> Press:
    """Fonts and parsed styles of this process, kept from one document to the next."""
    fetcher, fonts = NothingFetcher(), FontConfiguration()
    faces = "".join(
        f'@font-face{{font-family:"CT-KZ Sans";font-weight:{weight};src:url("{path.as_uri()}")}}'
        for weight, path in document_fonts().items()
    )
    common = (_FOLDER / "common.css").read_text(encoding="utf-8")
    styles = {
        kind: CSS(
            string=faces + common + (_FOLDER / f"{kind}.css").read_text(encoding="utf-8"),
            font_config=fonts,
            url_fetcher=fetcher,
            base_url="about:blank",
        )
        for kind in KINDS
    }
    engine = Engine(dirs=[str(_FOLDER)], autoescape=True, debug=False)
    return Press(fetcher, fonts, styles, engine)


def _made_at(record: dict[str, Any], form: Kind) -> datetime:
    return datetime.fromisoformat(record[form.dated_by]).astimezone(UTC)


def _watermark(record: dict[str, Any], *, preview: bool) -> str:
    if preview:
        return "АЛДЫН АЛА ҚАРАУ / ПРЕДПРОСМОТР"
    return "ҮЛГІ / ОБРАЗЕЦ" if record.get("specimen") else ""


def _place_frame(document: Document, pdf: pydyf.PDF) -> None:
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
