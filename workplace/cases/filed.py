"""One file of a case: what it is, who put it there and when, and where it is handed out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from documents.models import StoredFile
from documents.models.files import PDF


@dataclass(frozen=True)
class CaseFile:
    """A file as the list of the case tells it; `key` names it within the case.

    `stored` is None for a signature, whose bytes are `content`. `is_sealed`: made and sealed by
    the portal itself, so that it may be shown inside a page.
    """

    key: str
    group: str
    kind: str
    title: str
    at: datetime
    by: str
    url: str
    name: str
    size: int
    sha256: str
    content_type: str
    stored: StoredFile | None = None
    content: Callable[[], bytes] | None = None
    is_sealed: bool = False
    picture_url: str = ""
    thumbnail_url: str = ""

    @property
    def is_picture(self) -> bool:
        return bool(self.picture_url)

    @property
    def has_preview(self) -> bool:
        return self.is_picture or (self.is_sealed and self.content_type == PDF)

    @property
    def is_drawn(self) -> bool:
        """A PDF that people brought: its pages are shown as pictures made here."""
        return self.stored is not None and self.content_type == PDF and not self.is_sealed


def filed(stored: StoredFile, **facts: Any) -> CaseFile:
    facts.setdefault("name", stored.name)
    return CaseFile(
        size=stored.size,
        sha256=stored.sha256,
        content_type=stored.content_type,
        stored=stored,
        **facts,
    )
