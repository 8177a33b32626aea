"""The columns of the list of scores: on the page, in its order and in its file."""

from django.utils.translation import gettext_lazy as _

from oversight.models import RiskScore
from reference.columns import field, named, person
from reference.lists import Column

from .labels import SUBJECT
from .selectors import ScoreRow


def _score(row: ScoreRow) -> RiskScore:
    return row.score


def _reasons(row: ScoreRow) -> str:
    return "; ".join(f"{reason.words} ({reason.points.normalize():f})" for reason in row.reasons)


SCORE_COLUMNS = (
    field("number", _("Number"), "number", of=_score),
    Column("subject", _("What"), lambda row: SUBJECT[row.score.subject_type]),
    Column("goods", _("Goods"), lambda row: row.goods.name if row.goods else ""),
    Column("hs_code", _("HS code"), lambda row: row.goods.hs_code if row.goods else ""),
    # Of the same score in the order of the numbers, as the list always stood.
    field("score", _("Score"), "points", "-number", of=_score),
    Column("reasons", _("Reasons"), _reasons),
    Column(
        "producer",
        _("Producer"),
        lambda row: row.score.act.request.producer_name,
        order=("act__request__producer_name_ru",),
    ),
    field("bin", _("BIN of the producer"), "act__request__producer_bin", of=_score),
    named("applicant", _("Applicant"), "act__request__applicant", of=_score),
    person("auditor", _("Auditor"), "act__signed_by", of=_score),
    named("experts", _("Expert organisation"), "act__request__expert_organisation", of=_score),
    named("chamber", _("Chamber"), "application__chamber", of=_score),
    field("computed", _("Computed"), "computed_at", of=_score),
)
