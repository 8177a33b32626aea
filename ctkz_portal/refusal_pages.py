"""Pages for when something went wrong: what happened, what was not lost, what to do next.

Two kinds. The pages below (400, 500, 503) are plain files that need neither the database nor the
cache nor a session, because one of these may be what is broken. All others are pages of the portal.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _

from audit.context import current_request

# Places in the plain pages that are filled by hand: a template engine is one more thing to fail.
REQUEST_ID = "<!--request-id-->"
FIRST_LANGUAGE = '<html lang="ru">'
RETRY_SECONDS = 120
# Never shown again, whoever typed them.
SECRET = ("password", "token", "secret", "code", "pin", "cms", "signature")
KEPT_FIELDS = 40
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
# Answers of programs to programs, which go on while people are asked to wait.
OPEN_IN_MAINTENANCE = ("/health/",)


@dataclass(frozen=True)
class Typed:
    """What stood in one field of a form that was not taken."""

    label: str
    text: str


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return plain_page(request, 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """A database that does not answer is a pause of ours, anything else is a mistake of ours."""
    is_pause = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    return plain_page(request, 503 if is_pause else 500)


def plain_page(request: HttpRequest, status: int) -> HttpResponse:
    """The page in three languages, the reader's first, with the number of the request."""
    page = get_template(f"{status}.html").render()
    page = page.replace(REQUEST_ID, current_request().request_id)
    language = get_language_from_request(request)
    answer = HttpResponse(
        page.replace(FIRST_LANGUAGE, f'<html lang="{language}">', 1), status=status
    )
    if status == 503:
        answer["Retry-After"] = str(RETRY_SECONDS)
    return answer


class MaintenanceMiddleware:
    """While the file of the maintenance exists nothing is taken and nothing is lost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_open = request.path_info in OPEN_IN_MAINTENANCE
        if is_open or not settings.CTKZ_MAINTENANCE_FILE.exists():
            return self.get_response(request)
        if request.path_info.startswith("/api/"):
            body = {"code": "maintenance", "message": _("The portal is being worked on.")}
            return JsonResponse(
                {**body, "fields": {}}, status=503, headers={"Retry-After": str(RETRY_SECONDS)}
            )
        return plain_page(request, 503)


class SignInMiddleware(LoginRequiredMiddleware):
    """Whose session ended while a form was open comes back to the page of that form.

    The address that the form was sent to takes nothing but a form; going back there would end in
    a refusal.
    """

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        page = came_from(request)
        if request.method in SAFE_METHODS or not page:
            answer: HttpResponseRedirect = super().handle_no_permission(request, view_func)
            return answer
        return redirect_to_login(page, self.get_login_url(view_func), "next")


class EmptyRefusalMiddleware:
    """An address that only takes forms, opened like a page, answers with words and a way back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        is_for_people = "text/html" in request.headers.get("Accept", "")
        if answer.status_code != 405 or answer.content or not is_for_people:
            return answer
        page = render(request, "405.html", status=405)
        page["Allow"] = answer["Allow"]
        return page


def came_from(request: HttpRequest) -> str:
    """The page of this portal that the person was on, or nothing."""
    page = request.headers.get("Referer", "")
    try:
        hosts = {request.get_host()}
    except DisallowedHost:
        return ""
    is_ours = url_has_allowed_host_and_scheme(page, hosts, request.is_secure())
    return page if is_ours else ""


def page_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was sent without its token; what was typed is shown, to be copied.

    Only what came from a page of ours: nobody else may put words on a page of the portal.
    """
    typed = typed_in(request) if came_from(request) else []
    context = {"typed": typed, "has_files": bool(typed and request.FILES)}
    return render(request, "403_csrf.html", context, status=403)


def typed_in(request: HttpRequest) -> list[Typed]:
    found = []
    for field, values in request.POST.lists():
        name = field.rsplit("-", 1)[-1]
        if name.startswith("csrf") or any(word in name.lower() for word in SECRET):
            continue
        text = "\n".join(value for value in values if isinstance(value, str)).strip()
        # Marks, numbers of rows and the like are not what anybody typed.
        if text and (" " in text or len(text) > 3):
            found.append(Typed(capfirst(name.replace("_", " ")), text))
    return found[:KEPT_FIELDS]
