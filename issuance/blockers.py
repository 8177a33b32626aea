"""What stands between an application and its recommendation or approval."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from auditors.models import Attestation
from documents.canonical import sha256_hex
from documents.sealing import sealing_problem
from reference.models import CodeEntry
from workflow.blockers import Blocker

from .models import Application, ChecklistAnswer


def checklist(application: Application) -> list[tuple[CodeEntry, ChecklistAnswer | None]]:
    """The items that hold for the category today, each with the reviewer's answer."""
    answers = {answer.item: answer for answer in application.answers.all()}
    items = CodeEntry.objects.of(
        "checklist_item",
        on=timezone.localdate(),
        applies_to=application.act.request.category,
    )
    return [(item, answers.get(item.code)) for item in items]


def review_blockers(application: Application) -> list[Blocker]:
    """Every condition of recommending approval."""
    return [*_standing(application), *_answers(application)]


def approval_blockers(application: Application) -> list[Blocker]:
    """Every condition of issuing, all asked again at the moment of the decision."""
    problem = sealing_problem()
    return [
        *review_blockers(application),
        Blocker(
            "seal",
            problem or _("The seal of the portal is ready"),
            problem is None,
            hint="" if problem is None else _("Without a seal nothing is issued."),
        ),
    ]


def _standing(application: Application) -> list[Blocker]:
    """Conditions that the portal checks itself."""
    act = application.act
    today = timezone.localdate()
    act_page = reverse("expertise:act-detail", args=[act.pk])
    in_force = act.status == "signed" and today <= act.valid_until
    is_intact = sha256_hex(bytes(act.record)) == act.record_sha256
    # The attestation frozen into the act, asked for the day the act was signed.
    attested = (
        Attestation.objects.in_force(on=timezone.localdate(act.signed_at))
        .filter(pk=act.attestation_id, user=act.signed_by)
        .exists()
    )
    open_scheme = act.request.scheme.is_open(on=today)
    return [
        Blocker(
            "act_positive",
            _("The act of expertise is positive")
            if act.is_positive
            else _("The act of expertise is negative"),
            act.is_positive,
            act_page,
        ),
        Blocker(
            "act_in_force",
            _("The act of expertise is in force")
            if in_force
            else _("The act of expertise is not in force any more"),
            in_force,
            act_page,
        ),
        Blocker(
            "act_intact",
            _("The act is as the auditor signed it")
            if is_intact
            else _("The record of the act does not fit the digest that was signed"),
            is_intact,
            act_page,
        ),
        Blocker(
            "auditor_attested",
            _("An attested auditor signed the act")
            if attested
            else _("The auditor was not attested on the day of the act"),
            attested,
            act_page,
        ),
        Blocker(
            "scheme_open",
            _("Certificates of this form are issued today")
            if open_scheme
            else _("Certificates of this form are no longer issued"),
            open_scheme,
        ),
    ]


def _answers(application: Application) -> list[Blocker]:
    page = reverse("issuance:application-review", args=[application.pk])
    rows = checklist(application)
    unanswered = [item for item, answer in rows if answer is None]
    unmet = [item for item, answer in rows if answer is not None and not answer.is_met]
    return [
        Blocker(
            "checklist_complete",
            _("The checklist is complete")
            if not unanswered
            else _("Checklist items without an answer: %(count)s") % {"count": len(unanswered)},
            not unanswered,
            page,
        ),
        *(
            Blocker(
                f"checklist_{item.code}",
                _("Not in order: %(item)s") % {"item": item.name},
                False,
                f"{page}#{item.code}",
            )
            for item in unmet
        ),
    ]
