"""Events of figures and reports."""

from django.utils.translation import gettext_lazy as _

import audit

audit.register(
    "report.ordered",
    facts=("report", "audience", "since", "until", "as_of", "record_sha256", "rows_sha256"),
    sentence=_("A report from %(since)s to %(until)s was made, as known on %(as_of)s"),
)
audit.register_subject("report", "control:report-detail")
