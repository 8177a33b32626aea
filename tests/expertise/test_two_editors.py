"""Two people on one page of a draft: nobody's work is undone without being asked."""

import uuid

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Role
from expertise.forms.materials import initial_of
from expertise.forms.plain import plain
from expertise.merging import MINE, THEIRS, merge, merge_rows
from expertise.models import ExpertiseRequest
from tests import scenarios
from tests.expertise.test_pages import material_rows, page, signed_in, text

LANGUAGE = "en"


def two_people(**options) -> tuple[ExpertiseRequest, Client, Client]:
    request = scenarios.a_draft(**options)
    first = scenarios.actor_of(request, Role.APPLICANT)
    second = scenarios.a_person(Role.APPLICANT, request.applicant)
    return request, signed_in(first), signed_in(second)


def opened(client: Client, address: str) -> dict[str, str]:
    """What the page would post if it were sent back untouched."""
    context = client.get(address).context
    form = context["form"]
    values = {}
    for bound in form:
        value = bound.value()
        if value not in (None, "", False):
            values[bound.html_name] = str(value) if value is not True else "on"
    return {**values, "page": str(context["open_step"].page.pk)}


@pytest.mark.django_db
def test_a_change_of_another_field_is_kept_beside_ones_own():
    request, aigerim, serik = two_people()
    address = page("request-parties", request.pk)
    hers, his = opened(aigerim, address), opened(serik, address)
    aigerim.post(address, {**hers, "producer_name_ru": "ТОО «Пример-А»"})
    answer = serik.post(address, {**his, "operations": "Литьё"})
    assert answer.status_code == 302
    request.refresh_from_db()
    assert (request.producer_name_ru, request.operations) == ("ТОО «Пример-А»", "Литьё")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("choice", "holds"),
    [
        ({"choice": "theirs"}, "Ковка"),
        ({"choice": "mine"}, "Литьё"),
        ({"choice-operations": "mine"}, "Литьё"),
        ({"choice-operations": "theirs"}, "Ковка"),
    ],
)
def test_the_same_field_is_asked_about_and_the_choice_holds(choice, holds):
    request, aigerim, serik = two_people()
    address = page("request-parties", request.pk)
    hers, his = opened(aigerim, address), opened(serik, address)
    aigerim.post(address, {**hers, "operations": "Ковка"})
    typed = {**his, "operations": "Литьё", "producer_name_kk": "«Мысал» ЖШС"}
    refused = serik.post(address, typed)
    assert refused.status_code == 409
    dispute = refused.context["open_step"].disputes[0]
    assert (dispute.theirs, dispute.mine) == ("Ковка", "Литьё")
    request.refresh_from_db()
    assert request.operations == "Ковка"
    assert serik.post(address, {**typed, **choice}).status_code == 302
    request.refresh_from_db()
    assert (request.operations, request.producer_name_kk) == (holds, "«Мысал» ЖШС")


@pytest.mark.django_db
def test_a_third_change_after_the_question_is_asked_about_again():
    request, aigerim, serik = two_people()
    address = page("request-parties", request.pk)
    hers, his = opened(aigerim, address), opened(serik, address)
    aigerim.post(address, {**hers, "operations": "Ковка"})
    typed = {**his, "operations": "Литьё"}
    assert serik.post(address, typed).status_code == 409
    aigerim.post(address, {**opened(aigerim, address), "operations": "Штамповка"})
    again = serik.post(address, {**typed, "choice": "mine"})
    assert again.status_code == 409
    assert again.context["open_step"].disputes[0].theirs == "Штамповка"


@pytest.mark.django_db
def test_a_save_in_passing_never_settles_a_dispute():
    request, aigerim, serik = two_people()
    address = page("request-parties", request.pk)
    hers, his = opened(aigerim, address), opened(serik, address)
    aigerim.post(address, {**hers, "operations": "Ковка"})
    typed = {**his, "operations": "Литьё", "autosave": "1", "choice": "mine"}
    for _time in range(2):
        answer = serik.post(address, typed)
        assert (answer.status_code, answer.json()["state"]) == (409, "disputed")
    request.refresh_from_db()
    assert request.operations == "Ковка"
    # What he typed waits for him, with the question.
    back = serik.get(address)
    assert back.context["form"]["operations"].value() == "Литьё"
    assert "Keep theirs" in text(back)


@pytest.mark.django_db
def test_one_person_is_never_in_dispute_with_oneself():
    """The answer to a save may get lost; the page is told apart by its key."""
    request, aigerim, _serik = two_people()
    address = page("request-parties", request.pk)
    typed = opened(aigerim, address)
    for words in ("Ков", "Ковка", "Ковка и литьё"):
        answer = aigerim.post(address, {**typed, "operations": words, "autosave": "1"})
        assert answer.json()["state"] == "saved"
    request.refresh_from_db()
    assert request.operations == "Ковка и литьё"


@pytest.mark.django_db
def test_a_page_that_is_not_known_any_more_asks_about_every_difference():
    request, aigerim, _serik = two_people()
    address = page("request-parties", request.pk)
    typed = {**opened(aigerim, address), "page": str(uuid.uuid4()), "operations": "Литьё"}
    assert aigerim.post(address, typed).status_code == 409
    request.refresh_from_db()
    assert request.operations != "Литьё"


@pytest.mark.django_db
def test_a_line_keeps_what_two_people_changed_in_it():
    request, aigerim, serik = two_people()
    line = request.lines.get()
    address = page("request-line", request.pk, line.pk)
    hers, his = opened(aigerim, address), opened(serik, address)
    aigerim.post(address, {**hers, "hs_code": "8421230000"})
    serik.post(address, {**his, "price_kzt": "12 000"})
    line.refresh_from_db()
    assert (line.hs_code, line.claimed_criterion, line.price_kzt) == ("8421230000", "Д8421", 12_000)


def bill_of(line) -> list[tuple[str, str]]:
    return [(row.name, f"{row.value_kzt:f}".split(".")[0]) for row in line.materials.all()]


@pytest.mark.django_db
def test_rows_of_a_bill_are_merged_and_the_same_row_is_asked_about():
    request, aigerim, serik = two_people()
    line = request.lines.get()
    address = page("request-line-materials", request.pk, line.pk)
    paper, steel = (
        {name: plain(value) for name, value in initial_of(row).items()}
        for row in line.materials.all()
    )

    def key(client: Client) -> dict[str, str]:
        return {"page": str(client.get(address).context["open_step"].page.pk)}

    hers, his = key(aigerim), key(serik)
    # She takes the first row out and adds glue; he changes the second row and adds bolts.
    aigerim.post(address, {**material_rows({}, steel, {"name": "Клей", "value_kzt": "5"}), **hers})
    dearer = {**steel, "value_kzt": "2600"}
    bolts = {"name": "Болты", "value_kzt": "7"}
    answer = serik.post(address, {**material_rows(paper, dearer, bolts), **his})
    assert answer.status_code == 302
    assert bill_of(line) == [("Сталь листовая", "2600"), ("Клей", "5"), ("Болты", "7")]
    # The same row by both: the second is asked.
    hers, his = key(aigerim), key(serik)
    glue = {"name": "Клей", "value_kzt": "5"}

    def rows(value: str) -> dict:
        return material_rows({**dearer, "value_kzt": value}, glue, bolts)

    aigerim.post(address, {**rows("2700"), **hers})
    asked = serik.post(address, {**rows("2800"), **his})
    assert asked.status_code == 409
    assert "2700 ₸" in asked.context["open_step"].disputes[0].theirs
    assert bill_of(line)[0] == ("Сталь листовая", "2700")
    serik.post(address, {**rows("2800"), **his, "choice": "mine"})
    assert bill_of(line) == [("Сталь листовая", "2800"), ("Клей", "5"), ("Болты", "7")]


@pytest.mark.django_db
def test_who_else_is_here_is_said_and_strangers_are_not():
    request, aigerim, serik = two_people()
    serik.get(page("request-parties", request.pk))
    shown = aigerim.get(page("request-goods", request.pk))
    names = [other.user.full_name for other in shown.context["others"]]
    assert len(names) == 1
    assert f"{names[0]} also has this draft open" in text(shown)
    stranger = signed_in(scenarios.a_person(Role.APPLICANT))
    assert stranger.get(page("request-others", request.pk)).status_code == 404


WORDS = st.sampled_from(["", "a", "b", "c"])
FIELDS = st.fixed_dictionaries({"x": WORDS, "y": WORDS, "z": WORDS})


# The first draw of a run reads the constants of the whole project.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(base=FIELDS, typed=FIELDS, stored=FIELDS)
def test_nothing_is_overwritten_that_the_page_did_not_show(base, typed, stored):
    merged = merge(base=base, typed=typed, stored=stored)
    for name, now in stored.items():
        if name in merged.mine:
            assert now == base[name]
        if now == base[name] and typed[name] != now:
            assert name in merged.mine
        if typed[name] not in (base[name], now) and now != base[name]:
            assert name in merged.disputed


ROWS = st.lists(st.sampled_from("abcde").map(lambda name: {"name": name}), max_size=4)


@given(stored=ROWS)
def test_a_bill_that_only_one_side_touched_is_that_sides(stored):
    base = {str(at): row for at, row in enumerate(stored)}
    typed = {**base, "0": {"name": "mine"}}
    merged = merge_rows(base=base, typed=typed, stored=stored)
    assert not merged.disputed
    assert len(merged.rows) == max(len(stored), 1)
    untouched = merge_rows(base=base, typed=base, stored=[*stored, {"name": "theirs"}])
    assert [kept.stored for kept in untouched.rows] == list(range(len(stored) + 1))


@given(base=ROWS, stored=ROWS, choice=st.sampled_from([MINE, THEIRS]))
def test_every_row_of_the_other_side_survives_unless_the_person_says_otherwise(
    base, stored, choice
):
    shown = {str(at): row for at, row in enumerate(base)}
    typed = {place: {"name": f"{row['name']}!"} for place, row in shown.items()}
    first = merge_rows(base=shown, typed=typed, stored=stored)
    if not first.disputed:
        return
    rebased = shown | {
        place: None if at is None else stored[at] for place, at in first.disputed.items()
    }
    second = merge_rows(
        base=rebased,
        typed=typed,
        stored=stored,
        disputed=list(first.disputed),
        choices=dict.fromkeys(first.disputed, choice),
    )
    assert not second.disputed
    kept = [row.stored for row in second.rows if row.stored is not None]
    assert len(kept) == len(set(kept))
    if choice == THEIRS:
        mine = {row.typed for row in second.rows if row.typed}
        assert not mine & set(first.disputed)
