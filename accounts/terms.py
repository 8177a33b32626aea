"""Terms that this room counts by and that are dated parameters of a room above it.

`reference` keeps them with their source and whether it is confirmed, and says once, when the
portal starts, how they are read.
"""

from collections.abc import Callable
from datetime import date

from django.core.exceptions import ImproperlyConfigured

# Civil Code of the Republic of Kazakhstan (General Part), article 168.
LONGEST_MANDATE = "mandate.longest_years"
MANDATE_WITHOUT_TERM = "mandate.without_term_years"

Source = Callable[[str, date], int]
_sources: list[Source] = []


def read_terms_by(source: Source) -> None:
    """Called by the room that keeps them; the last one called counts."""
    _sources[:] = [source]


def term_in_force(key: str, *, on: date) -> int:
    if not _sources:
        raise ImproperlyConfigured(f"nobody says what {key} is")
    return _sources[0](key, on)
