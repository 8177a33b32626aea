"""The pages of a draft that can be typed on: where each is, and which part of the form it fills."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

PARTIES, PRICES, DOCUMENTS = "parties", "prices", "documents"
NEW_LINE = "line:new"
# Django takes a thousand fields in one form; a page of prices stays well below.
PRICES_ON_PAGE = 200


def line_step(line_pk: object) -> str:
    return f"line:{line_pk}"


def bill_step(line_pk: object) -> str:
    return f"bill:{line_pk}"


@dataclass(frozen=True)
class Place:
    part: str
    label: str
    url: str


def place_of(request_pk: object, step: str) -> Place:
    """Where the page `step` of the draft is opened again."""
    kind, _sign, which = step.partition(":")
    match kind:
        case "line":
            keys = [request_pk] if which == "new" else [request_pk, which]
            return Place("goods", _("Goods"), reverse("expertise:request-line", args=keys))
        case "prices":
            url = reverse("expertise:request-prices", args=[request_pk])
            return Place("goods", _("Prices"), f"{url}?page={which or 1}")
        case "bill":
            url = reverse("expertise:request-line-materials", args=[request_pk, which])
            return Place("materials", _("Materials"), url)
        case "documents":
            url = reverse("expertise:request-documents", args=[request_pk])
            return Place("documents", _("Documents"), url)
    url = reverse("expertise:request-parties", args=[request_pk])
    return Place("parties", _("Parties and purpose"), url)
