"""Letters about turns: plain text and simple markup from one template, in the person's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership, User
from audit.models import AuditEvent
from outbox.letters import write_letter
from outbox.models import Letter

from .choosing import code_of
from .models import Notice
from .turns import Written
from .wording import filled, text_of


@dataclass(frozen=True)
class Point:
    """One paragraph of a letter: what happened, and where to go on."""

    text: str
    link: str = ""
    role: str = ""
    must_act: bool = False


def absolute(link: str) -> str:
    return settings.CTKZ_PUBLIC_URL + link if link.startswith("/") else link


def open_link(notice: Notice) -> str:
    return absolute(reverse("notices:open", args=[notice.pk]))


def point_of(notice: Notice) -> Point:
    return Point(
        text=text_of(notice.event, notice.subject, must_act=notice.must_act),
        link=open_link(notice),
        role=role_of(notice.membership),
        must_act=notice.must_act,
    )


def role_of(membership: Membership) -> str:
    return f"{membership.get_role_display()}, {membership.organisation.name}"


def write_notice(notice: Notice) -> Letter:
    """The letter of one notice, in the transaction that makes the notice."""
    user = notice.user
    with translation.override(user.language):
        point = point_of(notice)
        title = _("%(subject)s: %(text)s") if notice.subject not in point.text else "%(text)s"
        subject = title % {"subject": notice.subject, "text": point.text}
        if not notice.subject:
            subject = point.text
        return _write(f"notice:{notice.pk}", user, subject, point.text, [point])


def write_digest(user: User, key: str, notices: Sequence[Notice], more: Sequence[Point]) -> Letter:
    """Everything of a day in one letter, what is expected of the person first."""
    with translation.override(user.language):
        points = [point_of(notice) for notice in notices]
        points.sort(key=lambda point: not point.must_act)
        count = len(points) + len(more)
        subject = ngettext(
            "CT-KZ: %(count)d notice of the day", "CT-KZ: %(count)d notices of the day", count
        ) % {"count": count}
        return _write(key, user, subject, subject, [*points, *more])


def write_to_person(user: User, key: str, subject: str, points: Sequence[Point]) -> Letter:
    """A letter that no turn tells; to be called with the person's language active."""
    return _write(key, user, subject, subject, points)


def write_outside(event: AuditEvent, written: Written, subject: str) -> Letter | None:
    """To somebody without an account; none when the event lacks what the text names."""
    with translation.override(written.language):
        text = filled(str(written.text), event, subject)
        if not text:
            return None
        body, html = rendered(text, [Point(text, absolute(written.link))], {})
        return write_letter(
            key=f"written:{event.pk}:{written.to}"[:200],
            to=written.to,
            subject=text,
            body=body,
            html=html,
            language=written.language,
        )


def _write(key: str, user: User, subject: str, heading: str, points: Sequence[Point]) -> Letter:
    link = absolute(reverse("notices:unsubscribe", args=[code_of(user)]))
    body, html = rendered(heading, points, {"preferences": link})
    return write_letter(
        key=key,
        to=user.email,
        subject=subject,
        body=body,
        html=html,
        headers={
            "List-Unsubscribe": f"<{link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        language=user.language,
    )


def rendered(heading: str, points: Sequence[Point], more: dict[str, Any]) -> tuple[str, str]:
    context = {
        "heading": heading,
        "points": points,
        "portal": settings.CTKZ_PUBLIC_URL,
        "language": translation.get_language(),
        **more,
    }
    text = render_to_string("notices/mail/letter.txt", context)
    html = render_to_string("notices/mail/letter.html", context)
    return text.strip() + "\n", html.strip()
