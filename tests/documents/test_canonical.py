from decimal import Decimal

import pytest

from documents.canonical import NotCanonical, canonical_bytes, sha256_hex


def test_order_of_keys_does_not_change_the_bytes():
    assert canonical_bytes({"b": 1, "a": [True, None]}) == b'{"a":[true,null],"b":1}'
    assert canonical_bytes({"a": [True, None], "b": 1}) == canonical_bytes(
        {"b": 1, "a": [True, None]}
    )


def test_kazakh_letters_are_written_as_utf_8():
    assert canonical_bytes({"n": "Ұлытау ₸"}) == '{"n":"Ұлытау ₸"}'.encode()


@pytest.mark.parametrize(
    "value", [1.5, Decimal("68.23"), float("nan"), 2**60, object(), {1: "a"}, b"x", {"s"}]
)
def test_values_with_more_than_one_spelling_are_refused(value):
    with pytest.raises(NotCanonical):
        canonical_bytes({"lines": [{"share": value}]})


def test_refusal_names_the_place():
    with pytest.raises(NotCanonical, match=r"\$\.lines\[1\]\.share"):
        canonical_bytes({"lines": [{"share": "1"}, {"share": 0.1}]})


def test_digest_is_sha_256():
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
