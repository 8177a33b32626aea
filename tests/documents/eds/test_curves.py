import pytest

from documents.eds import curves, oids
from documents.eds.curves import Curve

# RFC 7091, section 7.1.
EXAMPLE = Curve(
    p=0x8000000000000000000000000000000000000000000000000000000000000431,
    a=7,
    b=0x5FBFF498AA938CE739B8E022FBAFEF40563F6E6A3472FC2A514C0CE9DAE23B7E,
    q=0x8000000000000000000000000000000150FE8A1892976154C59CFC193ACCF5B3,
    x=2,
    y=0x8E2A8A0E65147D4BD6316030E16D19C85C97F0A9CA267122B96ABBCEA7E8FC8,
)
PRIVATE = 0x7A929ADE789BB9BE10ED359DD39A72C11B60961F49397EEE1D19CE9891EC3B28
PUBLIC = (
    0x7F2B49E270DB6D90D8595BEC458B50C58585BA1D4E9B788F6689DBD8E56FD80B,
    0x26F1B489D6701DD185C8413A977B3CBBAF64D1C593D26627DFFB101A87FF77DA,
)
HASHED = 0x2DFBC1B372D89A1188C09C52E0EEC61FCE52032AB1022E8E67ECE6672B043EE5
R = 0x41AA28D2F1AB148280CD9ED56FEDA41974053554A42767B83AD043FD39DC0493
S = 0x1456C64BA4642A1653C235A98A60249BCD6D3F746B631DF928014F6C5BF9C40


def test_the_example_of_the_standard_holds() -> None:
    assert curves.public_key(EXAMPLE, PRIVATE) == PUBLIC
    assert curves.verify(EXAMPLE, PUBLIC, HASHED, R, S)


@pytest.mark.parametrize(
    ("hashed", "r", "s"),
    [
        (HASHED + 1, R, S),
        (HASHED, R + 1, S),
        (HASHED, R, S - 1),
        (HASHED, S, R),
        (HASHED, 0, S),
        (HASHED, R, 0),
        (HASHED, R + EXAMPLE.q, S),
        (HASHED, R, S + EXAMPLE.q),
        (HASHED, -R, -S),
    ],
)
def test_any_other_number_is_refused(hashed: int, r: int, s: int) -> None:
    assert not curves.verify(EXAMPLE, PUBLIC, hashed, r, s)


@pytest.mark.parametrize("parameter_set", sorted(curves.CURVES))
def test_signatures_of_every_parameter_set_hold_for_their_digest_only(parameter_set: str) -> None:
    curve = curves.CURVES[parameter_set]
    private = curves.new_private_key(curve)
    public = curves.public_key(curve, private)
    r, s = curves.sign(curve, private, HASHED)
    assert curves.verify(curve, public, HASHED, r, s)
    assert not curves.verify(curve, public, HASHED ^ 1, r, s)


@pytest.mark.parametrize("parameter_set", sorted(curves.CURVES))
def test_base_points_stand_on_their_curves_and_have_the_order_given(parameter_set: str) -> None:
    curve = curves.CURVES[parameter_set]
    assert curves.is_public_key(curve, curve.x, curve.y)
    assert not curves.is_public_key(curve, curve.x, curve.y + 1)
    # n·P = P and (n − 1)·P = −P for n = q + 1: only the right order gives that.
    assert curves.public_key(curve, curve.q + 1) == (curve.x, curve.y)


def test_a_point_outside_the_subgroup_is_no_public_key() -> None:
    """The group of a curve with a cofactor has points that no private key leads to."""
    curve = curves.CURVES[oids.TC26_256_A]
    squares = ((x, (x**3 + curve.a * x + curve.b) % curve.p) for x in range(1, 200))
    # p = 3 (mod 4): the root of a square is its power (p + 1) / 4.
    points = [
        (x, root)
        for x, square in squares
        if (root := pow(square, (curve.p + 1) // 4, curve.p)) ** 2 % curve.p == square
    ]
    assert all(curve.contains(x, y) for x, y in points)
    assert not all(curves.is_public_key(curve, x, y) for x, y in points[:20])
