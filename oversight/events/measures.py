"""Events of measures and appeals."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

import audit
from reference.models import MeasureType


def _type_in_words(facts: Mapping[str, Any]) -> dict[str, str]:
    known = MeasureType.objects.filter(code=facts["type"]).order_by("-valid_from").first()
    return {"type": known.name if known else facts["type"]}


audit.register(
    "measure.proposed",
    facts=(
        "type", "certificate", "act", "auditor", "organisation",
        "desk_check", "complaint", "inspection", "violations",
    ),
    sentence=_("A measure was proposed: %(type)s"),
    in_words=_type_in_words,
)  # fmt: skip
audit.register("measure.withdrawn", sentence=_("Whoever proposed the measure took it back"))
audit.register("measure.rejected", sentence=_("Another person rejected the measure"))
audit.register(
    "measure.approved",
    facts=("type", "reply_until"),
    sentence=_("Another person approved the measure: %(type)s"),
    in_words=_type_in_words,
)
audit.register(
    "measure.replied",
    facts=("reply_sha256", "on_paper"),
    sentence=_("The subject's reply was taken in"),
)
audit.register(
    "measure.imposed",
    facts=("type", "record_sha256", "fine_mci", "fine_tenge", "ends_on", "execute_by"),
    sentence=_("The measure was imposed: %(type)s"),
    in_words=_type_in_words,
)
audit.register("measure.dropped", sentence=_("The measure was dropped after the reply"))
audit.register("measure.fine_paid", facts=("paid_on",), sentence=_("The fine was paid"))
audit.register("measure.executed", sentence=_("What the measure ordered is done"))
audit.register("measure.lifted", sentence=_("The measure was lifted before its end"))
audit.register("measure.expired", facts=("ends_on",), sentence=_("The term of the measure ended"))
audit.register(
    "measure.set_aside",
    facts=("basis",),
    sentence=_("The measure was set aside by decision %(basis)s"),
)
audit.register(
    "appeal.filed",
    facts=("measure", "is_late", "on_paper"),
    sentence=_("An appeal against measure %(measure)s was filed"),
)
audit.register(
    "appeal.allowed",
    facts=("measure",),
    sentence=_("The appeal was allowed; measure %(measure)s is set aside"),
)
audit.register(
    "appeal.dismissed",
    facts=("measure",),
    sentence=_("The appeal was dismissed; measure %(measure)s stands"),
)
audit.register("appeal.withdrawn", facts=("measure",), sentence=_("The appeal was withdrawn"))

audit.register_subject("measure", "oversight:measure-detail", by_label=True)
audit.register_subject("appeal", "oversight:appeal-detail", by_label=True)
