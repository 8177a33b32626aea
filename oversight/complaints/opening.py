"""A complainant comes back: number and code open the complaint; which was wrong is not told."""

import secrets
import time

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts.identifiers import fold_lookalikes, normalise_text_id
from accounts.models import Membership, Role
from oversight.models import Complaint

from .filing import CODE_SIGNS

# What the visitor's session remembers: which complaints were opened, and when.
SESSION_KEY = "complaints_opened"
SECONDS_OPEN = 2 * 60 * 60
# Compared with when there is no such number, so that both answers take as long.
_NOBODYS = secrets.token_hex(CODE_SIGNS)[:CODE_SIGNS]


def find_by_code(number: str, code: str) -> Complaint | None:
    """The complaint of that number, if the code is its own."""
    complaint = Complaint.objects.filter(number=_folded(number)).first()
    expected = complaint.code if complaint else _NOBODYS
    is_right = constant_time_compare(normalise_code(code), expected)
    return complaint if is_right else None


def normalise_code(code: str) -> str:
    return fold_lookalikes(normalise_text_id(code).upper())


def spaced(code: str) -> str:
    """As people copy it: in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _folded(number: str) -> str:
    return fold_lookalikes("".join(number.split()).upper())


def open_in_session(request: HttpRequest, complaint: Complaint) -> None:
    opened = _still_open(request)
    opened[str(complaint.pk)] = int(time.time())
    request.session[SESSION_KEY] = opened


def close_in_session(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def is_open_to(request: HttpRequest, complaint: Complaint) -> bool:
    """Opened with its code in this session, or filed by the person's own organisation."""
    actor: Membership | None = request.actor  # type: ignore[attr-defined]
    return str(complaint.pk) in _still_open(request) or is_own(actor, complaint)


def is_own(actor: Membership | None, complaint: Complaint) -> bool:
    return (
        actor is not None
        and actor.role == Role.APPLICANT
        and complaint.complainant_id is not None
        and complaint.complainant_id == actor.organisation_id
    )


def _still_open(request: HttpRequest) -> dict[str, int]:
    """On a shared computer a complaint does not stay open for the next person."""
    opened = request.session.get(SESSION_KEY, {})
    return {key: since for key, since in opened.items() if time.time() - since < SECONDS_OPEN}
