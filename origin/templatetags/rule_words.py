"""Texts of a rule pack in the language of the page."""

from django import template

from origin.conditions import Words
from origin.desk import language

register = template.Library()


@register.filter
def in_words(words: Words | None) -> str:
    return words.in_language(language()) if words else ""
