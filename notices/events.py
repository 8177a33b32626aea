"""Events of announcements and letters, and the sentences that the timeline shows."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

import audit

from .models import Audience

AUDIENCES = dict(Audience.choices)


def audience_in_words(facts: Mapping[str, Any]) -> Mapping[str, str]:
    return {"audience": str(AUDIENCES.get(facts["audience"], facts["audience"]))}


audit.register(
    "announcement.published",
    facts=("audience", "until", "letters"),
    sentence=_("An announcement was published for: %(audience)s; shown until %(until)s"),
    in_words=audience_in_words,
)
audit.register(
    "announcement.retracted",
    facts=("mailed",),
    sentence=_("The announcement was retracted; letters written before: %(mailed)s"),
)
audit.register(
    "letter.sent_again",
    facts=("kind", "state"),
    sentence=_("A letter was sent again on a person's order"),
)

audit.register_subject("announcement", "notices:announcement-detail")
