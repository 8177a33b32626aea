"""Currencies by their ISO 4217 codes, with the names people and spreadsheets use. Pure."""

from functools import lru_cache

from babel.core import get_global
from babel.numbers import get_currency_name, get_territory_currencies

from accounts.identifiers import fold_lookalikes
from reference.units import alias_key

TENGE = "KZT"
LANGUAGES = ("kk", "ru", "en")
_SIGNS = {
    "₸": TENGE, "тг": TENGE, "тнг": TENGE, "тенге": TENGE, "теңге": TENGE,
    "$": "USD", "US$": "USD", "доллар": "USD", "доллары": "USD", "долл": "USD",
    "€": "EUR", "евро": "EUR", "₽": "RUB", "рубль": "RUB", "рубли": "RUB", "руб": "RUB",
    "юань": "CNY", "юани": "CNY", "сом": "KGS", "сум": "UZS", "£": "GBP",
}  # fmt: skip
# Newer than the names that Unicode's data has in these languages.
_NEW = {
    "XCG": {"kk": "Кариб гульдені", "ru": "карибский гульден"},
    "ZWG": {"kk": "Зимбабве алтыны", "ru": "зимбабвийский золотой"},
}


@lru_cache(maxsize=1)
def currency_codes() -> frozenset[str]:
    """Codes of the currencies that are legal tender somewhere today."""
    return frozenset(
        code
        for territory in get_global("territory_currencies")
        for code in get_territory_currencies(territory)
    )


def currency_name(code: str, language: str) -> str:
    name = str(get_currency_name(code, locale=language))
    return _NEW.get(code, {}).get(language, name) if name == code else name


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    found = {alias_key(sign): code for sign, code in _SIGNS.items()}
    for code in sorted(currency_codes()):
        for spelling in (code, *(currency_name(code, language) for language in LANGUAGES)):
            found.setdefault(alias_key(spelling), code)
    return found


def currency_code(text: str) -> str | None:
    """`usd`, `USD`, `доллар США`, `$` → USD; None for what no country pays with."""
    latin = fold_lookalikes(text.strip().upper(), to="latin")
    if latin in currency_codes():
        return latin
    return _codes().get(alias_key(text))
