"""The example files of the room give the verdicts that the README shows them for."""

import pytest

from origin.evaluation import Verdict, evaluate
from origin.evaluation_files import read_evaluation
from origin.pack_files import SHIPPED, shipped_packs
from origin.rulebook import RuleBook

EXAMPLES = SHIPPED.parent / "examples"
BOOK = RuleBook(shipped_packs()[0])

# File, verdict, criterion, rule, what the reasons rest on.
VERDICTS = [
    ("refrigerator-at-both-limits", "originating", "Д8418", "8418"),
    ("excavator-parts-over-five-percent", "not_originating", "", "8429-8430"),
    ("monitor-rule-to-be-chosen", "choice_needed", "", ""),
    ("monitor-rule-chosen", "originating", "Д8528", "8528 lcd"),
    ("electric-bus-paid-in-yuan", "originating", "Д8702", "8702-8704 electric"),
    ("carpet-without-its-edges", "not_originating", "", "5701-5705"),
    ("tea-only-packed", "not_originating", "", "0902"),
    ("honey-wholly-produced", "originating", "П", ""),
]


def evaluated(name):
    file = read_evaluation((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return evaluate(file.line, BOOK, on=file.on)


def parts(part):
    yield part
    for inner in part.parts:
        yield from parts(inner)


@pytest.mark.parametrize(("name", "verdict", "criterion", "rule"), VERDICTS)
def test_an_example_gives_its_verdict(name, verdict, criterion, rule):
    answer = evaluated(name)
    assert (answer.verdict, answer.criterion, answer.row) == (Verdict(verdict), criterion, rule)


def test_the_refrigerator_stands_exactly_at_both_limits():
    figures = [
        p.figures.get("percent") for p in parts(evaluated("refrigerator-at-both-limits").root)
    ]
    assert [share for share in figures if share] == ["50.00", "5.00"]


def test_the_excavator_fails_by_one_tiyn_and_the_figure_shows_it():
    """3 000 000.01 of 60 000 000 is over 5 %: two digits would hide it."""
    failed = [p for p in parts(evaluated("excavator-parts-over-five-percent").root) if not p.met]
    assert failed[-1].figures["percent"] == "5.00000002"


def test_the_carpet_names_the_operation_that_is_missing():
    failed = [p for p in parts(evaluated("carpet-without-its-edges").root) if not p.met]
    assert failed[-1].operations == ("edge_binding",)


def test_the_open_monitor_shows_both_rules():
    choices = evaluated("monitor-rule-to-be-chosen").choices
    assert {c.row: c.verdict.value for c in choices} == {
        "8528": "not_originating",
        "8528 lcd": "originating",
    }
