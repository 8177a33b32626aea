"""Events of papers."""

from django.utils.translation import gettext_lazy as _

import audit

audit.register(
    "paper.sealed",
    facts=("paper", "number", "record_sha256", "sealed_sha256"),
    sentence=_("Document %(number)s was made and sealed"),
)
