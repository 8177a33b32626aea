"""The short form of `make chaos`: servers and workers shot while certificates are issued."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.kill

OWN_SERVERS = ("DATABASE_URL", "REDIS_URL", "CTKZ_VAR_DIR", "CTKZ_LOG_HEAD_FILE")


def test_nothing_is_lost_or_doubled_while_workers_broker_and_database_die() -> None:
    # Servers of its own: those of the test run must live.
    surroundings = {name: value for name, value in os.environ.items() if name not in OWN_SERVERS}
    command = [sys.executable, "-m", "tests.chaos", "--json", "--certificates", "10"]
    done = subprocess.run(
        [*command, "--workers", "2", "--kills", "12"],
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.stdout, done.stderr[-4000:]
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["faults"] == []
    assert done.returncode == 0
    assert figures["certificates"] == 10
    assert sum(figures["killed"].values()) >= 12
