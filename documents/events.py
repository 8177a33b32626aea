"""The event of a person's signature; it names digests only, never the person."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

import audit

from .purposes import purpose_of


def _named(facts: Mapping[str, Any]) -> dict[str, str]:
    """What was signed, in words; rooms name their purposes."""
    purpose = purpose_of(facts["purpose"])
    return {"purpose": str(purpose.noun or purpose.label)}


audit.register(
    "signature.accepted",
    facts=("purpose", "record_sha256", "cms_sha256", "certificate_sha256", "algorithm"),
    sentence=_("Electronic signature verified: %(purpose)s"),
    in_words=_named,
)
