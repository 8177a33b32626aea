from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import merkle, tiles
from audit.models import AuditEvent, LogLeaf, LogTile
from audit.sequencing import sequence, sequence_all


@pytest.mark.parametrize(
    ("level", "n", "width", "path"),
    [
        (0, 0, 256, "0/000"),
        (0, 5, 112, "0/005.p/112"),
        (1, 1234067, 256, "1/x001/x234/067"),
        (2, 1000, 1, "2/x001/000.p/1"),
    ],
)
def test_tile_addresses_are_those_of_the_specification(
    level: int, n: int, width: int, path: str
) -> None:
    assert tiles.tile_path(level, n, width) == path


def test_tree_of_the_specification_has_its_tiles() -> None:
    """tlog-tiles: 70,000 entries are 273 + 112/256, 1 + 17/256 and 1/256 tiles."""
    assert tiles.widths(70_000) == [112, 17, 1]
    assert tiles.widths(256) == [0, 1]


class Shelf:
    """Tiles and leaves in memory, read the way the database is."""

    def __init__(self) -> None:
        self.leaves: list[bytes] = []
        self.tiles: dict[tuple[int, int], LogTile] = {}

    def stored(self, level: int, begin: int, end: int) -> list[bytes]:
        if level == 0:
            return self.leaves[begin:end]
        return [self.tiles[level - 1, n].root for n in range(begin, end)]

    def add(self, hashes: list[bytes]) -> None:
        for tile in tiles.completed_tiles(len(self.leaves), hashes, self.stored):
            assert (tile.level, tile.n) not in self.tiles
            self.tiles[tile.level, tile.n] = tile
        self.leaves += hashes


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 1000), min_size=1, max_size=6))
def test_batches_of_any_size_make_the_same_tiles(batches: list[int]) -> None:
    shelf = Shelf()
    for batch in batches:
        start = len(shelf.leaves)
        shelf.add([merkle.leaf_hash(str(start + i).encode()) for i in range(batch)])

    assert set(shelf.tiles) == {(0, n) for n in range(len(shelf.leaves) // 256)}
    for (_level, n), tile in shelf.tiles.items():
        part = shelf.leaves[n * 256 : (n + 1) * 256]
        assert tile.data == b"".join(part)
        assert tile.root == merkle.root(part)


def test_a_full_row_of_tiles_makes_a_tile_of_the_next_level() -> None:
    shelf = Shelf()
    leaves = [merkle.leaf_hash(i.to_bytes(4, "big")) for i in range(65_536 + 300)]
    shelf.add(leaves[:1000])
    shelf.add(leaves[1000:])

    upper = shelf.tiles[1, 0]

    assert len(shelf.tiles) == 257 + 1
    assert upper.data == b"".join(shelf.tiles[0, n].root for n in range(256))
    assert upper.root == merkle.root(leaves[:65_536])


@pytest.mark.django_db
def test_stored_tree_answers_for_every_size(
    events: Callable[[int], list[AuditEvent]],
) -> None:
    events(530)
    assert sequence(batch=300) == 300
    assert sequence_all() == 230
    leaves = [bytes(leaf.hash) for leaf in LogLeaf.objects.order_by("index")]

    assert tiles.log_size() == 530
    for size in (1, 2, 255, 256, 257, 511, 512, 513, 530):
        assert tiles.range_at(size).root() == merkle.root(leaves[:size])
    assert tiles.tile(0, 1) == b"".join(leaves[256:512])
    assert tiles.tile(0, 2, 18) == b"".join(leaves[512:])
    assert tiles.tile(0, 2) is None
    assert tiles.tile(1, 0, 2) == merkle.root(leaves[:256]) + merkle.root(leaves[256:512])
    with pytest.raises(ValueError, match="holds"):
        tiles.range_at(531)


@pytest.mark.django_db
def test_proofs_are_made_from_the_stored_tree(
    events: Callable[[int], list[AuditEvent]],
) -> None:
    events(600)
    sequence_all()
    leaves = [bytes(leaf.hash) for leaf in LogLeaf.objects.order_by("index")]
    root = merkle.root(leaves)

    for index in (0, 255, 256, 599):
        merkle.verify_inclusion(
            leaf=leaves[index],
            index=index,
            size=600,
            proof=merkle.inclusion_proof(index, 600, tiles.stored_node),
            root=root,
        )
    merkle.verify_consistency(
        old_size=259,
        new_size=600,
        old_root=merkle.root(leaves[:259]),
        new_root=root,
        proof=merkle.consistency_proof(259, 600, tiles.stored_node),
    )
