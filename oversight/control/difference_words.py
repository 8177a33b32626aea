"""What differs, in words: the paths of a record are for programs."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_NAMES: dict[str, str | Promise] = {
    "name": gettext_lazy("name"),
    "hs_code": gettext_lazy("HS code"),
    "kp_ved": gettext_lazy("KP VED code"),
    "quantity": gettext_lazy("quantity"),
    "price_kzt": gettext_lazy("price, ₸"),
    "denominator_kzt": gettext_lazy("denominator, ₸"),
    "value_kzt": gettext_lazy("value, ₸"),
    "foreign_kzt": gettext_lazy("foreign, ₸"),
    "counted_foreign_kzt": gettext_lazy("counted as foreign, ₸"),
    "foreign_percent": gettext_lazy("foreign, %"),
    "share_percent": gettext_lazy("local content, %"),
    "local_content_percent": gettext_lazy("local content, %"),
    "local_share_percent": gettext_lazy("local content of the material, %"),
    "local_percent": gettext_lazy("local content of the material, %"),
    "local_content": gettext_lazy("local content"),
    "is_local": gettext_lazy("counted as local"),
    "country": gettext_lazy("country"),
    "supplier": gettext_lazy("supplier"),
    "origin_document": gettext_lazy("document of origin"),
    "document": gettext_lazy("document"),
    "criterion": gettext_lazy("criterion"),
    "verdict": gettext_lazy("verdict"),
    "row": gettext_lazy("condition applied"),
    "choice": gettext_lazy("condition chosen"),
    "reading": gettext_lazy("reading"),
    "ground": gettext_lazy("ground of the list"),
    "operations": gettext_lazy("operations"),
    "formula": gettext_lazy("formula"),
    "treatment": gettext_lazy("treatment of local materials"),
    "currency": gettext_lazy("currency"),
    "amount": gettext_lazy("amount in the currency"),
    "rate": gettext_lazy("exchange rate"),
    "rate_on": gettext_lazy("day of the rate"),
}
# A name or a path of names: `value_kzt`, `local_content.steps[2].counted_foreign_kzt`.
_PATH = re.compile(r"(?<![\w.])[a-z_]+(?:\[\d+\])?(?:\.[a-z_]+(?:\[\d+\])?)*$")
_PLACE = re.compile(r"(materials|steps)\[(\d+)\]")


def in_words(what: str) -> str:
    """The text with a path at its end put into words; anything unknown stays as it is."""
    found = _PATH.search(what)
    if found is None:
        return what
    path = found.group()
    name = _NAMES.get(path.rpartition(".")[2].partition("[")[0])
    if name is None:
        return what
    place = _PLACE.search(path)
    told = (
        _("material %(number)s: %(what)s") % {"number": place.group(2), "what": name}
        if place
        else str(name)
    )
    return what[: found.start()] + told
