"""The pages of an uploaded PDF as pictures made here: nothing of the file itself is served.

The first page is drawn by a worker soon after the file came, any other when somebody first looks
at it, by a process apart with little memory and time (`pdf_page.py`), a few of them at once on a
machine; the picture is kept by the digest of the file, and so is that it could not be drawn. Such
a file says why, and can still be downloaded. A request waits for a drawing only for a moment: what
takes longer is left to a worker.
"""

import fcntl
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from outbox.services import BROKER_ERRORS

from .models import StoredFile
from .models.files import PDF
from .pictures import THUMBNAIL, VIEW, shown_picture, smaller
from .storing import path_of, read

DRAW_PAGE = "documents.draw_page"
# So many pages of one file are shown; the rest is read in the file itself.
PAGES_SHOWN = 50
# So many are drawn at the same time on one machine; others wait for their turn.
AT_ONCE = 2


@dataclass(frozen=True)
class Patience:
    """For how many seconds one waits for a turn, and then for the drawing."""

    turn: float
    drawing: float


# Whoever asks for a page holds one of the few processes that answer everybody.
IN_REQUEST = Patience(turn=1, drawing=3)
# The program's own limit of computing time ends it sooner, unless the machine is overloaded.
IN_WORKER = Patience(turn=10, drawing=30)
# The same page is not asked of the workers more often, however often it is looked at meanwhile.
ASKED_AGAIN_SECONDS = 60

_PROGRAM = Path(__file__).with_name("pdf_page.py")

REFUSALS: dict[str, Promise] = {
    "encrypted": _("The file is locked with a password, so no page of it can be shown here."),
    "damaged": _("This page cannot be shown here: the file is damaged or written unusually."),
    "slow": _("This page is too large to be shown here."),
    "busy": _("The picture of this page is not ready yet. Load the page again in a moment."),
}

_NO_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 56 56">'
    '<path d="M16 6h18l8 8v36H16z" fill="#fff" stroke="#667" stroke-width="2"/>'
    '<path d="M34 6v8h8M22 26h14M22 34h14" fill="none" stroke="#667" stroke-width="2"/></svg>'
)


@dataclass(frozen=True)
class Page:
    """One page of a PDF, or why there is no picture of it; `pages` is how many the file has."""

    number: int
    pages: int
    refusal: str = ""
    picture: bytes = b""

    @property
    def shown(self) -> int:
        return min(self.pages, PAGES_SHOWN)

    @property
    def why_not(self) -> str | Promise:
        return REFUSALS.get(self.refusal, "")

    @property
    def is_coming(self) -> bool:
        return self.refusal == "busy"

    @property
    def before(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        return self.number + 1 if self.number < self.shown else None


def is_pdf(stored: StoredFile) -> bool:
    return stored.content_type == PDF


def page_number(asked: str | None) -> int:
    """The page an address asks for; whatever is no page that is shown counts as the first."""
    number = int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 5 else 1
    return number if 1 <= number <= PAGES_SHOWN else 1


def page_of(stored: StoredFile, *, number: int = 1) -> Page:
    """The page as a picture, drawn now if nobody looked at it before; never for long."""
    page = _kept(stored, number) or _drawn(stored, number, IN_REQUEST)
    if page.refusal == "busy":
        _ask_for(stored, number)
    return page


def draw_soon(stored: StoredFile) -> None:
    """Has the first page of a PDF drawn when its file is really there.

    Not through the outbox: a picture that is not made ahead is made at the first look, so nothing
    is lost with the message, and files are also stored before the transaction they belong to.
    """
    if is_pdf(stored):
        transaction.on_commit(partial(_ask_for, stored, 1))


def draw_page(stored: StoredFile, *, number: int) -> None:
    """A worker's part; whatever was drawn meanwhile is not drawn again."""
    if not _kept(stored, number):
        _drawn(stored, number, IN_WORKER)


def _ask_for(stored: StoredFile, number: int) -> None:
    try:
        if cache.add(f"page-asked:{stored.sha256}:{number}", 1, ASKED_AGAIN_SECONDS):
            current_app.send_task(
                DRAW_PAGE, args=(stored.pk, number), expires=ASKED_AGAIN_SECONDS, retry=False
            )
    except BROKER_ERRORS:
        # The next look draws it, or asks again.
        return


def _drawn(stored: StoredFile, number: int, patience: Patience) -> Page:
    # Read outside the turn: a damaged file is noticed there, and fails as every download of it.
    content = read(stored)
    with _turn(patience.turn) as is_mine:
        if not is_mine:
            return Page(number, 0, "busy")
        page = _kept(stored, number) or _draw(content, number, patience.drawing)
    if page.refusal != "busy":
        _keep(stored, page)
    return page


def page_response(stored: StoredFile, *, number: int = 1, longest: int = VIEW) -> HttpResponse:
    """The picture of a page; in its place a drawn sheet where there can be none."""
    page = page_of(stored, number=number)
    if not page.picture:
        response = shown_picture(_NO_PICTURE.encode(), "image/svg+xml")
        if page.refusal == "busy":
            response["Cache-Control"] = "private, no-store"
        return response
    is_small = longest <= THUMBNAIL
    return shown_picture(smaller(page.picture, longest=longest) if is_small else page.picture)


def _draw(content: bytes, number: int, seconds: float) -> Page:
    # -I: neither the folder it stands in nor the environment says what it imports.
    command = [sys.executable, "-I", str(_PROGRAM), str(number), str(VIEW)]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=seconds, env={}, check=False
        )
    except subprocess.TimeoutExpired:
        return Page(number, 0, "busy")
    if done.returncode:
        # Killed by one of its limits, or by what it read.
        return Page(number, 0, "slow" if done.returncode < 0 else "damaged")
    facts, _line, picture = done.stdout.partition(b"\n")
    told = json.loads(facts)
    return Page(number, told["pages"], told["refusal"], picture)


def _folder(stored: StoredFile) -> Path:
    """Beside the stored files; everything in it can be made again and may be deleted."""
    digest = path_of(stored.sha256).name
    return Path(settings.MEDIA_ROOT) / "drawn" / digest[:2] / digest


def _kept(stored: StoredFile, number: int) -> Page | None:
    folder = _folder(stored)
    try:
        facts = json.loads((folder / f"{number}.json").read_bytes())
        picture = b"" if facts["refusal"] else (folder / f"{number}.jpg").read_bytes()
    except (OSError, ValueError, KeyError):
        return None
    return Page(number, facts["pages"], facts["refusal"], picture)


def _keep(stored: StoredFile, page: Page) -> None:
    folder = _folder(stored)
    folder.mkdir(parents=True, exist_ok=True)
    if page.picture:
        _write(folder / f"{page.number}.jpg", page.picture)
    facts = {"pages": page.pages, "refusal": page.refusal}
    _write(folder / f"{page.number}.json", json.dumps(facts).encode())


def _write(path: Path, content: bytes) -> None:
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    Path(scratch).replace(path)


@contextmanager
def _turn(seconds: float) -> Iterator[bool]:
    """One of the few places for drawing on this machine, whichever process asks; or none."""
    folder = Path(settings.MEDIA_ROOT) / "drawn"
    folder.mkdir(parents=True, exist_ok=True)
    ends = time.monotonic() + seconds
    places = [(folder / f".turn-{place}").open("wb") for place in range(AT_ONCE)]
    try:
        while True:
            for place in places:
                try:
                    fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    continue
                yield True
                return
            if time.monotonic() >= ends:
                yield False
                return
            time.sleep(0.05)
    finally:
        for place in places:
            place.close()
