"""Ways to a measure: to strangers it does not exist, of another department it says so."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.doors import only_with
from documents.file_pages import handed_out
from documents.models import StoredFile
from documents.storing import file_response
from documents.uploads import accept_upload
from oversight.departments import check_department
from oversight.measures.forms import FILES
from oversight.measures.selectors import of_subject, with_everything
from oversight.models import Appeal, Measure

for_the_committee = only_with("oversight.read_measure")


def find_measure(request: HttpRequest, number: str) -> Measure:
    """The measure, if it belongs to the person's department; another one's is refused in words."""
    measure = get_object_or_404(with_everything(Measure.objects.all()), number=number)
    check_department(request.actor, measure.department)
    return measure


def find_own_measure(request: HttpRequest, number: str) -> Measure:
    """A measure that the person answers to, for himself or for the organisation."""
    actor = request.actor
    if actor is None:
        raise Http404
    return get_object_or_404(with_everything(of_subject(actor)), number=number)


def find_appeal(request: HttpRequest, number: str) -> Appeal:
    related = ("measure__type", "measure__department", "filed_by", "registered_by", "decided_by",
               "document", "file", "measure__organisation", "measure__auditor",
               "measure__certificate", "measure__act")  # fmt: skip
    appeals = Appeal.objects.select_related(*related).defer(
        "measure__certificate__record", "measure__act__record", "document__record"
    )
    appeal = get_object_or_404(appeals, number=number)
    check_department(request.actor, appeal.measure.department)
    return appeal


def taken_in(request: HttpRequest, values: dict[str, Any]) -> StoredFile | None:
    """The uploaded file of a form, checked and stored."""
    upload = values.pop("upload", None)
    if not upload:
        return None
    by = request.actor.user
    return accept_upload(upload, kinds=FILES, by=by, field="upload")


def paper_of(request: HttpRequest, measure: Measure, what: str, *, back_url: str) -> HttpResponse:
    """A sealed document of the measure, or a file that came with it."""
    documents = {"notice": measure.notice, "decision": measure.document}
    files = {"file": measure.file, "reply": measure.reply_file}
    document = documents.get(what)
    if document is not None:
        return file_response(document.file, f"{document.number.replace('/', '-')}.pdf")
    stored = files.get(what)
    if stored is None:
        raise Http404
    return handed_out(request, stored, back=(back_url, measure.number))
