"""Sources as they are cited, in the reader's language.

Data of the project names its sources in English; `data/citations.yaml` says how acts, their parts
and everything else a source is made of read in Kazakh and Russian. A source that people wrote
themselves is shown as they wrote it.
"""

import re
from functools import lru_cache

from django.utils.translation import get_language

from reference.data_files import citation_rows

NUMBER = r"\d+(?:\(\d+\))?(?:/\d+)?"
PLACES = {
    "day": r"\d{2}\.\d{2}\.\d{4}",
    "no": r"(?:№ ?|No )?\d+(?:[-/][\w/]+)?",
    "year": r"\d{4}",
    "ns": rf"{NUMBER}(?:(?:, | and ){NUMBER})+",
    "n": NUMBER,
}
AND = {"ru": " и ", "kk": " және "}
PLACE = re.compile(r"\{(\w+)\}")


def cited(source: str, language: str | None = None) -> str:
    """The source in the active language, or in the one that is given."""
    code = (language or get_language() or "ru")[:2]
    return _in_language(source, code) if code in AND else source


# A page of the rules cites the same acts for every row.
@lru_cache(maxsize=2_000)
def _in_language(source: str, code: str) -> str:
    pattern, entries = _grammar()

    def reads(match: re.Match[str]) -> str:
        at = next(number for number in entries if match.group(f"e{number}") is not None)
        places = iter(
            value
            for name, value in match.groupdict().items()
            if name.startswith(f"e{at}_") and value is not None
        )
        said = PLACE.sub(lambda _place: _number(next(places), code), entries[at][code])
        return said[0].upper() + said[1:] if match.start() == 0 else said

    return pattern.sub(reads, source)


def _number(value: str, code: str) -> str:
    return value.replace("No ", "№ ").replace(" and ", AND[code])


@lru_cache(maxsize=1)
def _grammar() -> tuple[re.Pattern[str], dict[int, dict[str, str]]]:
    """One pattern of every entry, the longest first, and the entries by their number in it."""
    rows = sorted(citation_rows(), key=lambda row: len(row["en"]), reverse=True)
    entries = dict(enumerate(rows))
    parts = [f"(?P<e{number}>{_pattern(number, row['en'])})" for number, row in entries.items()]
    return re.compile(rf"(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE), entries


def _pattern(number: int, text: str) -> str:
    pieces = PLACE.split(text)
    fixed, places = pieces[::2], pieces[1::2]
    found = (r"\b" if text[0].isalnum() else "") + re.escape(fixed[0])
    for position, name in enumerate(places):
        found += rf"(?P<e{number}_{position}>{PLACES[name]})" + re.escape(fixed[position + 1])
    return found
