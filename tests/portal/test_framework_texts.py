"""What Django's forms say, said in Kazakh."""

from pathlib import Path

import django
import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed

from ctkz_portal.catalogues import catalogue_paths, compile_catalogue, ids, read_catalogue

OWN = settings.BASE_DIR / "ctkz_portal" / "framework_texts"
DJANGO = Path(django.__file__).parent
ENGLISH = [
    DJANGO / "conf" / "locale" / "en" / "LC_MESSAGES" / "django.po",
    DJANGO / "contrib" / "auth" / "locale" / "en" / "LC_MESSAGES" / "django.po",
]


@pytest.fixture(autouse=True)
def _compiled() -> None:
    for path in catalogue_paths(OWN):
        if compile_catalogue(path):
            translation_file_changed(None, path.with_suffix(".mo"))


def test_every_text_is_one_that_this_django_says() -> None:
    said = set().union(*(ids(path) for path in ENGLISH))
    (path,) = catalogue_paths(OWN)
    assert ids(path) <= said
    assert all(not list(message.check(read_catalogue(path))) for message in read_catalogue(path))


@pytest.mark.parametrize(
    ("field", "entered", "sentence"),
    [
        (forms.CharField(max_length=3), "абвгд", "Ең көбі 3 таңба болуы керек (қазір – 5)."),
        (forms.EmailField(), "a@", "Электрондық поштаның дұрыс мекенжайын енгізіңіз."),
        (
            forms.DecimalField(max_digits=9, decimal_places=2),
            "1.234",
            "Үтірден кейін ең көбі 2 цифр болуы керек.",
        ),
    ],
)
def test_a_form_refuses_in_kazakh(field: forms.Field, entered: str, sentence: str) -> None:
    with translation.override("kk"):
        with pytest.raises(ValidationError) as refusal:
            field.clean(entered)
        assert refusal.value.messages == [sentence]


def test_a_short_password_is_refused_in_kazakh() -> None:
    with translation.override("kk"):
        with pytest.raises(ValidationError) as refusal:
            MinimumLengthValidator(12).validate("short")
        sentence = "Құпиясөз тым қысқа. Онда кемінде 12 таңба болуы керек."
        assert refusal.value.messages == [sentence]
