"""The portal's own PostgreSQL and Valkey in `var/`, when no outside servers are named.

One process owns the servers and holds `services.lock`; other commands use the same servers and
hold `services.users` shared, so that an owner that ends does not pull the database from under them.
Both locks are the kernel's (flock): whatever dies, however it dies, frees them.
"""

import fcntl
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from .postgres import postgres
from .process import Server, ServiceFailure
from .valkey import valkey

__all__ = [
    "ServiceFailure",
    "Services",
    "current",
    "default_var_dir",
    "lock_file",
    "services",
    "terminated_in_order",
]

PROJECT = Path(__file__).resolve().parent.parent.parent
_current: "Services | None" = None


@dataclass
class Services:
    """The servers this process works with; `servers` is empty when another process owns them."""

    database_url: str
    redis_url: str
    owner_pid: int | None = None
    servers: list[Server] = field(default_factory=list)

    def stop(self) -> None:
        for server in reversed(self.servers):
            server.stop()


def current() -> Services | None:
    return _current


def default_var_dir() -> Path:
    return Path(os.environ.get("CTKZ_VAR_DIR") or PROJECT / "var").resolve()


@contextmanager
def lock_file(path: Path, *, exclusive: bool = True) -> Iterator[IO[str] | None]:
    """Hold the kernel's lock on this file, or give None when another process holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as handle:
        try:
            fcntl.flock(handle, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield handle


@contextmanager
def services(
    var_dir: Path | None = None, *, durable: bool = True, wait_for_users: bool = True
) -> Iterator[Services]:
    """Outside servers when named, running ones when there are any, else our own while this lasts.

    Sets DATABASE_URL and REDIS_URL for this process and its children.
    """
    global _current
    var_dir = (var_dir or default_var_dir()).resolve()
    given = {name: os.environ.get(name) for name in ("DATABASE_URL", "REDIS_URL")}
    with ExitStack() as stack:
        if all(given.values()):
            found = Services(str(given["DATABASE_URL"]), str(given["REDIS_URL"]))
        else:
            found = stack.enter_context(
                _own_or_shared(var_dir, durable=durable, wait_for_users=wait_for_users)
            )
            # One may be named and the other not: what the operator named stays.
            found.database_url = given["DATABASE_URL"] or found.database_url
            found.redis_url = given["REDIS_URL"] or found.redis_url
        os.environ["DATABASE_URL"] = found.database_url
        os.environ["REDIS_URL"] = found.redis_url
        _current = found
        try:
            yield found
        finally:
            _current = None
            for name, value in given.items():
                if value is None:
                    os.environ.pop(name, None)


@contextmanager
def _own_or_shared(var_dir: Path, *, durable: bool, wait_for_users: bool) -> Iterator[Services]:
    state_path = var_dir / "services.json"
    deadline = time.monotonic() + 90
    while True:
        with lock_file(var_dir / "services.lock") as owned:
            if owned:
                with _owned(
                    var_dir, state_path, durable=durable, wait_for_users=wait_for_users
                ) as own:
                    yield own
                return
        with lock_file(var_dir / "services.users", exclusive=False) as using:
            # The owner removes this file before it stops and writes it when all answer.
            if using and state_path.exists():
                state = json.loads(state_path.read_text())
                yield Services(state["database_url"], state["redis_url"], state["pid"])
                return
        if time.monotonic() > deadline:
            raise ServiceFailure(f"The servers in {var_dir} are being started by another process.")
        time.sleep(0.1)


@contextmanager
def _owned(
    var_dir: Path, state_path: Path, *, durable: bool, wait_for_users: bool
) -> Iterator[Services]:
    state_path.unlink(missing_ok=True)
    with ExitStack() as stack:
        stack.enter_context(terminated_in_order())
        wanted = []
        if not os.environ.get("DATABASE_URL"):
            wanted.append((postgres, var_dir / "postgres"))
        if not os.environ.get("REDIS_URL"):
            wanted.append((valkey, var_dir / "valkey"))
        found = Services("", "", os.getpid())
        # Held until the servers have stopped: nobody may join a server that is going down.
        users = stack.enter_context((var_dir / "services.users").open("a+"))
        stack.callback(found.stop)
        for make, directory in wanted:
            server, url = make(directory, durable=durable)
            found.servers.append(server)
            server.start()
            if make is postgres:
                found.database_url = url
            else:
                found.redis_url = url
        if len(wanted) == 2:
            _write_state(state_path, found)
        try:
            yield found
        finally:
            if wait_for_users:
                _wait_for(users)
            state_path.unlink(missing_ok=True)


def _wait_for(users: IO[str]) -> None:
    """Until this is granted other commands may still join; from then on until we stop, none."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.stderr.write("Other commands still use the servers; waiting for them to end.\n")
        fcntl.flock(users, fcntl.LOCK_EX)


def _write_state(state_path: Path, found: Services) -> None:
    """Addresses for other commands; readable by the owner only, since they carry passwords."""
    fresh = state_path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(
        json.dumps(
            {
                "pid": found.owner_pid,
                "database_url": found.database_url,
                "redis_url": found.redis_url,
            }
        )
    )
    fresh.rename(state_path)


@contextmanager
def terminated_in_order() -> Iterator[None]:
    """Turn SIGTERM into an ordinary exit, so that the servers are stopped and not abandoned."""
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    ):
        yield
        return

    def leave(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
