"""What the pages of mass actions show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from expertise.models import Act
from issuance.workflow import CERTIFICATE_WORKFLOW
from oversight.models import MassAction, MassActionItem
from reference.models import Chamber

from .conditions import Conditions, dry_run, named

State = MassActionItem.State


@dataclass(frozen=True)
class Progress:
    waiting: int
    done: int
    left: int

    @property
    def total(self) -> int:
        return self.waiting + self.done + self.left

    @property
    def dealt_with(self) -> int:
        return self.done + self.left


def progress_of(action: MassAction) -> Progress:
    counts: Mapping[str, int] = dict(
        action.items.order_by().values_list("state").annotate(count=Count("pk"))
    )
    return Progress(
        waiting=counts.get(State.WAITING, 0),
        done=counts.get(State.DONE, 0),
        left=counts.get(State.SKIPPED, 0),
    )


def conditions_in_words(action: MassAction) -> list[tuple[str | Promise, Any]]:
    """Labels and values of the conditions, with names for the keys that are kept."""
    told: list[tuple[str | Promise, Any]] = []
    for name, value in named(action.conditions).items():
        match name:
            case "auditor":
                told.append((_("On acts of the auditor"), User.objects.get(pk=value)))
            case "expert_organisation":
                organisation = Organisation.objects.get(pk=value)
                told.append((_("On acts of the expert organisation"), organisation))
            case "act":
                told.append((_("On the act"), Act.objects.get(pk=value).number))
            case "chamber":
                told.append((_("Issued by the chamber"), Chamber.objects.get(pk=value).name))
            case "signed_from":
                told.append((_("Acts signed from"), value.strftime("%d.%m.%Y")))
            case "signed_until":
                told.append((_("Acts signed until"), value.strftime("%d.%m.%Y")))
    return told


@dataclass(frozen=True)
class Split:
    """The list by one property: what stands in it most comes first."""

    label: str | Promise
    rows: list[tuple[str, int]]


def splits_of(action: MassAction) -> list[Split]:
    by_chamber = (
        action.items.order_by().values_list("certificate__chamber_code").annotate(n=Count("pk"))
    )
    names = {chamber.code: chamber.name for chamber in Chamber.objects.all()}
    by_year = action.items.order_by().values_list("certificate__year").annotate(n=Count("pk"))
    return [
        Split(
            _("By chamber"),
            sorted(((names.get(code, code), n) for code, n in by_chamber), key=lambda row: -row[1]),
        ),
        Split(_("By year of issue"), sorted((str(year), n) for year, n in by_year)),
    ]


def left_by_the_dry_run(action: MassAction) -> list[tuple[str | Promise, int]]:
    """Certificates under the same conditions that the list does not hold, by why.

    Asked while the list waits for approval; afterwards the action itself has changed the answer.
    """
    if action.undoes_id or action.started_at:
        return []
    found = dry_run(Conditions.from_data(action.conditions), action.kind, on=timezone.localdate())
    return [
        (_("Expired") if why == "expired" else CERTIFICATE_WORKFLOW.statuses[why].label, count)
        for why, count in sorted(found.left.items())
    ]
