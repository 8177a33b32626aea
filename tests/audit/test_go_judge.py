"""What the portal serves, judged by an implementation that is not ours."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from audit.models import AuditEvent
from audit.tiles import WIDTH, tile_path
from tests.audit.conftest import publish_all

SOURCE = Path(__file__).parent / "go_judge" / "main.go"
PACKAGES = Path("/usr/share/gocode")
OLD, SIZE, INDEX = 130, 600, 411

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        shutil.which("go") is None or not (PACKAGES / "src/golang.org/x/mod").exists(),
        reason="golang-go and golang-golang-x-mod-dev are not installed",
    ),
]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judge")
    program = folder / "judge"
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": str(PACKAGES),
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
        "CGO_ENABLED": "0",
    }
    subprocess.run(["go", "build", "-o", program, SOURCE], env=environment, check=True)
    return program


@pytest.fixture
def evidence(client: Client, events: Callable[[int], list[AuditEvent]]) -> dict[str, Any]:
    """Everything as it comes over HTTP; the entry's bytes alone come from the database."""
    recorded = events(OLD)
    old = publish_all()
    recorded += events(SIZE - OLD)
    publish_all()
    entry = recorded[INDEX]
    assert entry.leaf.index == INDEX
    consistency = client.get(f"/log/consistency?from={OLD}&to={SIZE}").json()
    return {
        "key": client.get("/log/key").content.decode().strip(),
        "checkpoint": client.get("/log/checkpoint").content.decode(),
        "entry": in_base64(bytes(entry.body)),
        "index": INDEX,
        "inclusion": client.get(f"/log/inclusion/{INDEX}?size={SIZE}").json()["hashes"],
        "old_size": OLD,
        "old_root": in_base64(bytes(old.root)),
        "consistency": consistency["hashes"],
        "tiles": {path: in_base64(served_tile(client, path)) for path in tiles_of(SIZE)},
    }


def tiles_of(size: int) -> list[str]:
    """Every tile of a tree of this size, full and partial."""
    paths, level = [], 0
    while size:
        paths += [tile_path(level, n) for n in range(size // WIDTH)]
        if size % WIDTH:
            paths.append(tile_path(level, size // WIDTH, size % WIDTH))
        level, size = level + 1, size // WIDTH
    return paths


def served_tile(client: Client, path: str) -> bytes:
    answer = client.get(f"/log/tile/{path}")
    assert answer.status_code == 200, path
    return answer.content


def in_base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def judged(judge: Path, evidence: dict[str, Any]) -> tuple[int, str]:
    done = subprocess.run(
        [judge], input=json.dumps(evidence), capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout.strip()


def turned(encoded: str, at: int = 5) -> str:
    raw = bytearray(base64.b64decode(encoded))
    raw[at] ^= 1
    return in_base64(bytes(raw))


def test_the_judge_accepts_what_is_served_and_nothing_else(
    judge: Path, evidence: dict[str, Any]
) -> None:
    assert judged(judge, evidence) == (0, "accepted")

    note, tiles = evidence["checkpoint"], evidence["tiles"]
    false = {
        "note": {"checkpoint": note.replace("\n600\n", "\n601\n")},
        "note: malformed note": {"checkpoint": note.replace("\n\n", "\n")},
        "inclusion": {"entry": turned(evidence["entry"])},
        "inclusion: ": {
            "inclusion": [turned(evidence["inclusion"][0]), *evidence["inclusion"][1:]]
        },
        "inclusion: invalid": {"index": INDEX + 1},
        "consistency": {"old_root": turned(evidence["old_root"])},
        "consistency: ": {"consistency": evidence["consistency"][:-1]},
    }
    for problem, change in false.items():
        code, said = judged(judge, {**evidence, **change})
        assert (code, said.startswith(problem)) == (1, True), (problem, said)
    for path in tiles:
        code, said = judged(judge, {**evidence, "tiles": {**tiles, path: turned(tiles[path])}})
        assert (code, said.partition(":")[0]) == (1, "tiles"), path
