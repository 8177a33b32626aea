"""A version of the rules as the readable files it can be read from again. Pure."""

import io
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import yaml

from .codes import printed
from .condition_data import condition_data
from .conditions import Condition
from .packs import RulePack, pack_data

# A fixed moment, so that the same version is always the same file.
_MOMENT = (2000, 1, 1, 0, 0, 0)


class _Dumper(yaml.SafeDumper):
    """Text in the order given, long lines unbroken; lists of codes on one line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


class _Number(Decimal):
    """A percentage, written without quotes."""


class _Line(list[Any]):
    """A list on one line."""


_Dumper.add_representer(
    _Number,
    lambda dumper, value: dumper.represent_scalar(
        "tag:yaml.org,2002:int"
        if value == value.to_integral_value()
        else "tag:yaml.org,2002:float",
        str(value),
    ),
)
_Dumper.add_representer(
    _Line,
    lambda dumper, value: dumper.represent_sequence(
        "tag:yaml.org,2002:seq", value, flow_style=True
    ),
)


def yaml_text(value: Any) -> str:
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000)


def condition_yaml(condition: Condition) -> str:
    """A condition as its editing page shows it."""
    return yaml_text(_readable(condition_data(condition)))


def pack_files(pack: RulePack) -> dict[str, str]:
    """The files of the pack's folder by name; `pack_files.read_pack` reads them."""
    data = pack_data(pack)
    head = {key: data[key] for key in ("code", "title", "valid_from", "source", "general_rule")}
    files = {
        "pack.yaml": yaml_text(head),
        "operations.yaml": yaml_text(data["operations"]),
        "wholly_produced.yaml": yaml_text(data["wholly_produced"]),
    }
    chapters: dict[str, list[Any]] = {}
    for row in data["rows"]:
        chapters.setdefault(row["codes"][0][:2], []).append(_readable_row(row))
    for chapter, rows in sorted(chapters.items()):
        files[f"chapter-{chapter}.yaml"] = yaml_text({"rows": rows})
    return files


def pack_zip(pack: RulePack) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        folder = pack.code.replace("/", "-")
        for name, text in pack_files(pack).items():
            archive.writestr(zipfile.ZipInfo(f"{folder}/{name}", _MOMENT), text)
    return out.getvalue()


def _readable_row(row: Mapping[str, Any]) -> dict[str, Any]:
    named = dict(row)
    for part in ("codes", "but_not"):
        if part in named:
            named[part] = _Line(printed(code) for code in named[part])
    if "condition" in named:
        named["condition"] = _readable(named["condition"])
    return named


def _readable(data: Mapping[str, Any]) -> dict[str, Any]:
    """Canonical data of a condition with spaced codes and bare percentages."""
    kind, content = next(iter(data.items()))
    match kind:
        case "all" | "any":
            return {kind: [_readable(inner) for inner in content]}
        case "any_heading_except" | "made_from":
            return {kind: _Line(printed(code) for code in content)}
        case "operations_other_than":
            return {kind: _Line(content)}
        case "change_of_heading" | "operations_required":
            spell = printed if kind == "change_of_heading" else str
            return {kind: {key: _Line(map(spell, codes)) for key, codes in content.items()}}
        case "share_of_headings_at_most":
            headings = _Line(printed(code) for code in content["headings"])
            return {kind: {"headings": headings, "percent": _Number(content["percent"])}}
        case _:
            return {kind: _Number(content)}
