"""Papers of the Committee: ordered with the deed, made, sealed and kept once."""

import ast
import io
import json
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import RequestFactory, override_settings
from django.utils.translation import gettext_lazy, ngettext_lazy
from pypdf import PdfReader

import outbox
from accounts.models import Role
from audit.models import AuditEvent
from documents.models import SealedDocument
from documents.rendering import render_pdf
from documents.sealing import verify_seal
from documents.storing import path_of, read
from outbox.models import OutboxItem
from oversight import papers, tasks
from oversight.papers import PaperToMake, make_paper, order_paper, register_paper
from reference.code_lists import code_names
from tests import scenarios
from tests.documents.committee import paper, report

LANGUAGE = "en"
ROOT = Path(settings.BASE_DIR)
NO_SEAL = {"CTKZ_SEAL_KEY_FILE": str(settings.VAR_DIR / "seal" / "no.key")}

pytestmark = pytest.mark.django_db


class Shelf:
    """Stands for the job that registers a paper: what it wants made, and what it was given."""

    def __init__(self, kind: str, record: dict[str, Any]) -> None:
        self.kind, self.record = kind, record
        self.subject_id, self.case = str(uuid.uuid4()), str(uuid.uuid4())
        self.is_wanted = True
        self.kept: list[SealedDocument] = []

    def make(self, subject_id: str) -> PaperToMake | None:
        if not self.is_wanted:
            return None
        return PaperToMake(self.record, "shelf", subject_id, self.record["number"], self.case)

    def keep(self, subject_id: str, document: SealedDocument) -> None:
        assert subject_id == self.subject_id
        assert connection.in_atomic_block
        self.kept.append(document)

    def order(self) -> None:
        with transaction.atomic():
            order_paper(self.kind, self.subject_id)

    @property
    def item(self) -> OutboxItem:
        return OutboxItem.objects.get(task=papers.MAKE_PAPER, key=f"{self.kind}:{self.subject_id}")

    @property
    def events(self) -> list[AuditEvent]:
        return list(AuditEvent.objects.filter(event="paper.sealed", subject_id=self.subject_id))


@pytest.fixture
def shelf_of() -> Iterator[Callable[..., Shelf]]:
    scenarios.a_seal()
    before = dict(papers._papers)

    def make(kind: str = "test_paper", record: dict[str, Any] | None = None) -> Shelf:
        shelf = Shelf(kind, record or paper())
        register_paper(kind, maker=shelf.make, keep=shelf.keep)
        return shelf

    yield make
    papers._papers.clear()
    papers._papers.update(before)


@pytest.fixture
def shelf(shelf_of: Callable[..., Shelf]) -> Shelf:
    return shelf_of()


def test_an_ordered_paper_is_sealed_kept_and_told_in_the_log(shelf: Shelf) -> None:
    shelf.order()
    make_paper(shelf.kind, shelf.subject_id)
    (document,) = shelf.kept
    pdf = read(document.file)
    assert verify_seal(pdf).ok
    assert document.kind == "paper"
    assert document.number == "RC-2026-00031"
    attached = PdfReader(io.BytesIO(pdf)).attachments["paper.json"][0]
    assert json.loads(attached) == shelf.record
    (event,) = shelf.events
    assert event.case_id == shelf.case
    assert (event.subject_type, event.subject_label) == ("shelf", "RC-2026-00031")
    assert json.loads(bytes(event.body))["facts"] == {
        "paper": "test_paper",
        "number": "RC-2026-00031",
        "record_sha256": document.record_sha256,
        "sealed_sha256": document.sealed_sha256,
    }
    assert shelf.item.done_at is not None


def test_the_task_carries_the_name_that_the_outbox_sends(shelf: Shelf) -> None:
    shelf.order()
    assert tasks.make_paper.name == shelf.item.task
    tasks.make_paper(**shelf.item.kwargs)
    assert len(shelf.kept) == 1


def test_however_often_the_work_comes_there_is_one_document_and_one_event(shelf: Shelf) -> None:
    shelf.order()
    for _time in range(3):
        make_paper(shelf.kind, shelf.subject_id)
    assert len(shelf.kept) == len(shelf.events) == 1
    assert SealedDocument.objects.filter(subject_id=shelf.subject_id).count() == 1


def test_a_report_becomes_a_report(shelf_of: Callable[..., Shelf]) -> None:
    shelf = shelf_of(record=report())
    shelf.order()
    make_paper(shelf.kind, shelf.subject_id)
    assert shelf.kept[0].kind == "report"
    text = "".join(
        page.extract_text() for page in PdfReader(io.BytesIO(read(shelf.kept[0].file))).pages
    )
    assert "How the figures are computed" in text


def test_papers_of_several_kinds_about_one_thing_are_documents_of_their_own(
    shelf_of: Callable[..., Shelf],
) -> None:
    notice, decision = shelf_of("test_notice"), shelf_of("test_decision", paper(number="MS-1"))
    decision.subject_id = notice.subject_id
    for shelf in (notice, decision):
        shelf.order()
        make_paper(shelf.kind, shelf.subject_id)
    assert notice.kept[0].number == "RC-2026-00031"
    assert decision.kept[0].number == "MS-1"


def test_without_a_seal_the_paper_waits_and_is_made_when_there_is_one(shelf: Shelf) -> None:
    shelf.order()
    with override_settings(**NO_SEAL):
        make_paper(shelf.kind, shelf.subject_id)
    assert shelf.item.done_at is None
    assert shelf.item.last_error
    assert shelf.kept == []
    make_paper(shelf.kind, shelf.subject_id)
    assert shelf.item.done_at is not None
    assert len(shelf.kept) == 1


def test_a_worker_that_died_after_rendering_begins_again_with_the_same_bytes(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered = render_pdf("paper", shelf.record)
    shelf.order()

    def die(*_args: Any, **_options: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("documents.sealed.seal", die)
        with pytest.raises(SystemExit):
            make_paper(shelf.kind, shelf.subject_id)
    assert (shelf.kept, shelf.item.done_at) == ([], None)
    make_paper(shelf.kind, shelf.subject_id)
    (document,) = shelf.kept
    assert path_of(document.unsigned_sha256).read_bytes() == rendered


def test_a_worker_that_died_between_sealing_and_keeping_takes_the_document_up(
    shelf: Shelf,
) -> None:
    shelf.order()
    keep, papers._papers[shelf.kind] = shelf.keep, papers._Registered(shelf.make, _dying)
    with pytest.raises(SystemExit):
        make_paper(shelf.kind, shelf.subject_id)
    sealed = SealedDocument.objects.get(subject_id=shelf.subject_id)
    assert (shelf.events, shelf.item.done_at) == ([], None)
    papers._papers[shelf.kind] = papers._Registered(shelf.make, keep)
    make_paper(shelf.kind, shelf.subject_id)
    assert shelf.kept == [sealed]
    assert len(shelf.events) == 1


def _dying(_subject_id: str, _document: SealedDocument) -> None:
    raise SystemExit


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_paper_keep_it_once(shelf: Shelf) -> None:
    shelf.order()
    barrier = Barrier(2)

    def work() -> None:
        try:
            barrier.wait(timeout=30)
            make_paper(shelf.kind, shelf.subject_id)
        finally:
            connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=120)
    assert len(shelf.kept) == len(shelf.events) == 1
    assert shelf.item.done_at is not None


def test_what_is_no_longer_wanted_is_not_made(shelf: Shelf) -> None:
    shelf.order()
    shelf.is_wanted = False
    make_paper(shelf.kind, shelf.subject_id)
    assert shelf.item.done_at is not None
    assert not SealedDocument.objects.filter(subject_id=shelf.subject_id).exists()


def test_an_order_that_is_rolled_back_promises_nothing(shelf: Shelf) -> None:
    with transaction.atomic():
        order_paper(shelf.kind, shelf.subject_id)
        transaction.set_rollback(True)
    assert not OutboxItem.objects.filter(task=papers.MAKE_PAPER).exists()


def test_a_record_with_a_hole_is_told_by_name_and_stays_promised(
    shelf_of: Callable[..., Shelf],
) -> None:
    shelf = shelf_of(record=paper(title={"kk": "Хат"}))
    shelf.order()
    with pytest.raises(ValueError, match=r"title\.ru is missing"):
        make_paper(shelf.kind, shelf.subject_id)
    assert shelf.item.done_at is None


def test_a_paper_that_nobody_registered_cannot_be_ordered(shelf: Shelf) -> None:
    with pytest.raises(LookupError, match="unheard"), transaction.atomic():
        order_paper("unheard", "1")
    with pytest.raises(ValueError, match="already registered"):
        register_paper(shelf.kind, maker=lambda _id: None, keep=shelf.keep)


def test_documents_of_a_demonstration_are_specimens(shelf: Shelf) -> None:
    shelf.order()
    with override_settings(CTKZ_DEMO=True):
        make_paper(shelf.kind, shelf.subject_id)
    assert json.loads(shelf.kept[0].record_bytes)["specimen"] is True
    assert "specimen" not in shelf.record


def test_a_download_bears_the_number(shelf_of: Callable[..., Shelf]) -> None:
    shelf = shelf_of(record=paper(number="MS-2026-00007/2"))
    shelf.order()
    make_paper(shelf.kind, shelf.subject_id)
    response = papers.paper_response(shelf.kept[0], RequestFactory().get("/"))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="MS-2026-00007-2.pdf"'
    assert verify_seal(response.content).ok


def paper_modules() -> list[str]:
    """Modules of the room that register a paper."""
    return [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in sorted((ROOT / "oversight").rglob("*.py"))
        if any(
            isinstance(node, ast.Call)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) == "register_paper"
            for node in ast.walk(ast.parse(path.read_text()))
        )
    ]


def test_a_worker_knows_every_paper_that_a_page_can_order() -> None:
    code = (
        "import django, sys; django.setup(); import oversight.tasks; "
        f"print([name for name in {paper_modules()!r} if name not in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip().splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        ("control_plan", "CP-2026-001", "CP-2026-002"),
        ("desk_check", "DC-2026-00001", "DC-2026-00002"),
        ("recommendation", "RC-2026-00001", "RC-2026-00002"),
        ("measure", "MS-2026-00001", "MS-2026-00002"),
        ("mass_action", "MA-2026-001", "MA-2026-002"),
        ("complaint", "CM-2026-00001", "CM-2026-00002"),
        ("inspection", "IN-2026-00001", "IN-2026-00002"),
        ("grey_listing", "GM-2026-0001", "GM-2026-0002"),
        ("blocking_request", "BR-2026-0001", "BR-2026-0002"),
        ("report", "RP-2026-001", "RP-2026-002"),
    ],
)
def test_numbers_follow_each_other_within_a_year(kind: str, first: str, second: str) -> None:
    on = date(2026, 11, 22)
    assert [papers.new_number(kind, "", on) for _time in range(2)] == [first, second]
    assert papers.new_number(kind, "", date(2027, 1, 1)) == first.replace("2026", "2027")


def test_letters_are_numbered_after_what_they_are_about() -> None:
    assert papers.letter_number("MS-2026-00007", 2, on=date(2026, 11, 22)) == "MS-2026-00007/2"


ANNULLED = "Act %(number)s was annulled"
SESSIONS = ngettext_lazy("%(count)d session was ended.", "%(count)d sessions were ended.", "count")


@pytest.mark.parametrize("message", [gettext_lazy(ANNULLED), ANNULLED])
def test_texts_come_in_both_languages_whoever_asks(message: Any) -> None:
    said = papers.text(message, number="A-1")
    assert list(said) == ["kk", "ru"]
    assert said["ru"] == "Акт A-1 аннулирован"
    assert said["kk"] not in (said["ru"], "Act A-1 was annulled")
    assert papers.text_in_all(message, number="A-1") == said | {"en": "Act A-1 was annulled"}


def test_figures_of_a_text_are_told_in_its_language() -> None:
    assert papers.text(SESSIONS, count=5)["ru"] == "Завершено 5 сеансов."
    assert papers.text(SESSIONS, count=1)["ru"] == "Завершён 1 сеанс."
    said = papers.text(ANNULLED, number={"kk": "бірінші", "ru": "первый"})
    assert said["ru"] == "Акт первый аннулирован"
    assert "бірінші" in said["kk"]
    assert "04.12.2026" in papers.text(ANNULLED, number=date(2026, 12, 4))["kk"]


def test_parties_are_named_as_documents_print_them() -> None:
    organisation = scenarios.an_organisation("committee")
    head = scenarios.a_person(Role.COMMITTEE_HEAD, organisation)
    assert papers.committee_party(head) == papers.organisation_party(organisation)
    assert papers.committee_party(organisation)["name"] == organisation.names()
    assert papers.code_names is code_names


def test_done_says_who_closed_the_work(shelf: Shelf) -> None:
    shelf.order()
    key = f"{shelf.kind}:{shelf.subject_id}"
    with transaction.atomic():
        assert outbox.done(papers.MAKE_PAPER, key) is True
        assert outbox.done(papers.MAKE_PAPER, key) is False
