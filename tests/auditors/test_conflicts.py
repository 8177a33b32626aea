"""Each kind of conflict is found where it is and not where it only looks alike."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils.translation import override

from auditors.conflicts import (
    AuditorFacts,
    ConflictRules,
    Employment,
    PartyFacts,
    RequestFacts,
    find_conflicts,
    normalised_address,
    normalised_phone,
)

DAY = date(2026, 11, 22)
RULES = ConflictRules(employment_years=3, acts_in_row=3)
IIN, WIFE, OTHER = "800101300015", "820202400018", "790303300011"
BIN, FOUNDER, EXPERTS = "990140000018", "010240000017", "050340000011"

AUDITOR = AuditorFacts(key="auditor", iin=IIN)
PARTY = PartyFacts(role="applicant", bin=BIN)
HOUSE = PartyFacts(role="experts", bin=EXPERTS)


def codes(auditor=AUDITOR, party=PARTY, experts=HOUSE, request=None, on=DAY) -> list[str]:
    found = find_conflicts(
        auditor, [party], experts=experts, request=request or RequestFacts(), rules=RULES, on=on
    )
    return [conflict.code for conflict in found]


def auditor(**facts) -> AuditorFacts:
    return replace(AUDITOR, **facts)


def party(**facts) -> PartyFacts:
    return replace(PARTY, **facts)


def experts(**facts) -> PartyFacts:
    return replace(HOUSE, **facts)


def worked(until: date | None, since: date = date(2015, 1, 1)) -> AuditorFacts:
    return auditor(employments=(Employment(BIN, since, until),))


HITS = [
    ("same_person", {"party": party(bin=IIN)}),
    ("founder_of_party", {"party": party(founders=frozenset({OTHER, IIN}))}),
    ("share_in_party", {"auditor": auditor(shares=frozenset({BIN}))}),
    (
        "share_in_founder",
        {
            "auditor": auditor(shares=frozenset({FOUNDER})),
            "party": party(founders=frozenset({FOUNDER})),
        },
    ),
    ("relative_is_party", {"auditor": auditor(relatives=frozenset({BIN}))}),
    (
        "relative_is_founder",
        {
            "auditor": auditor(relatives=frozenset({WIFE})),
            "party": party(founders=frozenset({WIFE})),
        },
    ),
    (
        "relative_works_there",
        {"auditor": auditor(relatives=frozenset({WIFE})), "party": party(staff=frozenset({WIFE}))},
    ),
    (
        "shared_address",
        {
            "auditor": auditor(addresses=("г. Жезказган, ул. Примерная, д. 5",)),
            "party": party(
                addresses=("100600, Республика Казахстан, город Жезказган, Примерная 5",)
            ),
        },
    ),
    (
        "shared_phone",
        {
            "auditor": auditor(phones=("+77011234567",)),
            "party": party(phones=("8 (701) 123-45-67",)),
        },
    ),
    (
        "shared_account",
        {
            "auditor": auditor(accounts=("KZ12345ABC6789012345",)),
            "party": party(accounts=("KZ12 345A BC67 8901 2345",)),
        },
    ),
    ("employed_there", {"auditor": worked(None)}),
    ("employed_there", {"auditor": worked(DAY)}),
    ("was_employed_there", {"auditor": worked(date(2023, 11, 23))}),
    ("filed_the_request", {"request": RequestFacts(authors=frozenset({"auditor", "x"}))}),
    ("experts_are_party", {"experts": experts(bin=BIN)}),
    (
        "experts_linked",
        {
            "experts": experts(founders=frozenset({OTHER})),
            "party": party(founders=frozenset({OTHER})),
        },
    ),
    ("experts_linked", {"experts": experts(founders=frozenset({BIN}))}),
    ("experts_linked", {"party": party(founders=frozenset({EXPERTS}))}),
    (
        "experts_address",
        {
            "experts": experts(addresses=("Астана, пр. Пример, 1/2",)),
            "party": party(addresses=("г.Астана, проспект Пример, дом 1/2",)),
        },
    ),
    (
        "experts_phone",
        {"experts": experts(phones=("87172000001",)), "party": party(phones=("+7 7172 00-00-01",))},
    ),
    (
        "experts_account",
        {
            "experts": experts(accounts=("KZ12345ABC6789012345",)),
            "party": party(accounts=("KZ12345ABC6789012345",)),
        },
    ),
    ("rotation", {"request": RequestFacts(acts_in_a_row=3)}),
    ("rotation", {"request": RequestFacts(acts_in_a_row=7)}),
]


@pytest.mark.parametrize(("code", "facts"), HITS)
def test_a_conflict_is_found_alone_and_says_what_it_is(code, facts):
    assert codes(**facts) == [code]
    arguments = {"auditor": AUDITOR, "party": PARTY, "experts": HOUSE, **facts}
    found = find_conflicts(
        arguments["auditor"],
        [arguments["party"]],
        experts=arguments["experts"],
        request=facts.get("request", RequestFacts()),
        rules=RULES,
        on=DAY,
    )
    with override("en"):
        sentence = found[0].text
    assert sentence.endswith(".")
    assert "%" not in sentence


MISSES = [
    (
        "nothing is known",
        {"auditor": AuditorFacts(key="auditor"), "party": PartyFacts("applicant")},
    ),
    ("another founder", {"party": party(founders=frozenset({OTHER}))}),
    ("a share elsewhere", {"auditor": auditor(shares=frozenset({FOUNDER}))}),
    ("a stranger works there", {"party": party(staff=frozenset({OTHER}))}),
    (
        "another house of the street",
        {
            "auditor": auditor(addresses=("г. Жезказган, ул. Примерная, 5",)),
            "party": party(addresses=("г. Жезказган, ул. Примерная, 55",)),
        },
    ),
    (
        "the same town alone",
        {
            "auditor": auditor(addresses=("г. Жезказган",)),
            "party": party(addresses=("город Жезказган",)),
        },
    ),
    (
        "no telephone at all",
        {"auditor": auditor(phones=("",)), "party": party(phones=("", "102"))},
    ),
    (
        "another account of the bank",
        {
            "auditor": auditor(accounts=("KZ12345ABC6789012345",)),
            "party": party(accounts=("KZ12345ABC6789012346",)),
        },
    ),
    ("work that ended three years ago", {"auditor": worked(date(2023, 11, 22))}),
    ("work that begins tomorrow", {"auditor": worked(None, since=date(2026, 11, 23))}),
    (
        "work elsewhere",
        {"auditor": auditor(employments=(Employment(FOUNDER, date(2020, 1, 1)),))},
    ),
    ("somebody else filed it", {"request": RequestFacts(authors=frozenset({"x"}))}),
    ("two acts in a row", {"request": RequestFacts(acts_in_a_row=2)}),
    (
        "the organisation has other founders",
        {
            "experts": experts(founders=frozenset({OTHER})),
            "party": party(founders=frozenset({WIFE})),
        },
    ),
]


@pytest.mark.parametrize(("what", "facts"), MISSES)
def test_what_only_looks_alike_is_no_conflict(what, facts):
    assert codes(**facts) == [], what


def test_one_who_left_and_came_back_works_there():
    both = auditor(
        employments=(
            Employment(BIN, date(2015, 1, 1), date(2025, 1, 1)),
            Employment(BIN, date(2026, 1, 1)),
        )
    )
    assert codes(auditor=both) == ["employed_there"]


def test_an_applicant_that_is_its_own_producer_is_named_once():
    rules = {"request": RequestFacts(), "rules": RULES, "on": DAY}
    parties = [PARTY, replace(PARTY, role="producer")]
    found = find_conflicts(auditor(shares=frozenset({BIN})), parties, **rules)
    assert [(conflict.code, conflict.party) for conflict in found] == [
        ("share_in_party", "applicant")
    ]


def test_two_parties_without_a_bin_are_both_looked_at():
    parties = [
        PartyFacts("applicant", phones=("+77010000001",)),
        PartyFacts("recipient", phones=("+77010000002",)),
    ]
    found = find_conflicts(
        auditor(phones=("87010000002",)), parties, request=RequestFacts(), rules=RULES, on=DAY
    )
    assert [(conflict.code, conflict.party) for conflict in found] == [
        ("shared_phone", "recipient")
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("г. Алматы, ул. Абая, д. 10, оф. 5", "050000, РК, город Алматы, Абая 10, офис 5"),
        ("Жезқазған қ., Мысал көшесі, 7", "Жезқазған қаласы, Мысал көш., 7"),
        ("Астана, пр-т Ё́лки, 1", "АСТАНА ПРОСПЕКТ Ё́ЛКИ 1"),
    ],
)
def test_an_address_written_in_two_ways_is_the_same(one, other):
    assert normalised_address(one) == normalised_address(other) != ""


@pytest.mark.parametrize("text", ["+7 701 123 45 67", "8(701)1234567", "7011234567"])
def test_a_telephone_written_in_three_ways_is_the_same(text):
    assert normalised_phone(text) == "7011234567"
