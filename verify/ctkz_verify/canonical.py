"""Canonical JSON (RFC 8785) of the values that records hold: text, whole numbers, lists, maps.

A record is believed only in its one spelling, so that equal records have equal bytes.
"""

from __future__ import annotations

import json
from typing import Any


class NotCanonical(ValueError):
    """The bytes are not the one spelling of a record."""


def canonical_bytes(value: Any) -> bytes:
    return json.dumps(
        _ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode("utf-8")


def record_of(content: bytes) -> dict[str, Any]:
    """The record, if `content` is exactly its canonical form."""
    try:
        value = json.loads(
            content, object_pairs_hook=_no_key_twice, parse_float=_no_fraction, parse_constant=_no
        )
    except (ValueError, RecursionError) as error:
        raise NotCanonical(str(error)) from error
    if not isinstance(value, dict):
        raise NotCanonical("a record is an object")
    if canonical_bytes(value) != content:
        raise NotCanonical("the record is not in its canonical form")
    return value


def _ordered(value: Any) -> Any:
    # Keys go by UTF-16 code units, as in the language that the form comes from.
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return {key: _ordered(value[key]) for key in keys}
    if isinstance(value, list):
        return [_ordered(part) for part in value]
    return value


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonical("a key comes twice")
    return found


def _no_fraction(text: str) -> Any:
    raise NotCanonical(f"{text} is not written as text")


def _no(text: str) -> Any:
    raise NotCanonical(f"{text} is not a value of a record")
