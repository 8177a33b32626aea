"""Lines of goods for every row of a pack: what is asked for is done, the rest is ordinary."""

from decimal import Decimal
from itertools import cycle, islice
from typing import Any

from origin.codes import ends_of
from origin.conditions import leaves
from origin.evaluation import LineFacts, MaterialFacts
from origin.packs import GENERAL, Row, RulePack
from origin.sensitivity.attempts import changed

PRICE = Decimal(1_000_000)
HEADINGS = ("7318", "3926", "4016", "8503", "8536", "7408", "2710", "5407", "3901", "8529")


def materials(count: int, own_heading: str) -> tuple[MaterialFacts, ...]:
    """Two thirds foreign, now and then of the product's own heading; 60 % of the price in all."""
    headings = (*HEADINGS, own_heading)
    value = (PRICE * 6 / 10 / count).quantize(Decimal("0.01"))
    return tuple(
        MaterialFacts(n, f"part {n}", f"{headings[n % len(headings)]}100000", value, n % 3 == 0)
        for n in range(1, count + 1)
    )


def line_for(row: Row | None, pack: RulePack, count: int = 10) -> LineFacts:
    """Goods of the row's first code, with every operation that it names."""
    code = ends_of(row.codes[0])[0].ljust(10, "0") if row else "8421310000"
    asked = {
        operation
        for part in (leaves(row.condition) if row and row.condition else ())
        for operation in (*getattr(part, "all", ()), *getattr(part, "any", ()))
    }
    choice = GENERAL if row is None or row.excluded else row.id
    return LineFacts(
        number=1,
        name="goods",
        hs_code=code,
        price_kzt=PRICE,
        materials=materials(count, code[:4]),
        operations=tuple(sorted(asked)) or tuple(islice(pack.operations, 1)),
        choice=choice,
    )


def lines_of(pack: RulePack, count: int) -> list[LineFacts]:
    """So many lines, row after row, each a line of its own."""
    patterns = [line_for(row, pack) for row in pack.rows] + [line_for(None, pack)]
    found = []
    for number, line in enumerate(islice(cycle(patterns), count)):
        dearer = line.materials[0].value_kzt + Decimal(number) / 100
        found.append(changed(line, [1], value_kzt=dearer))
    return found


def inputs_of(line: LineFacts) -> dict[str, Any]:
    """The line as the record of an act holds it."""
    return {
        "hs_code": line.hs_code,
        "price_kzt": str(line.price_kzt),
        "denominator_kzt": str(line.price_kzt),
        "formula": "exw/1",
        "treatment": "foreign_remainder",
        "materials": [
            {
                "number": material.number,
                "hs_code": material.hs_code,
                "value_kzt": str(material.value_kzt),
                "is_local": material.is_local,
                "local_share_percent": None,
            }
            for material in line.materials
        ],
        "operations": list(line.operations),
        "ground": "",
        "choice": line.choice,
        "reading": "",
    }
