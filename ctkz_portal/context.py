"""What every page knows: who acts, where they may go, and in which languages."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import cached_property

from accounts.middleware import lacks_second_factor
from accounts.models import Membership
from audit.context import current_request

from .appearance import THEMES, theme_of
from .guides.addresses import guide_of
from .navigation import Item, navigation
from .refusal_pages import came_from


@dataclass(frozen=True)
class Language:
    """`name` and `short` are in the language itself, whatever language the page is in."""

    code: str
    name: str
    short: str


LANGUAGES = (
    Language("kk", "Қазақша", "Қаз"),
    Language("ru", "Русский", "Рус"),
    Language("en", "English", "Eng"),
)


class Portal:
    """Looked up only when a template asks, so that public pages cost no query."""

    languages = LANGUAGES
    themes = THEMES

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def actor(self) -> Membership | None:
        return getattr(self._request, "actor", None)

    @property
    def other_memberships(self) -> list[Membership]:
        memberships = getattr(self._request, "memberships", [])
        return [membership for membership in memberships if membership != self.actor]

    @property
    def theme(self) -> str:
        return theme_of(self._request)

    @cached_property
    def navigation(self) -> list[Item]:
        # Nothing is offered that stays closed until the second factor is set up.
        if lacks_second_factor(self._request):
            return []
        return navigation(self._request, self.actor)

    @property
    def public_url(self) -> str:
        return settings.CTKZ_PUBLIC_URL

    @property
    def came_from(self) -> str:
        """The page of this portal that the person was on, for the link back after a refusal."""
        return came_from(self._request)

    @property
    def guide_url(self) -> str:
        return guide_of(self.actor)

    @property
    def request_id(self) -> str:
        """What the support finds this request by."""
        return current_request().request_id

    @property
    def demo(self) -> bool:
        return settings.CTKZ_DEMO


def portal(request: HttpRequest) -> dict[str, Any]:
    return {"portal": Portal(request)}
