"""Timing side by side: the things compared take turns, and only the work of this process counts."""

import gc
import sys
import time
from collections.abc import Callable, Mapping, Sequence

ROUNDS = 7


def best_seconds(
    jobs: Mapping[str, Callable[[], object]], rounds: int = ROUNDS
) -> dict[str, float]:
    """The least processor time of each job; in every round each runs once."""
    best = dict.fromkeys(jobs, float("inf"))
    for _round in range(rounds):
        for name, job in jobs.items():
            gc.collect()
            gc.disable()
            started = time.process_time()
            job()
            best[name] = min(best[name], time.process_time() - started)
            gc.enable()
    return best


def seconds(job: Callable[[], object]) -> float:
    return best_seconds({"": job}, rounds=1)[""]


def table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The first column to the left, figures to the right."""
    widths = [max(len(row[i]) for row in [headings, *rows]) for i in range(len(headings))]
    out = [title, _line(headings, widths), _line(["-" * width for width in widths], widths)]
    out += [_line(row, widths) for row in rows]
    sys.stdout.write("\n".join(out) + "\n\n")
    sys.stdout.flush()


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (
        cell.ljust(width) if index == 0 else cell.rjust(width)
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(["  " + first, *rest]).rstrip()


def shown(duration: float) -> str:
    """Seconds with a unit that leaves one to three digits before the point."""
    for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if duration * factor >= 1:
            return f"{duration * factor:.2f} {unit}"
    return f"{duration * 1e9:.0f} ns"
