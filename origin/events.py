"""Events of the rule desk and the sentences that the timeline shows for them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

import audit


def _edit_in_words(facts: Mapping[str, Any]) -> dict[str, str]:
    return {"item": gettext("title and first day")} if facts.get("what") == "head" else {}


audit.register(
    "rule_pack.begun",
    facts=("code", "base", "body_sha256"),
    sentence=_("Version %(code)s of the rules was begun from %(base)s"),
)
audit.register(
    "rule_pack.edited",
    facts=("what", "item", "body_sha256"),
    sentence=_("The draft of the rules was changed: %(item)s"),
    in_words=_edit_in_words,
)
audit.register(
    "rule_pack.checked",
    facts=("body_sha256", "warnings"),
    sentence=_("Version %(subject_label)s of the rules was checked and handed over for approval"),
)
audit.register(
    "rule_pack.returned",
    facts=("body_sha256",),
    sentence=_("Version %(subject_label)s of the rules went back to editing"),
)
audit.register(
    "rule_pack.approved",
    facts=("body_sha256", "valid_from", "impact_run", "changed_lines"),
    sentence=_("Version %(subject_label)s of the rules was approved; in force from %(valid_from)s"),
)
audit.register(
    "rule_pack.loaded",
    facts=("body_sha256", "valid_from"),
    sentence=_("Version %(subject_label)s came with the portal; in force from %(valid_from)s"),
)
audit.register(
    "rule_pack.discarded",
    facts=("body_sha256",),
    sentence=_("Version %(subject_label)s of the rules was discarded"),
)
audit.register(
    "dispute.opened",
    facts=("row", "readings", "valid_from"),
    sentence=_("A disputed condition was recorded: row %(row)s"),
)
audit.register(
    "dispute.reading_added",
    facts=("row", "reading", "valid_from"),
    sentence=_("One more reading of row %(row)s was recorded"),
)
audit.register(
    "dispute.precedent_added",
    facts=("row", "reading", "act_number"),
    sentence=_("A precedent on row %(row)s was recorded"),
)
audit.register(
    "dispute.closed",
    facts=("row", "valid_until"),
    sentence=_("The dispute on row %(row)s was closed; it holds until %(valid_until)s"),
)
audit.register(
    "ruling.proposed",
    facts=("row", "reading", "holds_from"),
    sentence=_("A ruling on row %(row)s was proposed: reading %(reading)s from %(holds_from)s"),
)
audit.register(
    "ruling.approved",
    facts=("row", "reading", "holds_from", "impact_run", "changed_lines"),
    sentence=_("Reading %(reading)s of row %(row)s holds from %(holds_from)s"),
)
audit.register(
    "ruling.withdrawn",
    facts=("row", "reading"),
    sentence=_("The proposed ruling on row %(row)s was withdrawn"),
)
audit.register(
    "impact.requested",
    facts=("run", "body_sha256"),
    sentence=_("The effect on acts in force is being measured"),
)
audit.register(
    "impact.measured",
    facts=("run", "body_sha256", "acts", "changed_lines"),
    sentence=_(
        "The effect was measured. Lines that would change: %(changed_lines)s; acts in force: "
        "%(acts)s"
    ),
)
audit.register_subject("rule_pack", "origin:pack-detail")
audit.register_subject("dispute", "origin:dispute-detail")
audit.register_subject("ruling", "origin:ruling-detail")
