"""The row of tabs that all pages of a case share, for what this reader may see of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet, Value
from django.db.models.fields import CharField, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import COMMITTEE_ROLES, Membership
from expertise.models import ExpertiseRequest
from issuance.models import Application

from . import control, versions
from .files import SOURCES
from .notes import notes_of
from .questions import application_questions, request_questions
from .whole import ENDED

CONTROL: tuple[Callable[[Membership, UUID], QuerySet[Any]], ...] = (
    control.checks,
    control.recommendations,
    control.violations,
    control.measures,
    control.complaints,
)


@dataclass(frozen=True)
class Tab:
    """As the component of tabs shows it."""

    key: str
    label: str | Promise
    url: str
    count: int | None
    current: bool


def case_tabs(actor: Membership | None, case_id: UUID, here: str) -> list[Tab]:
    """Three queries: the request with its act, the application with its certificate, all counts."""
    if actor is None:
        return []
    request, application = _request(actor, case_id), _application(actor, case_id)
    if request is None and application is None:
        return []
    counts = _counts(actor, case_id)
    return [
        Tab(key, label, url, counts.get(key), key == here)
        for key, label, url in _pages(actor, case_id, request, application)
        if key not in ("questions", "versions") or counts.get(key) or key == here
    ]


def _request(actor: Membership, case_id: UUID) -> dict[str, Any] | None:
    seen = ExpertiseRequest.objects.visible_to(actor).filter(case_id=case_id)
    rows = list(
        seen.order_by("created_at").values("pk", "status", "corrects", "act__pk", "act__status")
    )
    standing = [row for row in rows if not (row["corrects"] and row["status"] in ENDED)]
    if not standing:
        return None
    acts = [row for row in rows if row["act__pk"]]
    signed = [row for row in acts if row["act__status"] == "signed"]
    last = (signed or acts)[-1:]
    return {"pk": standing[-1]["pk"], "act": last[0]["act__pk"] if last else None}


def _application(actor: Membership, case_id: UUID) -> dict[str, Any] | None:
    seen = Application.objects.visible_to(actor).filter(case_id=case_id)
    rows = list(seen.order_by("created_at").values("pk", "certificate__pk"))
    if not rows:
        return None
    certificates = [row["certificate__pk"] for row in rows if row["certificate__pk"]]
    return {"pk": rows[-1]["pk"], "certificate": certificates[-1] if certificates else None}


def _pages(
    actor: Membership,
    case_id: UUID,
    request: dict[str, Any] | None,
    application: dict[str, Any] | None,
) -> Iterator[tuple[str, str, str]]:
    yield "case", _("Case"), reverse("workplace:case-detail", args=[case_id])
    if request:
        yield "request", _("Request"), reverse("expertise:request-detail", args=[request["pk"]])
        if request["act"]:
            yield "act", _("Act"), reverse("expertise:act-detail", args=[request["act"]])
    if application:
        page = reverse("issuance:application-detail", args=[application["pk"]])
        yield "application", _("Application"), page
        if found := application["certificate"]:
            page = reverse("issuance:certificate-detail", args=[found])
            yield "certificate", _("Certificate"), page
    own = (
        ("questions", _("Questions")),
        ("files", _("Files")),
        ("notes", _("Notes")),
        ("versions", _("Versions")),
    )
    for key, label in own:
        yield key, label, reverse(f"workplace:case-{key}", args=[case_id])
    if actor.role in COMMITTEE_ROLES:
        yield "control", _("Control"), reverse("workplace:case-control", args=[case_id])


def _counts(actor: Membership, case_id: UUID) -> dict[str, int]:
    """By tab, in one query: each kind of thing counts itself with the rule of its own list."""
    counted: list[QuerySet[Any, Any]] = []

    def count(tab: str, rows: QuerySet[Any], identity: str = "pk") -> None:
        things = rows.order_by().annotate(
            tab=Value(tab, output_field=CharField()), one=Cast(F(identity), TextField())
        )
        counted.append(things.values("tab").annotate(n=Count("one", distinct=True)))

    for questions in (request_questions, application_questions, control.check_questions):
        count("questions", questions(actor, case_id))
    for source in SOURCES:
        count("files", source.rows(actor, case_id), source.identity)
    count("notes", notes_of(actor, case_id).filter(withdrawn_at__isnull=True))
    for kind in (versions.kept, versions.signed_only, versions.acts, versions.restated):
        count("versions", kind(actor, case_id))
    if actor.role in COMMITTEE_ROLES:
        for things in CONTROL:
            count("control", things(actor, case_id))
    sums: dict[str, int] = {"files": 0, "notes": 0}
    first, *others = counted
    for row in first.union(*others, all=True).values_list("tab", "n"):
        sums[row[0]] = sums.get(row[0], 0) + row[1]
    return sums
