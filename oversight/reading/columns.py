"""The columns of the list of cases: on the page, in its order and in its file."""

from operator import attrgetter

from django.utils.translation import gettext_lazy as _

from reference.columns import field, named, person
from reference.lists import Column, by_name

from .selectors import CaseRow

_request = attrgetter("request")


def _certificate(row: CaseRow) -> str:
    return row.certificate.number if row.certificate else ""


def _chamber(row: CaseRow) -> str:
    return row.application.chamber.name if row.application else ""


def _experts(row: CaseRow) -> str:
    experts = row.request.expert_organisation
    return experts.name if experts else ""


CASE_COLUMNS = (
    Column("number", _("Case"), lambda row: row.request.label, order=("number",)),
    field("filed", _("Filed"), "submitted_at", of=_request),
    Column("certificate", _("Certificate"), _certificate),
    field("goods", _("Goods"), "goods_name", of=_request),
    field("hs_code", _("HS code"), "goods_hs_code", of=_request),
    Column("lines", _("Lines"), lambda row: row.request.goods_count or 0, order=("goods_count",)),
    named("applicant", _("Applicant"), "applicant", of=_request),
    Column(
        "experts",
        _("Expert organisation"),
        _experts,
        order=(by_name("expert_organisation__name"),),
    ),
    person("auditor", _("Auditor"), "auditor", of=_request),
    Column("chamber", _("Chamber"), _chamber),
    Column("stage", _("Stage"), lambda row: row.stage),
    Column("status", _("Status"), lambda row: row.status.label),
    Column("since", _("Since"), lambda row: row.since),
)
