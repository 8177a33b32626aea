"""What of a page people read, and what of it a machine can hold against it."""

import re
from dataclasses import dataclass, field
from hashlib import sha256
from html.parser import HTMLParser

SILENT = {"script", "style", "code", "pre", "svg", "template"}
# These never have an end of their own.
VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "path", "source",
    "track", "use", "wbr",
}  # fmt: skip
READ_ALOUD = ("title", "aria-label", "placeholder", "alt", "aria-description")
# What an element is to a style sheet and to a screen reader, without what it says.
FORM = ("class", "role", "type", "scope", "hidden", "disabled", "tabindex", "open")
LATIN = re.compile(r"[A-Za-z]{3,}")
# Addresses, numbers of things, names of files, digests; names of programs and formats and what is
# typed for them; keys of a condition of origin, as its author types them.
NO_WORDS = re.compile(r"\S*[\d@/_.\\{}=&]\S*|--\w+|\b[a-z\d]+-[a-z]+\b|[«“](?:all|any)[»”]")
# Names that are the same in every language.
NAMES = frozenset(
    {
        "API", "JPG", "USB", "EXW", "csv", "xlsx", "Aegis", "FreeOTP",
        "Excel", "Word", "Authenticator", "Google", "Microsoft", "Gmail", "Ctrl", "Enter",
        "AES", "BIN", "CAdES", "CSV", "DER", "DOCX", "EAV", "ECDSA", "English", "Eng",
        "GOST", "HMAC", "HTML", "HTTP", "HTTPS", "IIN", "JPEG", "JSON", "JSONL", "Kbyte",
        "KZT", "Merkle", "MiB", "NCALayer", "OCSP", "OpenAPI", "PAdES", "PDF", "PKCS", "PNG",
        "PEM", "Tab", "SMD",
        "RFC", "RSA", "SHA", "SMTP", "SVG", "TOTP", "TSA", "UBL", "UTC", "UTF", "WebAuthn",
        "XLSX", "XML", "XAdES", "CMS", "ZIP", "USD", "EUR", "RUB", "CNY", "CRL", "GOSTR",
        "Pack",
    }
)  # fmt: skip


@dataclass
class Page:
    """`words`: Latin words that stand on a page in Kazakh; `shape`: its middle without the text.

    What stands around the middle is the same on every page of a person.
    """

    words: list[str] = field(default_factory=list)
    shape: str = ""


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.said: list[str] = []
        self.shape = sha256()

    @property
    def is_silent(self) -> bool:
        return any(silent for _tag, silent in self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        form = [f"{name}={given[name]}" for name in FORM if name in given]
        if tag == "main" or any(name == "main" for name, _silent in self.open):
            self.shape.update(f"<{tag} {' '.join(form)}>".encode())
        is_foreign = "lang" in given and tag != "html"
        if not (self.is_silent or is_foreign or "translate" in given):
            self.said += [given[name] or "" for name in READ_ALOUD if name in given]
        if tag not in VOID:
            self.open.append((tag, tag in SILENT or is_foreign or "translate" in given))

    def handle_endtag(self, tag: str) -> None:
        while self.open:
            name, _silent = self.open.pop()
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self.is_silent:
            self.said.append(data)


def read(html: str, *, data: frozenset[str] = frozenset()) -> Page:
    """`data`: words that come from what people entered, not from the portal."""
    reader = Reader()
    reader.feed(html)
    words = {
        word
        for text in reader.said
        for word in LATIN.findall(NO_WORDS.sub(" ", text))
        if word not in NAMES and word not in data
    }
    return Page(sorted(words), reader.shape.hexdigest())
