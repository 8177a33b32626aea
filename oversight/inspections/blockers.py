"""What stands between an inspection and its beginning or its end."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversight.models import HalfYearList, Inspection, Measure, Sample, Violation
from workflow.blockers import Blocker

from .half_years import HalfYear
from .lists import SAMPLE_PURCHASE, needs_act

# Measures that came to nothing prove nothing.
FAILED_MEASURES = ("rejected", "withdrawn", "dropped", "set_aside")


def starting_blockers(inspection: Inspection, *, on: date) -> list[Blocker]:
    """Conditions of the beginning; those that do not concern this inspection are left out."""
    page = reverse("oversight:inspection-detail", args=[inspection.number])
    blockers = [
        Blocker(
            "inspector",
            _("An inspector is named"),
            inspection.inspector_id is not None,
            url=f"{page}#inspector",
        )
    ]
    if inspection.half_year:
        half = HalfYear.parse(inspection.half_year)
        is_approved = HalfYearList.objects.filter(
            department=inspection.department_id, half_year=inspection.half_year
        ).exists()
        url = reverse("oversight:half-year-list")
        blockers += [
            Blocker(
                "list",
                _("The half-yearly list of the department is approved"),
                is_approved,
                url=f"{url}?half_year={inspection.half_year}&department={inspection.department_id}",
            ),
            Blocker("half_year", _("The half-year of the list has begun"), on >= half.first),
        ]
    if needs_act(inspection.kind):
        blockers.append(
            Blocker(
                "act",
                _("The act of appointment is registered"),
                bool(inspection.registration_number),
                url=f"{page}#act",
            )
        )
    return blockers


def completion_blockers(
    inspection: Inspection, *, has_violations: bool | None = None
) -> list[Blocker]:
    """Conditions of the end. Without `has_violations` those that depend on it are left out."""
    page = reverse("oversight:inspection-detail", args=[inspection.number])
    untested = inspection.samples.filter(result="").count()
    blockers = [
        Blocker(
            "samples",
            _("The laboratory told its result on every sample"),
            untested == 0,
            url=f"{page}#samples",
        )
    ]
    if inspection.kind == SAMPLE_PURCHASE:
        blockers.append(
            Blocker(
                "bought",
                _("At least one sample was bought"),
                inspection.samples.exists(),
                url=f"{page}#samples",
            )
        )
    if has_violations is None:
        return blockers
    is_proved = has_proof(inspection)
    if has_violations:
        blockers.append(
            Blocker(
                "proof",
                _("A violation, an outcome, a measure or a violating sample is recorded"),
                is_proved,
                url=f"{page}#violations",
            )
        )
    else:
        blockers.append(
            Blocker(
                "nothing",
                _("No violation, outcome, measure or violating sample is recorded"),
                not is_proved,
                url=f"{page}#violations",
            )
        )
    return blockers


def has_proof(inspection: Inspection) -> bool:
    """Whether anything recorded says that there were violations."""
    return (
        inspection.violations.filter(set_aside_at__isnull=True).exists()
        or inspection.outcomes.exists()
        or inspection.samples.filter(result=Sample.Result.VIOLATES).exists()
        or Measure.objects.filter(inspection=inspection)
        .exclude(status__in=FAILED_MEASURES)
        .exists()
    )


def standing_violations(inspection: Inspection) -> list[Violation]:
    """The violations that nobody has set aside."""
    return list(inspection.violations.filter(set_aside_at__isnull=True).order_by("noted_at"))
