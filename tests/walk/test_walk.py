"""Every address of the portal, opened by everybody, with nothing, one and several of everything.

`statuses/` says what each role gets. After a change that is meant, write it anew:
`CTKZ_WRITE_WALK=1 pytest tests/walk`, and read the difference.
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import connection, reset_queries
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser, Route

from accounts.models import Role
from audit.keys import signing_key
from tests import emptying
from tests.browsers import WIDE, barriers
from tests.workers import forget_cached

from .addresses import NOT_HERE, Address, addresses, unknown
from .reading import read
from .world import STRANGER, World

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
STATUSES = Path(__file__).with_name("statuses")
EVERYBODY = [STRANGER, *Role.values]
HEAVIEST_PAGE = 150_000
# Latin words in what the builders enter.
DATA = frozenset(
    {"demo", "for", "not", "real", "seal", "use"}
    | {"Desk", "control", "fourth", "quarter", "Which", "limit", "percent", "Filters", "example"}
)
LOCAL = "http://portal.test"
# Only posted to: one of a kind shows it.
COMMAND = 405


@dataclass
class Answer:
    status: int
    queries: int
    html: str = ""


Answers = dict[Address, Answer]


class Visitor:
    """One person's browser, without scripts; the pages come in Kazakh."""

    def __init__(self, world: World, person: str) -> None:
        self.client = Client(headers={"Accept-Language": "kk"}, raise_request_exception=False)
        self.client.cookies["django_language"] = "kk"
        self.is_stranger = world.people[person] is None
        if not self.is_stranger:
            self.client.force_login(world.people[person].user)

    def visit(self, pages: list[Address]) -> Answers:
        found: Answers = {}
        commands: set[str] = set()
        for page in pages:
            if page.name in commands or (self.is_stranger and page.is_further):
                continue
            found[page] = answer = self.open(page)
            if answer.status == COMMAND:
                commands.add(page.name)
        return found

    def open(self, page: Address) -> Answer:
        # Counters of strangers' visits are another test's matter.
        forget_cached()
        # The log of queries has an end; past it nothing would be counted.
        reset_queries()
        with CaptureQueriesContext(connection) as asked:
            answer: Any = self.client.get(page.url)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        is_page = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
        return Answer(answer.status_code, len(asked), body.decode() if is_page else "")


@dataclass
class Walk:
    """What each role found when there was nothing, and one of everything; then there were more."""

    world: World
    media: Path
    empty: dict[str, Answers]
    one: dict[str, Answers]
    seen: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def walk(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Walk]:
    media = tmp_path_factory.mktemp("walk")
    # A log of its own: what others published must not say what these pages answer.
    key = str(media / "log" / "key")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media, CTKZ_LOG_KEY_FILE=key):
        try:
            signing_key()
            world = World()
            lists = [page for page in addresses(world) if not page.variant]
            empty = {person: Visitor(world, person).visit(lists) for person in EVERYBODY}
            world.grow()
            # What is no page for a person with nothing there has no rows to grow by.
            one = {
                person: Visitor(world, person).visit(
                    [page for page, it in answers.items() if it.html]
                )
                for person, answers in empty.items()
            }
            world.grow()
            yield Walk(world, media, empty, one)
        finally:
            emptying.empty()


def test_every_address_is_walked_here_or_by_the_test_that_is_named() -> None:
    assert unknown() == []
    assert [path for path in NOT_HERE.values() if not (ROOT / path).exists()] == []


@pytest.mark.browser
@pytest.mark.parametrize("person", EVERYBODY)
def test_a_walk(walk: Walk, browser: Browser, settings: Any, person: str) -> None:
    """The right status, no fault, nothing in another language, no growing cost, no barrier."""
    # Every test has a folder of its own for files; these lie in the world's.
    settings.MEDIA_ROOT = walk.media
    many = Visitor(walk.world, person).visit(addresses(walk.world))
    found: dict[str, list[str]] = defaultdict(list)
    states = {"empty": walk.empty[person], "one": walk.one[person], "many": many}
    for state, answers in states.items():
        for page, answer in answers.items():
            if answer.status >= 500:
                found[f"a fault with {state}"].append(str(page))
    for page, answer in walk.empty[person].items():
        if answer.status != many[page].status:
            found["differs without rows"].append(f"{page}: {answer.status}, {many[page].status}")
    # A log of queries that was full would let every list grow unseen.
    assert max(answer.queries for answer in many.values()) > 5
    for page, answer in walk.one[person].items():
        if answer.html and many[page].queries > answer.queries:
            found["grows"].append(f"{page}: {answer.queries} queries, {many[page].queries}")
    for page, answer in many.items():
        if words := read(answer.html, data=DATA).words:
            found["in another language"].append(f"{page}: {words}")
        if len(answer.html.encode()) > HEAVIEST_PAGE:
            found["heavy"].append(f"{page}: {len(answer.html.encode())}")
    found["barrier"] = held_up(browser, many, walk.seen)
    found["statuses"] = differences(person, many)
    told = "\n".join(f"{what}: {place}" for what, places in found.items() for place in places)
    assert not told, told


def differences(person: str, answers: Answers) -> list[str]:
    """Lines that the role's table has and the walk has not, or the other way round."""
    lines = [f"{answer.status} {page}" for page, answer in answers.items()]
    table = STATUSES / f"{person}.txt"
    if os.environ.get("CTKZ_WRITE_WALK"):
        STATUSES.mkdir(exist_ok=True)
        table.write_text("\n".join(lines) + "\n")
    known = table.read_text().splitlines() if table.exists() else []
    return sorted(set(lines) ^ set(known))


def held_up(browser: Browser, answers: Answers, seen: set[str]) -> list[str]:
    """What axe finds; pages of one shape, that differ in their words alone, are looked at once.

    `seen` are the shapes that others met before; a person's first page is always looked at.
    """
    pages = {f"{LOCAL}{page.url}": (page, answer.html) for page, answer in answers.items()}
    context = browser.new_context(base_url=LOCAL, viewport=WIDE)
    sheet = context.new_page()

    def answer(route: Route) -> None:
        address = route.request.url
        if "/static/" in address:
            path = finders.find(address.split("/static/", 1)[1])
            route.fulfill(path=path) if path else route.fulfill(status=404)
        elif address in pages:
            route.fulfill(body=pages[address][1], content_type="text/html; charset=utf-8")
        else:
            route.fulfill(status=204)

    context.route("**/*", answer)
    found = []
    is_first = True
    for address, (page, html) in pages.items():
        # A part of a page has no head of its own.
        shape = read(html).shape if "<html" in html else ""
        if shape and (is_first or shape not in seen):
            is_first = False
            seen.add(shape)
            sheet.goto(address)
            found += [f"{page}: {barrier}" for barrier in barriers(sheet)]
    context.close()
    return found
