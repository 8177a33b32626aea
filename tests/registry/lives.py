"""A certificate after its issue, and programs that ask about it."""

from typing import Any

from django.db import transaction

import audit
from accounts.models import Organisation
from audit.registry import event_kind
from issuance.models import Certificate
from issuance.periods import enter_status
from issuance.workflow import CERTIFICATE_WORKFLOW
from registry.keys import make_key
from registry.models import Scope
from workflow.moving import locked


def move(certificate: Certificate, transition: str, *, reason: str = "", **given: Any) -> None:
    """Enters a status as the decided change does, with whatever facts its event carries."""
    known = {"number": certificate.number, "reason_code": reason}
    wanted = event_kind(CERTIFICATE_WORKFLOW[transition].event).facts
    facts = {name: known.get(name, "") for name in wanted - {"change", "successor"}}
    with transaction.atomic():
        enter_status(locked(certificate), transition, audit.SYSTEM, reason=reason, **given, **facts)
    certificate.refresh_from_db()


def a_key(*scopes: str, organisation: Organisation | None = None, per_minute: int = 600) -> str:
    """The whole text of a new key."""
    return make_key(
        name="ТОО «Пример-Закуп», проверка",
        scopes=scopes or tuple(set(Scope.values) - {Scope.DRAW}),
        by=None,
        organisation=organisation,
        per_minute=per_minute,
    ).text


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}", "accept-language": "en"}
