"""Bringing the refusal of a service back to the form that asked for it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.errors import DomainError, PermissionRefused

from .moving import MovedOn, WrongStatus


def carried_out(form: forms.BaseForm, command: Callable[[dict[str, Any]], object]) -> bool:
    """Whether `command` did what the valid form asks.

    A refusal becomes an error of its field, or of the whole form, and nothing typed is lost. A
    missing right stays a refusal of the page.
    """
    if not form.is_valid():
        return False
    try:
        command(form.cleaned_data)
    except PermissionRefused:
        raise
    except DomainError as refusal:
        add_refusal(form, refusal)
        return False
    return True


def add_refusal(form: forms.BaseForm, refusal: DomainError) -> None:
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, ValidationError(str(refusal.message), code=refusal.code))
    if isinstance(refusal, WrongStatus | MovedOn):
        form.has_moved_on = True  # type: ignore[attr-defined]


def status_code(form: forms.BaseForm) -> int:
    """409 when the case has moved on since the page was opened."""
    return 409 if getattr(form, "has_moved_on", False) else 200
