"""The tree as tiles of 256 hashes (C2SP tlog-tiles).

Full tiles are rows, written once. A partial tile is the beginning of a full one that is yet to
come: it is read from the leaves (level 0) or from the roots of the tiles below it.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Max

from audit import merkle
from audit.models import LogLeaf, LogTile

WIDTH = 256
HEIGHT = 8


def log_size() -> int:
    """Number of entries in the log, published or not."""
    last = LogLeaf.objects.aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def tile_path(level: int, n: int, width: int = WIDTH) -> str:
    """The tile's address below `/tile/`: index 1234067 is written x001/x234/067."""
    groups = [f"{n % 1000:03d}"]
    while n >= 1000:
        n //= 1000
        groups.insert(0, f"x{n % 1000:03d}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"{level}/{'/'.join(groups)}{partial}"


def widths(size: int) -> list[int]:
    """Width of the partial tile at each level of a tree of that size, 0 where there is none."""
    result = []
    while size:
        result.append(size % WIDTH)
        size //= WIDTH
    return result


def stored_hashes(level: int, begin: int, end: int) -> list[bytes]:
    """Hashes begin..end of a level: leaves, or the roots of full tiles one level below."""
    if level == 0:
        rows = LogLeaf.objects.filter(index__gte=begin, index__lt=end).order_by("index")
        return [bytes(value) for value in rows.values_list("hash", flat=True)]
    tiles = LogTile.objects.filter(level=level - 1, n__gte=begin, n__lt=end).order_by("n")
    return [bytes(value) for value in tiles.values_list("root", flat=True)]


def tile(level: int, n: int, width: int = WIDTH) -> bytes | None:
    """The tile's bytes as they are served, or nothing when the log has not grown so far."""
    if width == WIDTH:
        data = LogTile.objects.filter(level=level, n=n).values_list("data", flat=True).first()
        return None if data is None else bytes(data)
    hashes = stored_hashes(level, n * WIDTH, n * WIDTH + width)
    return b"".join(hashes) if len(hashes) == width else None


def completed_tiles(
    size: int,
    added: list[bytes],
    stored: Callable[[int, int, int], list[bytes]] = stored_hashes,
) -> list[LogTile]:
    """Tiles that become full when `added` leaf hashes follow a tree of `size` leaves."""
    tiles: list[LogTile] = []
    level, count, hashes = 0, size, added
    while count % WIDTH + len(hashes) >= WIDTH:
        begin = count - count % WIDTH
        row = stored(level, begin, count) + hashes
        roots: list[bytes] = []
        for at in range(0, len(row) - WIDTH + 1, WIDTH):
            part = row[at : at + WIDTH]
            roots.append(merkle.root(part))
            tiles.append(
                LogTile(
                    level=level,
                    n=begin // WIDTH + at // WIDTH,
                    data=b"".join(part),
                    root=roots[-1],
                )
            )
        level, count, hashes = level + 1, count // WIDTH, roots
    return tiles


def range_at(size: int) -> merkle.CompactRange:
    """The compact range over the first `size` leaves, from one partial tile per level."""
    nodes: list[bytes] = []
    count = size
    for level, width in enumerate(widths(size)):
        hashes = stored_hashes(level, count - width, count)
        if len(hashes) != width:
            raise ValueError(f"level {level} holds {len(hashes)} of {width} hashes")
        part = merkle.CompactRange()
        for value in hashes:
            part.append(value)
        nodes = part.nodes + nodes
        count //= WIDTH
    return merkle.CompactRange(size, nodes)


def stored_node(level: int, index: int) -> bytes:
    """One node of the tree, for proofs: `merkle.inclusion_proof(i, size, stored_node)`."""
    tile_level, inner = divmod(level, HEIGHT)
    begin = index << inner
    hashes = stored_hashes(tile_level, begin, begin + (1 << inner))
    if len(hashes) != 1 << inner:
        raise ValueError(f"the log has no node {index} at level {level}")
    return merkle.root(hashes)
