"""What the page of a certificate tells of its life after issue, and what the reader may do."""

from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Membership, Role
from accounts.permissions import has_permission
from reference.models import CodeEntry
from workflow.transitions import Status

from .change_records import DECIDE, REASONS_OF
from .changing import kinds_open_to
from .duplicates import duplicates_of
from .ledger import is_counted
from .models import Application, Certificate, CertificateChange, Duplicate, StatusPeriod
from .replacing import REASONS, REPLACEABLE, open_replacement
from .workflow import CERTIFICATE_WORKFLOW

Kind = CertificateChange.Kind
# Lists from which the reason of a status may be.
REASON_LISTS = (*REASONS_OF.values(), REASONS)


@dataclass(frozen=True)
class StatusRow:
    """From `since` to `until` (None: to this day) the certificate had this status."""

    status: Status
    since: datetime
    until: datetime | None
    reason: str
    successor: Certificate | None


@dataclass(frozen=True)
class Deed:
    """Something that the reader may begin now."""

    label: str | Promise
    url: str


@dataclass(frozen=True)
class Life:
    rows: list[StatusRow]
    changes: list[CertificateChange]
    duplicates: list[Duplicate]
    deeds: list[Deed]
    books: list[Deed]
    replaces: Certificate | None
    replacement: Application | None
    # The change that waits for this very reader.
    to_decide: CertificateChange | None
    waiting: CertificateChange | None
    # The decision by which the certificate is suspended or revoked now.
    order: CertificateChange | None
    is_owners: bool

    @property
    def now(self) -> StatusRow | None:
        return self.rows[0] if self.rows else None


def life_of(certificate: Certificate, actor: Membership | None) -> Life:
    changes = list(
        certificate.changes.select_related("proposed_by", "decided_by", "document")
        .defer("document__record")
        .order_by("-proposed_at")
    )
    for change in changes:
        change.certificate = certificate
    waiting = next((change for change in changes if change.status == "proposed"), None)
    actions = waiting.WORKFLOW.available(waiting, actor) if waiting else []
    is_mine = any(action.name == DECIDE for action in actions)
    return Life(
        rows=status_rows(certificate),
        changes=changes,
        duplicates=duplicates_of(certificate),
        deeds=deeds_open_to(certificate, actor),
        books=_books(certificate, actor),
        replaces=certificate.application.replaces,
        replacement=_replacement(certificate, actor),
        to_decide=waiting if is_mine else None,
        waiting=None if is_mine else waiting,
        order=_order_of(certificate, changes),
        is_owners=actor is not None and actor.role == Role.APPLICANT,
    )


def _order_of(
    certificate: Certificate, changes: list[CertificateChange]
) -> CertificateChange | None:
    kind = {"suspended": Kind.SUSPEND, "revoked": Kind.REVOKE}.get(certificate.status)
    return next((one for one in changes if one.kind == kind and one.status == "in_force"), None)


def status_rows(certificate: Certificate) -> list[StatusRow]:
    """The statuses in time, the latest first."""
    periods = list(certificate.periods.select_related("successor").defer("successor__record"))
    names = _reasons(periods)
    # None of them while the certificate is being made; the last one has no end.
    ends = [period.since for period in periods[1:]]
    rows = [
        StatusRow(
            status=CERTIFICATE_WORKFLOW.statuses[period.status],
            since=period.since,
            until=until,
            reason=names.get(period.reason, period.reason),
            successor=period.successor,
        )
        for period, until in zip_longest(periods, ends)
    ]
    return rows[::-1]


def _reasons(periods: list[StatusPeriod]) -> dict[str, str]:
    codes = {period.reason for period in periods if period.reason}
    if not codes:
        return {}
    found = CodeEntry.objects.filter(list__in=REASON_LISTS, code__in=codes)
    return {entry.code: entry.name for entry in found}


def deeds_open_to(certificate: Certificate, actor: Membership | None) -> list[Deed]:
    """Changes and the replacement that the reader may begin now."""
    if certificate.issued_at is None:
        return []
    words = {
        Kind.SUSPEND: _("Suspend"),
        Kind.LIFT: _("Lift the suspension"),
        Kind.REVOKE: _("Revoke"),
        Kind.SET_ASIDE: _("Set the revocation aside"),
        Kind.DUPLICATE: _("Ask for a duplicate"),
    }
    replace = _("Replace")
    if actor is not None and actor.role == Role.APPLICANT:
        # The applicant asks, the chamber decides; nothing happens by the button itself.
        words[Kind.REVOKE] = _("Ask to revoke it")
        replace = _("Ask for a replacement")
    deeds = [
        Deed(words[Kind(kind)], reverse("issuance:change-propose", args=[certificate.pk, kind]))
        for kind in kinds_open_to(certificate, actor)
    ]
    if may_replace(certificate, actor):
        url = reverse("issuance:certificate-replace", args=[certificate.pk])
        deeds.append(Deed(replace, url))
    return deeds


def may_replace(certificate: Certificate, actor: Membership | None) -> bool:
    return (
        certificate.status in REPLACEABLE
        and not certificate.is_expired(on=timezone.localdate())
        and has_permission(actor, "issuance.apply_for_replacement", certificate)
        and open_replacement(certificate) is None
    )


def _books(certificate: Certificate, actor: Membership | None) -> list[Deed]:
    """What is kept beside the certificate."""
    if certificate.issued_at is None:
        return []
    books = []
    if has_permission(actor, "issuance.keep_originals", certificate):
        url = reverse("issuance:certificate-originals", args=[certificate.pk])
        books.append(Deed(_("Paper originals"), url))
    if is_counted(certificate):
        url = reverse("issuance:certificate-ledger", args=[certificate.pk])
        books.append(Deed(_("Quantity ledger"), url))
    return books


def _replacement(certificate: Certificate, actor: Membership | None) -> Application | None:
    """The application to replace it, if the reader may see that."""
    found = open_replacement(certificate)
    if found is None or not has_permission(actor, "issuance.view_application", found):
        return None
    return found
