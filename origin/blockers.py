"""What stands between a version or a ruling and the next decision, each with its link."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflow.blockers import Blocker

from .books import fingerprint, parsed
from .checking import RuleFinding
from .differences import difference
from .models import ImpactRun, RulePack, Ruling


def finished_run(proposal: RulePack | Ruling) -> ImpactRun | None:
    """The last finished measurement of exactly this text."""
    runs = proposal.impact_runs.filter(body_sha256=fingerprint(proposal), finished_at__isnull=False)
    return runs.order_by("-finished_at").first()


def check_blockers(pack: RulePack, findings: Sequence[RuleFinding], *, on: date) -> list[Blocker]:
    """Before a draft is handed over: it changes something, begins later, and has no faults."""
    errors = [finding for finding in findings if finding.is_error]
    return [
        _changes_something(pack),
        _begins_later(pack, on=on),
        Blocker(
            "no_faults",
            _("The check of the rules found no faults")
            if not errors
            else ngettext(
                "The check of the rules found %(count)d fault",
                "The check of the rules found %(count)d faults",
                len(errors),
            )
            % {"count": len(errors)},
            not errors,
            reverse("origin:pack-findings", args=[pack.pk]),
        ),
    ]


def approval_blockers(pack: RulePack, run: ImpactRun | None, *, on: date) -> list[Blocker]:
    """Before a version comes into force: its first day is free, and its effect is known."""
    return [
        _begins_later(pack, on=on),
        _day_is_free(pack),
        Blocker(
            "impact_measured",
            _("The effect on the acts in force was measured for exactly this text")
            if run
            else _("The effect on the acts in force must be measured for this text"),
            run is not None,
            f"{reverse('origin:pack-impact', args=[pack.pk])}#effect",
        ),
    ]


def ruling_blockers(ruling: Ruling, run: ImpactRun | None, *, on: date) -> list[Blocker]:
    """Before a reading holds: it begins later, and its effect is known."""
    return [
        Blocker(
            "begins_later",
            _("The reading holds from %(day)s") % {"day": ruling.holds_from.strftime("%d.%m.%Y")}
            if ruling.holds_from > on
            else _("The day from which the reading would hold has come: withdraw and propose anew"),
            ruling.holds_from > on,
        ),
        Blocker(
            "impact_measured",
            _("The effect on the acts in force was measured for exactly this reading")
            if run
            else _("The effect on the acts in force must be measured first"),
            run is not None,
            f"{reverse('origin:ruling-detail', args=[ruling.pk])}#effect",
        ),
    ]


def _changes_something(pack: RulePack) -> Blocker:
    is_changed = pack.base is None or bool(
        difference(parsed(pack.base.body_sha256), parsed(pack.body_sha256))
    )
    return Blocker(
        "changes_something",
        _("The version differs from the one it was made from")
        if is_changed
        else _("The version changes nothing against the one it was made from"),
        is_changed,
        reverse("origin:pack-detail", args=[pack.pk]),
    )


def _begins_later(pack: RulePack, *, on: date) -> Blocker:
    is_later = pack.valid_from is not None and pack.valid_from > on
    day = {"day": pack.valid_from.strftime("%d.%m.%Y") if pack.valid_from else "—"}
    return Blocker(
        "begins_later",
        _("The version begins on %(day)s") % day
        if is_later
        else _("The first day %(day)s has come: choose a later one") % day,
        is_later,
        "" if pack.status != "draft" else reverse("origin:pack-head", args=[pack.pk]),
    )


def _day_is_free(pack: RulePack) -> Blocker:
    others = RulePack.objects.approved(scheme=pack.scheme_id).filter(valid_from=pack.valid_from)
    other = others.first()
    return Blocker(
        "day_is_free",
        _("No other approved version begins on this day")
        if other is None
        else _("Version %(code)s begins on the same day") % {"code": other.code},
        other is None,
        "" if other is None else reverse("origin:pack-detail", args=[other.pk]),
    )
