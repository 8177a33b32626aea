"""The event of a person's signature; it names digests only, never the person."""

from django.utils.translation import gettext_lazy as _

import audit

audit.register(
    "signature.accepted",
    facts=("purpose", "record_sha256", "cms_sha256", "certificate_sha256", "algorithm"),
    sentence=_("An electronic signature was verified and kept"),
)
