"""Fixtures every room may use; a room's own stand in its folder."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.workers import Worker, forget_queued_work

CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every test stores its files in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    return settings.MEDIA_ROOT


@pytest.fixture
def celery_worker_process(
    transactional_db: None, tmp_path: Path, media: Path
) -> Iterator[Callable[..., Worker]]:
    """Starts real workers: `worker = celery_worker_process()`, then `worker.kill()` and the like.

    The test must use committed rows (`transactional_db`), or the worker sees none of them.
    """
    forget_queued_work()
    started: list[Worker] = []

    def start(env: Mapping[str, str] | None = None, *, wait: bool = True) -> Worker:
        worker = Worker(log_path=tmp_path / f"worker-{len(started)}.log", env=env)
        started.append(worker)
        return worker.wait_until_ready() if wait else worker

    yield start
    for worker in started:
        worker.stop()
    forget_queued_work()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    names = ["chromium", "chromium-browser", "google-chrome"]
    executable = next((path for path in map(shutil.which, names) if path), None)
    assert executable, "The browser tests need Chromium: apt-get install chromium"
    # Playwright keeps an event loop in this thread; Django would take every query for misuse.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
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
