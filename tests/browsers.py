"""Fixtures for tests that drive a real Chromium."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from accounts.models import User
from ctkz_portal.demo.people import ensure_people
from tests import scenarios

CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One per module: while it is open, this thread counts as a running event loop.

    Django takes every query for misuse then, and what needs a loop of its own, like sealing,
    cannot run in tests of other modules.
    """
    names = ["chromium", "chromium-browser", "google-chrome"]
    executable = next((path for path in map(shutil.which, names) if path), None)
    assert executable, "The browser tests need Chromium: apt-get install chromium"
    call_command("build_fonts", verbosity=0)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_person(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Opens a page for one more person, each with cookies of their own, on the live portal."""
    contexts: list[BrowserContext] = []

    def open_page(**options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url, **{"locale": "ru-RU", "accept_downloads": True, **options}
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_person: Callable[..., Page]) -> Page:
    return new_person()


@pytest.fixture
def people(new_person: Callable[..., Page]) -> Callable[[str], Page]:
    """Opens a signed-in page for one of the demo's people, in English."""
    scenarios.reference_data()
    scenarios.a_seal()
    ensure_people()
    User.objects.update(language="en")

    def sign_in(name: str) -> Page:
        page = new_person(locale="en-GB", viewport=WIDE)
        page.goto("/account/sign-in/")
        page.fill("[name=email]", f"{name}@demo.example")
        page.fill("[name=password]", settings.CTKZ_DEMO_PASSWORD)
        page.press("[name=password]", "Enter")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page).not_to_have_url(re.compile("sign-in"))
        return page

    return sign_in


def apart(work: Callable[..., object], *args: object) -> None:
    """In a thread of its own, as a worker does it: sealing needs a loop, and ours is taken."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work(*args)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


def press(page: Page, name: str, *, within: Locator | None = None) -> None:
    """Presses the visible button, or link that looks like one, and waits for the next page."""
    around = within or page.locator("main")
    target = around.get_by_role("button", name=name, exact=True)
    link = around.get_by_role("link", name=name, exact=True)
    with page.expect_navigation():
        target.or_(link).locator("visible=true").first.click()


def send(page: Page, url: str) -> int:
    """The status of the answer to a command that the page offers no button for."""
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    answer = page.request.post(
        url, form={"csrfmiddlewaretoken": token}, headers={"Referer": page.url}
    )
    return answer.status


@pytest.fixture
def look() -> Callable[[Page, str], None]:
    """Looks at a page as it stands: no barrier, nothing to scroll sideways, two pictures kept.

    The pictures outlive the run, whose own folder is emptied at its end: they are kept in
    `var/screenshots`, or the folder that CTKZ_SCREENSHOTS names.
    """
    folder = Path(os.environ.get("CTKZ_SCREENSHOTS") or settings.BASE_DIR / "var" / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)

    def look_at(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}-wide.png", full_page=True)
        assert barriers(page) == [], name
        page.set_viewport_size(NARROW)
        page.screenshot(path=folder / f"{name}-narrow.png", full_page=True)
        assert wider_than_the_window(page) == [], name
        page.set_viewport_size(WIDE)

    return look_at


def barriers(page: Page) -> list[str]:
    """What axe takes for a serious or critical barrier, with the first place of each."""
    return [
        f"{found['id']}: {found['nodes'][0]['html']}"
        for found in Axe().run(page).response["violations"]
        if found["impact"] in ("serious", "critical")
    ]


def wider_than_the_window(page: Page) -> list[str]:
    """The elements that make the page scroll sideways; none when it does not."""
    return page.evaluate(
        """() => {
            const width = window.innerWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            return [...document.querySelectorAll("body *")]
                .filter((element) => element.getBoundingClientRect().right > width + 1)
                .map((element) => element.outerHTML.slice(0, 120));
        }"""
    )


def drop(page: Page, file: Path) -> None:
    """A stranger drops a file; the page compares it without being asked."""
    page.goto("/verify/")
    with page.expect_navigation(url="**/verify/file/"):
        page.set_input_files("input[type=file]", file)
