import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import merkle

# The eight leaves used to test Certificate Transparency logs, and the root after each.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

sizes = st.integers(min_value=1, max_value=300)


def hashes(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    left, right = naive_root(leaves[:middle]), naive_root(leaves[middle:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def naive_inclusion(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of RFC 6962, 2.1.1."""
    if len(leaves) == 1:
        return []
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    if index < middle:
        return [*naive_inclusion(index, leaves[:middle]), naive_root(leaves[middle:])]
    return [*naive_inclusion(index - middle, leaves[middle:]), naive_root(leaves[:middle])]


def naive_consistency(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF(m, D[n], b) of RFC 6962, 2.1.2."""
    if old == len(leaves):
        return [] if whole else [naive_root(leaves)]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    if old <= middle:
        return [*naive_consistency(old, leaves[:middle], whole), naive_root(leaves[middle:])]
    return [
        *naive_consistency(old - middle, leaves[middle:], False),
        naive_root(leaves[:middle]),
    ]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_of_the_standard_leaves(size: int) -> None:
    leaves = [merkle.leaf_hash(leaf) for leaf in LEAVES[:size]]

    assert merkle.root(leaves).hex() == ROOTS[size - 1]


def test_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert merkle.root([]) == hashlib.sha256(b"").digest()


@given(sizes)
def test_root_is_that_of_the_rfc(size: int) -> None:
    assert merkle.root(hashes(size)) == naive_root(hashes(size))


@given(sizes, st.data())
def test_inclusion_proof_is_that_of_the_rfc_and_verifies(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = hashes(size)

    proof = merkle.inclusion_proof(index, size, merkle.nodes_of(leaves))

    assert proof == naive_inclusion(index, leaves)
    merkle.verify_inclusion(
        leaf=leaves[index], index=index, size=size, proof=proof, root=naive_root(leaves)
    )


@given(sizes, st.data())
def test_consistency_proof_is_that_of_the_rfc_and_verifies(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    leaves = hashes(size)

    proof = merkle.consistency_proof(old, size, merkle.nodes_of(leaves))

    assert proof == naive_consistency(old, leaves)
    merkle.verify_consistency(
        old_size=old,
        new_size=size,
        old_root=naive_root(leaves[:old]),
        new_root=naive_root(leaves),
        proof=proof,
    )


def spoil(proof: list[bytes], how: str, at: int) -> list[bytes]:
    spoiled = list(proof)
    if how == "flip":
        spoiled[at] = bytes([spoiled[at][0] ^ 1]) + spoiled[at][1:]
    elif how == "short hash":
        spoiled[at] = spoiled[at][:-1]
    elif how == "drop":
        del spoiled[at]
    elif how == "repeat":
        spoiled.insert(at, spoiled[at])
    else:
        spoiled.append(bytes(32))
    return spoiled


SPOILERS = ["flip", "short hash", "drop", "repeat", "append"]


@given(st.integers(2, 300), st.sampled_from(SPOILERS), st.data())
def test_spoiled_inclusion_proof_is_refused(size: int, how: str, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = hashes(size)
    proof = merkle.inclusion_proof(index, size, merkle.nodes_of(leaves))
    at = data.draw(st.integers(0, len(proof) - 1))

    with pytest.raises(merkle.ProofError):
        merkle.verify_inclusion(
            leaf=leaves[index],
            index=index,
            size=size,
            proof=spoil(proof, how, at),
            root=merkle.root(leaves),
        )


@given(st.integers(2, 300), st.sampled_from(SPOILERS), st.data())
def test_spoiled_consistency_proof_is_refused(size: int, how: str, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size - 1))
    leaves = hashes(size)
    proof = merkle.consistency_proof(old, size, merkle.nodes_of(leaves))
    at = data.draw(st.integers(0, len(proof) - 1))

    with pytest.raises(merkle.ProofError):
        merkle.verify_consistency(
            old_size=old,
            new_size=size,
            old_root=merkle.root(leaves[:old]),
            new_root=merkle.root(leaves),
            proof=spoil(proof, how, at),
        )


@given(st.integers(2, 100), st.data())
def test_a_leaf_is_not_proved_at_another_place(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(-1, size).filter(lambda place: place != index))
    leaves = hashes(size)
    proof = merkle.inclusion_proof(index, size, merkle.nodes_of(leaves))

    with pytest.raises(merkle.ProofError):
        merkle.verify_inclusion(
            leaf=leaves[index], index=other, size=size, proof=proof, root=merkle.root(leaves)
        )


def test_nothing_is_consistent_with_the_empty_tree() -> None:
    leaves = hashes(3)

    with pytest.raises(merkle.ProofError):
        merkle.verify_consistency(
            old_size=0,
            new_size=3,
            old_root=merkle.EMPTY_ROOT,
            new_root=merkle.root(leaves),
            proof=[],
        )
    with pytest.raises(ValueError, match="no proof"):
        merkle.consistency_proof(0, 3, merkle.nodes_of(leaves))


def test_two_roots_of_one_size_are_not_consistent() -> None:
    with pytest.raises(merkle.ProofError):
        merkle.verify_consistency(
            old_size=2, new_size=2, old_root=bytes(32), new_root=hashes(1)[0], proof=[]
        )


@given(sizes, st.data())
def test_compact_range_goes_on_where_it_was_left(size: int, data: st.DataObject) -> None:
    stop = data.draw(st.integers(0, size))
    leaves = hashes(size)
    before = merkle.CompactRange()
    for leaf in leaves[:stop]:
        before.append(leaf)

    after = merkle.CompactRange(before.size, before.nodes)
    for leaf in leaves[stop:]:
        after.append(leaf)

    assert after.root() == naive_root(leaves)
    assert len(after.nodes) == size.bit_count()


def test_hashes_of_another_length_never_enter_a_tree() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        merkle.root([b"short"])
    with pytest.raises(ValueError, match="complete parts"):
        merkle.CompactRange(3, [bytes(32)])
