"""A small rule pack for tests: one row of each kind, with invented goods."""

from datetime import date
from decimal import Decimal
from typing import Any

from origin.evaluation import LineFacts, MaterialFacts, evaluate
from origin.packs import RulePack, pack_from_data
from origin.rulebook import RuleBook

ON = date(2025, 3, 28)
SOURCE = {"act": "Rules for tests", "place": "1"}


def name(text: str) -> dict[str, str]:
    return {"kk": f"{text} (kk)", "ru": f"{text} (ru)", "en": text}


def row(row_id: str, condition: Any = None, **more: Any) -> dict[str, Any]:
    data = {"id": row_id, "codes": [row_id], "name": name(f"Goods {row_id}"), "source": SOURCE}
    if condition is not None:
        data["condition"] = condition
    return {**data, **more}


def pack_with(*rows: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": "TEST",
        "title": name("Rules for tests"),
        "valid_from": "2023-06-08",
        "source": SOURCE,
        "general_rule": {"source": SOURCE},
        "operations": [
            {"code": code, "name": name(code), "sufficient": code[0] != "N", "source": SOURCE}
            for code in ("roasting", "blending", "welding", "salting", "N11", "N12")
        ],
        "wholly_produced": [
            {"code": code, "name": name(code), "source": SOURCE} for code in ("W01", "W02")
        ],
        "rows": list(rows),
    }


def pack_of(*rows: dict[str, Any]) -> RulePack:
    return pack_from_data(pack_with(*rows))


def foreign(number: int, hs_code: str, value: str) -> MaterialFacts:
    return MaterialFacts(number, "", hs_code, Decimal(value), is_local=False)


def local(number: int, hs_code: str, value: str) -> MaterialFacts:
    return MaterialFacts(number, "", hs_code, Decimal(value), is_local=True)


def line(hs_code: str, *materials: MaterialFacts, price: str = "100", **more: Any) -> LineFacts:
    more.setdefault("operations", ("welding",))
    return LineFacts(1, "", hs_code, Decimal(price), tuple(materials), **more)


def judged(pack: RulePack, facts: LineFacts):
    return evaluate(facts, RuleBook(pack), on=ON)
