"""Every refusal of every API has one form: a stable code, words for people, the field if any."""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response

from accounts.callers import WINDOW_SECONDS, TooManyRequests
from accounts.errors import DomainError


class RefusalsMixin:
    """For a view of the REST framework: what services and the framework refuse looks the same."""

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, DomainError):
            refused = refusal(exc.code, str(exc), exc.field, exc.status_code)
            if isinstance(exc, TooManyRequests):
                refused["Retry-After"] = str(WINDOW_SECONDS)
            return refused
        if isinstance(exc, Http404):
            return refusal("not_found", _("There is no such thing, or it is not yours."), None, 404)
        if isinstance(exc, BadRequest):
            return refusal("invalid", _("The request cannot be read."), None, 400)
        if isinstance(exc, exceptions.ValidationError):
            field, message = first_fault(exc.detail)
            return refusal("invalid", message, field, status.HTTP_400_BAD_REQUEST)
        # The framework decides between 401 and 403 and adds its headers; the form stays ours.
        response: Response = super().handle_exception(exc)  # type: ignore[misc]
        if isinstance(exc, exceptions.APIException):
            code = exc.get_codes()
            response.data = {
                "code": code if isinstance(code, str) else exc.default_code,
                "message": str(exc.detail),
                "field": None,
            }
        return response


def refusal(code: str, message: str, field: str | None, status_code: int) -> Response:
    return Response({"code": code, "message": message, "field": field}, status=status_code)


def first_fault(detail: Any) -> tuple[str | None, str]:
    """The first of possibly many faults of the input, with its field."""
    if isinstance(detail, list):
        faults = [fault for fault in detail if fault]
        return first_fault(faults[0]) if faults else (None, "")
    if isinstance(detail, dict):
        field, faults = next(iter(detail.items()))
        return field, first_fault(faults)[1]
    return None, str(detail)


class RefusalOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    field = serializers.CharField(allow_null=True)
