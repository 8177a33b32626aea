"""Bringing the refusal of a command back to the form that asked for it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from .errors import DomainError, PermissionRefused


def carried_out(form: forms.BaseForm, command: Callable[[dict[str, Any]], object]) -> bool:
    """Whether `command` did what the form asks; a refusal stands beside its field.

    A missing right and an unknown thing stay refusals of the page.
    """
    if not form.is_valid():
        return False
    try:
        command(form.cleaned_data)
    except PermissionRefused:
        raise
    except DomainError as refusal:
        if refusal.status_code != 409:
            raise
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, ValidationError(str(refusal.message), code=refusal.code))
        return False
    return True
