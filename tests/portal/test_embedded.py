"""The portal's own servers: found again by other commands, and never blocked by a crash."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from ctkz_portal.embedded.process import leftovers

ROOT = Path(__file__).resolve().parent.parent.parent
# Prints the addresses when the servers answer, then waits for the end of its input.
OWNER = """
import json, sys
from ctkz_portal import embedded
with embedded.services() as found:
    print(json.dumps([found.owner_pid, found.database_url, found.redis_url]), flush=True)
    sys.stdin.read()
"""

pytestmark = pytest.mark.kill


class Command:
    """A command of the portal that needs servers, in a process of its own."""

    def __init__(self, var_dir: Path, **env: str) -> None:
        clean = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "REDIS_URL"}
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", OWNER],
            cwd=ROOT,
            env={**clean, "CTKZ_VAR_DIR": str(var_dir), **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        self.owner_pid, self.database_url, self.redis_url = json.loads(line)

    def end(self) -> int:
        self.process.communicate(timeout=30)
        return self.process.returncode


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all: every test also shows that the one before left nothing in the way."""
    return tmp_path_factory.mktemp("embedded") / "deep" / "var"


@pytest.fixture(autouse=True)
def nothing_left(var_dir: Path) -> Iterator[None]:
    yield
    for pid in [*leftovers(var_dir / "postgres", "postgres"), *valkeys(var_dir)]:
        os.kill(pid, signal.SIGKILL)


def valkeys(folder: Path) -> list[int]:
    return list(leftovers(folder / "valkey", "valkey-server"))


def is_answering(command: Command) -> bool:
    psycopg2.connect(command.database_url).close()
    return bool(redis.Redis.from_url(command.redis_url).ping())


def write_row(command: Command) -> None:
    with psycopg2.connect(command.database_url) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS kept")
        cursor.execute("CREATE TABLE kept AS SELECT 42 AS number")
    connection.close()
    redis.Redis.from_url(command.redis_url).set("kept", "42")
    # The append-only file is written every second.
    time.sleep(1.5)


def row_is_kept(command: Command) -> bool:
    with psycopg2.connect(command.database_url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT number FROM kept")
        row = cursor.fetchone()
    connection.close()
    return row == (42,) and redis.Redis.from_url(command.redis_url).get("kept") == b"42"


def test_servers_run_for_the_length_of_a_command_and_leave_nothing(var_dir: Path) -> None:
    command = Command(var_dir)
    assert is_answering(command)
    assert command.end() == 0
    assert not list(leftovers(var_dir / "postgres", "postgres"))
    assert not valkeys(var_dir)


def test_a_second_command_uses_the_servers_of_the_first_and_may_outlast_it(var_dir: Path) -> None:
    first, second = Command(var_dir), Command(var_dir)
    assert second.database_url == first.database_url
    assert second.owner_pid == first.process.pid
    first.process.stdin.close()
    time.sleep(1)
    assert first.process.poll() is None, "the owner waits for whoever uses its servers"
    assert is_answering(second)
    assert second.end() == 0
    assert first.process.wait(30) == 0


@pytest.mark.parametrize("victim", ["owner", "postgres", "valkey-server", "everything"])
def test_a_crash_blocks_no_next_start_and_loses_no_data(var_dir: Path, victim: str) -> None:
    command = Command(var_dir)
    write_row(command)
    postmaster = int((var_dir / "postgres" / "postmaster.pid").read_text().split()[0])
    victims = {
        "owner": [command.process.pid],
        "postgres": [postmaster],
        "valkey-server": valkeys(var_dir),
        "everything": [command.process.pid, postmaster, *valkeys(var_dir)],
    }[victim]
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    command.end()
    again = Command(var_dir)
    assert row_is_kept(again)
    assert again.end() == 0


def test_a_stale_pid_file_naming_a_living_stranger_blocks_no_start(var_dir: Path) -> None:
    Command(var_dir).end()
    stale = var_dir / "postgres" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{var_dir / 'postgres'}\n1\n5432\n\n127.0.0.1\n\n")
    again = Command(var_dir)
    assert is_answering(again)
    assert again.end() == 0


def test_sigterm_stops_the_servers_before_the_owner_ends(var_dir: Path) -> None:
    command = Command(var_dir)
    command.process.terminate()
    assert command.process.wait(30) == 128 + signal.SIGTERM
    assert not list(leftovers(var_dir / "postgres", "postgres"))


def test_outside_servers_are_used_and_nothing_is_started(tmp_path: Path) -> None:
    var_dir = tmp_path / "var"
    given = {"DATABASE_URL": "postgres://somewhere/else", "REDIS_URL": "redis://somewhere"}
    command = Command(var_dir, **given)
    assert command.database_url == given["DATABASE_URL"]
    assert command.redis_url == given["REDIS_URL"]
    assert command.owner_pid is None
    command.end()
    assert not var_dir.exists()


def test_strangers_on_the_machine_cannot_use_the_servers(var_dir: Path) -> None:
    command = Command(var_dir)
    without_password = command.database_url.split("@")[1]
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(f"postgres://ctkz@{without_password}")
    port = command.redis_url.rsplit(":", 1)[1]
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=int(port)).ping()
    assert (var_dir / "services.json").stat().st_mode & 0o077 == 0
    command.end()
