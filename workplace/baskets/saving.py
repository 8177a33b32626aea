"""A person's saved views of a list page: kept, renamed, put first, removed.

They are a person's own bookmarks: nothing is decided by them and the log does not hear of them.
"""

from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import User
from workplace.models import SavedView

MOST_VIEWS = 20
LONGEST_NAME = 80
LONGEST_QUERY = 1000
# Said by the page itself, no part of what a person filters by.
PASSING = ("page", "format")


def kept_query(query: str) -> str:
    """The filters of an address in one form: the page number is none, empty ones say nothing."""
    pairs = parse_qsl(query.lstrip("?"), keep_blank_values=False)
    return urlencode([(name, value) for name, value in pairs if name not in PASSING])


def page_of(path: str) -> str:
    """The name of a list page's address; refuses what is no page without parameters."""
    try:
        match = resolve(path)
        if match.view_name and reverse(match.view_name) == path:
            return match.view_name
    except (Resolver404, NoReverseMatch):
        pass
    raise DomainError("no_page", _("This page keeps no views."))


def views_of(user: User, page: str) -> list[SavedView]:
    return list(SavedView.objects.filter(user=user, page=page))


def first_view(request: HttpRequest, page: str) -> str:
    """The query of the view that the person wants to see first on this page."""
    own = SavedView.objects.filter(user=request.user, page=page)  # type: ignore[misc]
    view = own.filter(is_first=True).first()
    return view.query if view else ""


@transaction.atomic
def save_view(*, user: User, page: str, name: str, query: str, is_first: bool) -> SavedView:
    """The same name again changes what it shows."""
    name, query = " ".join(name.split()), kept_query(query)
    if not name:
        raise DomainError("no_name", _("Give the view a name."), field="name")
    if len(name) > LONGEST_NAME or len(query) > LONGEST_QUERY:
        raise DomainError("too_long", _("The name or the filters are too long."), field="name")
    own = SavedView.objects.select_for_update().filter(user=user, page=page)
    known = own.filter(name=name).first()
    if known is None and own.count() >= MOST_VIEWS:
        raise DomainError(
            "too_many",
            _("You keep %(count)s views of this page already: remove one first.")
            % {"count": MOST_VIEWS},
        )
    if is_first:
        own.update(is_first=False)
    last = own.aggregate(last=Max("position"))["last"]
    view = known or SavedView(user=user, page=page, name=name, position=(last or 0) + 1)
    view.query = query
    view.is_first = is_first or view.is_first
    view.save()
    return view


@transaction.atomic
def change_view(*, view: SavedView, name: str | None = None, is_first: bool | None = None) -> None:
    own = SavedView.objects.select_for_update().filter(user=view.user, page=view.page)
    if name is not None:
        name = " ".join(name.split())[:LONGEST_NAME]
        if not name:
            raise DomainError("no_name", _("Give the view a name."), field="name")
        if own.filter(name=name).exclude(pk=view.pk).exists():
            raise DomainError("name_taken", _("Another view has this name."), field="name")
        view.name = name
    if is_first is not None:
        own.update(is_first=False)
        view.is_first = is_first
    view.save()
