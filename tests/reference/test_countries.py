import pytest

from reference.countries import country_code, country_names


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("KZ", "KZ"),
        ("kz", "KZ"),
        ("РК", "KZ"),
        ("PK", "PK"),
        ("Қазақстан", "KZ"),
        ("Республика  Казахстан", "KZ"),
        ("РОССИЯ", "RU"),
        ("Pоссия", "RU"),
        ("США", "US"),
        ("Türkiye", "TR"),
        ("Нарния", None),
        ("", None),
    ],
)
def test_a_country_is_known_by_its_usual_names(text, code):
    assert country_code(text) == code


def test_every_country_has_a_code_and_three_names():
    for code, names in country_names().items():
        assert len(code) == 2
        assert all(names.values())
        assert all(country_code(name) == code for name in names.values())
