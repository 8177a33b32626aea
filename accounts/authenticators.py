"""How `allauth.mfa` is used here: it keeps the secrets and checks the answers, nothing more.

No page, form, message or address of it is part of the portal (`second_factor_pages`).
"""

import base64
import hashlib
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser

from .models import User

ISSUER = "CT-KZ"


class PortalAdapter(DefaultMFAAdapter):
    """Secrets are stored sealed: whoever reads only the database has nobody's second factor."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return ISSUER

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        # A key answers one host name only; behind another of the portal's names it is not offered.
        return {"id": context.request.get_host().partition(":")[0], "name": ISSUER}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        # The number says nothing of the person to whoever finds the key.
        if not isinstance(user, User):
            raise TypeError("a person of the portal is needed")
        return {"id": user.pk.bytes, "display_name": user.full_name, "name": user.email}


def _box() -> MultiFernet:
    """The first key seals, all open, so that the portal's secret can be changed."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    digest = hashlib.blake2b(secret.encode(), digest_size=32, person=b"second-factor").digest()
    return base64.urlsafe_b64encode(digest)
