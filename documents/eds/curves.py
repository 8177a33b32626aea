"""Signatures of GOST R 34.10-2012 on elliptic curves, as RFC 7091 describes them.

Parameter sets are those of R 50.1.114-2016 (RFC 7836) and RFC 9215; all curves stand in the
Weierstrass form y² = x³ + ax + b. Verification uses public values only. `sign` serves the software
authority of the demo and of tests: it takes no care to hide its timing. Not certified cryptography.
"""

import secrets
from dataclasses import dataclass, field
from functools import lru_cache

from . import oids

# Jacobian coordinates: (X, Y, Z) is the point (X/Z², Y/Z³); Z = 0 is the point at infinity.
Jacobian = tuple[int, int, int]
INFINITY: Jacobian = (1, 1, 0)


@dataclass(frozen=True)
class Curve:
    p: int = field(repr=False)
    a: int = field(repr=False)
    b: int = field(repr=False)
    q: int = field(repr=False)
    x: int = field(repr=False)
    y: int = field(repr=False)
    cofactor: int = 1

    @property
    def size(self) -> int:
        """Bytes of one coordinate, and of each half of a signature."""
        return (self.q.bit_length() + 7) // 8 if self.cofactor == 1 else self.p.bit_length() // 8

    def contains(self, x: int, y: int) -> bool:
        inside = 0 <= x < self.p and 0 <= y < self.p
        return inside and (y * y - (x * x * x + self.a * x + self.b)) % self.p == 0


def _curve(*, p: str, a: str, b: str, q: str, x: str, y: str, cofactor: int = 1) -> Curve:
    return Curve(
        p=int(p, 16),
        a=int(a, 16),
        b=int(b, 16),
        q=int(q, 16),
        x=int(x, 16),
        y=int(y, 16),
        cofactor=cofactor,
    )


_P256 = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFD97"
_TC26_256_A = _curve(
    p=_P256,
    a="C2173F1513981673AF4892C23035A27CE25E2013BF95AA33B22C656F277E7335",
    b="295F9BAE7428ED9CCC20E7C359A9D41A22FCCD9108E17BF7BA9337A6F8AE9513",
    q="400000000000000000000000000000000FD8CDDFC87B6635C115AF556C360C67",
    x="91E38443A5E82C0D880923425712B2BB658B9196932E02C78B2582FE742DAA28",
    y="32879423AB1A0375895786C4BB46E9565FDE0B5344766740AF268ADB32322E5C",
    cofactor=4,
)
_TC26_256_B = _curve(
    p=_P256,
    a="FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFD94",
    b="A6",
    q="FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF6C611070995AD10045841B09B761B893",
    x="1",
    y="8D91E471E0989CDA27DF505A453F2B7635294F2DDF23E3B122ACC99C9E9F1E14",
)
_TC26_256_C = _curve(
    p="8000000000000000000000000000000000000000000000000000000000000C99",
    a="8000000000000000000000000000000000000000000000000000000000000C96",
    b="3E1AF419A269A5F866A7D3C25C3DF80AE979259373FF2B182F49D4CE7E1BBC8B",
    q="800000000000000000000000000000015F700CFFF1A624E5E497161BCC8A198F",
    x="1",
    y="3FA8124359F96680B83D1C3EB2C070E5C545C9858D03ECFB744BF8D717717EFC",
)
_TC26_256_D = _curve(
    p="9B9F605F5A858107AB1EC85E6B41C8AACF846E86789051D37998F7B9022D759B",
    a="9B9F605F5A858107AB1EC85E6B41C8AACF846E86789051D37998F7B9022D7598",
    b="805A",
    q="9B9F605F5A858107AB1EC85E6B41C8AA582CA3511EDDFB74F02F3A6598980BB9",
    x="0",
    y="41ECE55743711A8C3CBF3783CD08C0EE4D4DC440D4641A8F366E550DFDB3BB67",
)
_TC26_512_A = _curve(
    p="FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFDC7",
    a="FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFDC4",
    b="E8C2505DEDFC86DDC1BD0B2B6667F1DA34B82574761CB0E879BD081CFD0B6265"
    "EE3CB090F30D27614CB4574010DA90DD862EF9D4EBEE4761503190785A71C760",
    q="FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
    "27E69532F48D89116FF22B8D4E0560609B4B38ABFAD2B85DCACDB1411F10B275",
    x="3",
    y="7503CFE87A836AE3A61B8816E25450E6CE5E1C93ACF1ABC1778064FDCBEFA921"
    "DF1626BE4FD036E93D75E6A50E3A41E98028FE5FC235F5B889A589CB5215F2A4",
)

# Which curve a certificate means by the parameter set that its key names.
CURVES = {
    oids.GOST_256_SET: _TC26_256_A,
    oids.TC26_256_A: _TC26_256_A,
    oids.TC26_256_B: _TC26_256_B,
    oids.TC26_256_C: _TC26_256_C,
    oids.TC26_256_D: _TC26_256_D,
    oids.GOST_512_SET: _TC26_512_A,
    oids.TC26_512_A: _TC26_512_A,
}


def is_public_key(curve: Curve, x: int, y: int) -> bool:
    """A point of the curve, and of the subgroup that signatures are made in (RFC 7091, 5.2)."""
    return curve.contains(x, y) and (curve.cofactor == 1 or _has_right_order(curve, x, y))


@lru_cache(maxsize=256)
def _has_right_order(curve: Curve, x: int, y: int) -> bool:
    return _sum_of_multiples(curve, curve.q, (x, y, 1), 0, INFINITY)[2] == 0


def verify(curve: Curve, public: tuple[int, int], digest: int, r: int, s: int) -> bool:
    """RFC 7091, section 6.2: the x of s/e·P − r/e·Q is r."""
    q = curve.q
    if not (0 < r < q and 0 < s < q):
        return False
    v = pow(digest % q or 1, -1, q)
    point = _sum_of_multiples(
        curve, s * v % q, (curve.x, curve.y, 1), -r * v % q, (public[0], public[1], 1)
    )
    found = _affine(curve, point)
    return found is not None and found[0] % q == r


def sign(curve: Curve, private: int, digest: int) -> tuple[int, int]:
    """RFC 7091, section 6.1."""
    q = curve.q
    e = digest % q or 1
    while True:
        k = 1 + secrets.randbelow(q - 1)
        point = public_key(curve, k)
        r = point[0] % q
        s = (r * private + k * e) % q
        if r and s:
            return r, s


def public_key(curve: Curve, private: int) -> tuple[int, int]:
    point = _affine(curve, _sum_of_multiples(curve, private, (curve.x, curve.y, 1), 0, INFINITY))
    if point is None:
        raise ValueError("the private key is a multiple of the order")
    return point


def new_private_key(curve: Curve) -> int:
    return 1 + secrets.randbelow(curve.q - 1)


def _affine(curve: Curve, point: Jacobian) -> tuple[int, int] | None:
    x, y, z = point
    if z == 0:
        return None
    inverse = pow(z, -1, curve.p)
    square = inverse * inverse % curve.p
    return x * square % curve.p, y * square * inverse % curve.p


def _sum_of_multiples(
    curve: Curve, first: int, point: Jacobian, second: int, other: Jacobian
) -> Jacobian:
    """first·point + second·other in one pass over the bits of both (Shamir's trick)."""
    choices = (None, point, other, _add(curve, point, other))
    total = INFINITY
    for bit in range(max(first.bit_length(), second.bit_length()) - 1, -1, -1):
        total = _double(curve, total)
        choice = choices[(first >> bit & 1) | (second >> bit & 1) << 1]
        if choice is not None:
            total = _add(curve, total, choice)
    return total


def _double(curve: Curve, point: Jacobian) -> Jacobian:
    x, y, z = point
    p = curve.p
    if z == 0 or y == 0:
        return INFINITY
    square = y * y % p
    middle = 4 * x * square % p
    slope = (3 * x * x + curve.a * pow(z, 4, p)) % p
    new_x = (slope * slope - 2 * middle) % p
    return new_x, (slope * (middle - new_x) - 8 * square * square) % p, 2 * y * z % p


def _add(curve: Curve, left: Jacobian, right: Jacobian) -> Jacobian:
    if left[2] == 0:
        return right
    if right[2] == 0:
        return left
    p = curve.p
    x1, y1, z1 = left
    x2, y2, z2 = right
    z1z1, z2z2 = z1 * z1 % p, z2 * z2 % p
    u1, u2 = x1 * z2z2 % p, x2 * z1z1 % p
    s1, s2 = y1 * z2 * z2z2 % p, y2 * z1 * z1z1 % p
    if u1 == u2:
        return _double(curve, left) if s1 == s2 else INFINITY
    h, rise = (u2 - u1) % p, (s2 - s1) % p
    hh = h * h % p
    hhh, v = h * hh % p, u1 * hh % p
    x3 = (rise * rise - hhh - 2 * v) % p
    return x3, (rise * (v - x3) - s1 * hhh) % p, h * z1 * z2 % p
