"""An auditor declares interests of own, and withdraws what is no longer true."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership, User
from accounts.permissions import authorize
from auditors.declared import Interest, normalise_interest
from auditors.models import Declaration


@transaction.atomic
def declare_interest(
    *,
    actor: Membership,
    kind: str,
    identifier: str,
    name: str = "",
    valid_from: date,
    valid_until: date | None = None,
) -> Declaration:
    """Keeps one interest; conflicts with producers and applicants are looked for in it."""
    authorize(actor, "auditors.declare_interest", None)
    if kind not in Interest.values:
        raise DomainError("unknown_kind", _("Choose the kind of interest."), field="kind")
    try:
        normalised = normalise_interest(kind, identifier)
    except ValidationError as refusal:
        raise DomainError(str(refusal.code), refusal.messages[0], field="identifier") from refusal
    if valid_until is not None and valid_until < valid_from:
        raise DomainError("dates", _("The last day is before the first one."), field="valid_until")
    declaration = Declaration.objects.create(
        user=actor.user,
        kind=kind,
        identifier=normalised,
        name=name.strip(),
        valid_from=valid_from,
        valid_until=valid_until,
    )
    # The log cannot be edited for erasure: it keeps the kind and the row, not what was declared.
    audit.record(
        "auditor.interest_declared",
        actor=actor.ref(),
        subject=_subject(actor.user),
        case=str(actor.user_id),
        kind=kind,
        declaration=str(declaration.pk),
    )
    return declaration


@transaction.atomic
def withdraw_declaration(*, declaration: Declaration, actor: Membership) -> Declaration:
    """Marks a declaration as withdrawn; the row stays."""
    declaration = Declaration.objects.select_for_update().get(pk=declaration.pk)
    authorize(actor, "auditors.withdraw_declaration", declaration)
    if declaration.withdrawn_at is not None:
        raise DomainError("withdrawn", _("This declaration is already withdrawn."))
    declaration.withdrawn_at = timezone.now()
    declaration.save(update_fields=["withdrawn_at"])
    audit.record(
        "auditor.declaration_withdrawn",
        actor=actor.ref(),
        subject=_subject(actor.user),
        case=str(actor.user_id),
        declaration=str(declaration.pk),
    )
    return declaration


def _subject(user: User) -> audit.SubjectRef:
    return audit.SubjectRef(type="auditor", id=str(user.pk), label=user.full_name)
