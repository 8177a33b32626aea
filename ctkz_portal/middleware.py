"""What every answer passes: small on slow lines, and a refusal that people and programs read."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.template.response import TemplateResponse

from accounts.errors import DomainError

COMPRESSED = frozenset({"application/json", "image/svg+xml"})


class CompressionMiddleware(GZipMiddleware):
    """Pages and data go out small; a document goes out as the bytes that were signed.

    Tokens in forms change with every answer and the length is made random, so that the size of an
    answer tells nothing about what is in it.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        kind = response.get("Content-Type", "").split(";")[0]
        if response.streaming or not (kind.startswith("text/") or kind in COMPRESSED):
            return response
        return super().process_response(request, response)


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
