"""Scores of real cases: incremental equals full, idempotent, in a fixed number of queries."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from accounts.models import Role
from audit.sequencing import sequence_all
from expertise.models import Act
from expertise.services import evidence, signing
from oversight.models import RiskHit, RiskScore
from oversight.risk.following import follow, score_register
from oversight.risk.scores import reasons, scores_of
from oversight.risk.weights import settings_in_force
from tests import scenarios

LANGUAGE = "en"
pytestmark = pytest.mark.django_db


def tables() -> tuple[list[Any], list[Any]]:
    """Everything that scoring leaves behind, but for when."""
    scores = RiskScore.objects.order_by("subject_type", "subject_id").values_list(
        "subject_type", "subject_id", "case_id", "number", "points", "versions", "facts_sha256"
    )
    hits = RiskHit.objects.order_by("score__subject_type", "score__subject_id", "indicator")
    return list(scores), list(
        hits.values_list(
            "score__subject_type", "score__subject_id", "indicator", "strength", "points", "facts"
        )
    )


def in_full() -> None:
    for _progress in score_register(everything=True):
        pass


def followed() -> set[UUID]:
    """Reads all that is new; the cases that were computed."""
    sequence_all()
    computed: set[UUID] = set()
    while step := follow():
        computed |= step.about | step.dependent
    return computed


def settings() -> Any:
    return settings_in_force(on=timezone.localdate())


def signed_alike(**options: Any) -> Act:
    """An act with a file that others have too."""
    request = scenarios.examine(scenarios.a_request("in_expertise", **options))
    upload = scenarios.a_pdf("same.pdf")
    return _signed(request, upload)


def _signed(request: Any, upload: Any) -> Act:
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    evidence.add_evidence(request=request, actor=auditor, upload=upload, type="site_visit_record")
    return signing.sign_act(request=request, actor=auditor)


def with_file(upload: Callable[[], Any]) -> Act:
    request = scenarios.examine(scenarios.a_request("in_expertise"))
    return _signed(request, upload())


def test_a_certificate_carries_the_hits_of_its_act_and_application() -> None:
    certificate = scenarios.a_certificate("valid")
    in_full()
    score = scores_of([certificate])[certificate.pk]
    by_type = {row.subject_type: row for row in RiskScore.objects.all()}
    assert set(by_type) == {"act", "application", "certificate"}
    below = {hit.indicator for kind in ("act", "application") for hit in by_type[kind].hits.all()}
    # Made within a second: the act and the decision are told as too fast.
    assert {"fast_examination", "quick_review"} <= below
    assert below == {hit.indicator for hit in score.hits.all()}
    told = reasons(score)
    assert [reason.points for reason in told] == sorted(
        (reason.points for reason in told), reverse=True
    )
    assert "The act took 0 min for 1 goods lines." in [reason.words for reason in told]
    assert score.points == min(100, round(sum(reason.points for reason in told)))
