"""Projections follow the log; made anew they are the same."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import transaction

from audit import tiles
from audit.sequencing import sequence_all
from oversight.figures import projecting
from oversight.figures.projecting import FOLLOWER, catch_up, project_new, rebuild
from oversight.models.figures import CaseFacts, Happening, ProjectionCursor, StageSpan
from tests import scenarios

pytestmark = pytest.mark.django_db


def everything() -> dict[str, list[Any]]:
    return {
        model.__name__: sorted(
            tuple(str(value) for name, value in row.items() if name != "id")
            for row in model._default_manager.values()
        )
        for model in (CaseFacts, StageSpan, Happening)
    }


def kinds() -> list[str]:
    return sorted(Happening.objects.values_list("kind", flat=True))


def test_a_case_is_followed_from_the_filing_to_the_certificate() -> None:
    certificate = scenarios.a_certificate()
    sequence_all()
    assert catch_up() > 0
    facts = CaseFacts.objects.get(case_id=certificate.case_id)
    application = certificate.application
    assert facts.certificate_id == certificate.pk
    assert facts.outcome == "approved"
    assert facts.chamber_id == application.chamber_id
    assert facts.auditor_id == application.auditor_id
    assert facts.product_group == "84"
    assert facts.region
    assert facts.lines == 1
    assert facts.filed_at <= facts.assigned_at <= facts.signed_at <= facts.applied_at
    assert kinds() == ["act", "applied", "decided", "filed", "issued"]
    timed = StageSpan.objects.order_by("since").values_list("subject_type", "status")
    assert list(timed) == [
        ("request", "submitted"),
        ("request", "accepted"),
        ("request", "in_expertise"),
        ("application", "submitted"),
        ("application", "under_review"),
        ("application", "recommended"),
        ("certificate", "issuing"),
    ]
    assert not StageSpan.objects.filter(until=None).exists()


def test_a_pause_is_told_apart_and_an_open_stay_has_no_end() -> None:
    scenarios.ask(scenarios.a_request("in_expertise"))
    sequence_all()
    catch_up()
    last = StageSpan.objects.order_by("since").last()
    assert (last.status, last.is_pause, last.awaited) == ("awaiting_applicant", True, "applicant")
    assert last.until is None
    assert StageSpan.objects.filter(is_pause=True).count() == 1


def test_a_draft_is_no_case_yet() -> None:
    scenarios.a_request("draft")
    sequence_all()
    catch_up()
    assert everything() == {"CaseFacts": [], "StageSpan": [], "Happening": []}


@pytest.mark.parametrize(
    ("status", "outcome", "kind"),
    [("refused", "refused", "decided"), ("withdrawn", "withdrawn", "applied")],
)
def test_how_an_application_ended_is_the_outcome_of_its_case(
    status: str, outcome: str, kind: str
) -> None:
    application = scenarios.an_application(status)
    sequence_all()
    catch_up()
    facts = CaseFacts.objects.get(case_id=application.case_id)
    assert facts.outcome == outcome
    assert kind in kinds()


def test_a_rejected_request_says_why() -> None:
    request = scenarios.a_request("rejected")
    sequence_all()
    catch_up()
    assert CaseFacts.objects.get(case_id=request.case_id).refusal_reason == "incomplete_documents"
    assert kinds() == ["filed", "rejected"]


def test_made_anew_it_is_the_same_as_followed_step_by_step() -> None:
    scenarios.an_application("refused")
    sequence_all()
    catch_up()
    scenarios.a_certificate()
    request = scenarios.a_request("in_expertise")
    sequence_all()
    catch_up()
    scenarios.ask(request)
    sequence_all()
    while ProjectionCursor.objects.get(name=FOLLOWER).next_index < tiles.log_size():
        project_new(limit=1)
    followed = everything()
    assert rebuild() == 3
    assert everything() == followed
    assert project_new() == 0


def test_killed_between_two_batches_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    scenarios.a_request("accepted")
    sequence_all()
    catch_up()
    before = everything()
    scenarios.an_application("refused")
    sequence_all()

    def killed(self: object, case_ids: object) -> None:
        CaseFacts.objects.all().delete()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(projecting.Projector, "project", killed)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            catch_up()
    assert everything() == before
    catch_up()
    followed = everything()
    rebuild()
    assert everything() == followed


def test_the_same_news_twice_changes_nothing() -> None:
    scenarios.a_certificate()
    sequence_all()
    catch_up()
    once = everything()
    ProjectionCursor.objects.update(next_index=0)
    catch_up()
    assert everything() == once


def test_days_that_are_not_worked_do_not_count() -> None:
    friday = dt.datetime(2026, 9, 18, 7, tzinfo=dt.UTC)
    with time_machine.travel(friday, tick=True) as clock:
        request = scenarios.a_request("submitted")
        clock.move_to(friday + dt.timedelta(days=3))
        scenarios.accept(request)
        sequence_all()
        catch_up()
    span = StageSpan.objects.get(status="submitted")
    assert (span.until - span.since).days in (2, 3)
    assert abs(span.working_days - 1) < dt.timedelta(minutes=1) / dt.timedelta(days=1)
