"""Strict DER: one way to write a value, no second reading, nothing left over."""

from .verdicts import Reason, Refused

DEEPEST = 32

_BOOLEAN, _INTEGER, _BIT_STRING, _NULL, _ENUMERATED = 0x01, 0x02, 0x03, 0x05, 0x0A
_ALWAYS_CONSTRUCTED = (0x10, 0x11)


def require_der(content: bytes) -> None:
    """X.690, section 10: definite and shortest lengths, simple types in one piece, no tail."""
    end = _value(content, 0, len(content), 0)
    if end != len(content):
        raise _malformed("bytes after the end")


def _value(content: bytes, at: int, limit: int, depth: int) -> int:
    """Checks the value that begins at `at`; returns where it ends."""
    if depth > DEEPEST:
        raise _malformed("nested too deep")
    if limit - at < 2:
        raise _malformed("cut short")
    tag = content[at]
    if tag & 0x1F == 0x1F:
        raise _malformed("a tag of several bytes")
    start, length = _length(content, at + 1, limit)
    end = start + length
    if end > limit:
        raise _malformed("cut short")
    if tag & 0x20:
        if tag & 0xC0 == 0 and tag & 0x1F not in _ALWAYS_CONSTRUCTED:
            raise _malformed("a simple value in pieces")
        inner = start
        while inner < end:
            inner = _value(content, inner, end, depth + 1)
        return end
    if tag & 0xC0 == 0:
        _simple(tag, content[start:end])
    return end


def _length(content: bytes, at: int, limit: int) -> tuple[int, int]:
    first = content[at]
    if first < 0x80:
        return at + 1, first
    size = first & 0x7F
    if size == 0:
        raise _malformed("indefinite length")
    if size > 4 or at + 1 + size > limit:
        raise _malformed("impossible length")
    written = content[at + 1 : at + 1 + size]
    length = int.from_bytes(written, "big")
    if written[0] == 0 or length < 0x80:
        raise _malformed("a length not in its shortest form")
    return at + 1 + size, length


def _simple(tag: int, value: bytes) -> None:
    if tag == 0 or tag in _ALWAYS_CONSTRUCTED:
        raise _malformed("a tag that cannot stand here")
    if tag == _NULL and value:
        raise _malformed("NULL with content")
    if tag == _BOOLEAN and value not in (b"\x00", b"\xff"):
        raise _malformed("a boolean that is neither")
    if tag in (_INTEGER, _ENUMERATED) and not _is_shortest_integer(value):
        raise _malformed("an integer not in its shortest form")
    if tag == _BIT_STRING and not _is_bit_string(value):
        raise _malformed("a bit string with stray bits")


def _is_shortest_integer(value: bytes) -> bool:
    if len(value) < 2:
        return bool(value)
    return not ((value[0] == 0x00 and value[1] < 0x80) or (value[0] == 0xFF and value[1] >= 0x80))


def _is_bit_string(value: bytes) -> bool:
    if not value or value[0] > 7 or (len(value) == 1 and value[0]):
        return False
    return not value[0] or not value[-1] & ((1 << value[0]) - 1)


def _malformed(detail: str) -> Refused:
    return Refused(Reason.MALFORMED, detail)
