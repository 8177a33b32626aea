"""Figures, moments and codes as pages show them, components, and rules every template keeps."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.forms import formset_factory
from django.template import engines
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from ctkz_portal.templatetags import portal
from workflow.transitions import Status

ROOT = Path(settings.BASE_DIR)
# Without the template language: needed when nothing else works.
PLAIN = ("400.html", "500.html", "503.html")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
OWN_TEMPLATES = [path for path in TEMPLATES if path.name not in PLAIN]


def rendered(source: str, **context: Any) -> str:
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize(
    ("value", "russian", "english"),
    [
        ("68.230", "68,23", "68.23"),
        (Decimal("50.00"), "50", "50"),
        ("76.305", "76,31", "76.31"),
        ("0", "0", "0"),
        ("100", "100", "100"),
        (7, "7", "7"),
        ("-2.5", "−2,5", "−2.5"),
        (None, "", ""),
        ("", "", ""),
        ("n/a", "", ""),
    ],
)
def test_shares_follow_the_language_and_drop_idle_zeros(
    value: Any, russian: str, english: str
) -> None:
    for language, expected in (("ru", russian), ("kk", russian), ("en", english)):
        with translation.override(language):
            assert portal.share(value) == expected


@given(st.decimals(min_value=0, max_value=100, places=2))
def test_a_share_with_two_digits_is_shown_exactly(value: Decimal) -> None:
    with translation.override("ru"):
        assert Decimal(portal.share(value).replace(",", ".")) == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1234567.5", "1\u202f234\u202f567,50\u00a0₸"),
        ("1000", "1\u202f000\u00a0₸"),
        ("0.01", "0,01\u00a0₸"),
        (
            "12345678901234567890.12",
            "12\u202f345\u202f678\u202f901\u202f234\u202f567\u202f890,12\u00a0₸",
        ),
        (None, ""),
    ],
)
def test_money_is_grouped_by_thin_spaces(value: Any, expected: str) -> None:
    with translation.override("ru"):
        assert portal.money(value) == expected


@pytest.mark.parametrize("show", [portal.share, portal.money, portal.amount])
def test_a_float_is_refused(show: Any) -> None:
    with pytest.raises(TypeError):
        show(68.23)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("12000.500", "12\u202f000,5"), ("20", "20"), ("0.001", "0,001"), (4000, "4\u202f000")],
)
def test_quantities_keep_every_digit_that_says_something(value: Any, expected: str) -> None:
    with translation.override("kk"):
        assert portal.amount(value) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("8421990006", "8421 99 000 6"),
        ("0105110000", "0105 11 000 0"),
        ("8421", "8421"),
        ("842199", "8421 99"),
        (None, ""),
    ],
)
def test_commodity_codes_are_grouped_as_in_the_nomenclature(code: Any, expected: str) -> None:
    assert portal.hs_code(code) == expected


@time_machine.travel(datetime(2026, 11, 22, 20, 0, tzinfo=UTC), tick=False)
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2026, 11, 22, 19, 30, tzinfo=UTC), "today, 00:30"),
        (datetime(2026, 11, 22, 18, 59, tzinfo=UTC), "yesterday, 23:59"),
        (datetime(2026, 11, 18, 11, 20, tzinfo=UTC), "18.11.2026, 16:20"),
        (date(2026, 11, 24), "tomorrow"),
        (date(2026, 11, 23), "today"),
        (date(2026, 1, 9), "09.01.2026"),
        (None, ""),
    ],
)
def test_moments_follow_the_clock_of_astana(value: Any, expected: str) -> None:
    with translation.override("en"):
        assert re.sub("<[^>]*>", "", portal.moment(value)) == expected


@time_machine.travel(datetime(2026, 11, 23, 4, 0, tzinfo=UTC), tick=False)
@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (-2, "2 working days late", "bad"),
        (-1, "1 working day late", "bad"),
        (0, "today by 18:00", "bad"),
        (1, "1 working day", "wait"),
        (5, "5 working days", "neutral"),
    ],
)
def test_the_time_left_is_told_in_words_and_shape(days: int, words: str, tone: str) -> None:
    until = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
    with translation.override("en"):
        page = rendered("{% working_days_left days 5 until %}", days=days, until=until)
    assert f"<span>{words}</span>" in page
    assert f'class="chip {tone}"' in page
    assert "#" in page
    assert f'value="{min(max(5 - days, 0), 5)}" max="5"' in page


def test_no_deadline_shows_nothing() -> None:
    assert rendered("{% working_days_left days %}", days=None).strip() == ""


def test_a_status_is_a_shape_and_a_word() -> None:
    thing = SimpleNamespace(status_info=Status("<b>Review</b>", "progress", "half"))
    page = rendered("{% status_chip thing %}", thing=thing)
    assert "&lt;b&gt;Review&lt;/b&gt;" in page
    assert "icons.svg#half" in page
    assert page == rendered("{% status_chip thing %}", thing=thing.status_info)


class ExampleForm(forms.Form):
    name = forms.CharField(label="Producer", help_text="As registered")
    note = forms.CharField(label="Note", required=False)
    kind = forms.ChoiceField(label="Kind", widget=forms.RadioSelect, choices=[("a", "A")])
    paper = forms.FileField(label="Paper")
    sure = forms.BooleanField(label="True")


def test_a_field_ties_label_help_and_error_to_its_input() -> None:
    page = ExampleForm({})["name"].as_field_group()
    assert '<label for="id_name">' in page
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'id="id_name_helptext"' in page
    assert 'id="id_name_error"' in page
    assert 'aria-invalid="true"' in page


def test_optional_fields_say_so_and_required_ones_do_not() -> None:
    with translation.override("en"):
        form = ExampleForm()
        assert "(optional)" in form["note"].as_field_group()
        assert "(optional)" not in form["name"].as_field_group()


def test_a_file_field_is_a_plain_input_inside_its_drop_zone() -> None:
    page = ExampleForm()["paper"].as_field_group()
    assert '<input type="file" name="paper" required id="id_paper">' in page
    assert f'data-max-bytes="{settings.CTKZ_UPLOAD_MAX_BYTES}"' in page


def test_the_error_summary_leads_to_every_field() -> None:
    form = ExampleForm({})
    form.add_error(None, "Nothing fits")
    page = rendered("{% error_summary form %}", form=form)
    links = re.findall(r'href="#([^"]+)"', page)
    assert links == ["id_name", "id_kind_0", "id_paper", "id_sure"]
    whole = "".join(form[name].as_field_group() for name in form.fields)
    assert all(f'id="{target}"' in whole for target in links)
    assert "Nothing fits" in page


def test_the_error_summary_names_the_row_of_a_formset() -> None:
    formset = formset_factory(ExampleForm)(
        {
            "form-TOTAL_FORMS": "2",
            "form-INITIAL_FORMS": "2",
            "form-0-name": "x",
            "form-0-kind": "a",
            "form-0-sure": "on",
        }
    )
    with translation.override("en"):
        page = rendered("{% error_summary nothing formset %}", nothing=None, formset=formset)
    assert 'Row 1: <a href="#id_form-0-paper">' in page
    assert 'Row 2: <a href="#id_form-1-name">' in page


def test_no_errors_show_no_summary() -> None:
    assert rendered("{% error_summary form %}", form=ExampleForm()).strip() == ""


def test_pages_keep_the_search_and_leave_out_the_middle() -> None:
    request = RequestFactory().get("/list/?q=filter&page=7")
    page_obj = Paginator(range(450), 20).get_page(7)
    page = render_to_string("components/pagination.html", {"page": page_obj}, request)
    assert "?q=filter&amp;page=8" in page
    assert re.findall(r"[?&;]page=(\d+)", page) == ["6", "1", "6", "8", "23", "8"]
    assert page.count("…") == 2


@pytest.mark.parametrize(
    ("finished", "asks_again"), [(False, True), (True, False)], ids=["running", "finished"]
)
def test_progress_asks_again_until_the_work_is_finished(finished: bool, asks_again: bool) -> None:
    page = render_to_string(
        "components/progress.html",
        {"label": "Reading", "url": "/status/", "finished": finished, "done": 1, "total": 2},
    )
    assert ("hx-get" in page) is asks_again


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_template_compiles(path: Path) -> None:
    get_template(str(path.relative_to(ROOT / "templates")))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_needs_an_unsafe_content_security_policy(path: Path) -> None:
    text = re.sub(r"{%.*?%}", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son\w+\s*=\s*[\"']", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert "<style" not in text
    assert "hx-on" not in text
    assert 'hx-vals="js:' not in text


def test_every_icon_that_a_template_names_is_drawn() -> None:
    sprite = (ROOT / "static/img/icons.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    named = {
        name for path in TEMPLATES for name in re.findall(r'{% icon "([\w-]+)"', path.read_text())
    }
    assert named <= drawn
    assert len(named) > 10


@pytest.mark.parametrize("path", OWN_TEMPLATES, ids=lambda path: path.name)
def test_templates_speak_through_the_catalogues(path: Path) -> None:
    assert not re.search("[А-Яа-яӘәҒғҚқҢңӨөҰұҮүҺһІі]{3}", path.read_text())


@pytest.mark.django_db
def test_an_unknown_address_is_a_calm_page(client: Client) -> None:
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert "404.html" in [template.name for template in answer.templates]
    main = answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    assert "no-such-page" not in main


@pytest.mark.parametrize("name", PLAIN)
def test_the_pages_for_the_worst_case_need_nothing_and_speak_three_languages(name: str) -> None:
    page = get_template(name).render()
    assert {'lang="kk"', 'lang="ru"', 'lang="en"'} <= set(re.findall(r'lang="\w\w"', page))
    source = (ROOT / "templates" / name).read_text()
    assert "{%" not in source
    assert "{{" not in source


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_with_a_page_of_our_own() -> None:
    answer = Client(enforce_csrf_checks=True).post("/account/sign-in/", {"email": "x"})
    assert answer.status_code == 403
    assert "403_csrf.html" in [template.name for template in answer.templates]


def test_the_style_sheet_keeps_the_colours_in_one_place() -> None:
    css = (ROOT / "static/css/portal.css").read_text()
    tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", css))
    assert tokens["kok"] == "#00748a"
    assert tokens["altyn"] == "#f4b92a"
    declared = css[css.index("@layer base {") :]
    assert re.findall(r"#[0-9a-f]{3,6}\b", declared) == []


def _linear(part: int) -> float:
    share = part / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    red, green, blue = (_linear(int(digits[at : at + 2], 16)) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "ground"),
        ("second", "ground"),
        ("second", "neutral-soft"),
        ("second", "altyn-soft"),
        ("kok-deep", "kok-soft"),
        ("kok-deep", "ground"),
        ("on-kok", "kok"),
        ("good", "good-soft"),
        ("warn", "warn-soft"),
        ("bad", "bad-soft"),
        ("bad", "ground"),
    ],
)
def test_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1."""
    css = (ROOT / "static/css/portal.css").read_text()
    tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", css))
    lighter, darker = sorted((_luminance(tokens[text]), _luminance(tokens[ground])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5
