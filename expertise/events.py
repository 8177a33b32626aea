"""Events of stage one and the sentences that the timeline shows for them."""

from django.utils.translation import gettext_lazy as _

import audit

audit.register("request.created", facts=(), sentence=_("A request was begun"))
audit.register(
    "request.submitted",
    facts=("lines", "content_sha256"),
    sentence=_("Request %(subject_label)s was submitted: %(lines)s goods lines"),
)
audit.register(
    "request.accepted", facts=(), sentence=_("The expert organisation accepted the request")
)
audit.register("request.assigned", facts=("auditor",), sentence=_("An auditor was assigned"))
audit.register(
    "request.question_asked",
    facts=("question", "due_on"),
    sentence=_("The auditor asked the applicant for more; the clock stopped"),
)
audit.register(
    "request.question_answered",
    facts=("question",),
    sentence=_("The applicant answered; the clock runs again"),
)
audit.register("request.rejected", facts=("reason",), sentence=_("The request was rejected"))
audit.register("request.withdrawn", facts=(), sentence=_("The applicant withdrew the request"))
audit.register("request.concluded", facts=("act",), sentence=_("The expertise was concluded"))
audit.register(
    "request.lines_imported",
    facts=("lines", "file_sha256"),
    sentence=_("%(lines)s goods lines were imported from a file"),
)
audit.register(
    "request.materials_imported",
    facts=("materials", "file_sha256"),
    sentence=_("%(materials)s materials were imported from a file"),
)
audit.register(
    "request.document_added",
    facts=("type", "file_sha256"),
    sentence=_("A document was added"),
)
audit.register(
    "request.document_removed",
    facts=("type", "file_sha256"),
    sentence=_("A document was removed from the draft"),
)
audit.register(
    "act.signed",
    facts=("number", "record_sha256", "is_positive", "lines", "refused_lines", "attestation"),
    sentence=_("Act of expertise %(number)s was signed"),
)
audit.register(
    "act.document_sealed",
    facts=("number", "sealed_sha256"),
    sentence=_("The PDF of act %(number)s was sealed"),
)
audit.register_subject("request", "expertise:request-detail")
audit.register_subject("act", "expertise:act-detail")
