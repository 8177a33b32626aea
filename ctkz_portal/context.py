"""What every page knows: who acts, where they may go, and in which languages."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import Membership

from .navigation import Item, navigation


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

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def actor(self) -> Membership | None:
        return getattr(self._request, "actor", None)

    @property
    def other_memberships(self) -> list[Membership]:
        memberships = getattr(self._request, "memberships", [])
        return [membership for membership in memberships if membership != self.actor]

    @cached_property
    def navigation(self) -> list[Item]:
        return navigation(self._request, self.actor)

    @property
    def public_url(self) -> str:
        return settings.CTKZ_PUBLIC_URL

    @property
    def came_from(self) -> str:
        """The page of this portal that the person was on, for the link back after a refusal."""
        page = self._request.headers.get("Referer", "")
        hosts = {self._request.get_host()}
        is_ours = url_has_allowed_host_and_scheme(page, hosts, self._request.is_secure())
        return page if is_ours else ""

    @property
    def demo(self) -> bool:
        return settings.CTKZ_DEMO


def portal(request: HttpRequest) -> dict[str, Any]:
    return {"portal": Portal(request)}
