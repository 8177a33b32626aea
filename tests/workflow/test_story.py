import datetime as dt

import pytest

from workflow.story import stages_of

DAY = dt.datetime(2026, 11, 12, 9, tzinfo=dt.UTC)


def states(*names: str, **facts: bool) -> list[str]:
    story = [(name, DAY, facts) for name in names]
    return [stage.state for stage in stages_of(story)]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((), "current todo todo todo todo"),
        (("request.created",), "current todo todo todo todo"),
        (("request.submitted",), "done current todo todo todo"),
        (("request.submitted", "request.rejected"), "done stopped todo todo todo"),
        (("request.submitted", "act.signed"), "done done current todo todo"),
        (
            ("request.submitted", "act.signed", "application.submitted"),
            "done done done current todo",
        ),
        (
            (
                "request.submitted",
                "act.signed",
                "application.submitted",
                "application.recommended",
                "application.returned",
            ),
            "done done done current todo",
        ),
        (
            (
                "request.submitted",
                "act.signed",
                "application.submitted",
                "application.recommended",
                "application.refused",
            ),
            "done done done done stopped",
        ),
        (
            (
                "request.submitted",
                "act.signed",
                "application.submitted",
                "application.recommended",
                "application.refused",
                "application.submitted",
            ),
            "done done done current todo",
        ),
        (
            (
                "request.submitted",
                "act.signed",
                "application.submitted",
                "application.recommended",
                "certificate.issued",
            ),
            "done done done done done",
        ),
    ],
)
def test_the_stage_of_a_case_follows_from_its_events(events, expected):
    assert states(*events) == expected.split()


def test_a_negative_act_ends_the_case_before_the_chamber():
    story = states("request.submitted", "act.signed", is_positive=False)
    assert story == ["done", "done", "stopped", "todo", "todo"]


def test_a_stage_says_the_day_in_astana_on_which_it_ended():
    late = dt.datetime(2026, 11, 12, 20, tzinfo=dt.UTC)
    assert stages_of([("request.submitted", late, {})])[0].note == "13.11.2026"


WHOLE = (
    "request.submitted",
    "act.signed",
    "application.submitted",
    "application.recommended",
    "certificate.issued",
)


@pytest.mark.parametrize(
    "later",
    [
        ("application.submitted",),
        ("application.submitted", "application.recommended", "application.returned"),
        ("application.submitted", "application.refused"),
        ("act.signed",),
    ],
)
def test_a_certificate_stands_while_its_replacement_is_under_way_or_refused(later):
    assert states(*WHOLE, *later) == ["done"] * 5
