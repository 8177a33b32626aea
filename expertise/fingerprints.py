"""Fingerprints of sixty-four bits: alike where texts or photographs are nearly alike. Pure.

Two fingerprints of related things differ in few bits; those of unrelated ones in about half.
"""

import io
import re
import warnings
from collections.abc import Iterable
from hashlib import blake2b

from PIL import Image, ImageOps

from accounts.identifiers import fold_lookalikes

BITS = 64
# Pairs of neighbouring words: of a text with one word in fifteen replaced most pairs are left.
SHINGLE = 2
# A gradient of eight steps in eight rows.
DHASH_SIZE = (9, 8)
# A blank wall and a blank sheet have the same gradient: none.
LEAST_SET_BITS = 6
_WORD = re.compile(r"\w+")
_DIGITS = re.compile(r"\d+")


def words_of(text: str) -> list[str]:
    """Words in one alphabet and one case; every number is the same number.

    Whoever copies an act changes its figures and model names first.
    """
    folded = fold_lookalikes(text.casefold().replace("ё", "е"), to="cyrillic")
    return _WORD.findall(_DIGITS.sub("0", folded))


def text_bits(text: str, *, fewest_words: int = 1) -> int | None:
    """Simhash over pairs of neighbouring words; None for a text too short to be told apart."""
    words = words_of(text)
    if len(words) < max(fewest_words, 1):
        return None
    shingles = {" ".join(words[n : n + SHINGLE]) for n in range(max(len(words) - SHINGLE + 1, 1))}
    return _signed(_simhash(shingles))


def _simhash(features: Iterable[str]) -> int:
    weights = [0] * BITS
    for feature in features:
        digest = int.from_bytes(blake2b(feature.encode(), digest_size=BITS // 8).digest(), "big")
        for bit in range(BITS):
            weights[bit] += 1 if digest >> bit & 1 else -1
    return sum(1 << bit for bit, weight in enumerate(weights) if weight > 0)


def photo_bits(content: bytes) -> int | None:
    """Difference hash: whether each spot is brighter than its neighbour; None for no photograph.

    Size, compression and brightness do not change it, another picture does.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as picture:
                small = (
                    ImageOps.exif_transpose(picture)
                    .convert("L")
                    .resize(DHASH_SIZE, Image.Resampling.LANCZOS)
                )
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError,
            Image.DecompressionBombWarning):  # fmt: skip
        return None
    spots = small.tobytes()
    width, height = DHASH_SIZE
    bits = 0
    for row in range(height):
        for column in range(width - 1):
            at = row * width + column
            bits = bits << 1 | (spots[at] > spots[at + 1])
    if not LEAST_SET_BITS <= bits.bit_count() <= BITS - LEAST_SET_BITS:
        return None
    return _signed(bits)


def distance(one: int, other: int) -> int:
    """In how many bits two fingerprints differ."""
    return ((one ^ other) & (1 << BITS) - 1).bit_count()


def _signed(bits: int) -> int:
    """As the database keeps its integers."""
    return bits - (1 << BITS) if bits >> BITS - 1 else bits
