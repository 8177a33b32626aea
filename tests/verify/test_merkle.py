"""The verifier's tree against the portal's: two writings of one RFC must agree on every proof."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import merkle as portal
from ctkz_verify import merkle

SIZES = st.integers(1, 300)


def leaves(size: int) -> list[bytes]:
    return [merkle.leaf_hash(b"%d" % number) for number in range(size)]


@pytest.mark.parametrize(
    ("size", "root"),
    [
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ],
)
def test_roots_of_the_known_eight_entries(size: int, root: str) -> None:
    entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    entries.append("606162636465666768696a6b6c6d6e6f")
    hashes = [merkle.leaf_hash(bytes.fromhex(entry)) for entry in entries[:size]]

    assert merkle.root_of(hashes).hex() == root


@given(SIZES)
def test_roots_agree_with_the_portal(size: int) -> None:
    assert merkle.root_of(leaves(size)) == portal.root(leaves(size))


@given(st.data(), SIZES)
def test_inclusion_proofs_of_the_portal_are_accepted(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    proof = portal.inclusion_proof(index, size, portal.nodes_of(hashes))

    merkle.verify_inclusion(
        leaf=hashes[index], index=index, size=size, proof=proof, root=portal.root(hashes)
    )


@given(st.data(), SIZES)
def test_consistency_proofs_of_the_portal_are_accepted(data: st.DataObject, size: int) -> None:
    old = data.draw(st.integers(1, size))
    hashes = leaves(size)
    proof = portal.consistency_proof(old, size, portal.nodes_of(hashes))

    merkle.verify_consistency(
        old_size=old,
        new_size=size,
        old_root=portal.root(hashes[:old]),
        new_root=portal.root(hashes),
        proof=proof,
    )


@given(st.data(), st.integers(2, 300))
def test_a_changed_inclusion_proof_is_refused(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    proof = portal.inclusion_proof(index, size, portal.nodes_of(hashes))
    changed = data.draw(changed_proofs(proof))

    with pytest.raises(merkle.ProofError):
        merkle.verify_inclusion(
            leaf=hashes[index], index=index, size=size, proof=changed, root=portal.root(hashes)
        )


@given(st.data(), st.integers(2, 300))
def test_a_proof_for_another_place_is_refused(data: st.DataObject, size: int) -> None:
    index, other = data.draw(st.lists(st.integers(0, size), min_size=2, max_size=2, unique=True))
    hashes = leaves(size)
    index %= size
    if index == other:
        return
    proof = portal.inclusion_proof(index, size, portal.nodes_of(hashes))

    with pytest.raises(merkle.ProofError):
        merkle.verify_inclusion(
            leaf=hashes[index], index=other, size=size, proof=proof, root=portal.root(hashes)
        )


@given(st.data(), st.integers(2, 300))
def test_a_changed_consistency_proof_is_refused(data: st.DataObject, size: int) -> None:
    old = data.draw(st.integers(1, size - 1))
    hashes = leaves(size)
    proof = portal.consistency_proof(old, size, portal.nodes_of(hashes))
    changed = data.draw(changed_proofs(proof))

    with pytest.raises(merkle.ProofError):
        merkle.verify_consistency(
            old_size=old,
            new_size=size,
            old_root=portal.root(hashes[:old]),
            new_root=portal.root(hashes),
            proof=changed,
        )


@given(st.data(), st.integers(2, 200))
def test_no_proof_covers_a_rewritten_entry(data: st.DataObject, size: int) -> None:
    old = data.draw(st.integers(1, size - 1))
    at = data.draw(st.integers(0, old - 1))
    hashes = leaves(size)
    rewritten = [*hashes[:at], merkle.leaf_hash(b"rewritten"), *hashes[at + 1 :]]
    proof = portal.consistency_proof(old, size, portal.nodes_of(rewritten))

    with pytest.raises(merkle.ProofError):
        merkle.verify_consistency(
            old_size=old,
            new_size=size,
            old_root=portal.root(hashes[:old]),
            new_root=portal.root(rewritten),
            proof=proof,
        )


def test_nothing_is_consistent_with_the_empty_tree() -> None:
    with pytest.raises(merkle.ProofError):
        merkle.verify_consistency(
            old_size=0,
            new_size=1,
            old_root=merkle.EMPTY_ROOT,
            new_root=leaves(1)[0],
            proof=[],
        )


@st.composite
def changed_proofs(draw: st.DrawFn, proof: list[bytes]) -> list[bytes]:
    """The proof with one bit turned, a hash taken out, put in, or cut short."""
    at = draw(st.integers(0, len(proof) - 1))
    how = draw(st.sampled_from(["bit", "missing", "doubled", "short", "longer"]))
    if how == "bit":
        bit = draw(st.integers(0, 255))
        value = bytearray(proof[at])
        value[bit // 8] ^= 1 << bit % 8
        return [*proof[:at], bytes(value), *proof[at + 1 :]]
    if how == "missing":
        return proof[:at] + proof[at + 1 :]
    if how == "doubled":
        return [*proof[: at + 1], *proof[at:]]
    if how == "short":
        return [*proof[:at], proof[at][:31], *proof[at + 1 :]]
    return [*proof, bytes(32)]
