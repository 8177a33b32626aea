"""A violation begun from a difference of the replay: what the inspector would have to type."""

from typing import Any

from django.utils.translation import gettext as _

from expertise.replaying import Difference
from oversight.models import Fault

from .replays import Replayed


def suggested_violation(replayed: Replayed, chosen: str) -> dict[str, Any]:
    """Initial values of the form from the difference with this place in the list; may be empty."""
    if not chosen.isdecimal() or int(chosen) >= len(replayed.differences):
        return {}
    difference = replayed.differences[int(chosen)]
    return {
        "code": _code(difference),
        "fault": Fault.AUDITOR,
        "text": str(difference),
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
    return "record_altered"
