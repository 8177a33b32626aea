"""Following the log: it may grow, and nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest

from ctkz_verify.cli import main
from ctkz_verify.notes import Note, WitnessKey
from ctkz_verify.state import authentic
from tests.verify.logs import LyingLog, written_key

WITNESS = WitnessKey(name="witness.example/w", seed=bytes(32))


class Follower:
    """`follow()` runs the command and says its exit code and the codes of its findings."""

    def __init__(self, log: LyingLog, url: str, folder: Path, capsys: Any) -> None:
        self.log, self.url, self.folder, self.capsys = log, url, folder, capsys
        self.state = folder / "log.state"
        self.trust = folder / "trust"
        self.trust.mkdir()
        written_key(log, self.trust)

    def follow(self, *options: str) -> tuple[int, list[str]]:
        arguments = ["--trust", str(self.trust), "--state", str(self.state), "--json", *options]
        code = main(["log", self.url, *arguments])
        told = json.loads(self.capsys.readouterr().out)
        return code, [finding["code"] for finding in told["findings"]]

    @property
    def kept_size(self) -> int:
        return authentic(self.state.read_text(), self.log.key).checkpoint.size


@pytest.fixture
def follower(lying_log: LyingLog, url: str, tmp_path: Path, capsys: Any) -> Follower:
    return Follower(lying_log, url, tmp_path, capsys)


@pytest.mark.parametrize("options", [(), ("--all",)])
def test_a_log_that_grows_is_followed(follower: Follower, options: tuple[str, ...]) -> None:
    whole = ["whole"] * len(options)

    assert follower.follow(*options) == (0, ["checkpoint", "first_seen", *whole])
    assert follower.follow(*options) == (0, ["checkpoint", "extends", *whole])
    for size in (6, 7, 8, 255, 256, 257, 600):
        follower.log.grow(size - len(follower.log.entries))
        assert follower.follow(*options) == (0, ["checkpoint", "extends", *whole])
        assert follower.kept_size == size


def test_a_log_that_begins_empty_is_followed(follower: Follower) -> None:
    entries = follower.log.entries
    follower.log.entries = []
    assert follower.follow("--all")[0] == 0
    follower.log.entries = entries
    assert follower.follow("--all")[0] == 0


def test_a_shorter_log_is_found(follower: Follower) -> None:
    follower.follow()
    del follower.log.entries[-1]

    assert follower.follow() == (1, ["checkpoint", "shrunk", "evidence_kept"])
    assert follower.kept_size == 5


def test_another_tree_of_the_same_size_is_found(follower: Follower) -> None:
    follower.follow()
    follower.log.rewrite(2)

    assert follower.follow() == (1, ["checkpoint", "fork", "evidence_kept"])


@pytest.mark.parametrize("index", range(5))
def test_a_rewritten_entry_is_found(follower: Follower, index: int) -> None:
    follower.follow()
    follower.log.rewrite(index)
    follower.log.grow(9)

    assert follower.follow() == (1, ["checkpoint", "rewritten", "evidence_kept"])
    assert follower.kept_size == 5


def test_the_evidence_is_both_signed_notes(follower: Follower) -> None:
    follower.follow()
    before = follower.log.note()
    follower.log.rewrite(0)
    follower.follow()

    kept = follower.state.with_name("log.state.evidence").read_text()

    assert kept == before + "\n" + follower.log.note()


def test_a_state_signed_with_another_key_is_found(follower: Follower) -> None:
    follower.follow()
    follower.log.signer = LyingLog().signer

    assert follower.follow() == (1, ["bad_checkpoint"])


def test_another_log_is_not_this_one(follower: Follower) -> None:
    follower.log.signer = LyingLog(origin="other.example/log").signer

    assert follower.follow() == (1, ["bad_checkpoint"])


def test_entries_that_do_not_lead_to_the_root_are_found(follower: Follower) -> None:
    follower.log.lies["tile/0/000.p/5"] = (200, bytes(5 * 32))

    assert follower.follow("--all") == (1, ["checkpoint", "first_seen", "tiles_differ"])
    assert not follower.state.exists()


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("consistency", (404, b"")),
        ("consistency", (200, b"nonsense")),
        ("consistency", (200, b'{"hashes": 7}')),
        ("consistency", (200, b'{"hashes": ["!"]}')),
        ("consistency", (200, b"[" * 70_000)),
        ("checkpoint", (500, b"")),
        ("checkpoint", (200, b"\xff\xfe")),
        ("checkpoint", (200, b"x" * 70_000)),
    ],
)
def test_a_log_that_gives_no_answer_was_not_checked(
    follower: Follower, path: str, answer: tuple[int, bytes]
) -> None:
    follower.follow()
    follower.log.grow()
    follower.log.lies[path] = answer

    assert follower.follow()[0] == 2
    assert follower.kept_size == 5


@pytest.mark.parametrize("hashes", [[], [""], ["AAAA"], ["A" * 43 + "="] * 80])
def test_a_false_proof_is_found(follower: Follower, hashes: list[str]) -> None:
    follower.follow()
    follower.log.grow()
    follower.log.lies["consistency"] = (200, json.dumps({"hashes": hashes}).encode())

    assert follower.follow()[0] == 1


def test_nobody_listens_at_the_address(follower: Follower) -> None:
    follower.url = "http://127.0.0.1:1/log"

    assert follower.follow() == (2, ["log_silent"])


def test_a_damaged_state_is_not_begun_anew(follower: Follower) -> None:
    follower.follow()
    follower.state.write_text(follower.state.read_text().replace("\n5\n", "\n4\n"))

    assert follower.follow() == (2, ["state_unreadable"])


def test_a_missing_key_is_said(follower: Follower) -> None:
    (follower.trust / "log.key").unlink()

    assert follower.follow() == (2, ["no_log_key"])


class TestWitnesses:
    @pytest.fixture(autouse=True)
    def known_witness(self, follower: Follower) -> None:
        line = WITNESS.public().encoded()
        (follower.trust / "witnesses.keys").write_text(f"{line}\n")

    def cosign(self, follower: Follower, *, at: int, key: WitnessKey = WITNESS) -> None:
        follower.log.cosignatures = ""
        text = Note.parse(follower.log.note()).text
        follower.log.cosignatures = key.cosign(text, at=at).line()
        follower.log.is_witnessed = True

    def test_nobody_watches(self, follower: Follower) -> None:
        assert follower.follow() == (2, ["checkpoint", "first_seen", "not_witnessed"])

    def test_a_witness_watches(self, follower: Follower) -> None:
        self.cosign(follower, at=4_000_000_000)

        assert follower.follow() == (0, ["checkpoint", "first_seen", "witnessed"])

    def test_a_stranger_does_not_count(self, follower: Follower) -> None:
        stranger = WitnessKey(name=WITNESS.name, seed=bytes([1]) * 32)
        self.cosign(follower, at=4_000_000_000, key=stranger)

        assert follower.follow()[1][-1] == "too_few_witnesses"

    def test_the_witness_has_been_silent_for_long(self, follower: Follower) -> None:
        self.cosign(follower, at=1_000_000_000)

        assert follower.follow()[1][-1] == "witnesses_late"

    def test_a_false_cosignature_is_found(self, follower: Follower) -> None:
        self.cosign(follower, at=4_000_000_000)
        follower.log.grow()

        assert follower.follow() == (1, ["checkpoint", "first_seen", "bad_cosignature"])

    def test_two_are_wanted_and_one_is_there(self, follower: Follower) -> None:
        self.cosign(follower, at=4_000_000_000)

        assert follower.follow("--witnesses", "2")[1][-1] == "too_few_witnesses"

    def test_the_log_shows_its_witnesses_another_tree(self, follower: Follower) -> None:
        other = LyingLog(5)
        other.signer, other.is_witnessed = follower.log.signer, True
        other.rewrite(1)
        text = Note.parse(other.note()).text
        other.cosignatures = WITNESS.cosign(text, at=4_000_000_000).line()
        follower.log.lies["witnessed"] = (200, other.note().encode())

        assert follower.follow() == (1, ["checkpoint", "first_seen", "fork"])


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["log"],
        ["log", "http://127.0.0.1/log"],
        ["log", "http://127.0.0.1/log", "--state", "x", "--log-key", "k", "--trust", "t"],
        ["witness", "http://127.0.0.1/log", "--state", "x", "--log-key", "k"],
        ["witness-key"],
        ["--lang", "de", "file.pdf"],
    ],
)
def test_wrong_use_has_its_own_code(arguments: list[str], capsys: Any) -> None:
    assert main(arguments) == 64
    assert capsys.readouterr().err


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_findings_are_told_in_three_languages(follower: Follower, lang: str, capsys: Any) -> None:
    arguments = ["--trust", str(follower.trust), "--state", str(follower.state), "--lang", lang]

    main(["log", follower.url, *arguments])

    said = {"kk": "қол қойылған", "ru": "подписано", "en": "signed with its key"}
    assert said[lang] in capsys.readouterr().out
