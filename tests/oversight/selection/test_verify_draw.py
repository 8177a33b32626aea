"""The separate program: the same list as the portal's, and everything moved afterwards is found."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.models import Membership
from audit.models import AuditEvent
from audit.proofs import tlog_proof
from issuance.models import Certificate
from oversight.selection.draw import RULES_SHA256, Entry, draw
from oversight.selection.proofs import published_draw, published_frame

from .scenes import a_plan, closed

SCRIPT = Path(settings.BASE_DIR) / "scripts" / "verify_draw.py"


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_draw", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PROGRAM = loaded()
ROWS = st.tuples(
    st.text("KZ 0169ӘЖ", max_size=8), st.sampled_from("ABCDEFGHIJ"), st.integers(0, 100)
)


@hypothesis_settings(max_examples=200)
@given(
    st.lists(ROWS, min_size=1, max_size=50, unique_by=lambda row: row[0]),
    st.data(),
    st.binary(min_size=32, max_size=32),
)
def test_two_programs_written_apart_draw_the_same_list(
    rows: list[tuple[str, str, int]], data: st.DataObject, seed: bytes
) -> None:
    by_risk = data.draw(st.integers(0, len(rows)))
    by_lottery = data.draw(st.integers(0 if by_risk else 1, max(len(rows) - by_risk, 0)))
    sizes = {"by_risk": by_risk, "by_lottery": by_lottery}
    entries = [Entry(*row) for row in rows]
    ours = [
        {
            "number": one.entry.number,
            "stratum": one.entry.stratum,
            "score": one.entry.score,
            "way": one.way,
        }
        for one in draw(entries, seed=seed, **sizes).selected
    ]
    frame = {"entries": [vars(entry) for entry in entries], **sizes}
    assert PROGRAM.draw_again(frame, seed) == ours


def test_the_program_follows_the_rules_of_the_portal() -> None:
    assert RULES_SHA256 == PROGRAM.RULES_SHA256


@pytest.fixture
def files(
    author: Membership, head: Membership, certificates: list[Certificate], tmp_path: Path
) -> Path:
    """What the public gets of a closed plan."""
    plan = closed(a_plan(author), head)
    (tmp_path / "frame.json").write_bytes(published_frame(plan))
    (tmp_path / "draw.json").write_bytes(published_draw(plan))
    for step in ("committed", "drawn", "closed"):
        event = AuditEvent.objects.get(event=f"control_plan.{step}", subject_id=str(plan.pk))
        (tmp_path / f"{step}.tlog-proof").write_text(tlog_proof(event) or "")
        (tmp_path / f"{step}.json").write_bytes(bytes(event.body))
    (tmp_path / "checkpoint").write_text(plan.checkpoint)
    return tmp_path


def run(folder: Path, *more: str, frame: str = "frame.json") -> "subprocess.CompletedProcess[str]":
    """By a bare Python that sees nothing of the portal."""
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), frame, "draw.json", *more],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def everything(folder: Path) -> "subprocess.CompletedProcess[str]":
    options = [("--checkpoint", "checkpoint")]
    for step in ("committed", "drawn", "closed"):
        options += [("--proof", f"{step}.tlog-proof"), ("--entry", f"{step}.json")]
    return run(folder, *(part for option in options for part in option))


def test_an_honest_plan_is_proved(files: Path) -> None:
    found = everything(files)
    assert (found.returncode, found.stderr) == (0, "")
    for sentence in (
        "proved    the frame of 6 certificates is the one that was committed",
        "proved    the secret is the one that was committed",
        "it came before the seed",
        "proved    drawn again, the list of 3 certificates is the same",
        "proved    the state of the log that you kept has the same root",
        "not here  the signature under the state of the log",
    ):
        assert sentence in found.stdout
    assert found.stdout.endswith("EQUAL\n")
    assert "NOT" not in found.stdout
    assert run(files).returncode == 0


def rewrite(folder: Path, name: str, change: Callable[[dict[str, Any]], None]) -> None:
    path = folder / name
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value, ensure_ascii=False))


def unselected(folder: Path) -> str:
    """A certificate of the frame that was not drawn."""
    drawn = {one["number"] for one in json.loads((folder / "draw.json").read_text())["selected"]}
    entries = json.loads((folder / "frame.json").read_text())["entries"]
    return next(entry["number"] for entry in entries if entry["number"] not in drawn)


def selected(folder: Path) -> str:
    return json.loads((folder / "draw.json").read_text())["selected"][0]["number"]


def take_out(number: str) -> Callable[[dict[str, Any]], None]:
    def change(frame: dict[str, Any]) -> None:
        frame["entries"] = [one for one in frame["entries"] if one["number"] != number]

    return change


def put_in(frame: dict[str, Any]) -> None:
    frame["entries"].append({"number": "KZ 6 120 99999", "stratum": "84", "score": 0})


def alter(number: str, **values: Any) -> Callable[[dict[str, Any]], None]:
    def change(frame: dict[str, Any]) -> None:
        next(one for one in frame["entries"] if one["number"] == number).update(values)

    return change


def test_a_certificate_moved_out_of_the_frame_is_found(files: Path) -> None:
    rewrite(files, "frame.json", take_out(unselected(files)))
    found = run(files)
    assert found.returncode == 1
    assert "the frame is not the one that was committed" in found.stdout
    assert "the frame has 5 certificates, 6 were committed: some were taken out" in found.stdout
    assert "stratum 84: 5 certificates in the frame, 6 when it was drawn" in found.stdout
    assert found.stdout.endswith("NOT EQUAL\n")


def test_a_drawn_certificate_moved_out_is_named(files: Path) -> None:
    number = selected(files)
    rewrite(files, "frame.json", take_out(number))
    assert f"{number} was drawn and is missing in the frame" in run(files).stdout


def test_a_certificate_moved_into_the_frame_is_found(files: Path) -> None:
    rewrite(files, "frame.json", put_in)
    found = run(files)
    assert found.returncode == 1
    assert "the frame has 7 certificates, 6 were committed: some were put in" in found.stdout


def test_a_changed_score_is_named(files: Path) -> None:
    number = selected(files)
    rewrite(files, "frame.json", alter(number, score=1))
    found = run(files)
    assert found.returncode == 1
    assert f"{number}: score is 1 in the frame, 87 in the draw" in found.stdout
    assert "score 87: 0 certificates in the frame, 1 when it was drawn" in found.stdout


def test_a_changed_stratum_is_named(files: Path) -> None:
    rewrite(files, "frame.json", alter(unselected(files), stratum="99"))
    found = run(files)
    assert found.returncode == 1
    assert "stratum 99: 1 certificates in the frame, 0 when it was drawn" in found.stdout


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("by_lottery", 1, "the size by lottery is 2 in the frame, 1 in the draw, 2 in the log"),
        ("by_risk", 2, "the size by risk is 1 in the frame, 2 in the draw, 1 in the log"),
        ("plan", "CP-2026-999", "the number of the plan is"),
        ("nonce", "00" * 32, "the secret is not the one that was committed"),
        ("seed", "00" * 32, "frame, secret and state of the log give the seed"),
        ("rules_sha256", "00" * 32, "the plan follows the rules"),
    ],
)
def test_a_changed_part_of_the_draw_is_named(
    files: Path, name: str, value: Any, sentence: str
) -> None:
    rewrite(files, "draw.json", lambda record: record.update({name: value}))
    found = run(files)
    assert found.returncode == 1
    assert any(line.startswith("NOT SO") and sentence in line for line in found.stdout.splitlines())


def test_a_size_changed_in_the_frame_is_named(files: Path) -> None:
    rewrite(files, "frame.json", lambda frame: frame.update(by_lottery=1))
    found = run(files)
    assert found.returncode == 1
    assert "the size by lottery is 1 in the frame, 2 in the draw, 2 in the log" in found.stdout


def test_an_exchanged_certificate_of_the_list_is_named(files: Path) -> None:
    other, number = unselected(files), selected(files)

    def exchange(record: dict[str, Any]) -> None:
        record["selected"][0]["number"] = other

    rewrite(files, "draw.json", exchange)
    found = run(files)
    assert found.returncode == 1
    assert f"missing: {number} (risk); not drawn: {other} (risk)" in found.stdout


def test_another_state_of_the_log_is_found(files: Path) -> None:
    """A draw made from a later state would be one that somebody could choose."""
    rewrite(files, "draw.json", lambda record: record["checkpoint"].update(root="ab" * 32))
    found = run(files)
    assert found.returncode == 1
    assert "the commitment is not in the state of the log" in found.stdout


def test_a_draw_rewritten_as_a_whole_does_not_fit_the_log(files: Path) -> None:
    """All of draw.json agrees with itself; its digest entered the log at the draw."""
    rewrite(files, "draw.json", lambda record: record["strata"][0].update(by_risk=9))
    assert run(files).returncode == 0
    found = run(files, "--proof", "drawn.tlog-proof")
    assert found.returncode == 1
    assert "control_plan.drawn: draw_sha256 is" in found.stdout


def test_a_proof_of_another_entry_is_found(files: Path) -> None:
    path = files / "committed.tlog-proof"
    lines = path.read_text().split("\n")
    lines[2] = "index 0"
    path.write_text("\n".join(lines))
    found = run(files, "--proof", "committed.tlog-proof")
    assert found.returncode == 1
    assert "entry 0 does not lie in the state of the log" in found.stdout


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"schema": "other"}', '{"schema": "ctkz.control-frame/1"}',
                '{"schema": "ctkz.control-frame/1", "a": 1, "a": 2}', '{"a": 0.5}']
)  # fmt: skip
def test_what_is_no_frame_cannot_be_checked(files: Path, content: str) -> None:
    (files / "other.json").write_text(content)
    found = run(files, frame="other.json")
    assert found.returncode == 2
    assert found.stderr.startswith("CANNOT BE CHECKED")
    assert "Traceback" not in found.stderr


def test_a_missing_file_cannot_be_checked(files: Path) -> None:
    assert run(files, frame="none.json").returncode == 2
    assert run(files, "--checkpoint", "draw.json").returncode == 2
