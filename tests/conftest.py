"""Fixtures every room may use; a room's own stand in its folder."""

from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation

from tests import emptying, scenarios
from tests.workers import Worker, forget_queued_work

pytest_plugins = ["tests.brokers", "tests.browsers", "tests.signatures"]


def pytest_sessionstart() -> None:
    """Pages speak all their languages in the tests of a fresh clone too."""
    call_command("compile_catalogues", stdout=StringIO())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Lists, parameters and rules of origin are there for all tests, whichever ran before."""
    with django_db_blocker.unblock():
        scenarios.as_shipped()
        emptying.remember_shipped()


@pytest.fixture(scope="session", autouse=True)
def emptying_between_tests() -> Iterator[None]:
    with emptying.instead_of_flush():
        yield


@pytest.fixture(autouse=True)
def spoken_language(request: pytest.FixtureRequest, settings: Any) -> Iterator[None]:
    """A module that reads what people are told names the language: `LANGUAGE = "en"`."""
    language = getattr(request.module, "LANGUAGE", "")
    if not language:
        yield
        return
    settings.LANGUAGE_CODE = language
    with translation.override(language):
        yield


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every test stores its files in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    return settings.MEDIA_ROOT


@pytest.fixture(autouse=True)
def log_head(
    settings: Any, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Every test's log has a head of its own, known to the processes it starts as well."""
    settings.CTKZ_LOG_HEAD_FILE = tmp_path_factory.mktemp("log") / "head"
    monkeypatch.setenv("CTKZ_LOG_HEAD_FILE", str(settings.CTKZ_LOG_HEAD_FILE))
    return settings.CTKZ_LOG_HEAD_FILE


@pytest.fixture
def celery_worker_process(
    transactional_db: None, tmp_path: Path, media: Path
) -> Iterator[Callable[..., Worker]]:
    """Starts real workers: `worker = celery_worker_process()`, then `worker.kill()` and the like.

    The test must use committed rows (`transactional_db`), or the worker sees none of them.
    """
    forget_queued_work()
    started: list[Worker] = []

    def start(
        env: Mapping[str, str] | None = None, *, include: str = "", wait: bool = True
    ) -> Worker:
        log_path = tmp_path / f"worker-{len(started)}.log"
        worker = Worker(log_path=log_path, env=env, include=include)
        started.append(worker)
        return worker.wait_until_ready() if wait else worker

    yield start
    for worker in started:
        worker.stop()
    forget_queued_work()
