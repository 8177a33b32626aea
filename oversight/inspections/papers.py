"""The half-yearly list as a sealed document."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from documents.models import SealedDocument
from oversight.models import HalfYearList, Inspection
from oversight.papers import (
    OF_A_HEAD,
    PaperToMake,
    head_of_paper,
    register_paper,
    text,
)
from reference.models import CodeEntry

from .lists import KINDS, OBJECTS

LIST_PAPER = "half_year_list"


def _make(list_id: str) -> PaperToMake | None:
    approved = HalfYearList.objects.select_related("department", "approved_by").get(pk=list_id)
    if approved.document_id is not None:
        return None
    year, half = approved.half_year.split("-")
    record: dict[str, Any] = {
        **head_of_paper(
            LIST_PAPER,
            approved.number,
            by=approved.approved_by,
            at=approved.approved_at,
            roles=OF_A_HEAD,
        ),
        "title": text(_("Half-yearly list of inspections")),
        "to": None,
        "about": [
            {"label": text(_("Department")), "value": approved.department.names()},
            {"label": text(_("Half-year")), "value": f"{year}, {'I' if half == '1' else 'II'}"},
            {"label": text(_("Inspections")), "value": str(approved.total)},
            {"label": text(_("Digest of the list")), "value": approved.list_sha256},
        ],
        "sections": [{"heading": None, "text": None, "table": _table(approved)}],
        "legal": [
            text(
                _(
                    "Entrepreneurial Code of the Republic of Kazakhstan of 29.10.2015 No 375-V, "
                    "articles 141 and 144"
                )
            )
        ],
    }
    return PaperToMake(
        record=record,
        subject_type=HalfYearList.SUBJECT_TYPE,
        subject_id=str(approved.pk),
        number=approved.number,
        case=str(approved.case_id),
    )


def _table(approved: HalfYearList) -> dict[str, Any]:
    """The lines as they were approved; one that was cancelled since is still among them."""
    names = {
        (entry.list, entry.code): entry.names()
        for entry in CodeEntry.objects.filter(list__in=(KINDS, OBJECTS))
    }
    lines = Inspection.objects.filter(
        department=approved.department, half_year=approved.half_year
    ).exclude(status="cancelled", status_since__lt=approved.approved_at)
    columns = (_("Number"), _("Subject"), _("BIN / IIN"), _("Kind"), _("Object"), _("Day"))
    return {
        "columns": [text(column) for column in columns],
        "rows": [
            [
                line.number,
                line.subject_name,
                line.subject_bin,
                names[KINDS, line.kind],
                names[OBJECTS, line.object_kind],
                f"{line.planned_on:%d.%m.%Y}",
            ]
            for line in lines.order_by("planned_on", "number")
        ],
    }


def _keep(list_id: str, document: SealedDocument) -> None:
    HalfYearList.objects.filter(pk=list_id).update(document=document)


register_paper(LIST_PAPER, maker=_make, keep=_keep)
