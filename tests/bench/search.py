"""Finding one thing among 100,000 certificates, beside reading it by its primary key."""

import random
import statistics
import time
from collections.abc import Callable, Sequence

from django.db import transaction

from registry.models import RegisterEntry, RegisterLine, Source
from tests.bench.timing import shown, table
from tests.workplace.search.generated import GOODS, Generated, generate, mistyped
from workplace.models import SearchEntry
from workplace.search.finding import search
from workplace.search.indexing import rebuild

CERTIFICATES = 100_000
QUESTIONS = 100
SHOWN = 8


def run() -> None:
    with transaction.atomic():
        # The register that was imported before, whose numbers would come twice.
        earlier = RegisterEntry.objects.filter(source=Source.EARLIER)
        RegisterLine.objects.filter(entry__in=earlier).delete()
        earlier.delete()
        made = generate(CERTIFICATES)
    began = time.monotonic()
    total = rebuild()
    rebuilt = time.monotonic() - began
    keys = list(SearchEntry.objects.order_by("?").values_list("pk", flat=True)[:QUESTIONS])
    bare = _clock(keys, lambda key: SearchEntry.objects.defer("vector").get(pk=key))
    rows = [_row("one entry by its primary key", bare, bare)]
    for name, asked in _questions(made).items():
        taken = _clock(asked, lambda text: search(None, text, limit=SHOWN))
        rows.append(_row(name, taken, bare))
    table(
        f"Search among {CERTIFICATES:,} certificates ({total:,} entries made anew in "
        f"{shown(rebuilt)}), by the clock, {QUESTIONS} questions of each kind",
        ["what is asked", "p50", "p95", "p50 × bare read"],
        rows,
    )


def _questions(made: Generated) -> dict[str, list[str]]:
    dice = random.Random(9)
    numbers = [number for number, _company in dice.sample(made.spread, QUESTIONS)]
    companies = dice.choices(made.companies, k=QUESTIONS)
    names = [dice.choice(GOODS)[0] for _time in range(QUESTIONS)]
    return {
        "a number": numbers,
        "a number with one mistake": [_mistaken(dice, text, digits=True) for text in numbers],
        "the beginning of a number": [text[:8] for text in numbers],
        "a BIN": [company.identifier for company in companies],
        "an HS code": [dice.choice(GOODS)[1] for _time in range(QUESTIONS)],
        "a company": [f"{company.first} {company.second}" for company in companies],
        "a company with one mistake": [
            f"{_mistaken(dice, company.first, digits=False)} {company.second}"
            for company in companies
        ],
        "goods": names,
        "one word of thousands of certificates": [name.split()[0] for name in names],
        "the first letters of a word": [name[:3] for name in names],
        "words that are nowhere": [f"{name[::-1]} ъъъ" for name in names],
    }


def _mistaken(dice: random.Random, text: str, *, digits: bool) -> str:
    return dice.choice(list(mistyped(dice, text, digits=digits).values()))


def _clock(asked: Sequence[object], work: Callable[..., object]) -> list[float]:
    work(asked[0])
    taken = []
    for one in asked:
        began = time.perf_counter()
        work(one)
        taken.append(time.perf_counter() - began)
    return taken


def _row(name: str, taken: Sequence[float], bare: Sequence[float]) -> list[str]:
    middle = statistics.median(taken)
    worst = statistics.quantiles(taken, n=20)[-1]
    return [name, shown(middle), shown(worst), f"{middle / statistics.median(bare):.1f}"]
