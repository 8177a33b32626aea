"""A violation begun from a difference of the replay: what the inspector would have to type."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from expertise.replaying import Difference
from oversight.models import Fault

from .difference_words import in_words
from .replays import Replayed

ALTERED = "record_altered"


def suggested_violation(replayed: Replayed, chosen: str) -> dict[str, Any]:
    """Initial values of the form from the difference with this place in the list; may be empty."""
    if not chosen.isdecimal() or int(chosen) >= len(replayed.differences):
        return {}
    difference = replayed.differences[int(chosen)]
    code = _code(difference)
    return {
        "code": code,
        # Whoever altered a record afterwards is not known from the record.
        "fault": "" if code == ALTERED else Fault.AUDITOR,
        "text": str(replace(difference, what=in_words(str(difference.what)))),
    }


def _code(difference: Difference) -> str:
    what = str(difference.what)
    shares = (
        _("the share of the conclusion is not the calculated one"),
        _("the share is calculated differently"),
    )
    if what in shares:
        return "wrong_share"
    if what.startswith(_("the rules give another result: %(what)s") % {"what": ""}):
        return "wrong_share" if "local_content" in what else "wrong_criterion"
    return ALTERED
