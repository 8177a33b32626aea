"""Scores of real cases: incremental equals full, idempotent, in a fixed number of queries."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import audit
from accounts.models import Role
from audit.refs import SYSTEM
from audit.sequencing import sequence_all
from expertise.models import Act, Finding
from expertise.quality import gaps_to_limits
from expertise.services import evidence, signing
from oversight.control.checks import open_check
from oversight.models import IndicatorOutcome, LimitGap, RiskHit, RiskScore, Violation
from oversight.risk.dependents import READS, SOURCES, dependents
from oversight.risk.following import (
    follow,
    follow_lookups,
    score_register,
    signed_cases,
    unscored_cases,
)
from oversight.risk.gaps import take_gaps
from oversight.risk.gathering import Nearness, gather
from oversight.risk.indicators import INDICATORS
from oversight.risk.outcomes import judge_indicators, precision_of
from oversight.risk.scores import reasons, scores_of, versions
from oversight.risk.scoring import score_cases, spoken_of
from oversight.risk.weights import Settings, settings_in_force
from reference.models import Parameter
from registry.models import UnknownLookup, Way
from tests import scenarios
from tests.oversight.risk.test_indicators import CASES

LANGUAGE = "en"
pytestmark = pytest.mark.django_db


def in_force() -> Settings:
    return settings_in_force(on=timezone.localdate())


def tables() -> tuple[list[Any], list[Any]]:
    """Everything that scoring leaves behind, but for when."""
    scores = RiskScore.objects.order_by("subject_type", "subject_id")
    hits = RiskHit.objects.order_by("score__subject_type", "score__subject_id", "indicator")
    return list(
        scores.values_list(
            "subject_type", "subject_id", "case_id", "number", "points", "versions", "facts_sha256"
        )
    ), list(
        hits.values_list(
            "score__subject_type", "score__subject_id", "indicator", "strength", "points", "facts"
        )
    )


def in_full() -> None:
    """The whole register, everything looked at again."""
    sequence_all()
    for _progress in score_register(everything=True):
        pass


def followed() -> set[UUID]:
    """Reads all that is new in the log; the cases that were computed."""
    sequence_all()
    computed: set[UUID] = set()
    while step := follow():
        computed |= step.about | step.dependent
    return computed


def with_file(content: bytes, **options: Any) -> Act:
    """An act that rests on a file of this content."""
    request = scenarios.examine(scenarios.a_request("in_expertise", **options))
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    upload = SimpleUploadedFile("protocol.pdf", content, "application/pdf")
    evidence.add_evidence(request=request, actor=auditor, upload=upload, type="site_visit_record")
    return signing.sign_act(request=request, actor=auditor)


def hit_of(thing: Any, code: str) -> RiskHit | None:
    return RiskHit.objects.filter(score__subject_id=thing.pk, indicator=code).first()


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
    points = [reason.points for reason in told]
    assert points == sorted(points, reverse=True)
    assert "The act took 0 min for 1 goods lines." in [reason.words for reason in told]
    assert score.points == min(100, round(sum(points)))
    assert score.versions == versions(timezone.localdate())


def test_after_a_new_act_only_what_depends_on_it_is_computed_and_all_is_as_in_full() -> None:
    shared, experts = scenarios.a_pdf().read(), scenarios.an_organisation("expert")
    same_file, same_day = with_file(shared), scenarios.an_act(experts=experts)
    unrelated = scenarios.an_act()
    in_full()
    before = tables()
    new = with_file(shared, experts=experts)
    assert new.signed_by == same_day.signed_by
    assert followed() == {new.case_id, same_file.case_id, same_day.case_id}
    assert unrelated.case_id not in followed()
    incremental = tables()
    assert incremental != before
    RiskScore.objects.all().delete()
    in_full()
    assert tables() == incremental
    assert hit_of(same_file, "shared_files").facts == {"files": 1, "number": new.number}
    assert hit_of(unrelated, "shared_files") is None


def test_reading_a_case_computes_that_case_alone() -> None:
    experts = scenarios.an_organisation("expert")
    act, _neighbour = scenarios.an_act(experts=experts), scenarios.an_act(experts=experts)
    in_full()
    with transaction.atomic():
        audit.record(
            "case.viewed_by_committee",
            actor=SYSTEM,
            subject=act.request.subject_ref(),
            case=act.case_id,
        )
    sequence_all()
    step = follow()
    assert (step.about, step.dependent, step.written) == ({act.case_id}, set(), 0)


def test_later_stages_of_a_case_are_followed_too() -> None:
    act = scenarios.an_act(chamber=scenarios.an_organisation("chamber"))
    followed()
    assert RiskScore.objects.filter(case_id=act.case_id).count() == 1
    certificate = scenarios.approve(scenarios.an_application("recommended", act=act)).certificate
    followed()
    assert set(RiskScore.objects.values_list("subject_type", flat=True)) == {"act", "application"}
    assert scores_of([certificate]) == {}


def test_a_step_that_was_killed_before_its_end_is_taken_again() -> None:
    act = scenarios.an_act()
    sequence_all()
    with transaction.atomic():
        assert act.case_id in follow().about
        transaction.set_rollback(True)
    assert not RiskScore.objects.exists()
    assert act.case_id in followed()
    assert RiskScore.objects.filter(subject_id=act.pk).exists()


def test_what_is_unchanged_is_not_written_again() -> None:
    act = scenarios.an_act()
    in_full()
    at = RiskScore.objects.get().computed_at
    outcome = score_cases([act.case_id], in_force())
    assert (outcome.computed, outcome.written, outcome.changed) == (1, 0, frozenset())
    assert RiskScore.objects.get().computed_at == at


def test_a_new_weight_makes_other_versions_and_every_score_anew() -> None:
    act, today = scenarios.an_act(), timezone.localdate()
    in_full()
    before, old = RiskScore.objects.get(), versions(today)
    assert unscored_cases(in_force()) == []
    Parameter.objects.create(
        key="risk.fast_examination",
        value={"weight": 50, "minutes_per_line": 5, "on": True},
        valid_from=today,
    )
    assert versions(today) != old
    assert versions(today - dt.timedelta(days=1)) == old
    assert unscored_cases(in_force()) == [act.case_id]
    for _progress in score_register():
        pass
    after = RiskScore.objects.get()
    assert after.versions == versions(today)
    assert after.points == before.points + 30
    Parameter.objects.filter(key="risk.fast_examination", valid_from=today).update(
        value={"weight": 50, "minutes_per_line": 5, "on": False}
    )
    for _progress in score_register():
        pass
    assert hit_of(act, "fast_examination") is None


@pytest.mark.parametrize("chunk", [1, 2])
def test_the_command_goes_on_where_it_was_broken_off(chunk: int, capsys: Any) -> None:
    acts = [scenarios.an_act() for _act in range(3)]
    broken = score_register(chunk=chunk)
    done = next(broken).cases
    assert RiskScore.objects.count() == done == chunk
    call_command("score_risk", "--chunk", str(chunk))
    assert f"{3 - chunk} of {3 - chunk} cases" in capsys.readouterr().out
    assert set(RiskScore.objects.values_list("subject_id", flat=True)) == {a.pk for a in acts}
    call_command("score_risk")
    assert "Every score is up to date." in capsys.readouterr().out
    call_command("score_risk", "--all", "--after", str(signed_cases()[0]))
    assert "2 of 2 cases, 2 objects, 0 written" in capsys.readouterr().out


def queries_for(cases: Sequence[UUID]) -> int:
    score_cases(cases, in_force())
    RiskScore.objects.all().delete()
    settings = in_force()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        score_cases(cases, settings)
    return len(captured)


def test_a_chunk_costs_the_same_queries_however_many_cases_are_in_it() -> None:
    certificates = [scenarios.a_certificate("valid") for _certificate in range(3)]
    cases = [certificate.case_id for certificate in certificates]
    assert queries_for(cases[:1]) == queries_for(cases)


def test_distances_are_those_of_the_evaluation_and_are_taken_once() -> None:
    act = scenarios.an_act()

    def part(percent: str, *, met: bool) -> dict[str, Any]:
        figures = {"percent": percent, "limit": "50", "price_kzt": "1", "foreign_kzt": "1"}
        return {"kind": "foreign_share_at_most", "met": met, "figures": figures, "parts": []}

    within, beyond = part("49.70", met=True), part("50.01", met=False)
    inner = {"kind": "all", "met": True, "figures": {}, "parts": [within]}
    root = {"kind": "any", "met": True, "figures": {}, "parts": [inner, beyond]}
    finding = Finding.objects.get(line__request=act.request)
    finding.evaluation["result"]["root"] = root
    finding.save()
    take_gaps([act.case_id])
    assert take_gaps([act.case_id]) == 0
    met = LimitGap.objects.filter(gap__gte=0)
    assert [row.gap for row in met] == list(gaps_to_limits(finding.evaluation))
    assert str(LimitGap.objects.get(gap__lt=0).gap).startswith("-0.01")
    assert LimitGap.objects.get(gap__lt=0).auditor == act.signed_by


def test_every_indicator_works_under_the_figures_that_come_with_the_portal() -> None:
    settings = in_force()
    for code, (_threshold, loud, _silent, _strength) in CASES.items():
        spoken = spoken_of(INDICATORS[code].subject, loud, settings)
        assert settings[code].is_on
        assert settings[code].weight > 0
        assert all(0 < one.strength <= 1 for one in spoken)


def test_everything_that_an_indicator_reads_of_others_is_followed() -> None:
    named = {name for known in INDICATORS.values() for name in known.reads}
    assert named == set(READS) | SOURCES


def test_a_confirmed_violation_of_the_auditor_counts_in_the_other_cases() -> None:
    experts = scenarios.an_organisation("expert")
    certificate = scenarios.a_certificate("valid", experts=experts)
    other, stranger = scenarios.an_act(experts=experts), scenarios.an_act()
    in_full()
    inspector = scenarios.a_person(Role.INSPECTOR)
    check = open_check(certificate=certificate, way="order", actor=inspector)
    act = certificate.application.act
    Violation.objects.create(
        code="wrong_share",
        fault="auditor",
        certificate=certificate,
        act=act,
        auditor=act.signed_by,
        desk_check=check,
        text="…",
        legal_ref="…",
        noted_by=inspector.user,
        confirmed_by=scenarios.a_person(Role.COMMITTEE_HEAD).user,
        confirmed_at=timezone.now(),
    )
    computed = followed()
    assert other.case_id in computed
    assert stranger.case_id not in computed
    assert hit_of(other, "auditor_violations").facts == {"count": 1}
    assert hit_of(act, "auditor_violations") is None
    incremental = tables()
    in_full()
    assert tables() == incremental


def test_look_ups_of_numbers_that_do_not_exist_speak_of_their_neighbour() -> None:
    certificate = scenarios.a_certificate("valid")
    in_full()
    number, today = certificate.number, timezone.localdate()
    beside = f"{number[:-5]}{certificate.sequence + 2:05d}"
    far = f"{number[:-5]}{certificate.sequence + 90:05d}"
    for _time in range(4):
        UnknownLookup.add_one(Way.NUMBER, on=today, number=beside)
        UnknownLookup.add_one(Way.NUMBER, on=today, number=far)
    UnknownLookup.add_one(Way.CODE, on=today)
    assert follow_lookups().written == 1
    assert hit_of(certificate, "unknown_neighbours").facts == {"numbers": 1, "times": 4}
    incremental = tables()
    in_full()
    assert tables() == incremental


def test_dependents_are_the_others_and_never_the_cases_themselves() -> None:
    experts = scenarios.an_organisation("expert")
    one, other = scenarios.an_act(experts=experts), scenarios.an_act(experts=experts)
    settings = in_force()
    nearness = Nearness.read(settings)
    assert dependents([one.case_id], settings, nearness) == {other.case_id}
    assert dependents([one.case_id, other.case_id], settings, nearness) == set()
    assert dependents([], settings, nearness) == set()


def test_facts_of_an_act_are_those_of_its_day() -> None:
    act = scenarios.an_act()
    facts = gather([act.case_id], in_force()).acts[act.pk]
    assert (facts.number, facts.auditor_id, facts.minutes) == (act.number, act.signed_by_id, 0)
    assert facts.is_attested
    assert facts.attestation_days_left == 300
    assert (facts.acts_that_day, facts.producer_acts, facts.pair_acts) == (1, 1, 1)
    (line,) = facts.lines
    assert (line.verdict, line.rule, line.operations) == ("originating", "general", 1)
    assert line.sufficient_operations == 1
    assert line.passed_rows == ()


def test_what_inspectors_find_of_an_indicator_is_counted() -> None:
    certificate = scenarios.a_certificate("valid")
    in_full()
    inspector = scenarios.a_person(Role.INSPECTOR)
    check = open_check(certificate=certificate, way="order", actor=inspector)
    judge_indicators(
        check=check,
        actor=inspector,
        verdicts={"fast_examination": True, "quick_review": False},
        notes={"quick_review": "Two people had looked before."},
    )
    found = precision_of()
    assert (found["fast_examination"].right, found["fast_examination"].total) == (1, 1)
    assert (found["quick_review"].right, found["quick_review"].total) == (0, 1)
    assert 0 < found["fast_examination"].low_percent < 100
    # Judged again in the same check: the last word counts, once.
    judge_indicators(check=check, actor=inspector, verdicts={"quick_review": True})
    assert precision_of()["quick_review"].right == 1
    kept = IndicatorOutcome.objects.get(indicator="fast_examination")
    assert kept.facts == {"minutes": 0, "lines": 1}
    assert {
        reason.was.total
        for reason in reasons(scores_of([certificate])[certificate.pk], with_outcomes=True)
        if reason.was
    } == {1}
