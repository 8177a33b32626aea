"""What a certificate's PDF and seal cost against the bare calls of the libraries, line by line."""

import io
from functools import partial

from django.conf import settings
from django.template.context import Context
from django.utils import timezone
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.signers import PdfSignatureMetadata
from weasyprint import HTML

from documents import rendering
from documents.demo_seal import make_demo_seal
from documents.pdfa import faults
from documents.sealing import seal, verify_seal
from tests.bench.timing import best_seconds, shown, table
from tests.documents.records import certificate

LINES = (1, 10, 100, 300)


def run() -> None:
    make_demo_seal(settings.VAR_DIR / "seal")
    rendering.warm()
    rows = []
    for count in LINES:
        record = certificate(count)
        unsigned = rendering.render_pdf("certificate", record)
        sealed = _sealed(unsigned)
        taken = best_seconds(
            {
                "render": partial(rendering.render_pdf, "certificate", record),
                "bare render": partial(_bare_render, _page(record)),
                "seal": partial(_sealed, unsigned),
                "bare seal": partial(_bare_seal, unsigned),
                "lint": partial(faults, unsigned),
                "verify": partial(verify_seal, sealed),
            },
            rounds=2,
        )
        rows.append(
            [
                str(count),
                f"{len(sealed) / 1024:.0f} kB",
                shown(taken["render"]),
                f"{taken['render'] / taken['bare render']:.2f}",
                shown(taken["seal"]),
                f"{taken['seal'] / taken['bare seal']:.2f}",
                shown(taken["lint"]),
                shown(taken["verify"]),
            ]
        )
    table(
        "A certificate as its lines grow. Bare render: the same page through WeasyPrint alone, no "
        "PDF/A, frame or attachments; bare seal: pyHanko's own signer",
        ["lines", "size", "render", "× bare", "seal", "× bare", "PDF/A check", "verify"],
        rows,
    )


def _page(record: dict[str, object]) -> str:
    form = rendering.KINDS["certificate"]
    values = Context(form.sheet(record), use_l10n=False, use_tz=False)
    return rendering._press().engine.get_template(form.template).render(values)


def _bare_render(page: str) -> bytes:
    press = rendering._press()
    form = rendering.KINDS["certificate"]
    pdf: bytes = HTML(string=page, url_fetcher=press.fetcher, base_url="about:blank").write_pdf(
        font_config=press.fonts, stylesheets=[press.styles[form.styles]]
    )
    return pdf


def _sealed(unsigned: bytes) -> bytes:
    return seal(unsigned, reason="bench", at=timezone.now())


def _bare_seal(unsigned: bytes) -> bytes:
    signer = signers.SimpleSigner.load(settings.CTKZ_SEAL_KEY_FILE, settings.CTKZ_SEAL_CERT_FILE)
    out = io.BytesIO()
    signers.PdfSigner(
        PdfSignatureMetadata(field_name="Seal", md_algorithm="sha256"), signer
    ).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(unsigned)), output=out)
    return out.getvalue()
