"""Which certificate a strange PDF claims to be; a claim proves nothing."""

import io
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from pyhanko.pdf_utils.reader import PdfFileReader

from documents.rendering import KINDS
from issuance.numbering import CODE_ALPHABET, CODE_LENGTH
from reference.numbers import CertificateNumber, parse_certificate_number

logger = logging.getLogger(__name__)

ATTACHMENT = KINDS["certificate"].attachment
ATTACHMENT_MAX_BYTES = 4 * 1024 * 1024
ATTACHMENTS_LOOKED_AT = 20
CODE_IN_ADDRESS = re.compile(rf"/v/([{CODE_ALPHABET}]{{{CODE_LENGTH}}})\b".encode())
NUMBER_IN_TITLE = re.compile(r"KZ\s*\d\s*\d{3}\s*\d{5}")


@dataclass(frozen=True)
class Claim:
    number: CertificateNumber | None = None
    code: str = ""


def claim_of(pdf: bytes) -> Claim:
    """The number and code in the attached record, else in the title or a link.

    The file comes from a stranger: whatever its parser stumbles over means "no claim". How far
    a compressed part may unfold is limited by the parser itself.
    """
    for source in (_in_attachment, _in_title):
        try:
            if claim := source(PdfFileReader(io.BytesIO(pdf), strict=False)):
                return claim
        except Exception as fault:
            logger.info("no claim found by %s: %s", source.__name__, type(fault).__name__)
    code = CODE_IN_ADDRESS.search(pdf)
    return Claim(code=code[1].decode("ascii") if code else "")


def _in_attachment(reader: PdfFileReader) -> Claim | None:
    for name, part in _attachments(reader):
        if name != ATTACHMENT or len(part.encoded_data) > ATTACHMENT_MAX_BYTES:
            continue
        content = part.data
        if len(content) > ATTACHMENT_MAX_BYTES:
            continue
        record = json.loads(content)
        if not isinstance(record, dict):
            continue
        code = record.get("verify_code")
        return Claim(
            number=_number(record.get("number")), code=code if isinstance(code, str) else ""
        )
    return None


def _attachments(reader: PdfFileReader) -> Iterator[tuple[str, Any]]:
    """Names and streams of the attached files; brackets follow references, `get` does not."""
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    for position in range(1, min(len(names), 2 * ATTACHMENTS_LOOKED_AT), 2):
        specification = names[position]
        name = specification["/UF" if "/UF" in specification else "/F"]
        yield str(name), specification["/EF"]["/F"]


def _in_title(reader: PdfFileReader) -> Claim | None:
    found = NUMBER_IN_TITLE.search(str(reader.trailer["/Info"]["/Title"]))
    return Claim(number=_number(found[0])) if found else None


def _number(text: object) -> CertificateNumber | None:
    if not isinstance(text, str) or len(text) > 40:
        return None
    try:
        return parse_certificate_number(text)
    except ValidationError:
        return None
