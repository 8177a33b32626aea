#!/usr/bin/env python3
"""Draws a plan of desk control again and says whether the list is the one it must be.

    python3 verify_draw.py frame.json draw.json [--proof FILE]… [--entry FILE]… [--checkpoint FILE]

frame.json and draw.json come from the page of the plan. With them alone it is proved that the
frame, the secret, the state of the log and the list belong together, and that the commitment lies
in that state. More is proved with what you keep or fetch yourself:

    --proof       the place of an entry in the log (C2SP tlog-proof), of the commitment or the draw
    --entry       an entry of the log as /log/entry/<index> gives it
    --checkpoint  a state of the log of the same size that you got elsewhere

Needs Python 3.10 or newer and nothing else, and shares no code with the portal. Signatures under
states of the log are not checked here: ctkz-verify does that.

Exit code: 0 all of it fits, 1 something does not, 2 a file could not be read or used.
"""

import argparse
import base64
import binascii
import hashlib
import json
import sys
from collections import Counter
from pathlib import Path

FRAME_SCHEMA = "ctkz.control-frame/1"
DRAW_SCHEMA = "ctkz.control-draw/1"
# Of the text of the rules that this program follows.
RULES_SHA256 = "9e16df05d8e71b891138fcd8ae103854faf6cbe623d400587fa4a17e0dc6a2aa"
PROOF_LINE = "c2sp.org/tlog-proof@v1"
FITS, DOES_NOT_FIT, UNREADABLE = 0, 1, 2
NAMED = 10


class Unreadable(Exception):
    """A file is missing, or is not what it should be."""


class Report:
    """What was proved, and what does not fit."""

    def __init__(self) -> None:
        self.proved: list[str] = []
        self.faults: list[str] = []

    def check(self, holds: bool, proved: str, fault: str) -> bool:
        (self.proved if holds else self.faults).append(proved if holds else fault)
        return holds


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(value: object) -> bytes:
    """RFC 8785 for what these files hold: texts, whole numbers, lists, objects with ASCII keys."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


# The draw, after the published rules ctkz.control-draw/1.


def seed_of(plan: str, frame_sha256: str, root: str, nonce: str) -> bytes:
    parts = {"plan": plan, "frame_sha256": frame_sha256, "root": root, "nonce": nonce}
    return hashlib.sha256(canonical(parts)).digest()


def rank(seed: bytes, kind: str, name: str) -> str:
    return hashlib.sha256(b"%b%b:%b" % (seed, kind.encode(), name.encode())).hexdigest()


def draw_again(frame: dict, seed: bytes) -> list[dict]:
    """The list that frame and seed give, in its order."""
    waiting = list(frame["entries"])
    waiting.sort(key=lambda entry: rank(seed, "risk", entry["number"]))
    waiting.sort(key=lambda entry: entry["score"], reverse=True)
    chosen = [{**entry, "way": "risk"} for entry in waiting[: frame["by_risk"]]]
    strata: dict[str, list[dict]] = {}
    for entry in waiting[frame["by_risk"] :]:
        strata.setdefault(entry["stratum"], []).append(entry)
    sizes = {name: len(members) for name, members in strata.items()}
    places = places_of(sizes, frame["by_lottery"], seed)
    for name in sorted(strata):
        row = sorted(strata[name], key=lambda entry: rank(seed, "lottery", entry["number"]))
        chosen += [{**entry, "way": "lottery"} for entry in row[: places[name]]]
    return chosen


def places_of(sizes: dict[str, int], places: int, seed: bytes) -> dict[str, int]:
    if places == 0:
        return dict.fromkeys(sizes, 0)
    in_order = sorted(sizes, key=lambda name: rank(seed, "stratum", name))
    if places >= len(sizes):
        return by_remainders(sizes, in_order, places)
    return by_points(sizes, in_order, places, seed)


def by_remainders(sizes: dict[str, int], in_order: list[str], places: int) -> dict[str, int]:
    """One place for every stratum whose share is below one; the others share what is left."""
    result: dict[str, int] = {}
    members = sum(sizes.values())
    while True:
        below = [n for n in in_order if n not in result and places * sizes[n] < members]
        if not below:
            break
        for name in below:
            result[name] = 1
        places -= len(below)
        members -= sum(sizes[name] for name in below)
    remainders = []
    for position, name in enumerate(in_order):
        if name not in result:
            whole, remainder = divmod(places * sizes[name], members)
            result[name] = whole
            remainders.append((-remainder, position, name))
    missing = places - sum(result[name] for _remainder, _position, name in remainders)
    for _remainder, _position, name in sorted(remainders)[:missing]:
        result[name] += 1
    return result


def by_points(
    sizes: dict[str, int], in_order: list[str], places: int, seed: bytes
) -> dict[str, int]:
    """Fewer places than strata: points at equal distances fall on the remainders in a row."""
    members = sum(sizes.values())
    point = int(rank(seed, "start", ""), 16) % members
    result, end = {}, 0
    for name in in_order:
        result[name], remainder = divmod(places * sizes[name], members)
        end += remainder
        if point < end:
            result[name] += 1
            point += members
    return result


# The log: RFC 6962 trees, C2SP checkpoints and proofs.


def leaf_hash(body: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + body).digest()


def root_from(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root of a tree of `size` entries that has `leaf` at `index`; None: no such path."""
    if not 0 <= index < size:
        return None
    node, last, value = index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if node % 2 or node == last:
            value = hashlib.sha256(b"\x01" + step + value).digest()
            while node and not node % 2:
                node, last = node // 2, last // 2
        else:
            value = hashlib.sha256(b"\x01" + value + step).digest()
        node, last = node // 2, last // 2
    return value if last == 0 else None


def state_of(note: str) -> tuple[int, str]:
    """Size and root that a checkpoint states."""
    lines = note.split("\n")
    try:
        return int(lines[1]), base64.b64decode(lines[2], validate=True).hex()
    except (IndexError, ValueError) as error:
        raise Unreadable(f"this is not a state of the log: {error}") from error


# What is compared.


def verify(frame: dict, draw: dict, report: Report) -> None:
    """Everything that the two files prove by themselves."""
    body = draw["commitment"]["body"].encode()
    event = read_event(body)
    facts = event["facts"]
    report.check(
        event["event"] == "control_plan.committed",
        "the entry of the log is the commitment of a plan",
        f"the entry of the log is {event['event']}, not the commitment of a plan",
    )
    report.check(
        facts["rules_sha256"] == draw["rules_sha256"] == RULES_SHA256,
        "the plan was committed to the rules that this program follows",
        f"the plan follows the rules {facts['rules_sha256']}, this program {RULES_SHA256}",
    )
    check_same(report, "the number of the plan", frame["plan"], draw["plan"], facts["number"])
    for size, name in (("by_risk", "the size by risk"), ("by_lottery", "the size by lottery")):
        check_same(report, name, frame[size], draw[size], facts[size])
    check_frame(frame, draw, facts, report)
    check_nonce(frame, draw, facts, report)
    check_state(draw, body, report)
    check_list(frame, draw, report)


def check_same(
    report: Report, what: str, in_frame: object, in_draw: object, in_log: object
) -> None:
    report.check(
        in_frame == in_draw == in_log,
        f"{what} is {in_log} in the frame, the draw and the log",
        f"{what} is {in_frame!r} in the frame, {in_draw!r} in the draw, {in_log!r} in the log",
    )


def check_frame(frame: dict, draw: dict, facts: dict, report: Report) -> None:
    digest = sha256(canonical(frame))
    is_same = report.check(
        digest == draw["frame_sha256"] == facts["frame_sha256"],
        f"the frame of {len(frame['entries'])} certificates is the one that was committed",
        f"the frame is not the one that was committed: its digest is {digest}, the draw says "
        f"{draw['frame_sha256']}, the log says {facts['frame_sha256']}",
    )
    if is_same:
        return
    entries = frame["entries"]
    size = facts["frame_size"]
    if len(entries) != size:
        report.faults.append(
            f"the frame has {len(entries)} certificates, {size} were committed: "
            + ("some were taken out" if len(entries) < size else "some were put in")
        )
    numbers = [entry["number"] for entry in entries]
    twice = sorted(number for number, count in Counter(numbers).items() if count > 1)
    if twice:
        report.faults.append("twice in the frame: " + ", ".join(twice[:NAMED]))
    counts(
        report, "stratum", Counter(entry["stratum"] for entry in entries), draw["strata"], "stratum"
    )
    counts(report, "score", Counter(entry["score"] for entry in entries), draw["scores"], "score")
    known = {entry["number"]: entry for entry in entries}
    for one in draw["selected"]:
        entry = known.get(one["number"])
        if entry is None:
            report.faults.append(f"{one['number']} was drawn and is missing in the frame")
            continue
        for name in ("stratum", "score"):
            if entry[name] != one[name]:
                report.faults.append(
                    f"{one['number']}: {name} is {entry[name]!r} in the frame, "
                    f"{one[name]!r} in the draw"
                )


def counts(report: Report, what: str, found: Counter, told: list[dict], key: str) -> None:
    """How many certificates of each stratum or score; a moved one shows here."""
    drawn = {row[key]: row["certificates"] for row in told}
    for name in sorted(found.keys() | drawn.keys()):
        if found[name] != drawn.get(name, 0):
            report.faults.append(
                f"{what} {name}: {found[name]} certificates in the frame, "
                f"{drawn.get(name, 0)} when it was drawn"
            )


def check_nonce(frame: dict, draw: dict, facts: dict, report: Report) -> None:
    nonce = from_hex(draw["nonce"], "nonce")
    report.check(
        sha256(nonce) == draw["nonce_sha256"] == facts["nonce_sha256"],
        "the secret is the one that was committed",
        f"the secret is not the one that was committed: its digest is {sha256(nonce)}, "
        f"the log says {facts['nonce_sha256']}",
    )
    report.check(
        frame["salt"] == sha256(b"salt" + nonce),
        "the salt of the frame is made from the secret",
        "the salt of the frame is not made from this secret",
    )


def check_state(draw: dict, body: bytes, report: Report) -> None:
    state, entry = draw["checkpoint"], draw["commitment"]
    report.check(
        state_of(state["note"]) == (state["size"], state["root"]),
        f"the state of the log has {state['size']} entries and the root {state['root']}",
        "size or root are not those of the state of the log in draw.json",
    )
    path = [from_hex(step, "proof") for step in entry["proof"]]
    root = root_from(leaf_hash(body), entry["index"], state["size"], path)
    report.check(
        root is not None and root.hex() == state["root"],
        f"the commitment is entry {entry['index']} of that state: it came before the seed",
        "the commitment is not in the state of the log that the seed is made from",
    )


def check_list(frame: dict, draw: dict, report: Report) -> None:
    seed = seed_of(
        draw["plan"], sha256(canonical(frame)), draw["checkpoint"]["root"], draw["nonce"]
    )
    report.check(
        seed.hex() == draw["seed"],
        f"frame, secret and state of the log give the seed {seed.hex()}",
        f"frame, secret and state of the log give the seed {seed.hex()}, "
        f"the draw says {draw['seed']}",
    )
    if frame["by_risk"] + frame["by_lottery"] > len(frame["entries"]):
        report.faults.append("the sizes are larger than the frame")
        return
    again, told = draw_again(frame, seed), draw["selected"]
    report.check(
        again == told,
        f"drawn again, the list of {len(again)} certificates is the same",
        "drawn again, the list is not the same" + difference(again, told),
    )


def difference(again: list[dict], told: list[dict]) -> str:
    ours = {(one["number"], one["way"]) for one in again}
    theirs = {(one["number"], one["way"]) for one in told}
    parts = []
    for label, rows in (("missing", ours - theirs), ("not drawn", theirs - ours)):
        if rows:
            named = ", ".join(f"{number} ({way})" for number, way in sorted(rows)[:NAMED])
            more = f" and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
            parts.append(f"{label}: {named}{more}")
    return "; " + "; ".join(parts) if parts else ": the order is another"


def compare_entry(body: bytes, draw: dict, report: Report) -> None:
    """An entry of the log that the reader brought, against draw.json."""
    event = read_event(body)
    name, facts = event["event"], event["facts"]
    if name == "control_plan.committed":
        report.check(
            body == draw["commitment"]["body"].encode(),
            "the commitment in draw.json is the entry of the log, byte for byte",
            "the commitment in draw.json is not the entry of the log that was given",
        )
        return
    digest = sha256(canonical(draw))
    told = {"number": draw["plan"], "draw_sha256": digest}
    if name == "control_plan.drawn":
        told["checkpoint_size"] = draw["checkpoint"]["size"]
        told["root"] = draw["checkpoint"]["root"]
        told["selected"] = len(draw["selected"])
    elif name == "control_plan.closed":
        told |= {"nonce": draw["nonce"], "seed": draw["seed"]}
    else:
        raise Unreadable(f"{name} is not an entry about a draw")
    for key, value in told.items():
        report.check(
            facts[key] == value,
            f"{name}: {key} is that of draw.json",
            f"{name}: {key} is {facts[key]!r} in the log, {value!r} in draw.json",
        )


def compare_proof(text: str, draw: dict, report: Report) -> None:
    """An entry with its place in a state of the log."""
    head, _blank, note = text.partition("\n\n")
    lines = head.split("\n")
    extra = [line[6:] for line in lines[1:] if line.startswith("extra ")]
    index = [line[6:] for line in lines[1:] if line.startswith("index ")]
    if lines[0] != PROOF_LINE or len(extra) != 1 or len(index) != 1:
        raise Unreadable("this is not a proof of a public entry of the log")
    steps = [line for line in lines[1:] if not line.startswith(("extra ", "index "))]
    try:
        body = base64.b64decode(extra[0], validate=True)
        path = [base64.b64decode(step, validate=True) for step in steps]
        place = int(index[0])
    except (binascii.Error, ValueError) as error:
        raise Unreadable(f"the proof cannot be read: {error}") from error
    size, root = state_of(note)
    found = root_from(leaf_hash(body), place, size, path)
    report.check(
        found is not None and found.hex() == root,
        f"entry {place} lies in the state of the log with {size} entries",
        f"entry {place} does not lie in the state of the log with {size} entries",
    )
    compare_entry(body, draw, report)


def compare_state(note: str, draw: dict, report: Report) -> None:
    size, root = state_of(note)
    if size != draw["checkpoint"]["size"]:
        raise Unreadable(
            f"the state given has {size} entries, the draw used {draw['checkpoint']['size']}"
        )
    report.check(
        root == draw["checkpoint"]["root"],
        "the state of the log that you kept has the same root",
        f"the state of the log that you kept has the root {root}: the log shows two histories",
    )


# Reading.


def from_hex(text: str, what: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except (TypeError, ValueError) as error:
        raise Unreadable(f"{what} is not hexadecimal") from error


def read_event(body: bytes) -> dict:
    event = parse(body, "the entry of the log")
    if not isinstance(event.get("facts"), dict) or not isinstance(event.get("event"), str):
        raise Unreadable("the entry of the log has no facts")
    return event


def parse(content: bytes, what: str) -> dict:
    try:
        value = json.loads(content, object_pairs_hook=without_doubles, parse_float=no_fractions)
    except ValueError as error:
        raise Unreadable(f"{what} is not JSON as it is published: {error}") from error
    if not isinstance(value, dict):
        raise Unreadable(f"{what} is not an object")
    return value


def without_doubles(pairs: list[tuple[str, object]]) -> dict:
    if len({key for key, _value in pairs}) != len(pairs):
        raise ValueError("a key comes twice")
    return dict(pairs)


def no_fractions(text: str) -> object:
    raise ValueError(f"{text} is not a whole number")


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from error


def of_schema(path: Path, schema: str) -> dict:
    value = parse(read(path), str(path))
    if value.get("schema") != schema:
        raise Unreadable(f"{path} is not of the schema {schema}")
    return value


def arguments() -> argparse.ArgumentParser:
    doc = (__doc__ or "").strip()
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("frame", type=Path)
    parser.add_argument("draw", type=Path)
    parser.add_argument("--proof", type=Path, action="append", default=[])
    parser.add_argument("--entry", type=Path, action="append", default=[])
    parser.add_argument("--checkpoint", type=Path)
    return parser


def main(given: list[str] | None = None) -> int:
    options = arguments().parse_args(given)
    report = Report()
    try:
        frame = of_schema(options.frame, FRAME_SCHEMA)
        draw = of_schema(options.draw, DRAW_SCHEMA)
        verify(frame, draw, report)
        for path in options.proof:
            compare_proof(read(path).decode(), draw, report)
        for path in options.entry:
            compare_entry(read(path), draw, report)
        if options.checkpoint:
            compare_state(read(options.checkpoint).decode(), draw, report)
    except Unreadable as error:
        sys.stderr.write(f"CANNOT BE CHECKED: {error}\n")
        return UNREADABLE
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        sys.stderr.write(f"CANNOT BE CHECKED: a part is missing or wrong: {error!r}\n")
        return UNREADABLE
    return told(report, has_entries=bool(options.proof or options.entry))


def told(report: Report, *, has_entries: bool) -> int:
    for line in report.proved:
        sys.stdout.write(f"proved    {line}\n")
    for line in report.faults:
        sys.stdout.write(f"NOT SO    {line}\n")
    sys.stdout.write("not here  the signature under the state of the log: ctkz-verify checks it\n")
    if not has_entries:
        sys.stdout.write("not here  that the log shows these entries to everyone: bring --proof\n")
    sys.stdout.write("NOT EQUAL\n" if report.faults else "EQUAL\n")
    return DOES_NOT_FIT if report.faults else FITS


if __name__ == "__main__":
    sys.exit(main())
