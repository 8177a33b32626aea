"""Keys of the open API: made once, shown once, compared in constant time."""

import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import audit
from accounts.errors import DomainError
from accounts.models import Membership, Organisation
from accounts.permissions import authorize
from documents.canonical import sha256_hex

from .models import ApiKey, Scope

KEY = re.compile(r"^ctkz_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$")
# Compared with when no key has the prefix, so that an unknown prefix takes as long as a known one.
NOBODYS_DIGEST = sha256_hex(b"")


@dataclass(frozen=True)
class NewKey:
    """`text` is the whole key; it exists only here."""

    key: ApiKey
    text: str


@transaction.atomic
def make_key(
    *,
    name: str,
    scopes: Collection[str],
    by: Membership | None,
    organisation: Organisation | None = None,
    per_minute: int = 600,
    valid_until: date | None = None,
) -> NewKey:
    """A new key; `by` None: made on the server by its operator."""
    if by is not None:
        authorize(by, "registry.manage_api_keys", None)
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= set(Scope.values):
        raise DomainError("no_scope", _("Say what the key may do."), field="scopes")
    if Scope.DRAW in wanted and organisation is None:
        raise DomainError(
            "no_organisation",
            _("A key that enters drawn quantities belongs to an organisation."),
            field="organisation",
        )
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    key = ApiKey(
        prefix=prefix,
        secret_sha256=sha256_hex(secret.encode()),
        name=name.strip(),
        organisation=organisation,
        scopes=wanted,
        per_minute=per_minute,
        valid_from=timezone.localdate(),
        valid_until=valid_until,
        created_by=by.user if by else None,
    )
    try:
        key.full_clean(exclude=("prefix", "secret_sha256"))
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        named = field if field in {"name", "per_minute", "valid_until"} else None
        raise DomainError("invalid", messages[0], field=named) from error
    key.save()
    audit.record(
        "api_key.created",
        actor=by.ref() if by else audit.SYSTEM,
        subject=key.subject_ref(),
        prefix=prefix,
        scopes=wanted,
        per_minute=per_minute,
        valid_until=valid_until.isoformat() if valid_until else None,
    )
    return NewKey(key, f"ctkz_{prefix}_{secret}")


@transaction.atomic
def revoke_key(*, key: ApiKey, by: Membership | None) -> ApiKey:
    """From the next request on the key opens nothing; a second revocation changes nothing."""
    if by is not None:
        authorize(by, "registry.manage_api_keys", None)
    current = ApiKey.objects.select_for_update().get(pk=key.pk)
    if current.revoked_at is not None:
        return current
    current.revoked_at = timezone.now()
    current.revoked_by = by.user if by else None
    current.save(update_fields=["revoked_at", "revoked_by"])
    audit.record(
        "api_key.revoked",
        actor=by.ref() if by else audit.SYSTEM,
        subject=current.subject_ref(),
        prefix=current.prefix,
    )
    return current


def key_of(text: str, *, on: date) -> ApiKey | None:
    """The key in force whose text this is; the day of its use is noted."""
    parts = KEY.match(text)
    if parts is None:
        return None
    key = ApiKey.objects.select_related("organisation").filter(prefix=parts[1]).first()
    kept = key.secret_sha256 if key else NOBODYS_DIGEST
    is_genuine = hmac.compare_digest(sha256_hex(parts[2].encode()), kept)
    if key is None or not is_genuine or not key.is_in_force(on=on):
        return None
    if key.last_used_on != on:
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=on)
    return key
