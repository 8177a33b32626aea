"""Reads a line to evaluate from JSON (`ctkz.evaluation/1`); every fault has its path. Pure.

The format is described in the README of this room. Figures become decimals straight from the text.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation, localcontext
from typing import Any

from django.utils.translation import gettext as _

from .errors import OriginError
from .facts import EXACT, LineFacts, MaterialFacts, Reason, check_figure
from .local_content import FORMULAS, Denominator, LocalContentError, Treatment

SCHEMA = "ctkz.evaluation/1"
KAZAKHSTAN = "KZ"
TENGE = "KZT"
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_TOP = ("schema", "on", "line", "materials")
_OPTIONAL_TOP = ("operations", "ground", "choice", "reading", "local_content")
_CURRENCY_KEYS = ("amount", "currency", "rate", "rate_on", "rate_source")
_MATERIAL_KEYS = (
    *("number", "name", "hs_code", "value_kzt", *_CURRENCY_KEYS),
    *("origin", "is_local", "local_share_percent"),
)


@dataclass(frozen=True, slots=True)
class Fault:
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class EvaluationFileError(OriginError):
    """The text is not a line that can be evaluated; every fault is named."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("evaluation_file", "\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Conversion:
    """How a value in tenge came from an amount in another currency."""

    material: int
    amount: Decimal
    currency: str
    rate: Decimal
    rate_on: date
    rate_source: str
    value_kzt: Decimal


@dataclass(frozen=True, slots=True)
class EvaluationFile:
    on: date
    line: LineFacts
    # None where the file leaves the choice to the parameters in force.
    formula: str | None = None
    treatment: str | None = None
    conversions: tuple[Conversion, ...] = ()
    warnings: tuple[Reason, ...] = ()


def read_evaluation(text: str) -> EvaluationFile:
    return _Reader().file(_json(text))


def path_of(error: OriginError | LocalContentError, line: LineFacts) -> str:
    """Where in the file a refusal of the engine belongs."""
    if error.material is not None:
        numbers = [material.number for material in line.materials]
        at = numbers.index(error.material)
        return f"materials[{at}].{error.field}" if error.field else f"materials[{at}]"
    if error.field in ("price_kzt", "cost_kzt", "hs_code"):
        return f"line.{error.field}"
    return error.field or ""


def _json(text: str) -> Any:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _value in found]
        for key in keys:
            if keys.count(key) > 1:
                message = _("The key “%(key)s” stands twice in one object.") % {"key": key}
                raise EvaluationFileError((Fault("", message),))
        return dict(found)

    try:
        return json.loads(
            text,
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=Decimal,
            object_pairs_hook=pairs,
        )
    except json.JSONDecodeError as error:
        message = _("This is not JSON: %(problem)s in line %(line)s, column %(column)s.") % {
            "problem": error.msg,
            "line": error.lineno,
            "column": error.colno,
        }
    except (InvalidOperation, RecursionError):
        message = _("This is not JSON that can be read: a number or the nesting is too long.")
    raise EvaluationFileError((Fault("", message),))


@dataclass(slots=True)
class _Reader:
    faults: list[Fault] = field(default_factory=list)
    conversions: list[Conversion] = field(default_factory=list)
    warnings: list[Reason] = field(default_factory=list)

    def file(self, data: Any) -> EvaluationFile:
        top = self._object(data, "", required=_TOP, optional=_OPTIONAL_TOP)
        if "schema" in top and top["schema"] != SCHEMA:
            self._fault("schema", _("The schema of this file must be %(name)s.") % {"name": SCHEMA})
        on = self._day(top["on"], "on") if "on" in top else date.min
        rules = self._object(
            top.get("local_content", {}), "local_content", optional=("formula", "treatment")
        )
        formula = self._one_of(rules, "formula", FORMULAS)
        line = self._line(top, formula)
        if self.faults:
            raise EvaluationFileError(tuple(self.faults))
        return EvaluationFile(
            on=on,
            line=line,
            formula=formula,
            treatment=self._one_of(rules, "treatment", [t.value for t in Treatment]),
            conversions=tuple(self.conversions),
            warnings=tuple(self.warnings),
        )

    def _line(self, top: Mapping[str, Any], formula: str | None) -> LineFacts:
        line = self._object(
            top.get("line", {}),
            "line",
            required=("hs_code", "price_kzt") if "line" in top else (),
            optional=("number", "name", "cost_kzt"),
        )
        cost = self._figure(line["cost_kzt"], "line.cost_kzt") if "cost_kzt" in line else None
        if cost is None and formula and FORMULAS[formula].denominator is Denominator.COST:
            self._fault("line.cost_kzt", _("This formula needs the production cost."))
        return LineFacts(
            number=self._number(line.get("number", Decimal(1)), "line.number"),
            name=self._text(line.get("name", ""), "line.name"),
            hs_code=self._text(line.get("hs_code", ""), "line.hs_code"),
            price_kzt=self._figure(line.get("price_kzt", Decimal(1)), "line.price_kzt"),
            materials=self._materials(top.get("materials", [])),
            operations=tuple(
                self._text(item, f"operations[{index}]")
                for index, item in enumerate(self._list(top.get("operations", []), "operations"))
            ),
            ground=self._text(top.get("ground", ""), "ground"),
            choice=self._text(top.get("choice", ""), "choice"),
            reading=self._text(top.get("reading", ""), "reading"),
            cost_kzt=cost,
        )

    def _materials(self, value: Any) -> tuple[MaterialFacts, ...]:
        found: list[MaterialFacts] = []
        numbers: set[int] = set()
        for index, item in enumerate(self._list(value, "materials")):
            path = f"materials[{index}]"
            material = self._material(item, path, index + 1)
            if material.number in numbers:
                self._fault(
                    f"{path}.number",
                    _("The number %(number)s is taken.") % {"number": material.number},
                )
            numbers.add(material.number)
            found.append(material)
        return tuple(found)

    def _material(self, value: Any, path: str, position: int) -> MaterialFacts:
        data = self._object(value, path, optional=_MATERIAL_KEYS)
        number = self._number(data.get("number", Decimal(position)), f"{path}.number")
        share = data.get("local_share_percent")
        percent = None if share is None else self._figure(share, f"{path}.local_share_percent")
        if percent is not None and 0 < percent < 1:
            self.warnings.append(
                Reason("share_like_fraction", {"material": str(number), "percent": str(percent)})
            )
        return MaterialFacts(
            number=number,
            name=self._text(data.get("name", ""), f"{path}.name"),
            hs_code=self._material_code(data.get("hs_code"), f"{path}.hs_code"),
            value_kzt=self._value(data, path, number),
            is_local=self._is_local(data, path),
            local_share_percent=percent,
        )

    def _material_code(self, value: Any, path: str) -> str:
        """A material whose code is not known is written without one."""
        code = re.sub(r"[\s.]", "", self._text(value or "", path))
        if code and not re.fullmatch(r"\d{1,10}", code, re.ASCII):
            self._fault(path, _("An HS code has up to 10 digits, or is left out."))
        return code

    def _value(self, data: Mapping[str, Any], path: str, number: int) -> Decimal:
        """The value in tenge, given or converted: amount × rate, not rounded."""
        given = [key for key in _CURRENCY_KEYS if key in data]
        if not given:
            if "value_kzt" not in data:
                self._fault(path, _("Give “value_kzt”, or an amount with its currency and rate."))
                return Decimal(0)
            return self._figure(data["value_kzt"], f"{path}.value_kzt")
        if "value_kzt" in data:
            self._fault(path, _("Give either “value_kzt” or an amount, not both."))
            return Decimal(0)
        if data.get("currency") == TENGE and set(given) == {"amount", "currency"}:
            return self._figure(data["amount"], f"{path}.amount")
        for key in _CURRENCY_KEYS:
            if key not in data:
                self._fault(
                    f"{path}.{key}",
                    _("An amount in another currency needs its %(key)s.") % {"key": key},
                )
        if len(given) < len(_CURRENCY_KEYS):
            return Decimal(0)
        return self._converted(data, path, number)

    def _converted(self, data: Mapping[str, Any], path: str, number: int) -> Decimal:
        amount = self._figure(data["amount"], f"{path}.amount")
        rate = self._figure(data["rate"], f"{path}.rate")
        currency = self._text(data["currency"], f"{path}.currency")
        source = self._text(data["rate_source"], f"{path}.rate_source")
        if not _CURRENCY.fullmatch(currency):
            self._fault(f"{path}.currency", _("A currency has three letters, such as USD."))
        if rate <= 0:
            self._fault(f"{path}.rate", _("A rate must be more than zero."))
        if not source:
            self._fault(f"{path}.rate_source", _("Say where the rate comes from."))
        with localcontext(EXACT):
            value = self._figure(amount * rate, f"{path}.amount")
        day = self._day(data["rate_on"], f"{path}.rate_on")
        self.conversions.append(Conversion(number, amount, currency, rate, day, source, value))
        return value

    def _is_local(self, data: Mapping[str, Any], path: str) -> bool:
        """A material of unknown origin is foreign; a country other than KZ cannot be local."""
        origin = self._text(data.get("origin") or "", f"{path}.origin")
        if origin and not _COUNTRY.fullmatch(origin):
            self._fault(f"{path}.origin", _("A country of origin has two letters, such as KZ."))
        if "is_local" not in data:
            return origin == KAZAKHSTAN
        is_local = data["is_local"]
        if not isinstance(is_local, bool):
            self._fault(f"{path}.is_local", _("Write true or false here."))
            return False
        if is_local and origin not in ("", KAZAKHSTAN):
            self._fault(f"{path}.is_local", _("A material of another country is not local."))
        return is_local

    def _figure(self, value: Any, path: str) -> Decimal:
        """A decimal from a JSON number or from a text, with a comma or a point."""
        try:
            number = Decimal(value.strip().replace(",", ".")) if isinstance(value, str) else value
            if not isinstance(number, Decimal):
                raise InvalidOperation
            check_figure(number, "")
        except InvalidOperation:
            self._fault(path, _("A number is expected here."))
            return Decimal(1)
        except OriginError as error:
            self._fault(path, str(error))
            return Decimal(1)
        return number

    def _number(self, value: Any, path: str) -> int:
        if isinstance(value, Decimal) and value == value.to_integral_value() and 0 < value < 10**6:
            return int(value)
        self._fault(path, _("A number of a row is a whole number from 1."))
        return 1

    def _text(self, value: Any, path: str) -> str:
        if not isinstance(value, str):
            self._fault(path, _("A text is expected here."))
            return ""
        return value.strip()

    def _day(self, value: Any, path: str) -> date:
        try:
            return date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            self._fault(path, _("A date is written 2025-03-28."))
            return date.min

    def _one_of(self, data: Mapping[str, Any], key: str, known: Collection[str]) -> str | None:
        value = data.get(key)
        if value is None or value in known:
            return value
        self._fault(
            f"local_content.{key}",
            _("Known here: %(known)s.") % {"known": ", ".join(known)},
        )
        return None

    def _list(self, value: Any, path: str) -> list[Any]:
        if isinstance(value, list):
            return value
        self._fault(path, _("A list is expected here."))
        return []

    def _object(
        self,
        value: Any,
        path: str,
        *,
        required: Collection[str] = (),
        optional: Collection[str] = (),
    ) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self._fault(path or "$", _("An object is expected here."))
            return {}
        for key in value:
            if key not in required and key not in optional:
                self._fault(_inside(path, key), _("This key is not known."))
        for key in required:
            if key not in value:
                self._fault(_inside(path, key), _("This is missing."))
        return value

    def _fault(self, path: str, message: str) -> None:
        self.faults.append(Fault(path, message))


def _inside(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
