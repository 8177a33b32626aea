"""What comes after the step that a case stands at."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .whole import WholeCase

AFTER_REQUEST: dict[str, str | Promise] = {
    "draft": _("Next: the expert organisation accepts the request and assigns an auditor."),
    "submitted": _("Next: an auditor is assigned and examines the goods."),
    "accepted": _("Next: the auditor examines papers, goods and process, then signs the act."),
    "in_expertise": _("Next: the auditor signs the act; a positive one goes to a chamber."),
    "awaiting_applicant": _("Next: the auditor goes on with the days that were left."),
}
AFTER_APPLICATION: dict[str, str | Promise] = {
    "draft": _("Next: an officer of the chamber reviews the application."),
    "submitted": _("Next: the review; another person then decides."),
    "under_review": _("Next: another person of the chamber decides."),
    "awaiting_applicant": _("Next: the reviewer goes on with the days that were left."),
    "in_consultation": _("Next: the reviewer goes on with the reply."),
    "recommended": _("Next: once it is approved, the portal makes and seals the certificate."),
}


def what_comes_next(case: WholeCase) -> str | Promise:
    if case.correction is not None:
        return _("Next: the corrected act takes the place of the signed one.")
    if case.application is not None:
        return AFTER_APPLICATION.get(case.application.status, "")
    request = case.request
    if request is None:
        return ""
    if request.status == "concluded" and case.act is not None and case.act.is_positive:
        return _("Next: the applicant sends the act to a chamber.")
    return AFTER_REQUEST.get(request.status, "")
