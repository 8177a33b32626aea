"""Merkle trees as RFC 6962 defines them: roots from leaves, and proofs turned back into roots.

Written as the recursions of sections 2.1.1 and 2.1.2 read backwards, so that every step can be
laid beside the text. Hashes are exactly 32 bytes; nothing is consistent with the empty tree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


class ProofError(ValueError):
    """The proof does not lead where it is said to lead."""


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Growing:
    """A tree that only grows: the roots of its complete parts, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._parts: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        _require_hashes(leaf)
        width, node = 1, leaf
        while self._parts and self._parts[-1][0] == width:
            node = node_hash(self._parts.pop()[1], node)
            width *= 2
        self._parts.append((width, node))
        self.size += 1

    def root(self) -> bytes:
        if not self._parts:
            return EMPTY_ROOT
        node = self._parts[-1][1]
        for _width, left in reversed(self._parts[:-1]):
            node = node_hash(left, node)
        return node


def root_of(leaves: Iterable[bytes]) -> bytes:
    tree = Growing()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def verify_inclusion(
    *, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Raise ProofError unless the leaf stands at `index` of the tree with this root."""
    _require_hashes(leaf, root, *proof)
    if not 0 <= index < size:
        raise ProofError(f"there is no entry {index} among {size}")
    if _root_above(leaf, index, size, list(proof)) != root:
        raise ProofError("the path leads to another root")


def verify_consistency(
    *, old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise ProofError unless the first `old_size` entries of the new tree are the old tree."""
    _require_hashes(old_root, new_root, *proof)
    if not 0 < old_size <= new_size:
        raise ProofError(f"nothing leads from {old_size} to {new_size} entries")
    if _both_roots(old_size, new_size, list(proof), old_root) != (old_root, new_root):
        raise ProofError("the new tree does not begin with the old one")


def _root_above(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    if size == 1:
        if path:
            raise ProofError("the path is too long")
        return leaf
    if not path:
        raise ProofError("the path is too short")
    sibling, middle = path.pop(), _split(size)
    if index < middle:
        return node_hash(_root_above(leaf, index, middle, path), sibling)
    return node_hash(sibling, _root_above(leaf, index - middle, size - middle, path))


def _both_roots(
    old_size: int, new_size: int, path: list[bytes], known: bytes | None
) -> tuple[bytes, bytes]:
    """Old and new root of this part; `known` is the old root while nothing stands left of it."""
    if old_size == new_size:
        if known is None:
            if not path:
                raise ProofError("the proof is too short")
            known = path.pop()
        if path:
            raise ProofError("the proof is too long")
        return known, known
    if not path:
        raise ProofError("the proof is too short")
    sibling, middle = path.pop(), _split(new_size)
    if old_size <= middle:
        old, new = _both_roots(old_size, middle, path, known)
        return old, node_hash(new, sibling)
    old, new = _both_roots(old_size - middle, new_size - middle, path, None)
    return node_hash(sibling, old), node_hash(sibling, new)


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (> 1)."""
    return 1 << ((size - 1).bit_length() - 1)


def _require_hashes(*values: bytes) -> None:
    if any(len(value) != HASH_BYTES for value in values):
        raise ProofError(f"every hash is exactly {HASH_BYTES} bytes")
