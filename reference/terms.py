"""The terms of rooms below this one, read from the dated parameters."""

from datetime import date

from accounts.terms import read_terms_by

from .parameters import parameter


def common_term(key: str, on: date) -> int:
    return int(parameter(key, on=on, scheme=None))


read_terms_by(common_term)
