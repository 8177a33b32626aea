"""What a certificate of the earlier register is worth on a day: its last status and its dates.

The export tells the last status and not since when it holds, so it holds for any day. Nothing
of this is proved by a seal or by the log.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from .models import RegisterEntry, State
from .standing import Spell, Standing, read_standing


def earlier_standing(
    entry: RegisterEntry, *, on: date, now: datetime, ended_schemes: Sequence[str]
) -> Standing:
    """`ended_schemes` are those that are over on that day."""
    is_ended = entry.scheme in ended_schemes
    valid_until = entry.valid_until
    if entry.state == State.EXPIRED:
        # Called expired before the end of its term: the word is the safer of the two.
        valid_until = min(valid_until, entry.issued_on - timedelta(days=1))
    state = State.VALID if entry.state == State.EXPIRED else entry.state
    return read_standing(
        number=entry.number,
        valid_until=valid_until,
        scheme_ended_on=on if is_ended else None,
        spells=[Spell(state, timezone.make_aware(datetime.combine(entry.issued_on, time.min)))],
        on=on,
        now=now,
    )
