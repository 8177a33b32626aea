"""The portal's own processes on one machine: web, worker and beat, watched and kept alive."""

import os
import signal
import socket
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from .embedded import PROJECT, ServiceFailure, Services
from .embedded.process import Server

WATCH_SECONDS = 1.0
# A process that dies again and again is broken: restarting it for ever would hide why.
MOST_RESTARTS = 20


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the web server does: a port whose last connections are winding down is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def says(log_path: Path, words: bytes) -> Callable[[], bool]:
    """Whether the process has written these words since now."""
    seen = log_path.stat().st_size if log_path.exists() else 0

    def said() -> bool:
        with log_path.open("rb") as log:
            log.seek(seen)
            return words in log.read()

    return said


def web(var_dir: Path, *, port: int) -> Server:
    bind = f"127.0.0.1:{port}"
    log_path = var_dir / "web.log"
    return Server(
        name="web",
        command=[
            *(sys.executable, "-m", "gunicorn", "ctkz_portal.wsgi"),
            *("--bind", bind, "--workers", "2", "--threads", "4"),
            *("--access-logfile", "-", "--timeout", "60", "--graceful-timeout", "5"),
        ],
        cwd=PROJECT,
        log_path=log_path,
        is_ready=lambda: answers(f"http://{bind}/health/"),
    )


def worker(var_dir: Path) -> Server:
    log_path = var_dir / "worker.log"
    return Server(
        name="worker",
        command=[
            *(sys.executable, "-m", "celery", "-A", "ctkz_portal", "worker"),
            *("--loglevel", "INFO", "--concurrency", "2", "--without-gossip", "--without-mingle"),
        ],
        cwd=PROJECT,
        log_path=log_path,
        is_ready=says(log_path, b" ready."),
        # Work cut short is sent again from the outbox at the next start.
        patience=5,
    )


def beat(var_dir: Path) -> Server:
    log_path = var_dir / "beat.log"
    schedule = var_dir / "beat-schedule"

    def forget_schedule() -> None:
        # The schedule stands in the settings; a file torn by a crash would keep beat from starting.
        for path in var_dir.glob(schedule.name + "*"):
            path.unlink(missing_ok=True)

    return Server(
        name="beat",
        command=[
            *(sys.executable, "-m", "celery", "-A", "ctkz_portal", "beat"),
            *("--loglevel", "INFO", "--schedule", str(schedule), "--pidfile", ""),
        ],
        cwd=PROJECT,
        log_path=log_path,
        is_ready=says(log_path, b"beat: Starting"),
        prepare=forget_schedule,
    )


def signer(var_dir: Path, *, port: int) -> Server:
    """What stands in for NCALayer in the demo, so that a person signs in the browser."""
    log_path = var_dir / "signer.log"
    return Server(
        name="signer",
        command=[sys.executable, "manage.py", "eds_stand_in", "--port", str(port)],
        cwd=PROJECT,
        log_path=log_path,
        is_ready=says(log_path, f"ws://127.0.0.1:{port}".encode()),
    )


def witness(var_dir: Path, *, command: list[str]) -> Server:
    """Somebody else's eye on the log: cosigns what continues it, round after round."""
    log_path = var_dir / "witness.log"
    return Server(
        name="witness",
        command=command,
        cwd=PROJECT,
        log_path=log_path,
        is_ready=says(log_path, b"The state is cosigned"),
    )


@contextmanager
def running(
    servers: list[Server], services: Services | None, say: Callable[[str], None]
) -> Iterator[None]:
    """Start these processes, restart whatever dies, and stop all of them at the end."""
    stopping = threading.Event()
    with ExitStack() as stack:
        for server in servers:
            stack.callback(server.stop)
            server.launch()
        for server in servers:
            server.wait_until_ready()
        # Children are tied to the thread that starts them, so this one lives as long as we do.
        watcher = threading.Thread(
            target=_watch, args=(servers, services, say, stopping), daemon=True
        )
        watcher.start()
        stack.callback(watcher.join)
        stack.callback(stopping.set)
        yield


def _watch(
    servers: list[Server],
    services: Services | None,
    say: Callable[[str], None],
    stopping: threading.Event,
) -> None:
    restarts = 0
    while not stopping.wait(WATCH_SECONDS):
        watched = [*(services.servers if services else []), *servers]
        for server in (server for server in watched if not server.is_running()):
            if stopping.is_set():
                return
            restarts += 1
            if restarts > MOST_RESTARTS:
                say(f"{server.name} keeps dying; see {server.log_path}. Stopping.")
                os.kill(os.getpid(), signal.SIGTERM)
                return
            say(f"{server.name} died; starting it again.")
            with suppress(ServiceFailure):
                server.start()
