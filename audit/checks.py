"""Start-up checks: without its keys the log cannot be kept, and then nothing can be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import DatabaseError

from audit.keys import key_problems
from audit.notes import BadNoteError, checked_name
from audit.privileges import excessive_privileges
from audit.witnesses import last_cosigned_at, witnesses_are_late


def keys_are_there(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Keys exist, or may be made; nobody else can read them."""
    return [
        Error(
            problem,
            hint="Set CTKZ_LOG_KEY_FILE and CTKZ_LOG_EVENT_KEY_FILE to files of mode 600.",
            id="audit.E001",
        )
        for problem in key_problems()
    ]


def origin_can_name_a_key(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    try:
        checked_name(settings.CTKZ_LOG_ORIGIN)
    except BadNoteError as error:
        return [
            Error(
                f"CTKZ_LOG_ORIGIN: {error}.",
                hint="An address without scheme, like portal.example/log.",
                id="audit.E002",
            )
        ]
    return []


def role_cannot_change_the_log(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Triggers refuse changes too, but whoever owns the tables can switch triggers off."""
    try:
        found = excessive_privileges()
    except DatabaseError:
        return []
    if not found:
        return []
    return [
        Warning(
            f"The portal's database role could change the log: {found[0]}.",
            hint="Run the portal under a role prepared by manage.py grant_app_role.",
            id="audit.W001",
        )
    ]


def witnesses_follow_the_log(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Without a witness, whoever holds every key could write another history."""
    try:
        if not witnesses_are_late():
            return []
        last = last_cosigned_at()
    except DatabaseError:
        return []
    since = f"since {last.isoformat()}" if last else "yet"
    return [
        Warning(
            f"No witness has cosigned the log {since}.",
            hint="See manage.py witnesses; run ctkz-verify witness outside the portal.",
            id="audit.W002",
        )
    ]
