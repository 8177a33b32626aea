"""Events of risk."""

from django.utils.translation import gettext_lazy as _

import audit

audit.register(
    "risk.indicators_judged",
    facts=("certificate", "right", "wrong"),
    sentence=_("Indicators of certificate %(certificate)s were judged"),
)
