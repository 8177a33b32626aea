"""Events of the public face and the sentences that the log shows for them."""

from django.utils.translation import gettext_lazy as _

import audit

audit.register(
    "api_key.created",
    facts=("prefix", "scopes", "per_minute", "valid_until"),
    sentence=_("API key %(prefix)s was made: %(scopes)s"),
)
audit.register("api_key.revoked", facts=("prefix",), sentence=_("API key %(prefix)s was revoked"))
audit.register(
    "webhook.added",
    facts=("prefix", "url_sha256"),
    sentence=_("An address for news was added with API key %(prefix)s"),
)
audit.register(
    "webhook.ended",
    facts=("prefix",),
    sentence=_("An address for news of API key %(prefix)s was taken off"),
)
audit.register(
    "register.imported",
    facts=(
        "file_sha256", "rows", "rows_refused", "added", "changed", "unchanged", "report_sha256",
    ),
    sentence=_(
        "An export of the earlier register was read: %(added)s certificates added, "
        "%(changed)s changed, %(unchanged)s as before, %(rows_refused)s rows not taken"
    ),
)  # fmt: skip
audit.register(
    "register.snapshot",
    facts=("day", "certificates", "rows", "csv_sha256", "jsonl_sha256", "digests_sha256"),
    sentence=_("The register of %(day)s was signed: %(certificates)s certificates, %(rows)s rows"),
    is_public=True,
)
