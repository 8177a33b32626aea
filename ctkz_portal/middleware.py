"""Turns a refused command into an answer a person or a program can read."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse

from accounts.errors import DomainError


class NoNullMiddleware:
    """An address with a NUL in it is nobody's: the database could not even be asked for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise Http404
        return self.get_response(request)


class DomainErrorMiddleware:
    """One place where a refusal becomes HTTP: 409 for a rule, 403 for a missing right."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        if wants_json(request):
            return JsonResponse(
                {"code": error.code, "message": str(error), "fields": fields_of(error)},
                status=error.status_code,
            )
        return TemplateResponse(
            request,
            f"{error.status_code}.html",
            {"error": error, "message": str(error)},
            status=error.status_code,
        ).render()


def wants_json(request: HttpRequest) -> bool:
    preferred = request.get_preferred_type(["text/html", "application/json"])
    return preferred == "application/json"


def fields_of(error: DomainError) -> dict[str, str]:
    return {error.field: str(error)} if error.field else {}
