"""Every field says what is wanted and where it stands; in filters of lists the label is enough."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.test import Client

from tests.scenarios import reference_data

# Forms that only narrow what a page shows: whoever chooses wrongly sees it at once and chooses
# again. A form that is sent to be kept never stands here.
FILTERS = frozenset(
    {
        "auditors.forms.RegisterForm",
        "oversight.figures.forms.AskForm",
        "oversight.figures.report_views.ReportForm",
        # The same questions, sent along hidden when the report is sealed.
        "oversight.figures.report_views.SealForm",
        "oversight.risk.forms.LimitForm",
        "workplace.baskets.choices.FilterForm",
        "workplace.deadlines.forms.LateForm",
    }
)
# Plain wherever they stand: their labels ask a whole question, or everybody knows them.
PLAIN_NAMES = frozenset({"email", "password", "current", "q", "note", "second_topic", "reason"})


def rooms() -> list[str]:
    root = Path(settings.BASE_DIR)
    return [app.name for app in apps.get_app_configs() if Path(app.path).parent == root]


def own_forms() -> set[type[Any]]:
    for room in rooms():
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if not {"migrations", "management", "settings", "demo", "history"} & set(
                module.name.split(".")
            ):
                importlib.import_module(module.name)
    return {
        form
        for form in _below(forms.BaseForm)
        if form.__module__.split(".")[0] in rooms() and not form.__module__.startswith("ctkz")
    }


def _below(kind: type[Any]) -> Iterator[type[Any]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def without_help() -> dict[str, set[str]]:
    """The fields without help, by the name of their form."""
    found: dict[str, set[str]] = {}
    for form in own_forms():
        for name, field in getattr(form, "base_fields", {}).items():
            if not field.help_text and not field.widget.is_hidden and name not in PLAIN_NAMES:
                found.setdefault(f"{form.__module__}.{form.__name__}", set()).add(name)
    return found


def test_every_field_outside_filters_has_help() -> None:
    assert {form: names for form, names in without_help().items() if form not in FILTERS} == {}


def test_no_filter_is_excused_that_has_help_or_is_gone() -> None:
    assert set(without_help()) >= FILTERS


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/rules/calculator/", {"materials-0-hs_code", "materials-2-local_percent", "category"}),
        ("/verify/", {"pdf", "number"}),
        ("/complaints/new/", {"about", "text", "name"}),
    ],
)
@pytest.mark.django_db
def test_the_help_of_a_field_stands_on_its_page(
    client: Client, address: str, fields: set[str]
) -> None:
    """What a field is described by is there once, and says something."""
    reference_data()
    page = client.get(address).content.decode()
    texts = dict(re.findall(r'id="([^"]+)"[^>]*>([^<]+)<', page))
    tags = re.findall(r"<(?:input|select|textarea|fieldset)[^>]*aria-describedby=[^>]*>", page)
    described = [ids for tag in tags for ids in re.findall(r'describedby="([^"]+)"', tag)]
    for key in {key for ids in described for key in ids.split()}:
        assert page.count(f'id="{key}"') == 1, key
        assert texts[key].strip(), key
    for name in fields:
        group = re.search(rf'<fieldset[^>]*aria-describedby="id_{name}_helptext"', page)
        alone = [tag for tag in tags if f'name="{name}"' in tag]
        assert group or alone, name
