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
    "application.consultation_asked",
    facts=("consultation", "due_on"),
    sentence=_("The reviewer asked another body; the clock stopped"),
)
audit.register(
    "application.consultation_closed",
    facts=("consultation", "is_answered", "file_sha256"),
    sentence=_("The question to another body is closed; the clock runs again"),
)
audit.register(
    "application.taken_over",
    facts=("previous",),
    sentence=_("Another chamber officer took the review over"),
)
audit.register(
    "application.released",
    facts=("previous",),
    sentence=_("The review was given back; the application is free to be taken"),
)
audit.register(
    "application.reassigned",
    facts=("previous", "reviewer"),
    sentence=_("The review was given to a chamber officer"),
)
audit.register(
    "application.hold_broken",
    facts=("previous",),
    sentence=_("The open case was taken over from a colleague"),
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
    facts=("certificate", "decision_sha256"),
    sentence=_("A second person approved the issue of certificate %(certificate)s"),
)
audit.register(
    "application.refused",
    facts=("reason", "decision_sha256"),
    sentence=_("The chamber refused the certificate"),
)
audit.register(
    "application.letter_sealed",
    facts=("number", "record_sha256", "sealed_sha256"),
    sentence=_("The letter of refusal was sealed"),
)
audit.register("application.withdrawn", sentence=_("The applicant withdrew the application"))
audit.register(
    "certificate.issuing_started",
    facts=("number", "act_sha256", "application"),
    sentence=_("Number %(number)s was reserved; the issue began"),
    is_public=True,
)
audit.register(
    "certificate.issued",
    facts=("number", "record_sha256", "act_sha256", "pdf_sha256", "seal_certificate_sha256"),
    sentence=_("Certificate %(number)s was sealed and is in force"),
    is_public=True,
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
audit.register(
    "mandate.entered",
    facts=("chamber", "holder", "powers"),
    sentence=_("A mandate of a signatory of chamber %(chamber)s was entered"),
)
audit.register(
    "mandate.confirmed",
    facts=("chamber",),
    sentence=_("A mandate of a signatory of chamber %(chamber)s was confirmed"),
)
audit.register(
    "mandate.ended",
    facts=("chamber", "last_day"),
    sentence=_("A mandate of a signatory of chamber %(chamber)s ends after %(last_day)s"),
)
audit.register(
    "seal.entered",
    facts=("chamber", "certificate_sha256"),
    sentence=_("A seal was entered in the register of seals"),
)
audit.register(
    "seal.confirmed",
    facts=("chamber", "certificate_sha256"),
    sentence=_("A seal of chamber %(chamber)s was confirmed"),
)
audit.register(
    "seal.ended",
    facts=("chamber", "certificate_sha256", "last_day"),
    sentence=_("A seal ends after %(last_day)s"),
)
audit.register_subject("application", "issuance:application-detail")
audit.register_subject("certificate", "issuance:certificate-detail")
