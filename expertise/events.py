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
audit.register("request.assigned", facts=("auditor", "draw"), sentence=_("An auditor was assigned"))
audit.register(
    "request.released",
    facts=("auditor", "reason"),
    sentence=_("The request was taken back from its auditor"),
)
audit.register(
    "request.conflict_overridden",
    facts=("auditor", "conflicts"),
    sentence=_("The Committee allowed an auditor in spite of a conflict of interest"),
)
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
    "request.bill_copied",
    facts=("line", "lines", "materials"),
    sentence=_("The materials of line %(line)s were taken for %(lines)s more lines"),
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
    "request.reminded",
    facts=("question", "due_on"),
    sentence=_("The applicant was reminded: the answer is expected by %(due_on)s"),
)
audit.register(
    "request.lapsed",
    facts=("question", "reason"),
    sentence=_("No answer came in time; the request ended by itself"),
)
audit.register(
    "request.refused",
    facts=("reason",),
    sentence=_("The auditor refused the expertise"),
)
audit.register(
    "act.correction_asked",
    facts=("number", "reason"),
    sentence=_("A correction of act %(number)s was begun; it holds until the new one is signed"),
)
audit.register(
    "request.correction_opened",
    facts=("act", "reason"),
    sentence=_("The expertise was opened again to correct act %(act)s"),
)
audit.register(
    "act.superseded",
    facts=("number", "by"),
    sentence=_("Act %(number)s was superseded by act %(by)s"),
)
audit.register(
    "act.reinstated",
    facts=("number", "basis"),
    sentence=_("The annulment of act %(number)s was set aside by decision %(basis)s"),
)
audit.register(
    "act.annulled",
    facts=("number", "reason"),
    sentence=_("Act %(number)s was annulled"),
)
audit.register(
    "request.evidence_removed",
    facts=("type", "file_sha256"),
    sentence=_("The auditor took a document of the expertise out again"),
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
# Of a blind second expertise only the Committee knows: these stand in no case of a request.
audit.register(
    "second_opinion.considered",
    facts=("checkpoint_size", "share_percent", "is_drawn", "is_filed"),
    sentence=_("It was drawn from the log whether the request is examined twice"),
)
audit.register(
    "second_opinion.agreed",
    facts=("lines",),
    sentence=_("Both auditors said the same of all %(lines)s lines"),
)
audit.register(
    "second_opinion.differs",
    facts=("lines", "different"),
    sentence=_("The auditors differ in %(different)s of %(lines)s lines"),
)
audit.register(
    "second_opinion.void",
    facts=(),
    sentence=_("The second expertise ended: one side has no act"),
)
audit.register(
    "second_opinion.resolved",
    facts=("holding",),
    sentence=_("The Committee decided which verdict holds"),
)
audit.register(
    "catalogue.entry_added", facts=("kind",), sentence=_("An entry was added to the own catalogue")
)
audit.register(
    "catalogue.entry_changed",
    facts=("kind",),
    sentence=_("An entry of the own catalogue was changed"),
)
audit.register(
    "catalogue.entry_retired",
    facts=("kind",),
    sentence=_("An entry of the own catalogue was retired"),
)
audit.register(
    "catalogue.entry_restored",
    facts=("kind",),
    sentence=_("A retired entry of the own catalogue was taken back"),
)
audit.register(
    "catalogue.imported",
    facts=("kind", "entries", "file_sha256"),
    sentence=_("%(entries)s entries of the own catalogue were imported from a file"),
)
audit.register(
    "catalogue.filled",
    facts=("products", "materials", "suppliers"),
    sentence=_(
        "The own catalogue learnt %(products)s products, %(materials)s materials and "
        "%(suppliers)s suppliers from a request"
    ),
)
audit.register(
    "request.line_copied",
    facts=("line", "copy", "materials"),
    sentence=_("Line %(line)s was copied with its materials as line %(copy)s"),
)
audit.register_subject("second_opinion", "expertise:second-opinion-detail")
audit.register_subject("request", "expertise:request-detail")
audit.register_subject("act", "expertise:act-detail")
