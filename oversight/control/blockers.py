"""What stands between a desk check and its conclusion or its closing."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership
from oversight.models import DeskCheck, Replay
from reference import working_days
from reference.parameters import parameter
from workflow.blockers import Blocker

from .apart import stands_apart
from .replays import last_replay, record_digest
from .violations import standing_violations

Result = DeskCheck.Result


def concluding_blockers(check: DeskCheck, result: str = "") -> list[Blocker]:
    """Every condition of a conclusion; those of one result only when it is named."""
    page = reverse("oversight:check-detail", args=[check.number])
    replay = last_replay(check)
    is_recent = _is_recent(replay, check)
    blockers = [
        Blocker(
            "replay",
            _("A recent replay of the calculation is recorded")
            if is_recent
            else _("Record a replay of the calculation as it is today"),
            is_recent,
            "" if is_recent else f"{page}#replay",
        )
    ]
    found = bool(standing_violations(check))
    if result == Result.VIOLATIONS:
        blockers.append(
            Blocker(
                "violations",
                _("At least one violation is recorded")
                if found
                else _("Record at least one violation"),
                found,
                f"{page}#violations",
            )
        )
    elif result == Result.CLEAN:
        blockers += [
            Blocker(
                "no_violations",
                _("Take the recorded violations back, or conclude with violations")
                if found
                else _("No violation is recorded"),
                not found,
                f"{page}#violations",
            ),
            Blocker(
                "agrees",
                _("The replay shows differences: the check cannot end as clean")
                if replay is not None and not replay.agrees
                else _("The replay shows no difference"),
                replay is None or replay.agrees,
                f"{page}#replay",
            ),
        ]
    return blockers


def open_ends(check: DeskCheck) -> list[tuple[str, list[Blocker]]]:
    """Each result with what still stands in its way; nothing: it may be concluded so."""
    return [
        (result, [each for each in concluding_blockers(check, result) if not each.is_clear])
        for result in Result.values
    ]


def closing_blockers(check: DeskCheck, actor: Membership) -> list[Blocker]:
    """Every condition of the second person's confirmation."""
    own = [item for item in standing_violations(check) if item.noted_by_id == actor.user_id]
    apart = stands_apart(actor.user, check.certificate)
    return [
        Blocker(
            "another_person",
            _("Another person closes it than the inspector who concluded")
            if check.inspector_id != actor.user_id and not own
            else _("Another person has to close what you examined yourself"),
            check.inspector_id != actor.user_id and not own,
        ),
        Blocker(
            "apart",
            _("You took no part in the case")
            if apart
            else _("You took part in the case or belong to one of its sides"),
            apart,
        ),
    ]


def _is_recent(replay: Replay | None, check: DeskCheck) -> bool:
    """Made within the term, of the very bytes that lie there now."""
    if replay is None:
        return False
    today = timezone.localdate()
    days: int = parameter("desk_check.replay_days", on=today)
    age = working_days.between(timezone.localdate(replay.at), today)
    return age <= days and replay.act_sha256 == record_digest(check.certificate.application.act)
