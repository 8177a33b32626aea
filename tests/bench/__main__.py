"""`make bench`: what the calculations of the portal cost, and how the cost grows."""

import json
import os
from collections import Counter
from datetime import date
from functools import partial

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ctkz_portal.settings.test")

import django

django.setup()

from audit.merkle import CompactRange, leaf_hash  # noqa: E402  after the settings are read
from documents.canonical import canonical_bytes, sha256_hex  # noqa: E402
from expertise.evaluating import evaluated_inputs  # noqa: E402
from origin.checking import check  # noqa: E402
from origin.evaluation import LineFacts, evaluate, evaluation_data  # noqa: E402
from origin.local_content import FORMULAS  # noqa: E402
from origin.pack_files import SHIPPED, read_pack  # noqa: E402
from origin.packs import RulePack, pack_data, pack_from_data  # noqa: E402
from origin.rulebook import RuleBook  # noqa: E402
from origin.sensitivity import local_share, sensitivity  # noqa: E402
from tests.bench.goods import inputs_of, line_for, lines_of  # noqa: E402
from tests.bench.timing import best_seconds, seconds, shown, table  # noqa: E402

LINES = 10_000
SIZES = (10, 100, 1_000)
ON = date(2026, 3, 2)
EXW = FORMULAS["exw/1"]
# A small event of the log, as it is hashed.
EVENT = {
    "schema": "ctkz.event/1",
    "event": "act.signed",
    "at": "2026-03-02T09:14:00.000000Z",
    "actor": {"id": "7f3c2b9e-5a51-4a1c-9f0e-2f7d1c0b8a64", "role": "auditor"},
    "subject": {"type": "expertise.act", "id": "0d6b1f5c-7c0e-4d2f-8a0b-5b7a1d9c3e21"},
    "facts": {"number": "101-2026-00001", "sha256": "9f" * 32, "lines": 20},
}


def main() -> None:
    folder = sorted(SHIPPED.iterdir())[0]
    pack = read_pack(folder)
    book = RuleBook(pack)
    _lines(pack, book)
    _growth(pack, book)
    _replay(pack, book)
    _rules(folder.name, pack)
    _records()


def _lines(pack: RulePack, book: RuleBook) -> None:
    """Ten thousand lines in one process: every row of the pack and the general rule in turn."""
    lines = lines_of(pack, LINES)
    verdicts: Counter[str] = Counter()

    def only() -> None:
        for line in lines:
            verdicts[evaluate(line, book, on=ON).verdict] += 1

    def kept() -> None:
        for line in lines:
            canonical_bytes(evaluation_data(evaluate(line, book, on=ON)))

    only()
    taken = best_seconds({"verdict": only, "verdict and canonical bytes": kept}, rounds=3)
    told = ", ".join(f"{count / sum(verdicts.values()):.0%} {name}" for name, count in
                     verdicts.most_common())  # fmt: skip
    table(
        f"Processor time of one process. {LINES:,} lines of 10 materials under {pack.code} "
        f"({len(pack.rows)} rows): {told}",
        ["what", "in all", "one line", "lines a second"],
        [
            [name, shown(duration), shown(duration / LINES), f"{LINES / duration:,.0f}"]
            for name, duration in taken.items()
        ],
    )


def _growth(pack: RulePack, book: RuleBook) -> None:
    """The same goods with ten times the materials: the cost of one material must not grow."""
    row = pack.row("8501") if "8501" in {each.id for each in pack.rows} else pack.rows[0]
    lines = {size: line_for(row, pack, size) for size in SIZES}
    works = {
        "verdict": lambda line: evaluate(line, book, on=ON),
        "verdict and canonical bytes": lambda line: canonical_bytes(
            evaluation_data(evaluate(line, book, on=ON))
        ),
        "share of local content": lambda line: local_share(line, formula=EXW),
        "sensitivity and advice": lambda line: sensitivity(line, book, on=ON),
    }
    rows = []
    for name, work in works.items():
        jobs = {str(size): partial(_repeated, work, lines[size], SIZES[-1] // size)
                for size in SIZES}  # fmt: skip
        taken = best_seconds(jobs)
        per_call = {size: taken[str(size)] / (SIZES[-1] // size) for size in SIZES}
        per_material = {size: per_call[size] / size for size in SIZES}
        ratios = [per_material[size] / per_material[SIZES[0]] for size in SIZES[1:]]
        rows.append(
            [name]
            + [shown(per_call[size]) for size in SIZES]
            + [f"{ratio:.2f}" for ratio in ratios]
            + ["linear or better" if max(ratios) <= 1.1 else "more than linear"]
        )
    table(
        f"One line of the row {row.id} as its materials grow; the last columns are the cost of one "
        f"material against that at {SIZES[0]} (1.00 is linear)",
        ["what", *map(str, SIZES), *(f"{size} : {SIZES[0]}" for size in SIZES[1:]), "growth"],
        rows,
    )


def _repeated(work: object, line: LineFacts, times: int) -> None:
    for _time in range(times):
        work(line)


def _replay(pack: RulePack, book: RuleBook) -> None:
    """What `replay_acts` does for a line: stored bytes in, the same bytes out."""
    stored = []
    for line in lines_of(pack, 500):
        answer = evaluated_inputs(inputs_of(line), book, on=ON)
        stored.append(canonical_bytes(answer.data))
    equal = 0

    def replay() -> None:
        nonlocal equal
        equal = 0
        for content in stored:
            again = evaluated_inputs(json.loads(content)["inputs"], book, on=ON)
            equal += canonical_bytes(again.data) == content

    taken = best_seconds({"replay": replay}, rounds=3)["replay"]
    table(
        "Replay: record → inputs → verdict and share → canonical bytes, compared",
        ["what", "in all", "one line", "lines a second", "equal"],
        [
            [
                f"{len(stored)} lines of 10 materials",
                shown(taken),
                shown(taken / len(stored)),
                f"{len(stored) / taken:,.0f}",
                f"{equal} of {len(stored)}",
            ]
        ],
    )


def _rules(name: str, pack: RulePack) -> None:
    data = pack_data(pack)
    jobs = {
        "read the files with places of every value": lambda: read_pack(SHIPPED / name),
        "read the stored version": lambda: pack_from_data(data),
        "canonical bytes and digest": lambda: sha256_hex(canonical_bytes(data)),
        "check for contradictions": lambda: check(pack),
    }
    taken = best_seconds(jobs, rounds=3)
    table(
        f"The rules themselves: {len(pack.rows)} rows, {len(pack.operations)} operations",
        ["what", "time"],
        [[what, shown(duration)] for what, duration in taken.items()],
    )


def _records() -> None:
    """The hot spots of the log: canonical bytes of an event, its digest, its leaf in the tree."""
    body = canonical_bytes(EVENT)
    count = 2_000
    tree = CompactRange()

    def append() -> None:
        for _time in range(count):
            tree.append(leaf_hash(body))

    jobs = {
        "canonical bytes of an event": lambda: [canonical_bytes(EVENT) for _ in range(count)],
        "digest of those bytes": lambda: [sha256_hex(body) for _ in range(count)],
        "leaf appended to the tree": append,
    }
    taken = {what: seconds(job) for what, job in jobs.items()}
    table(
        f"Records and the log: an event of {len(body)} bytes",
        ["what", "one", "a second"],
        [
            [what, shown(duration / count), f"{count / duration:,.0f}"]
            for what, duration in taken.items()
        ],
    )


if __name__ == "__main__":
    main()
