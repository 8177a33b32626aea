"""Real Celery workers for tests: separate processes over the broker, against the test database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import redis
from django.conf import settings
from django.db import connection

from ctkz_portal.embedded.process import die_with_parent

ROOT = Path(__file__).resolve().parent.parent


def test_database_url() -> str:
    given = connection.settings_dict
    account = quote(given["USER"])
    if given["PASSWORD"]:
        account += ":" + quote(given["PASSWORD"], safe="")
    return f"postgres://{account}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


class Worker:
    """`celery worker` as the operator runs it; `kill` ends the whole process group at once."""

    def __init__(
        self, *, log_path: Path, env: Mapping[str, str] | None = None, include: str = ""
    ) -> None:
        self.log_path = log_path
        self.include = include
        self.name = f"{os.getpid()}-{time.monotonic_ns()}@test"
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
            "DATABASE_URL": test_database_url(),
            "REDIS_URL": settings.REDIS_URL,
            "CTKZ_REDIS_PREFIX": settings.CTKZ_REDIS_PREFIX,
            "CTKZ_MEDIA_DIR": str(settings.MEDIA_ROOT),
            **(env or {}),
        }
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        options = ["--pool=prefork", "--concurrency=1", "--loglevel=INFO", "--hostname", self.name]
        if self.include:
            options.append(f"--include={self.include}")
        with self.log_path.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "ctkz_portal", "worker", *options],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )

    def wait_until_ready(self, *, timeout: float = 30) -> "Worker":
        deadline = time.monotonic() + timeout
        while b" ready." not in self.log_path.read_bytes():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"The worker did not start:\n{self.log_path.read_text()}")
            time.sleep(0.1)
        return self

    def kill(self) -> None:
        """SIGKILL to the worker and its children: nothing gets a chance to tidy up."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


def forget_queued_work() -> None:
    """Empty this run's part of the broker, so that one test's work never reaches the next."""
    client = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    keys = list(client.scan_iter(f"{settings.CTKZ_REDIS_PREFIX}*"))
    if keys:
        client.delete(*keys)
    client.close()


def forget_cached() -> None:
    """Empty this run's part of the cache; `cache.clear()` would empty that of every other run on
    the same server, and their counts of failed sign-ins with it."""
    client = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])
    keys = list(client.scan_iter(f"{settings.CTKZ_REDIS_PREFIX}*"))
    if keys:
        client.delete(*keys)
    client.close()
