"""Events of the grey market and of look-ups of numbers that do not exist."""

from django.utils.translation import gettext_lazy as _

import audit

_REPORT = ("kind", "report", "files")
audit.register(
    "grey_listing.reported",
    facts=_REPORT,
    sentence=_("Somebody reported an address that offers certificates"),
)
audit.register(
    "grey_listing.reported_again", facts=_REPORT, sentence=_("The same address was reported again")
)
audit.register(
    "grey_listing.confirmed",
    facts=("region",),
    sentence=_("The Committee saw that certificates are offered there"),
)
audit.register("grey_listing.dismissed", sentence=_("The report was dismissed"))
audit.register(
    "grey_listing.sent",
    facts=("number",),
    sentence=_("Request %(number)s to block the address was sent"),
)
audit.register(
    "grey_listing.blocked",
    facts=("blocked_on", "reference"),
    sentence=_("The address has been blocked since %(blocked_on)s"),
)
audit.register("grey_listing.back", sentence=_("The address works again"))

_COUNTED = ("chamber", "numbers", "lookups")
audit.register(
    "unknown_numbers.alert_raised",
    facts=_COUNTED,
    sentence=_("Alert: %(numbers)s unknown numbers of chamber %(chamber)s were looked up"),
)
audit.register(
    "unknown_numbers.alert_grew",
    facts=_COUNTED,
    sentence=_("The alert grew: %(numbers)s unknown numbers of chamber %(chamber)s"),
)
audit.register(
    "unknown_numbers.seen",
    facts=("is_first", "listing"),
    sentence=_("The Committee looked at the alert"),
)

audit.register_subject("grey_listing", "oversight:listing-detail", by_label=True)
