"""The rules in force on a day, for everybody: search a code or a word, read what applies."""

from collections import Counter
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from origin.books import NoRulesInForce, rulebook_in_force
from origin.desk import condition_in_languages, language, matching_rows, shown_row
from origin.errors import OriginError
from origin.lookup import lookup
from origin.packs import Row
from origin.rulebook import RuleBook

ROWS_ON_PAGE = 40
LONGEST_SEARCH = 200


@login_not_required
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Every kind of answer has its place: whole rows, rows for a part, exceptions, the rest."""
    today = timezone.localdate()
    on, is_bad_day = _day(request.GET.get("on", ""), today)
    sought = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    context: dict[str, Any] = {"on": on, "today": today, "q": sought, "is_bad_day": is_bad_day}
    try:
        book = rulebook_in_force(on=on)
    except NoRulesInForce as refusal:
        return render(request, "origin/rules.html", {**context, "refusal": refusal.message})
    context |= {"book": book, "pack": book.pack, "title": book.pack.title.in_language(language())}
    if sought and sought[0].isdigit():
        context |= _by_code(book, sought)
    if "answer" not in context:
        context |= _by_words(request, book, sought)
    return render(request, "origin/rules.html", context)


def _by_code(book: RuleBook, text: str) -> dict[str, Any]:
    try:
        found = lookup(book, text)
    except OriginError as error:
        # Two digits are a chapter: its rows are listed, but nothing can be said of the goods.
        return {"hint": error.message}
    named = [*found.rows, *found.narrower]
    return {
        "answer": found,
        "whole": [_shown(row, book) for row in found.rows],
        "narrower": [_shown(row, book) for row in found.narrower],
        "excluded": [_shown(row, book) for row in found.excluded],
        "readings": {
            row.id: [
                (reading, condition_in_languages(reading.condition, book.pack)[0][1])
                for reading in book.disputes[row.id].readings
            ]
            for row in named
            if row.id in book.disputes
        },
    }


def _by_words(request: HttpRequest, book: RuleBook, text: str) -> dict[str, Any]:
    chapter = request.GET.get("chapter", "")
    rows = matching_rows(book.pack, text)
    chapters = Counter(row.codes[0][:2] for row in rows)
    if chapter:
        rows = [row for row in rows if row.codes[0][:2] == chapter]
    page = Paginator(rows, ROWS_ON_PAGE).get_page(request.GET.get("page"))
    return {
        "page": page,
        "rows": [_shown(row, book) for row in page],
        "chapters": sorted(chapters.items()),
        "chapter": chapter,
    }


def _shown(row: Row, book: RuleBook) -> Any:
    return shown_row(row, book.pack, dispute=book.disputes.get(row.id))


def _day(text: str, today: date) -> tuple[date, bool]:
    if not text:
        return today, False
    try:
        return date.fromisoformat(text), False
    except ValueError:
        return today, True
