"""What the log says of a deadline: who has to act is kept as identifiers, for the notices."""

from collections.abc import Mapping
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

import audit

# Whoever must act (`user`, or the people of `organisation` in one of `roles`), who has the case in
# charge (`holder`) and, of the Committee's things, the department.
FACTS = ("due_on", "stage", "days", "organisation", "user", "holder", "department", "roles")


def _in_words(facts: Mapping[str, Any]) -> dict[str, str]:
    days = {
        name: parse_date(str(facts[name])) for name in ("due_on", "was_due_on") if name in facts
    }
    return {name: f"{day:%d.%m.%Y}" for name, day in days.items() if day}


audit.register(
    "deadline.reminded",
    facts=FACTS,
    sentence=_("Reminded: to be done by %(due_on)s"),
    in_words=_in_words,
)
audit.register(
    "deadline.passed",
    facts=FACTS,
    sentence=_("The term passed on %(due_on)s"),
    in_words=_in_words,
)
audit.register(
    "deadline.escalated",
    facts=(*FACTS, "level"),
    sentence=_("The term passed on %(due_on)s; those in charge were told"),
    in_words=_in_words,
)
audit.register(
    "deadline.moved",
    facts=("was_due_on", "due_on"),
    sentence=_("Days off were moved: due by %(due_on)s instead of %(was_due_on)s"),
    in_words=_in_words,
)
