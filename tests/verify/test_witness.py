"""A witness cosigns what continues the last state it saw, remembers before it signs, and refuses
everything else."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ctkz_verify.cli import main
from ctkz_verify.notes import Note, WitnessKey, cosigned_at, make_witness_key
from ctkz_verify.state import authentic
from tests.verify.logs import LyingLog, written_key

VERIFIER = Path(__file__).parent.parent.parent / "verify"


class Witness:
    """`round()` runs the command once and says its exit code and the codes of its findings."""

    def __init__(self, log: LyingLog, url: str, folder: Path, capsys: Any) -> None:
        self.log, self.url, self.capsys = log, url, capsys
        self.public = make_witness_key("witness.example/w", folder / "witness.key")
        self.key = folder / "witness.key"
        self.state = folder / "witness.state"
        self.log_key = written_key(log, folder)

    @property
    def arguments(self) -> list[str]:
        files = ["--key", str(self.key), "--state", str(self.state), "--log-key"]
        return ["witness", self.url, *files, str(self.log_key), "--json"]

    def round(self) -> tuple[int, list[str]]:
        code = main([*self.arguments, "--once"])
        told = json.loads(self.capsys.readouterr().out)
        return code, [finding["code"] for finding in told["findings"]]

    def kept_size(self) -> int:
        return authentic(self.state.read_text(), self.log.key).checkpoint.size


@pytest.fixture
def witness(lying_log: LyingLog, url: str, tmp_path: Path, capsys: Any) -> Witness:
    return Witness(lying_log, url, tmp_path, capsys)


def test_a_growing_log_is_cosigned(witness: Witness) -> None:
    assert witness.round() == (0, ["checkpoint", "first_seen", "cosigned"])
    witness.log.grow(300)
    assert witness.round() == (0, ["checkpoint", "extends", "cosigned"])

    texts = [Note.parse(sent).text for sent in witness.log.posted]
    assert [text.split("\n")[1] for text in texts] == ["5", "305"]
    assert all(cosigned_at(Note.parse(sent), witness.public) for sent in witness.log.posted)


def test_a_state_seen_before_is_cosigned_again(witness: Witness) -> None:
    """Otherwise nobody could tell a quiet log from a witness that is gone."""
    witness.round()

    assert witness.round() == (0, ["checkpoint", "extends", "cosigned"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda log: log.entries.pop(), "shrunk"),
        (lambda log: log.rewrite(3), "fork"),
        (lambda log: (log.rewrite(3), log.grow(4)), "rewritten"),
    ],
)
def test_a_contradiction_is_never_cosigned(witness: Witness, change: Any, code: str) -> None:
    witness.round()
    change(witness.log)

    for _again in range(2):
        assert witness.round() == (1, ["checkpoint", code, "evidence_kept"])
    assert len(witness.log.posted) == 1
    assert witness.kept_size() == 5


def test_a_log_signed_with_another_key_is_never_cosigned(witness: Witness) -> None:
    witness.log.signer = LyingLog().signer

    assert witness.round() == (1, ["bad_checkpoint"])
    assert witness.log.posted == []
    assert not witness.state.exists()


def test_what_is_cosigned_is_on_disk_before(witness: Witness) -> None:
    seen: list[int] = []
    witness.log.on_post = lambda: seen.append(witness.kept_size())
    witness.round()
    witness.log.grow()
    witness.round()

    assert seen == [5, 6]


def test_a_refusal_by_the_log_is_told_in_its_words(witness: Witness) -> None:
    witness.log.post_answer = (403, "None of the signatures is of a witness known here.")

    code = main([*witness.arguments, "--once"])

    assert code == 2
    (finding,) = json.loads(witness.capsys.readouterr().out)["findings"][-1:]
    assert finding["code"] == "cosignature_refused"
    assert finding["detail"].startswith("403 None of the signatures")


def test_a_contradiction_ends_the_watch(witness: Witness) -> None:
    witness.round()
    witness.log.rewrite(0)

    assert main([*witness.arguments, "--every", "1"]) == 1


@pytest.mark.parametrize("key", ["missing", "empty", "log"])
def test_without_its_key_a_witness_does_nothing(witness: Witness, key: str) -> None:
    witness.key.unlink()
    if key != "missing":
        witness.key.write_text("" if key == "empty" else witness.log.signer.encoded())

    assert witness.round() == (2, ["key_unreadable"])


def test_a_made_key_is_told_and_never_overwritten(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "witness.key"

    assert main(["witness-key", "witness.example/w", str(path), "--json"]) == 0
    line = json.loads(capsys.readouterr().out)["public_key"]
    assert WitnessKey.parse(path.read_text()).public().encoded() == line
    before = path.read_text()
    assert main(["witness-key", "witness.example/w", str(path)]) == 2
    assert path.read_text() == before
    assert main(["witness-key", "a b", str(tmp_path / "other")]) == 64


@pytest.mark.kill
def test_a_witness_killed_while_it_speaks_remembers_what_it_said(witness: Witness) -> None:
    """SIGKILL at the moment its cosignature is on the wire: the log may keep it, so may it."""
    witness.round()
    witness.log.grow()
    processes: list[subprocess.Popen[bytes]] = []
    witness.log.on_post = lambda: os.kill(processes[0].pid, signal.SIGKILL)
    processes.append(
        subprocess.Popen(
            [sys.executable, "-m", "ctkz_verify", *witness.arguments],
            env={**os.environ, "PYTHONPATH": str(VERIFIER)},
            stdout=subprocess.DEVNULL,
        )
    )
    assert processes[0].wait(timeout=60) == -signal.SIGKILL
    witness.log.on_post = lambda: None

    said = Note.parse(witness.log.posted[-1]).text
    assert said.split("\n")[1] == "6"
    assert witness.kept_size() == 6
    witness.log.rewrite(5)
    assert witness.round() == (1, ["checkpoint", "fork", "evidence_kept"])


@pytest.mark.kill
def test_a_witness_killed_at_any_moment_goes_on_from_a_whole_state(witness: Witness) -> None:
    witness.round()
    for delay in (0.05, 0.1, 0.2, 0.3, 0.4, 0.6):
        witness.log.grow()
        process = subprocess.Popen(
            [sys.executable, "-m", "ctkz_verify", *witness.arguments],
            env={**os.environ, "PYTHONPATH": str(VERIFIER)},
            stdout=subprocess.DEVNULL,
        )
        try:
            process.wait(timeout=delay)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        largest = max(int(Note.parse(sent).text.split("\n")[1]) for sent in witness.log.posted)
        assert witness.kept_size() >= largest
    assert witness.round()[0] == 0
