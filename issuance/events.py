"""Events of stage two and the sentences that the timeline shows for them."""

from django.utils.translation import gettext_lazy as _

import audit

audit.register(
    "application.created",
    facts=("act", "chamber"),
    sentence=_("An application to chamber %(chamber)s was begun on act %(act)s"),
)
audit.register(
    "application.submitted",
    facts=("act", "act_sha256", "by_itself"),
    sentence=_("Application %(subject_label)s went to the chamber"),
)
audit.register("application.taken", sentence=_("A chamber officer took the review"))
audit.register(
    "application.checked",
    facts=("met", "unmet"),
    sentence=_("The checklist was filled: %(met)s in order, %(unmet)s not"),
)
audit.register(
    "application.question_asked",
    facts=("question", "due_on"),
    sentence=_("The chamber asked the applicant for more; the clock stopped"),
)
audit.register(
    "application.question_answered",
    facts=("question",),
    sentence=_("The applicant answered the chamber; the clock runs again"),
)
audit.register(
    "application.recommended",
    facts=("met", "items"),
    sentence=_("The reviewer recommends approval"),
)
audit.register(
    "application.refusal_proposed",
    facts=("reason",),
    sentence=_("The reviewer proposes to refuse the certificate"),
)
audit.register(
    "application.returned", sentence=_("The decision-maker returned the case to the reviewer")
)
audit.register(
    "application.approved",
    facts=("certificate",),
    sentence=_("A second person approved the issue of certificate %(certificate)s"),
)
audit.register(
    "application.refused", facts=("reason",), sentence=_("The chamber refused the certificate")
)
audit.register("application.withdrawn", sentence=_("The applicant withdrew the application"))
audit.register(
    "certificate.issuing_started",
    facts=("number", "act_sha256", "application"),
    sentence=_("Number %(number)s was reserved; the issue began"),
)
audit.register(
    "certificate.issued",
    facts=("number", "record_sha256", "act_sha256", "pdf_sha256", "seal_certificate_sha256"),
    sentence=_("Certificate %(number)s was sealed and is in force"),
)
audit.register(
    "certificate.issue_failed",
    facts=("number", "step", "code"),
    sentence=_("The issue of %(number)s stopped; the number stays reserved"),
)
audit.register(
    "certificate.issue_resumed",
    facts=("number",),
    sentence=_("The issue of %(number)s was started again"),
)
audit.register_subject("application", "issuance:application-detail")
audit.register_subject("certificate", "issuance:certificate-detail")
