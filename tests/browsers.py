"""Fixtures for tests that drive a real Chromium."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One per module: while it is open, this thread counts as a running event loop.

    Django takes every query for misuse then, and what needs a loop of its own, like sealing,
    cannot run in tests of other modules.
    """
    names = ["chromium", "chromium-browser", "google-chrome"]
    executable = next((path for path in map(shutil.which, names) if path), None)
    assert executable, "The browser tests need Chromium: apt-get install chromium"
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
