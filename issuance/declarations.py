"""What the applicant declares to a chamber: the record that is signed with the application."""

from collections.abc import Mapping
from typing import Any

from accounts.models import Organisation
from expertise.models import Act
from expertise.records import chamber_record

from .models import Application, Certificate

DECLARATION = {
    "kk": (
        "Мәліметтердің шынайы екенін және тауарлардың сараптама актісінде көрсетілген тауарлар "
        "екенін растаймыз."
    ),
    "ru": (
        "Подтверждаем, что сведения достоверны и товары — те самые, что указаны в акте экспертизы."
    ),
}


def application_record(
    *,
    act: Act,
    chamber: Organisation,
    replaces: Certificate | None = None,
    reason: str = "",
    note: str = "",
    corrections: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Goods and parties are the act's, so its digest stands for them."""
    applicant = act.request.applicant
    return {
        "schema": "ctkz.application/1",
        "act": {"number": act.number, "sha256": act.record_sha256},
        "chamber": chamber_record(chamber),
        "applicant": {"name": applicant.names(), "bin": applicant.bin},
        "declaration": DECLARATION,
        "replaces": replaces
        and {
            "number": replaces.number,
            "sha256": replaces.record_sha256,
            "reason": reason,
            "note": note,
            "corrections": dict(corrections or {}),
        },
    }


def record_of(application: Application) -> dict[str, Any]:
    """The same of an application that exists already, a replacement included."""
    return application_record(
        act=application.act,
        chamber=application.chamber,
        replaces=application.replaces,
        reason=application.replacement_reason,
        note=application.replacement_note,
        corrections=application.corrections,
    )
