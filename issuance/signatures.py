"""What people sign in stage two: the applicant the application, the signatory the decision.

`begin_…` opens a signing session and refuses what could not be done anyway; `complete_…` gives
the command once the record is signed. Decisions may be signed many at a time.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation
from documents.models import SigningItem, SigningSession
from documents.purposes import Fact, Holding, register, register_sight
from documents.signing import ToSign, begin
from expertise.models import Act
from expertise.signatures import named
from expertise.signatures import record_of as signed_record
from reference.code_lists import code_label
from workflow.blockers import refuse_blocked
from workflow.moving import guard

from . import services
from .blockers import approval_blockers_of, refusal_blockers
from .decisions import ISSUE, REFUSE, decision_record
from .declarations import record_of
from .holding import refuse_held
from .models import Application, Certificate
from .services.applying import APPLY, prepare_application
from .services.grounds import check_reason

APPROVE = "application.approve"
REFUSAL = "application.refuse"


def begin_application(*, act: Act, actor: Membership, chamber: Organisation) -> SigningSession:
    """From a positive act straight to its chamber."""
    record = prepare_application(act=act, actor=actor, chamber=chamber)
    label = str(_("Application for a certificate on act %(act)s")) % {"act": act.number}
    return begin(
        purpose=APPLY,
        actor=actor,
        records=[ToSign(act.subject_ref(), label, record, {"chamber": str(chamber.pk)})],
        return_url=reverse("issuance:application-create", args=[act.pk]),
    )


def begin_submission(
    *, application: Application, actor: Membership, seen_version: int | None = None
) -> SigningSession:
    """An application that was drafted before, a replacement for one."""
    guard(application, "submit", actor, seen_version=seen_version)
    label = str(_("Application for a certificate on act %(act)s")) % {"act": application.act.number}
    return begin(
        purpose=APPLY,
        actor=actor,
        records=[ToSign(application.subject_ref(), label, record_of(application))],
        return_url=_page(application),
    )


def complete_application(item: SigningItem, actor: Membership) -> str:
    if item.subject_type == Application.SUBJECT_TYPE:
        application = services.submit_application(
            application=_application_of(item), actor=actor, signed=item
        )
    else:
        application = services.apply_for_certificate(
            act=Act.objects.get(pk=item.subject_id),
            actor=actor,
            chamber=Organisation.objects.get(pk=item.arguments["chamber"]),
            signed=item,
        )
    return _page(application)


def begin_approval(
    *,
    applications: Sequence[Application],
    actor: Membership,
    return_url: str,
    seen_versions: Mapping[UUID, int | None] | None = None,
) -> SigningSession:
    """The decisions to issue of one sitting, each a record of its own."""
    seen = seen_versions or {}
    blockers = approval_blockers_of(applications, actor)
    records = []
    for application in applications:
        guard(application, "approve", actor, seen_version=seen.get(application.pk))
        refuse_held(application, actor)
        refuse_blocked(blockers[application.pk], code="blocked")
        label = str(_("Decision to issue on application %(number)s")) % {
            "number": application.number
        }
        record = decision_record(application, actor, decision=ISSUE)
        arguments = {"version": application.version}
        records.append(ToSign(application.subject_ref(), label, record, arguments))
    return begin(purpose=APPROVE, actor=actor, records=records, return_url=return_url)


def complete_approval(item: SigningItem, actor: Membership) -> str:
    certificate = services.approve_application(
        application=_application_of(item),
        actor=actor,
        seen_version=item.arguments["version"],
        signed=item,
    )
    return reverse("issuance:certificate-detail", args=[certificate.pk])


def begin_refusal(
    *,
    application: Application,
    actor: Membership,
    reason: str,
    note: str = "",
    seen_version: int | None = None,
) -> SigningSession:
    guard(application, "refuse", actor, seen_version=seen_version)
    refuse_held(application, actor)
    check_reason(reason)
    refuse_blocked(refusal_blockers(actor), code="blocked")
    label = str(_("Decision to refuse on application %(number)s")) % {"number": application.number}
    record = decision_record(application, actor, decision=REFUSE, reason=reason, note=note)
    arguments = {"version": application.version, "reason": reason, "note": note}
    return begin(
        purpose=REFUSAL,
        actor=actor,
        records=[ToSign(application.subject_ref(), label, record, arguments)],
        return_url=reverse("issuance:application-decide", args=[application.pk]),
    )


def complete_refusal(item: SigningItem, actor: Membership) -> str:
    application = services.refuse_application(
        application=_application_of(item),
        actor=actor,
        reason=item.arguments["reason"],
        note=item.arguments["note"],
        seen_version=item.arguments["version"],
        signed=item,
    )
    return _page(application)


def _application_of(item: SigningItem) -> Application:
    return Application.objects.get(pk=item.subject_id)


def _page(application: Application) -> str:
    return reverse("issuance:application-detail", args=[application.pk])


def application_summary(item: SigningItem) -> list[Fact]:
    record = signed_record(item)
    facts: list[Fact] = [
        (_("Applicant"), named(record["applicant"]["name"])),
        (_("Act of expertise"), record["act"]["number"]),
        (_("Chamber"), named(record["chamber"]["name"])),
        (_("You declare"), named(record["declaration"])),
    ]
    if record["replaces"]:
        facts.insert(2, (_("Replaces certificate"), record["replaces"]["number"]))
    return facts


def decision_summary(item: SigningItem) -> list[Fact]:
    record = signed_record(item)
    facts: list[Fact] = [
        (_("Applicant"), named(record["applicant"]["name"])),
        (_("Act of expertise"), record["act"]["number"]),
    ]
    if record["refusal"]:
        code = record["refusal"]["reason"]["code"]
        facts.append((_("Reason"), code_label("refusal_reason", code)))
        if record["refusal"]["note"]:
            facts.append((_("Explanation"), record["refusal"]["note"]))
    else:
        facts.append((_("Goods lines"), str(len(record["lines"]))))
    if record["replaces"]:
        facts.append((_("Replaces certificate"), record["replaces"]["number"]))
    return facts


def sees_application(subject_id: str, actor: Membership) -> bool:
    return Application.objects.visible_to(actor).filter(pk=subject_id).exists()


def sees_certificate(subject_id: str, actor: Membership) -> bool:
    return Certificate.objects.visible_to(actor).filter(pk=subject_id).exists()


register(
    APPLY,
    label=_("Sign the application for a certificate"),
    holding=Holding.ORGANISATION,
    complete=complete_application,
    summary=application_summary,
    done=_("The application is signed and went to the chamber."),
    noun=_("Application for a certificate"),
)
register(
    APPROVE,
    label=_("Sign the decision to issue"),
    holding=Holding.ORGANISATION,
    complete=complete_approval,
    summary=decision_summary,
    done=_("Signed and approved: the certificate is being made."),
    noun=_("Decision to issue"),
)
register(
    REFUSAL,
    label=_("Sign the decision to refuse"),
    holding=Holding.ORGANISATION,
    complete=complete_refusal,
    summary=decision_summary,
    done=_("The refusal is signed."),
    noun=_("Decision to refuse"),
)
register_sight("application", sees_application)
register_sight("certificate", sees_certificate)
