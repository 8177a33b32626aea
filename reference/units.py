"""How the many spellings of a unit of measure are told to be the same. Pure."""

import re
from collections.abc import Mapping

from accounts.identifiers import fold_lookalikes

UnitAliases = Mapping[str, str]

_NOISE = re.compile(r"[\s.,()]+")
_POWERS = str.maketrans({"²": "2", "³": "3", "ё": "е"})


def alias_key(spelling: object) -> str:
    """`Шт.`, `шт` and `шт ` are one key; so are `м²` and `M2`, and `796.0` and `796`."""
    text = str(spelling).strip().casefold().translate(_POWERS)
    text = re.sub(r"^(\d+)\.0+$", r"\1", text)
    if text.isdigit():
        # Unit codes are three digits; a spreadsheet turns 006 into 6.
        return text.zfill(3)
    return fold_lookalikes(_NOISE.sub("", text), to="cyrillic")
