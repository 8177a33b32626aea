"""A version of the rules on its way: begun, edited, checked by its author, approved by another."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import authorize
from documents.canonical import canonical_bytes, sha256_hex
from origin import editing, packs
from origin.blockers import approval_blockers, check_blockers, finished_run
from origin.books import pack_in_force, parsed
from origin.checking import check
from origin.models import RulePack
from origin.packs import pack_data, pack_from_data
from reference.parameters import DEFAULT_SCHEME
from workflow.blockers import refuse_blocked
from workflow.moving import MovedOn, WrongStatus, advance, guard, locked

Change = Callable[[dict[str, Any], packs.RulePack], dict[str, Any]]


@transaction.atomic
def begin_pack(*, actor: Membership, on: date, note: str, base: RulePack | None = None) -> RulePack:
    """A new draft with the text of `base`, or of the version in force on `on`."""
    authorize(actor, "origin.begin_pack", None)
    if not note.strip():
        raise DomainError("no_note", _("Say what changes and why."), field="note")
    base = base or pack_in_force(on=on)
    number = _next_number(base.scheme_id)
    code = f"{parsed(base.body_sha256).code.partition('/')[0]}/{number}"
    first_day = max(on, base.valid_from or on) + timedelta(days=1)
    data = {
        **pack_data(parsed(base.body_sha256)),
        "code": code,
        "valid_from": first_day.isoformat(),
    }
    pack = RulePack(
        status=RulePack.WORKFLOW.initial,
        scheme_id=base.scheme_id,
        version_number=number,
        base=base,
        note=note.strip(),
        author=actor.user,
        editor_ids=[actor.user_id],
        edited_at=timezone.now(),
    )
    _put_text(pack, pack_from_data(data))
    pack.save(force_insert=True)
    audit.record(
        "rule_pack.begun",
        actor=actor.ref(),
        subject=pack.subject_ref(),
        case=str(pack.case_id),
        code=pack.code,
        base=base.code,
        body_sha256=pack.body_sha256,
    )
    return pack


@transaction.atomic
def save_head(
    *,
    pack: RulePack,
    actor: Membership,
    title: Mapping[str, str],
    valid_from: date,
    note: str,
    seen_version: int | None = None,
) -> RulePack:
    """Title, first day and what the version is for."""
    if not note.strip():
        raise DomainError("no_note", _("Say what changes and why."), field="note")
    if valid_from <= timezone.localdate():
        raise DomainError("not_before_tomorrow", NOT_BEFORE_TOMORROW, field="valid_from")

    def change(data: dict[str, Any], _parsed: packs.RulePack) -> dict[str, Any]:
        return editing.with_head(data, title=title, valid_from=valid_from)

    return _edit(pack, actor, seen_version, change, what="head", item="pack", note=note.strip())


@transaction.atomic
def save_row(
    *,
    pack: RulePack,
    actor: Membership,
    row: Mapping[str, Any],
    replacing: str = "",
    seen_version: int | None = None,
) -> RulePack:
    """Adds a row, or puts it in the place of the row `replacing`; a faulty one is a PackError."""

    def change(data: dict[str, Any], _parsed: packs.RulePack) -> dict[str, Any]:
        return editing.with_row(data, row, replacing=replacing)

    return _edit(pack, actor, seen_version, change, what="row", item=str(row["id"]))


@transaction.atomic
def remove_row(
    *, pack: RulePack, actor: Membership, row_id: str, seen_version: int | None = None
) -> RulePack:
    """Takes the row out: its codes go back to the general rule, or to a broader row."""

    def change(data: dict[str, Any], _parsed: packs.RulePack) -> dict[str, Any]:
        return editing.without_row(data, row_id)

    return _edit(pack, actor, seen_version, change, what="row_removed", item=row_id)


@transaction.atomic
def save_operation(
    *,
    pack: RulePack,
    actor: Membership,
    operation: Mapping[str, Any],
    seen_version: int | None = None,
) -> RulePack:
    """Adds an operation to the catalogue, or gives a known code other words."""

    def change(data: dict[str, Any], _parsed: packs.RulePack) -> dict[str, Any]:
        return editing.with_operation(data, operation)

    return _edit(pack, actor, seen_version, change, what="operation", item=str(operation["code"]))


@transaction.atomic
def remove_operation(
    *, pack: RulePack, actor: Membership, code: str, seen_version: int | None = None
) -> RulePack:
    def change(data: dict[str, Any], parsed_pack: packs.RulePack) -> dict[str, Any]:
        return editing.without_operation(data, code, pack=parsed_pack)

    return _edit(pack, actor, seen_version, change, what="operation_removed", item=code)


@transaction.atomic
def check_pack(*, pack: RulePack, actor: Membership, seen_version: int | None = None) -> RulePack:
    """Hands the draft over for approval; a fault of the rules themselves stops it."""
    pack = locked(pack)
    guard(pack, "check", actor, seen_version=seen_version)
    findings = check(parsed(pack.body_sha256))
    refuse_blocked(check_blockers(pack, findings, on=timezone.localdate()), code="pack_not_ready")
    pack.checked_by = actor.user
    pack.checked_at = timezone.now()
    advance(
        pack,
        "check",
        actor,
        body_sha256=pack.body_sha256,
        warnings=len(findings),
    )
    return pack


@transaction.atomic
def return_to_draft(
    *, pack: RulePack, actor: Membership, seen_version: int | None = None
) -> RulePack:
    """The text may be changed again; the check and its measurement count no more."""
    pack = locked(pack)
    guard(pack, "return_to_draft", actor, seen_version=seen_version)
    pack.checked_by = None
    pack.checked_at = None
    advance(pack, "return_to_draft", actor, body_sha256=pack.body_sha256)
    return pack


@transaction.atomic
def approve_pack(*, pack: RulePack, actor: Membership, seen_version: int | None = None) -> RulePack:
    """A second person brings the version into force from its first day.

    Its effect on the acts in force must have been measured for exactly this text.
    """
    pack = locked(pack)
    guard(pack, "approve", actor, seen_version=seen_version)
    run = finished_run(pack)
    refuse_blocked(
        approval_blockers(pack, run, on=timezone.localdate()), code="pack_not_approvable"
    )
    pack.approved_by = actor.user
    pack.approved_at = timezone.now()
    advance(
        pack,
        "approve",
        actor,
        body_sha256=pack.body_sha256,
        valid_from=pack.valid_from.isoformat(),
        impact_run=str(run.pk),
        changed_lines=run.changes.count(),
    )
    return pack


@transaction.atomic
def discard_pack(*, pack: RulePack, actor: Membership, seen_version: int | None = None) -> RulePack:
    pack = locked(pack)
    guard(pack, "discard", actor, seen_version=seen_version)
    advance(pack, "discard", actor, body_sha256=pack.body_sha256)
    return pack


@transaction.atomic
def load_shipped(*, pack: packs.RulePack, scheme: str = DEFAULT_SCHEME) -> RulePack | None:
    """Brings a version that came with the portal into force from its own first day, once.

    None when it is there already. A file whose version is loaded may not say something else.
    """
    known = RulePack.objects.filter(scheme=scheme, code=pack.code).first()
    if known is not None:
        if known.body_sha256 == pack.sha256:
            return None
        raise DomainError(
            "shipped_pack_changed",
            _(
                "Version %(code)s is loaded with another text. A loaded version never changes: "
                "give the changed files a new code and a new first day."
            )
            % {"code": pack.code},
        )
    if RulePack.objects.approved(scheme=scheme).filter(valid_from=pack.valid_from).exists():
        raise DomainError(
            "day_taken",
            _("Another approved version begins on %(day)s.")
            % {"day": pack.valid_from.strftime("%d.%m.%Y")},
        )
    row = RulePack(
        status=RulePack.WORKFLOW.initial,
        scheme_id=scheme,
        version_number=_next_number(scheme),
        is_shipped=True,
    )
    _put_text(row, pack)
    row.save(force_insert=True)
    row.approved_at = timezone.now()
    advance(
        row,
        "load",
        audit.SYSTEM,
        body_sha256=row.body_sha256,
        valid_from=pack.valid_from.isoformat(),
    )
    return row


@transaction.atomic
def load_draft(*, pack: packs.RulePack, scheme: str = DEFAULT_SCHEME) -> RulePack:
    """Somebody's own files as a draft that the Committee may edit, check and approve."""
    if RulePack.objects.filter(scheme=scheme, code=pack.code).exists():
        raise DomainError(
            "code_taken", _("A version with the code %(code)s exists.") % {"code": pack.code}
        )
    latest = RulePack.objects.approved(scheme=scheme).order_by("-valid_from").first()
    row = RulePack(
        status=RulePack.WORKFLOW.initial,
        scheme_id=scheme,
        version_number=_next_number(scheme),
        base=latest,
        edited_at=timezone.now(),
    )
    _put_text(row, pack)
    row.save(force_insert=True)
    audit.record(
        "rule_pack.begun",
        actor=audit.SYSTEM,
        subject=row.subject_ref(),
        case=str(row.case_id),
        code=row.code,
        base=latest.code if latest else "",
        body_sha256=row.body_sha256,
    )
    return row


NOT_BEFORE_TOMORROW = _("A version begins tomorrow at the earliest.")


def _edit(
    pack: RulePack,
    actor: Membership,
    seen_version: int | None,
    change: Change,
    *,
    what: str,
    item: str,
    note: str | None = None,
) -> RulePack:
    """One change of a draft's text; the whole text is read again before it is kept."""
    pack = locked(pack)
    authorize(actor, "origin.edit_pack", pack)
    if pack.status != "draft":
        raise WrongStatus(
            "wrong_status",
            _("This version is not being edited any more. Nothing was changed."),
        )
    if seen_version is not None and seen_version != pack.version:
        raise MovedOn(
            "moved_on",
            _(
                "Another person has changed this version since you opened the page. Nothing was "
                "saved; what you typed is still here. Open the page anew beside this one, compare, "
                "and save again."
            ),
        )
    before = parsed(pack.body_sha256)
    _put_text(pack, pack_from_data(change(pack_data(before), before)))
    if note is not None:
        pack.note = note
    pack.version += 1
    pack.edited_at = timezone.now()
    pack.editor_ids = _with(pack.editor_ids, actor.user_id)
    pack.save()
    audit.record(
        "rule_pack.edited",
        actor=actor.ref(),
        subject=pack.subject_ref(),
        case=str(pack.case_id),
        what=what,
        item=item,
        body_sha256=pack.body_sha256,
    )
    return pack


def _put_text(pack: RulePack, text: packs.RulePack) -> None:
    """The bytes, and beside them what lists and constraints need to know of the text."""
    pack.body = canonical_bytes(pack_data(text))
    pack.body_sha256 = sha256_hex(pack.body)
    pack.code = text.code
    pack.title_kk, pack.title_ru, pack.title_en = (
        text.title.in_language(language) for language in ("kk", "ru", "en")
    )
    pack.valid_from = text.valid_from


def _next_number(scheme: str) -> int:
    packs_of_scheme = RulePack.objects.filter(scheme=scheme)
    return (packs_of_scheme.aggregate(last=Max("version_number"))["last"] or 0) + 1


def _with(ids: Iterable[Any], one: Any) -> list[Any]:
    return [*dict.fromkeys([*ids, one])]
