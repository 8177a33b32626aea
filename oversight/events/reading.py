"""Events of the Committee's work."""

from django.utils.translation import gettext_lazy as _

import audit

audit.register("case.viewed_by_committee", facts=(), sentence=_("The Committee looked at the case"))
