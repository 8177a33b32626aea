"""Events of inspections, half-yearly lists and postings."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

import audit
from oversight.models import Sample
from reference.code_lists import code_label
from reference.models import Department


def _kind_in_words(facts: Mapping[str, Any]) -> dict[str, str]:
    return {"kind": code_label("control_kind", facts["kind"])}


def _outcome_in_words(facts: Mapping[str, Any]) -> dict[str, str]:
    return {"kind": code_label("control_outcome", facts["kind"])}


def _result_in_words(facts: Mapping[str, Any]) -> dict[str, str]:
    names = {value: str(label) for value, label in Sample.Result.choices}
    return {"result": names.get(facts["result"], facts["result"])}


def _purchase_in_words(facts: Mapping[str, Any]) -> dict[str, str]:
    return {"bought_on": _day(facts["bought_on"])}


def _posting_in_words(facts: Mapping[str, Any]) -> dict[str, str]:
    known = Department.objects.filter(pk=facts["department"]).first()
    days = {name: _day(facts[name]) for name in ("since", "until") if facts.get(name)}
    return {"department": known.name if known else facts["department"], **days}


def _day(kept: str) -> str:
    return f"{date.fromisoformat(kept):%d.%m.%Y}"


audit.register(
    "inspection.planned",
    facts=("department", "kind", "object_kind", "half_year", "recommendation", "complaint"),
    sentence=_("Inspection %(subject_label)s was planned: %(kind)s"),
    in_words=_kind_in_words,
)
audit.register(
    "inspection.assigned",
    facts=("inspector",),
    sentence=_("The inspection was given to an inspector"),
)
audit.register(
    "inspection.act_registered",
    facts=("registration_number",),
    sentence=_("The act of appointment was registered: %(registration_number)s"),
)
audit.register("inspection.started", sentence=_("The inspection began"))
audit.register(
    "inspection.sample_bought",
    facts=("sample", "bought_on"),
    sentence=_("A sample was bought on %(bought_on)s"),
    in_words=_purchase_in_words,
)
audit.register(
    "inspection.sample_tested",
    facts=("sample", "result", "tested_on"),
    sentence=_("The laboratory told its result on a sample: %(result)s"),
    in_words=_result_in_words,
)
audit.register(
    "inspection.sample_removed", facts=("sample",), sentence=_("A sample was taken back")
)
audit.register(
    "inspection.outcome_recorded",
    facts=("outcome", "kind", "quantity"),
    sentence=_("%(kind)s: %(quantity)s"),
    in_words=_outcome_in_words,
)
audit.register(
    "inspection.outcome_removed",
    facts=("outcome", "kind", "quantity"),
    sentence=_("Taken back – %(kind)s: %(quantity)s"),
    in_words=_outcome_in_words,
)
audit.register(
    "inspection.completed",
    facts=("has_violations", "violations", "samples"),
    sentence=_("The inspection was completed; violations in it: %(violations)s"),
)
audit.register("inspection.cancelled", sentence=_("The inspection was cancelled"))

audit.register(
    "half_year_list.approved",
    facts=("department", "half_year", "total", "list_sha256"),
    sentence=_("List %(subject_label)s was approved; inspections in it: %(total)s"),
)

audit.register(
    "posting.made",
    facts=("posting", "posted", "department", "since", "until"),
    sentence=_("A person serves in %(department)s from %(since)s"),
    in_words=_posting_in_words,
)
audit.register(
    "posting.ended",
    facts=("posting", "posted", "department", "until"),
    sentence=_("The service in %(department)s ends on %(until)s"),
    in_words=_posting_in_words,
)

audit.register_subject("inspection", "oversight:inspection-detail", by_label=True)
