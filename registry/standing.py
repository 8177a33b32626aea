"""What a certificate is worth on a day: a pure reading of its statuses in time and its dates.

A question about today is answered as of this moment, about another day as of its end. A
certificate that was replaced or revoked is never told as in force, whatever its dates say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from issuance.models import Certificate, StatusPeriod
from issuance.periods import end_of

VALID, SUSPENDED, REVOKED, REPLACED = "valid", "suspended", "revoked", "replaced"
EXPIRED, SCHEME_ENDED, NOT_YET = "expired", "scheme_ended", "not_yet"

# One sentence for each standing and time: past, today, to come.
SENTENCES: dict[str, tuple[str | Promise, str | Promise, str | Promise]] = {
    VALID: (
        _("Certificate %(number)s was in force on %(day)s"),
        _("Certificate %(number)s is in force"),
        _("Certificate %(number)s is due to be in force on %(day)s"),
    ),
    SUSPENDED: (
        _("Certificate %(number)s was suspended on %(day)s"),
        _("Certificate %(number)s is suspended"),
        _("Certificate %(number)s is suspended; what holds on %(day)s is not decided yet"),
    ),
    REVOKED: (
        _("Certificate %(number)s had been revoked by %(day)s"),
        _("Certificate %(number)s has been revoked"),
        _("Certificate %(number)s has been revoked and is not in force on %(day)s"),
    ),
    REPLACED: (
        _("Certificate %(number)s had been replaced by %(successor)s by %(day)s"),
        _("Certificate %(number)s has been replaced by %(successor)s"),
        _("Certificate %(number)s has been replaced by %(successor)s and is not in force"),
    ),
    EXPIRED: (
        _("Certificate %(number)s had expired by %(day)s"),
        _("Certificate %(number)s has expired"),
        _("Certificate %(number)s will have expired by %(day)s"),
    ),
    SCHEME_ENDED: (
        _("Certificate %(number)s was not in force on %(day)s: its scheme had ended"),
        _("Certificate %(number)s is not in force any more: its scheme has ended"),
        _("Certificate %(number)s will not be in force on %(day)s: its scheme ends before"),
    ),
    NOT_YET: (
        _("Certificate %(number)s was not yet issued on %(day)s"),
        _("Certificate %(number)s is not yet in force"),
        _("Certificate %(number)s is not yet in force on %(day)s"),
    ),
}
LOOKS = {
    VALID: ("good", "check"),
    SUSPENDED: ("wait", "pause"),
    REVOKED: ("bad", "cross"),
    REPLACED: ("bad", "arrow"),
    EXPIRED: ("wait", "clock"),
    SCHEME_ENDED: ("wait", "clock"),
    NOT_YET: ("wait", "pause"),
}


@dataclass(frozen=True)
class Spell:
    """From `since` on the certificate had this status, until the next spell."""

    status: str
    since: datetime
    reason: str = ""
    successor_number: str = ""


@dataclass(frozen=True)
class Standing:
    """The answer: a code for programs; a sentence, a tone and a shape for people.

    `reason` is a code of the list that belongs to the standing; `since` is when it began.
    """

    code: str
    sentence: str
    tone: str
    shape: str
    since: datetime | None = None
    reason: str = ""
    successor_number: str = ""


def read_standing(
    *,
    number: str,
    valid_until: date,
    scheme_ended_on: date | None,
    spells: Sequence[Spell],
    on: date,
    now: datetime,
) -> Standing:
    """The standing from bare facts; `spells` in the order of time.

    The last day is included; `scheme_ended_on` is the first day without the scheme. A
    suspension does not prolong a certificate, so one that ran out while suspended has expired.
    """
    today = timezone.localdate(now)
    moment = now if on == today else end_of(on)
    spell = next((one for one in reversed(spells) if one.since <= moment), None)
    code, since = _code(spell, valid_until, scheme_ended_on, on)
    successor = spell.successor_number if spell else ""
    past, present, future = SENTENCES[code]
    chosen = past if on < today else future if on > today else present
    sentence = str(chosen) % {
        "number": number,
        "day": on.strftime("%d.%m.%Y"),
        "successor": successor,
    }
    reason = spell.reason if spell and since == spell.since else ""
    return Standing(code, sentence, *LOOKS[code], since, reason, successor)


def _code(
    spell: Spell | None, valid_until: date, scheme_ended_on: date | None, on: date
) -> tuple[str, datetime | None]:
    if spell is None:
        return NOT_YET, None
    if spell.status in (REVOKED, REPLACED):
        return spell.status, spell.since
    first_day_without = valid_until + timedelta(days=1)
    if scheme_ended_on and scheme_ended_on <= first_day_without and on >= scheme_ended_on:
        return SCHEME_ENDED, _start_of(scheme_ended_on)
    if on >= first_day_without:
        return EXPIRED, _start_of(first_day_without)
    # A status that this page does not know is never told as "in force".
    return (VALID if spell.status == VALID else SUSPENDED), spell.since


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def standing_of(
    certificate: Certificate, *, on: date, now: datetime, periods: Iterable[StatusPeriod]
) -> Standing:
    """The standing of an issued certificate; reads its scheme and each period's successor.

    `periods` in the order of time, as `certificate.periods` gives them.
    """
    return read_standing(
        number=certificate.number,
        valid_until=certificate.valid_until,
        scheme_ended_on=certificate.application.act.request.scheme.ended_on,
        spells=[
            Spell(
                period.status,
                period.since,
                period.reason,
                period.successor.number if period.successor else "",
            )
            for period in periods
        ],
        on=on,
        now=now,
    )


def standings(
    certificates: Sequence[Certificate], *, on: date, now: datetime
) -> dict[Certificate, Standing]:
    """Many at once, in one query for their statuses.

    The caller's query selects `application__act__request__scheme`.
    """
    periods: dict[object, list[StatusPeriod]] = {one.pk: [] for one in certificates}
    for period in (
        StatusPeriod.objects.filter(certificate__in=certificates)
        .select_related("successor")
        .defer("successor__record")
        .order_by("since", "pk")
    ):
        periods[period.certificate_id].append(period)
    return {one: standing_of(one, on=on, now=now, periods=periods[one.pk]) for one in certificates}
