"""What of a shown text answers the question: marked, and said back when it was mistyped."""

import re
from collections.abc import Collection, Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reference.words import number_key, plain_word
from workplace.models import SearchEntry

from .kazakh import stems
from .questions import Question, distance

# A short stem begins words of all kinds: the rest may only be an ending.
SHORT_STEM = 4
LONGEST_ENDING = 3
SHORTEST_BEGINNING = 2
_WORD = re.compile(r"[^\W_]+")


def marked(
    text: str, question: Question, forms: Collection[str], corrected: Collection[str] = ()
) -> SafeString:
    """The text with `<mark>` around what was asked for; everything is escaped.

    `forms` are the words of the question with their stems.
    """
    if not text:
        return SafeString("")
    if question.keys and number_key(text) in question.keys:
        return format_html("<mark>{}</mark>", text)
    # The groups of a number mean nothing one by one.
    asked = [question.digits] if question.is_one_number else [*question.words, *forms]
    pieces: list[tuple[str, str]] = []
    last = 0
    for word in _WORD.finditer(text):
        plain = plain_word(word[0].lower())
        if not _answers(plain, filter(None, asked), corrected):
            continue
        pieces.append((text[last : word.start()], word[0]))
        last = word.end()
    inside = format_html_join("", "{}<mark>{}</mark>", pieces)
    return format_html("{}{}", inside, text[last:])


def _answers(plain: str, asked: Iterable[str], corrected: Collection[str]) -> bool:
    """A form of a word that was asked for, or the beginning of one."""
    own = stems(plain)
    for form in asked:
        if form in own or plain == form:
            return True
        is_beginning = plain.startswith(form) and len(form) >= SHORTEST_BEGINNING
        if is_beginning and (len(form) > SHORT_STEM or len(plain) - len(form) <= LONGEST_ENDING):
            return True
    return plain in corrected or not own.isdisjoint(corrected)


def said_instead(question: Question, entry: SearchEntry, corrected: Collection[str]) -> str:
    """The question with its mistyped words as they stand in what is shown; else its number."""
    shown = {
        plain_word(word.lower()): word
        for word in _WORD.findall(f"{entry.title} {entry.about}")
    }  # fmt: skip
    said, is_other = [], False
    for asked in question.text.split():
        plain = plain_word(asked.lower())
        nearest = min(
            (word for word in shown if word in corrected or stems(word) & set(corrected)),
            key=lambda word: distance(plain, word, 3),
            default="",
        )
        is_mistyped = plain not in shown and nearest and distance(plain, nearest, 3) <= 3
        is_other = is_other or bool(is_mistyped)
        said.append(shown[nearest] if is_mistyped else asked)
    if is_other:
        return " ".join(said)
    return entry.number if question.is_one_number else ""
