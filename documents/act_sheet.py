"""What an act of expertise shows, computed from its record alone.

Records `ctkz.act/1` have no evaluation, operations or proofs: what a record does not hold is not
printed. Lines that share a bill of materials, a reasoning or a justification share its print.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from . import presentation as show
from .canonical import canonical_bytes, sha256_hex
from .frame import mark_paths
from .sheets import contract_of, goods_line, party

Line = dict[str, Any]

# How each formula is explained above the worked lines, by its code in the record.
FORMULAS = {
    "exw": {
        "text": "ҚҚҮ = 100 % − (Қ шетел.мат. / Қ дайын өнім) × 100 %",
        "kk": "Қ шетел.мат. – шетелдік шикізат пен материалдардың құны; "
        "Қ дайын өнім – дайын өнімнің «франко-зауыт» бағасы",
        "ru": "стоимость сырья и материалов иностранного происхождения, делённая на цену "
        "готового товара «франко-завод»",
    },
    "cost": {
        "text": "ЕІҚ = 100 % − (Қ шетел.мат. / Өзіндік құн) × 100 %",
        "kk": "Қ шетел.мат. – шетелдік шикізат пен материалдардың құны; "
        "Өзіндік құн – тауардың ҚҚС пен пайдасыз өндірістік өзіндік құны",
        "ru": "стоимость сырья и материалов иностранного происхождения, делённая на "
        "производственную себестоимость товара без НДС и прибыли",
    },
}

ANSWERS = {"yes": ("иә", "да"), "no": ("жоқ", "нет"), "na": ("қатысты емес", "не применимо")}
WAYS = {
    "organisation": ("сараптама ұйымы тағайындаған", "назначен экспертной организацией"),
    "lot": ("жеребе бойынша", "по жребию"),
}
TREATMENTS = {
    "foreign_remainder": (
        "CT-KZ сертификаты бар материалдың жергілікті емес бөлігі шетелдік деп есептеледі",
        "у материала с сертификатом CT-KZ иностранной считается часть сверх его доли",
    ),
    "wholly_local": (
        "CT-KZ сертификаты бар материал толығымен жергілікті деп есептеледі",
        "материал с сертификатом CT-KZ считается местным полностью",
    ),
    "wholly_foreign": (
        "жеке үлесі көрсетілген материал толығымен шетелдік деп есептеледі",
        "материал с собственной долей считается иностранным полностью",
    ),
}
ORIGIN_DOCUMENTS = {
    "customs": ("кедендік декларация", "таможенная декларация"),
    "ct_1": ("СТ-1", "СТ-1"),
    "ct_kz": ("CT-KZ", "CT-KZ"),
    "kz_origin": ("ҚР-дан шығу құжаты", "документ о происхождении из РК"),
}
NAME_IN_ANNEX = 90
# From so many rows on, materials that differ in their value alone are described once.
ROWS_IN_FULL = 200
KIND = ("name", "code", "source", "rate", "foreign_percent", "proof")


def act(record: dict[str, Any]) -> dict[str, Any]:
    lines = [_line(line) for line in record["lines"]]
    contract = record.get("contract")
    return {
        **_head(record),
        "applicant": party(record["applicant"]),
        "producer": party(record["producer"]),
        "recipient": party(record.get("recipient")),
        "contract": contract_of(contract) if contract else None,
        "category": show.both(record["category"]["name"]),
        "purpose": show.both(record["purpose"]["name"]),
        **_examined(record["examination"]),
        "papers": [_paper(index, paper) for index, paper in enumerate(record["documents"], 1)],
        "lines": lines,
        "total": len(lines),
        "originating": sum(1 for line in lines if line["originating"]),
        "positive": record["positive"],
        "has_proofs": any(line["proofs"] for line in lines),
        "justifications": _gathered(lines, "justification"),
        "calculated": _workings(lines),
        "formulas": _formulas(lines),
        "treatments": _treatments(lines),
        **_bills_or_kinds(lines),
        "has_currencies": any(row["amount"] for line in lines for row in line["materials"]),
        "rulings": _rulings(record["lines"]),
        "digest": sha256_hex(canonical_bytes(record)),
        "mark": mark_paths(10, 9.5, 44),
    }


def _head(record: dict[str, Any]) -> dict[str, Any]:
    attestation, scheme = record["auditor"]["attestation"], record["scheme"]
    rules, way = record.get("rules"), (record.get("assignment") or {}).get("way")
    return {
        "number": record["number"],
        "signed_on": show.day(record["signed_on"]),
        "signed_at": show.moment(record["signed_at"]),
        "valid_until": show.day(record.get("valid_until")),
        "scheme": scheme["code"] if isinstance(scheme, dict) else scheme,
        "request_number": record["request"]["number"],
        "request_submitted_on": show.day(record["request"]["submitted_on"][:10]),
        "expert_organisation": party(record["expert_organisation"]),
        "expert_code": record["expert_organisation"].get("code", ""),
        "auditor": record["auditor"]["name"],
        "attestation_number": attestation["number"],
        "attestation_from": show.day(attestation["valid_from"]),
        "attestation_until": show.day(attestation["valid_until"]),
        "chapters": ", ".join(attestation.get("chapters") or []),
        "corrects": (record.get("corrects") or {}).get("number", ""),
        "rules": rules
        and {
            "pack": rules["pack"],
            "valid_from": show.day(rules["valid_from"]),
            "digest": show.short_digest(rules["sha256"]),
        },
        "way": _two(WAYS, way) if way else [],
    }


def _examined(examination: dict[str, Any]) -> dict[str, Any]:
    """The body's section of the examination, and the annex of process, visit and laboratory."""
    has_visit = examination["site_visit"]
    return {
        "examination": examination,
        "began_on": show.day(examination["began_on"]),
        "visited_on": show.day(examination.get("visited_on")),
        "steps": [_step(step) for step in examination.get("steps") or []],
        "visit": [_answer(row) for row in examination.get("visit") or []] if has_visit else [],
        "lab_results": [_lab_result(row) for row in examination.get("lab_results") or []],
    }


def _line(line: dict[str, Any]) -> Line:
    calculation = _calculation(line)
    materials = _materials(line)
    return {
        **goods_line(line),
        "short_name": show.unbroken(_shortened(line["name"])),
        "originating": line["originating"],
        "justification": line.get("justification") or "",
        "reasons": [
            {"code": reason["code"], "name": show.both(reason["name"])}
            for reason in line.get("reasons") or []
        ],
        "proofs": [_proof(item) | {"note": item["note"]} for item in line.get("evidence") or []],
        "calculation": calculation,
        "materials": materials,
        "materials_total": show.amount(_total(line["materials"], "value_kzt")),
        "foreign_total": calculation["foreign"] if calculation else show.DASH,
    }


def _shortened(name: str) -> str:
    return name if len(name) <= NAME_IN_ANNEX else name[: NAME_IN_ANNEX - 1] + "…"


def _calculation(line: dict[str, Any]) -> dict[str, str] | None:
    """The worked share of a line, from whichever of the two schemas."""
    found = line.get("calculation") or (line.get("evaluation") or {}).get("local_content")
    if not found or found["share_percent"] is None:
        return None
    inputs = (line.get("evaluation") or {}).get("inputs") or {}
    return {
        "formula": found["formula"],
        "treatment": inputs.get("treatment", ""),
        "price": show.amount(found.get("denominator_kzt") or found.get("price_kzt")),
        "foreign": show.amount(found["foreign_kzt"]),
        "share": show.number(found["share_percent"]),
    }


def _materials(line: dict[str, Any]) -> list[dict[str, Any]]:
    worked = (line.get("evaluation") or {}).get("local_content") or {}
    steps = {step["number"]: step for step in worked.get("steps") or []}
    return [_material(row, steps.get(row["number"])) for row in line.get("materials") or []]


def _material(row: dict[str, Any], step: dict[str, str] | None) -> dict[str, Any]:
    """Plain text for every cell: there may be thousands of them, and each box costs time."""
    counted = step["counted_foreign_kzt"] if step else row.get("counted_foreign_kzt")
    origin = ORIGIN_DOCUMENTS.get(row.get("origin_document") or "", ("", ""))
    source = (row.get("supplier"), " / ".join(dict.fromkeys(filter(None, origin))),
              row.get("document"))  # fmt: skip
    proof = row.get("evidence")
    return {
        "number": row["number"],
        "name": row["name"],
        "code": "\n".join(filter(None, (row.get("hs_code"), row.get("country")))) or show.DASH,
        "source": "\n".join(filter(None, source)),
        **_currency(row),
        "value": show.amount(row["value_kzt"]),
        "foreign_percent": show.number(step["foreign_percent"]) if step else "",
        "foreign": show.amount(counted),
        "proof": ", ".join(filter(None, (str(proof["ref"]), proof.get("page"))))
        if proof
        else show.DASH,
    }


def _currency(row: dict[str, Any]) -> dict[str, str]:
    """Amount, rate, its date and source of a material that was not paid for in tenge."""
    if row.get("amount") is None or row.get("currency", "KZT") == "KZT":
        return {"amount": "", "rate": ""}
    dated = ", ".join(filter(None, (show.day(row["rate_on"]), row.get("rate_source"))))
    code = row["currency"]
    return {
        "amount": f"{show.grouped(row['amount'])}\u00a0{code}",
        "rate": f"×\u00a0{show.grouped(row['rate'])}\n{dated}",
    }


def _total(rows: Iterable[dict[str, Any]], key: str) -> str:
    return str(sum((Decimal(row[key] or "0") for row in rows), Decimal(0)))


def _proof(proof: dict[str, Any]) -> dict[str, Any]:
    return {"ref": proof["ref"], "page": proof.get("page") or ""}


def _gathered(lines: list[Line], key: str) -> list[dict[str, Any]]:
    """Each different text once, with the lines that it is for."""
    return [
        {"lines": show.ranges(line["number"] for line in group), "text": group[0][key]}
        for group in _groups(lines, lambda line: line[key])
        if group[0][key]
    ]


def _groups(lines: Iterable[Any], key: Callable[[Any], Any]) -> list[list[Any]]:
    """Lines with the same key together, in the order in which the keys first come."""
    found: dict[Any, list[Any]] = {}
    for line in lines:
        found.setdefault(key(line), []).append(line)
    return list(found.values())


def _workings(lines: list[Line]) -> list[dict[str, Any]]:
    calculated = [line for line in lines if line["calculation"]]
    return [
        {"lines": show.ranges(line["number"] for line in group), **group[0]["calculation"]}
        for group in _groups(calculated, lambda line: tuple(line["calculation"].items()))
    ]


def _bills_or_kinds(lines: list[Line]) -> dict[str, Any]:
    """Every different bill of materials once; most requests repeat one for many lines.

    A long act whose bills differ in their values alone names each kind of material once and
    gives the values beside the lines: a hundred lines of thirty materials stay readable.
    """
    bills = [
        {
            "lines": show.ranges(line["number"] for line in group),
            "materials": group[0]["materials"],
            "total": group[0]["materials_total"],
            "foreign": group[0]["foreign_total"],
        }
        for group in _groups(
            (line for line in lines if line["materials"]), lambda line: repr(line["materials"])
        )
    ]
    rows = [material for bill in bills for material in bill["materials"]]
    keys = dict.fromkeys(_kind(material) for material in rows)
    if len(rows) <= ROWS_IN_FULL or len(keys) * 2 > len(rows):
        return {"bills": bills, "kinds": []}
    numbers = {key: number for number, key in enumerate(keys, 1)}
    for bill in bills:
        bill["values"] = " · ".join(
            f"М{numbers[_kind(material)]}:\u00a0{_value(material)}"
            for material in bill["materials"]
        )
    return {
        "bills": bills,
        "kinds": [
            {"number": number, **dict(zip(KIND, key, strict=True))}
            for key, number in numbers.items()
        ],
    }


def _kind(material: dict[str, Any]) -> tuple[str, ...]:
    return tuple(material[name] for name in KIND)


def _value(material: dict[str, Any]) -> str:
    amount, value = material["amount"], material["value"]
    return f"{amount}\u00a0=\u00a0{value}" if amount else value


def _formulas(lines: list[Line]) -> list[dict[str, str]]:
    codes = dict.fromkeys(
        line["calculation"]["formula"].partition("/")[0] for line in lines if line["calculation"]
    )
    return [FORMULAS.get(code, {"text": code, "kk": code, "ru": code}) for code in codes]


def _treatments(lines: list[Line]) -> list[list[tuple[str, str]]]:
    codes = dict.fromkeys(line["calculation"]["treatment"] for line in lines if line["calculation"])
    return [_two(TREATMENTS, code) for code in codes if code]


def _rulings(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rule by rule: the condition in words, why it was chosen, and how the lines stand to it."""
    judged = [line for line in lines if line.get("condition") or line.get("ground")]
    found = []
    for group in _groups(judged, lambda line: repr((line.get("condition"), line.get("ground")))):
        condition, ground = group[0].get("condition") or {}, group[0].get("ground")
        reading = condition.get("reading")
        found.append(
            {
                "lines": show.ranges(line["number"] for line in group),
                "row": condition.get("row", ""),
                "text": show.both(condition.get("text")),
                "reason": condition.get("reason") or "",
                "reading": reading
                and {"words": show.both(reading["words"]), "reason": reading.get("reason") or ""},
                "ground": ground and {"code": ground["code"], "name": show.both(ground["name"])},
                "sentences": _sentences(group),
            }
        )
    return found


def _sentences(group: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each sentence of the reasoning once, with its lines where it is not for the whole group."""
    said: dict[tuple[str, str], list[int]] = {}
    for line in group:
        reasoning = line.get("reasoning") or {}
        pairs = zip_longest(reasoning.get("kk") or [], reasoning.get("ru") or [], fillvalue="")
        for pair in pairs:
            said.setdefault(pair, []).append(line["number"])
    return [
        {
            "lines": "" if len(numbers) == len(group) else show.ranges(numbers),
            "words": show.both({"kk": kk, "ru": ru}),
        }
        for (kk, ru), numbers in said.items()
    ]


def _step(step: dict[str, Any]) -> dict[str, Any]:
    proof = step.get("evidence")
    return {
        "number": step["number"],
        "line": step.get("line"),
        "name": show.both(step["operation"]["name"]),
        "description": step.get("description") or "",
        "equipment": step.get("equipment") or show.DASH,
        "proof": _proof(proof) if proof else None,
    }


def _answer(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "item": show.both(row["item"]["name"]),
        "answer": _two(ANSWERS, row["answer"]),
        "note": row.get("note") or "",
    }


def _lab_result(row: dict[str, Any]) -> dict[str, Any]:
    proof = row.get("evidence")
    return {
        "line": row.get("line"),
        "laboratory": row["laboratory"],
        "protocol_number": row["protocol_number"],
        "dated_on": show.day(row["dated_on"]),
        "conclusion": row["conclusion"],
        "proof": _proof(proof) if proof else None,
    }


def _paper(index: int, paper: dict[str, Any]) -> dict[str, Any]:
    return {
        "index": paper.get("ref") or index,
        "type": show.both(paper["type"]["name"]),
        "title": paper.get("title") or "",
        "number": paper.get("number") or show.DASH,
        "dated_on": show.day(paper.get("dated_on")),
        "digest": show.short_digest(paper.get("sha256") or ""),
    }


def _two(names: dict[str, tuple[str, str]], code: str) -> list[tuple[str, str]]:
    """A code in both languages; the bare code where it is unknown."""
    kk, ru = names.get(code, (code, code))
    return show.both({"kk": kk, "ru": ru})
