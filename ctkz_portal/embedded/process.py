"""A server that runs as our child, answers on a loopback port and never outlives us."""

import ctypes
import logging
import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class ServiceFailure(Exception):
    """A server did not start; the message says what to look at."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def die_with_parent(stop_signal: int) -> Callable[[], None]:
    """Ask the kernel to signal the child when its parent dies, however it dies.

    Set after the switch of user, which would clear it; a parent already gone is seen at once.
    """
    parent = os.getpid()

    def arrange() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, stop_signal)
        if os.getppid() != parent:
            os._exit(1)

    return arrange


@dataclass
class Server:
    """One child process; it can be started again, on the same port, after it ended or died."""

    name: str
    command: list[str]
    cwd: Path
    log_path: Path
    is_ready: Callable[[], bool]
    stop_signal: signal.Signals = signal.SIGTERM
    # Seconds it is given to stop by itself.
    patience: float = 15
    # Clears what a dead predecessor left in the way; called before every start.
    prepare: Callable[[], None] = lambda: None
    user: str | None = None
    env: Mapping[str, str] | None = None
    stdin: bytes | None = None
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        self.launch()
        self.wait_until_ready()

    def launch(self) -> None:
        self.prepare()
        account = pwd.getpwnam(self.user) if self.user else None
        with self.log_path.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.cwd,
                env=self.env,
                stdin=subprocess.PIPE if self.stdin is not None else subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # A Ctrl-C in the terminal must reach us first, so that we stop things in order.
                start_new_session=True,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
                preexec_fn=die_with_parent(self.stop_signal),
            )
        if self.stdin is not None and self.process.stdin is not None:
            self.process.stdin.write(self.stdin)
            self.process.stdin.close()

    def wait_until_ready(self, *, timeout: float = 120) -> None:
        deadline = time.monotonic() + timeout
        while not self.is_ready():
            if not self.is_running():
                raise ServiceFailure(f"{self.name} did not start; see {self.log_path}")
            if time.monotonic() > deadline:
                self.stop()
                raise ServiceFailure(
                    f"{self.name} did not answer in {timeout:.0f} s; see {self.log_path}"
                )
            time.sleep(0.03)

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        if self.process is None:
            return
        for stop_signal in (self.stop_signal, signal.SIGQUIT, signal.SIGKILL):
            if self.process.poll() is not None:
                return
            self.process.send_signal(stop_signal)
            try:
                self.process.wait(self.patience)
            except subprocess.TimeoutExpired:
                log.warning("%s did not stop on %s", self.name, stop_signal.name)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def leftovers(directory: Path, program: str) -> Iterator[int]:
    """Processes of an earlier, crashed start that still work in this data folder."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            executable = Path(os.readlink(entry / "exe").removesuffix(" (deleted)"))
            folder = Path(os.readlink(entry / "cwd"))
        except OSError:
            continue
        if executable.name == program and folder == directory.resolve():
            yield int(entry.name)


def clear_leftovers(directory: Path, program: str, stop_signal: signal.Signals) -> None:
    """End what a crashed owner left behind; the caller holds the lock, so none of it is in use."""
    for attempt, wanted in enumerate((stop_signal, signal.SIGQUIT, signal.SIGKILL)):
        deadline = time.monotonic() + (10 if attempt == 0 else 3)
        found = list(leftovers(directory, program))
        for pid in found:
            try:
                os.kill(pid, wanted)
            except ProcessLookupError:
                continue
        while found and time.monotonic() < deadline:
            time.sleep(0.05)
            found = list(leftovers(directory, program))
        if not found:
            return
    raise ServiceFailure(f"{program} of an earlier start cannot be ended: {found}")
