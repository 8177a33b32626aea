"""Canonical bytes of a record (RFC 8785): what is hashed, printed, sealed and logged."""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import rfc8785


class NotCanonical(TypeError):
    """The record holds a value that has more than one spelling in JSON."""


def canonical_bytes(record: Mapping[str, Any]) -> bytes:
    """One record has exactly one byte string, on any machine and in any order of keys.

    Numbers that are not whole must come as text: RFC 8785 writes them by the rules of
    IEEE 754, which would change amounts and shares of local content.
    """
    _refuse_inexact(record, "$")
    try:
        return rfc8785.dumps(dict(record))
    except rfc8785.CanonicalizationError as error:
        raise NotCanonical(str(error)) from error


def sha256_hex(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _refuse_inexact(value: Any, path: str) -> None:
    if value is None or isinstance(value, str | bool | int):
        return
    if isinstance(value, float | Decimal):
        raise NotCanonical(f"{path} holds {value!r}: write decimals as text")
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise NotCanonical(f"{path} has the key {key!r}, which is not text")
            _refuse_inexact(item, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _refuse_inexact(item, f"{path}[{index}]")
    else:
        raise NotCanonical(f"{path} holds {type(value).__name__}, which JSON does not have")
