"""What a certificate is worth on a day: a pure reading of its dates and its status."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflow.transitions import Status

VALID, EXPIRED, NOT_YET, OTHER = "valid", "expired", "not_yet", "other"

# One sentence per standing and time: past, today, to come.
SENTENCES: dict[str, tuple[str | Promise, str | Promise, str | Promise]] = {
    VALID: (
        gettext_lazy("Certificate %(number)s was in force on %(day)s"),
        gettext_lazy("Certificate %(number)s is in force"),
        gettext_lazy("Certificate %(number)s is due to be in force on %(day)s"),
    ),
    EXPIRED: (
        gettext_lazy("Certificate %(number)s had expired by %(day)s"),
        gettext_lazy("Certificate %(number)s has expired"),
        gettext_lazy("Certificate %(number)s will have expired by %(day)s"),
    ),
    NOT_YET: (
        gettext_lazy("Certificate %(number)s was not yet issued on %(day)s"),
        gettext_lazy("Certificate %(number)s is not yet in force"),
        gettext_lazy("Certificate %(number)s is not yet in force on %(day)s"),
    ),
}
LOOKS = {VALID: ("good", "check"), EXPIRED: ("wait", "clock"), NOT_YET: ("wait", "pause")}


@dataclass(frozen=True)
class Standing:
    """The answer, as a sentence, a tone and a shape."""

    code: str
    sentence: str
    tone: str
    shape: str


def standing(
    *,
    number: str,
    status: str,
    status_info: Status,
    valid_from: date,
    valid_until: date,
    on: date,
    today: date,
) -> Standing:
    """In force from the day of issue to the last day, both included.

    A status that this page does not know is told by its own word and never as "in force".
    """
    if on < valid_from:
        code = NOT_YET
    elif status != "valid":
        sentence = _("Certificate %(number)s: %(status)s") % {
            "number": number,
            "status": status_info.label,
        }
        return Standing(OTHER, sentence, "bad", "cross")
    else:
        code = VALID if on <= valid_until else EXPIRED
    past, present, future = SENTENCES[code]
    chosen = past if on < today else future if on > today else present
    tone, shape = LOOKS[code]
    sentence = str(chosen) % {"number": number, "day": on.strftime("%d.%m.%Y")}
    return Standing(code, sentence, tone, shape)
