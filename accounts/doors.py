"""Pages that do not exist for those who may not see them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from .permissions import has_permission

View = Callable[..., HttpResponse]


def only_with(permission: str) -> Callable[[View], View]:
    """A decorator of views: to whoever lacks the permission the page does not exist (404)."""

    def door(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not has_permission(getattr(request, "actor", None), permission, None):
                raise Http404
            return view(request, *args, **kwargs)

        return wrapped

    return door
