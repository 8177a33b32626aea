"""Values of a form as plain text: to be compared with what is stored, and to be shown in words."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

_FIGURE = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


def plain(value: Any) -> str:
    """The same text for the same value, however it was typed or stored."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, models.Model):
        return str(value.pk)
    return str(value).replace("\r\n", "\n").strip()


def plain_row(row: Any, names: Iterable[str]) -> dict[str, str]:
    """A stored row by the fields of its form; relations by their keys."""
    return {name: plain(getattr(row, row._meta.get_field(name).attname)) for name in names}


def in_words(field: forms.Field, text: str) -> str:
    """A plain value as a person reads it."""
    if isinstance(field, forms.BooleanField):
        return _("yes") if text else _("no")
    if not text:
        return _("empty")
    if isinstance(field, forms.ModelChoiceField):
        found = field.queryset.filter(pk=text).first()
        return str(found) if found else text
    if isinstance(field, forms.ChoiceField):
        return str(dict(flat_choices(field.choices)).get(text, text))
    if isinstance(field, forms.DateField):
        day = parse_date(text)
        return date_format(day, "d.m.Y") if day else text
    if isinstance(field, forms.DecimalField) and _FIGURE.fullmatch(text):
        return number_format(Decimal(text), use_l10n=True)
    return text


def flat_choices(choices: Any) -> Iterable[tuple[str, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from flat_choices(label)
        else:
            yield str(key), label
