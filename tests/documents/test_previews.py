"""Pages of PDFs that strangers uploaded, as pictures: what is drawn, what is not, the bounds."""

import base64
import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import redis
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter
from weasyprint import HTML

from ctkz_portal.embedded.process import Server
from documents import previews
from documents.models import StoredFile
from documents.pictures import THUMBNAIL
from documents.previews import PAGES_SHOWN, Patience, page_number, page_of, page_response
from documents.storing import store
from documents.tasks import draw_page
from documents.uploads import accept_upload
from tests.workers import forget_cached, forget_queued_work

pytestmark = pytest.mark.django_db

LANGUAGE = "en"


Asked = Callable[[], list[tuple[int, int]]]


@pytest.fixture(autouse=True)
def nothing_asked() -> None:
    forget_queued_work()
    forget_cached()


@pytest.fixture
def asked(settings: Any) -> Asked:
    """What stands in the queue of the workers: which page of which file is to be drawn."""

    def read() -> list[tuple[int, int]]:
        client = redis.Redis.from_url(settings.CELERY_BROKER_URL)
        queue = client.lrange(f"{settings.CTKZ_REDIS_PREFIX}celery", 0, -1)
        client.close()
        messages = [json.loads(each) for each in queue]
        assert {each["headers"]["task"] for each in messages} <= {previews.DRAW_PAGE}
        bodies = [json.loads(base64.b64decode(each["body"])) for each in messages]
        return [tuple(body[0]) for body in bodies]

    return read


def written(pages: int = 1) -> bytes:
    sheet = '<p style="page-break-after: always; color: #b00; font-size: 60pt">Примеров {}</p>'
    body = "".join(sheet.format(number) for number in range(1, pages + 1))
    pdf: bytes = HTML(string=f"<style>p {{ margin: 0 }}</style>{body}").write_pdf()
    return pdf


def blank(pages: int, *, width: float = 200, height: float = 200, password: str = "") -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(width=width, height=height)
    if password:
        writer.encrypt(user_password=password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def kept(content: bytes) -> StoredFile:
    return store(content, name="paper.pdf", content_type="application/pdf")


def opened(picture: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(picture))
    assert image.format == "JPEG"
    return image


def test_a_page_is_drawn_as_it_looks() -> None:
    page = page_of(kept(written(2)))
    assert (page.pages, page.refusal, page.before, page.after) == (2, "", None, 2)
    picture = opened(page.picture)
    assert max(picture.size) == 1600
    assert picture.height > picture.width
    colours = picture.getcolors(maxcolors=picture.width * picture.height) or []
    assert [colour for _count, colour in colours if colour[0] > 120 and colour[1] < 60]


def test_every_page_is_its_own_picture() -> None:
    stored = kept(written(2))
    first, second = page_of(stored), page_of(stored, number=2)
    assert first.picture != second.picture
    assert (second.before, second.after) == (1, None)


def test_a_picture_in_a_list_is_small_and_nothing_of_the_file_is_served() -> None:
    answer = page_response(kept(written()), longest=THUMBNAIL)
    assert max(opened(answer.content).size) == THUMBNAIL
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        pytest.param(lambda: b"%PDF-1.7\nnothing of a PDF follows", "damaged", id="broken"),
        pytest.param(lambda: written()[:400], "damaged", id="cut off"),
        pytest.param(lambda: blank(1, password="secret"), "encrypted", id="locked"),
        pytest.param(lambda: blank(1, width=100_000, height=1), "damaged", id="a mere strip"),
    ],
)
def test_what_cannot_be_drawn_says_why(content: Callable[[], bytes], refusal: str) -> None:
    stored = kept(content())
    page = page_of(stored)
    assert (page.refusal, page.picture) == (refusal, b"")
    assert str(page.why_not)
    answer = page_response(stored)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/svg+xml"


def test_a_sheet_of_giant_size_is_drawn_no_larger_than_any() -> None:
    assert max(opened(page_of(kept(blank(1, width=14_400, height=14_400))).picture).size) == 1600


def test_of_five_hundred_pages_the_first_ones_are_shown() -> None:
    stored = kept(blank(500))
    page = page_of(stored, number=PAGES_SHOWN)
    assert (page.pages, page.shown, page.after) == (500, PAGES_SHOWN, None)
    assert page.picture


@pytest.mark.parametrize("asked", [None, "", "0", "-1", "51", "1e9", "²", "99999999999", "first"])
def test_an_address_that_names_no_page_means_the_first(asked: str | None) -> None:
    assert page_number(asked) == 1


def test_a_page_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = kept(written())
    first = page_of(stored)

    def never(*_given: Any) -> Any:
        raise AssertionError("drawn twice")

    monkeypatch.setattr(previews, "_draw", never)
    assert page_of(stored) == first


def a_program(tmp_path: Path, body: str) -> Path:
    program = tmp_path / "drawing.py"
    program.write_text(body)
    return program


SHORT = Patience(turn=0.1, drawing=0.5)


def test_what_takes_long_is_not_waited_for_and_left_to_a_worker(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, asked: Asked
) -> None:
    """The page says that the picture is coming; the worker has the time it takes."""
    real = previews._PROGRAM
    slow = (
        f"import runpy, time\ntime.sleep(1.5)\nrunpy.run_path({str(real)!r}, run_name='__main__')\n"
    )
    monkeypatch.setattr(previews, "_PROGRAM", a_program(tmp_path, slow))
    monkeypatch.setattr(previews, "IN_REQUEST", SHORT)
    stored = kept(written())
    began = time.monotonic()
    page = page_of(stored)
    assert (page.refusal, page.is_coming) == ("busy", True)
    assert page_of(stored).is_coming
    assert time.monotonic() - began < 10
    assert asked() == [(stored.pk, 1)]

    draw_page(*asked()[0])
    assert page_of(stored).picture


def test_the_first_page_is_drawn_once_the_file_is_there(
    asked: Asked, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        stored = accept_upload(SimpleUploadedFile("paper.pdf", written(2)))
        assert asked() == []
    assert asked() == [(stored.pk, 1)]
    draw_page(stored.pk, 1)
    draw_page(stored.pk, 1)
    assert previews._kept(stored, 1)
    assert not previews._kept(stored, 2)


def test_pictures_and_tables_need_no_drawing(
    asked: Asked, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        accept_upload(SimpleUploadedFile("list.csv", b"a;b\n1;2\n"))
    assert asked() == []


def test_a_file_is_taken_when_no_worker_can_be_asked(
    stopped_broker: Server, django_capture_on_commit_callbacks: Any
) -> None:
    """With the broker away the picture is made at the first look."""
    with django_capture_on_commit_callbacks(execute=True):
        stored = accept_upload(SimpleUploadedFile("paper.pdf", written()))
    assert page_of(stored).picture


def test_a_drawing_program_that_falls_leaves_the_portal_standing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    falls = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    monkeypatch.setattr(previews, "_PROGRAM", a_program(tmp_path, falls))
    assert page_of(kept(written())).refusal == "slow"


def test_the_program_sees_no_secret_and_cannot_write(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CTKZ_SECRET_KEY", "not for drawing")
    real = previews._PROGRAM
    look = (
        "import json, os, runpy, sys\n"
        f"confine = runpy.run_path({str(real)!r})['confine']\n"
        "confine()\n"
        "seen = 'CTKZ_SECRET_KEY' in os.environ\n"
        f"target = {str(tmp_path / 'written')!r}\n"
        "try:\n"
        "    import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "    open(target, 'w', buffering=1).write('x\\n'); wrote = True\n"
        "except OSError:\n"
        "    wrote = False\n"
        "told = {'refusal': f'{seen} {wrote}', 'pages': 0}\n"
        "sys.stdout.buffer.write(json.dumps(told).encode() + b'\\n')\n"
    )
    monkeypatch.setattr(previews, "_PROGRAM", a_program(tmp_path, look))
    assert page_of(kept(written())).refusal == "False False"


def test_when_all_places_are_taken_nobody_waits_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "IN_REQUEST", Patience(turn=0.1, drawing=3))
    stored = kept(written())
    with previews._turn(1) as one, previews._turn(1) as two:
        assert (one, two) == (True, True)
        answer = page_response(stored)
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Cache-Control"] == "private, no-store"
    assert page_of(stored).picture
