"""By which lexemes of the index a word is looked for: its forms, and words it may be meant for.

A word that the index has is taken as it is. Of one that it has not, the stem answers; but a stem of
three letters says little (`граит`, cut to `гра`), so it gives way to a known word one mistake away.
One mistake is found by lookup of every spelling that is one away, two by trigrams.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import connection

from .kazakh import stems
from .questions import Question, distance, misspellings
from .writing import forms_of

# Shorter words with two mistakes are other words.
SHORTEST_WITH_TWO = 7
SHORT_STEM = 3
MOST_CORRECTIONS = 12
# Stems as the dictionaries of the index give them: English for words of Latin letters.
_ASKED = """
    SELECT word,
           (ts_lexize(
               (CASE WHEN word ~ '^[a-z]+$' THEN 'english_stem' ELSE 'russian_stem' END)
               ::regdictionary, word))[1],
           EXISTS (SELECT 1 FROM workplace_searchword AS known WHERE known.word = asked.word)
      FROM unnest(%s::text[]) AS asked(word)
"""
_BEGUN = "SELECT EXISTS (SELECT 1 FROM workplace_searchword WHERE word LIKE %s)"
_KNOWN = """
    SELECT asked.form, known.word
      FROM unnest(%s::text[], %s::text[]) AS asked(form, variant)
      JOIN workplace_searchword AS known ON known.word = asked.variant
    UNION
    SELECT asked.form, known.word
      FROM unnest(%s::text[]) AS asked(form)
     CROSS JOIN LATERAL (
        SELECT word FROM workplace_searchword WHERE word %% asked.form
         ORDER BY similarity(word, asked.form) DESC LIMIT 30
     ) AS known
"""


@dataclass
class Lexemes:
    """What is looked for in place of each word of a question."""

    forms: dict[str, list[str]]
    # The word as it is with its stems, for guessing at what it may be meant for.
    asked: dict[str, list[str]]
    corrections: dict[str, dict[str, int]] = field(default_factory=dict)

    def of(self, word: str) -> list[str]:
        return self.forms.get(word) or forms_of(word)

    def corrected(self, word: str, most: int) -> list[str]:
        """The nearest first; `most` mistakes in all."""
        found = self.corrections.get(word, {})
        near = sorted((far, other) for other, far in found.items() if far <= most)
        return [other for _far, other in near[:MOST_CORRECTIONS]]

    def has_corrections(self, most: int) -> bool:
        """Whether a mistake more than the fewer ones brings something new."""
        return any(most in found.values() for found in self.corrections.values())

    @property
    def all_forms(self) -> frozenset[str]:
        return frozenset(form for forms in self.forms.values() for form in forms)

    @property
    def all_corrections(self) -> frozenset[str]:
        return frozenset(word for found in self.corrections.values() for word in found)


def lexemes_of(question: Question) -> Lexemes:
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [question.words])
        rows = cursor.fetchall()
        cursor.execute(_BEGUN, [f"{question.words[-1]}%"])
        is_begun = cursor.fetchone()[0]
    lexemes = Lexemes({}, {})
    unknown = []
    for word, stem, is_known in rows:
        lexemes.forms[word] = list(dict.fromkeys([*forms_of(word), *([stem] if stem else [])]))
        cut = [form for form in dict.fromkeys([stem, *sorted(stems(word))]) if form]
        lexemes.asked[word] = [word, *(form for form in cut if form != word)]
        if not is_known and not (is_begun and word == question.words[-1]):
            unknown.append(word)
    guess(lexemes, [word for word in unknown if word in question.guessed])
    for word in unknown:
        if any(
            len(other) > SHORT_STEM and distance(word, other, 1) == 1
            for other in lexemes.corrections.get(word, ())
        ):
            lexemes.forms[word] = [
                form for form in lexemes.forms[word] if form == word or len(form) > SHORT_STEM
            ]
    return lexemes


def guess(lexemes: Lexemes, words: Iterable[str]) -> None:
    """Adds what these words may be meant for; one question for all of them.

    Words that the index has are doubted only when there is nothing else to doubt.
    """
    wanted = [word for word in words if word not in lexemes.corrections]
    if not wanted or lexemes.has_corrections(1) or lexemes.has_corrections(2):
        return
    pairs = [
        (form, variant)
        for word in wanted
        for form in lexemes.asked.get(word, [word])
        for variant in misspellings(form)
    ]
    forms = dict.fromkeys(form for form, _variant in pairs)
    with connection.cursor() as cursor:
        cursor.execute(
            _KNOWN,
            [
                [form for form, _variant in pairs],
                [variant for _form, variant in pairs],
                [form for form in forms if len(form) >= SHORTEST_WITH_TWO],
            ],
        )
        known: dict[str, set[str]] = {}
        for form, word in cursor.fetchall():
            known.setdefault(form, set()).add(word)
    for word in wanted:
        lexemes.corrections[word] = _nearest(word, lexemes.asked.get(word, [word]), known)


def _nearest(word: str, forms: Collection[str], known: dict[str, set[str]]) -> dict[str, int]:
    """Of the word as it is; of its stems only when the word itself is near to nothing."""
    own = set(forms)
    for asked in forms:
        most = 2 if len(asked) >= SHORTEST_WITH_TWO else 1
        found = {
            other: far
            for other in known.get(asked, ())
            if other not in own
            and (len(other) > SHORT_STEM or len(asked) <= SHORT_STEM + 1)
            and 0 < (far := distance(asked, other, most)) <= most
        }
        if found:
            return found
    return {}
