"""Who asks, what the key opens, and how often: the base of every view of the open API."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import JSONParser
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from accounts.callers import count_caller, count_request
from accounts.errors import DomainError
from registry.keys import key_of
from registry.models import ApiKey, Scope
from workflow.api_refusals import RefusalsMixin

REFUSAL = _("Too many requests. Please wait a minute.")
BEARER = "Bearer"
# A thousand certificates, each with everything that may be asked beside its number.
LONGEST_BODY = 1024 * 1024


class NoScope(DomainError):
    status_code = 403


class Nobody:
    """A program is not a person; the key says what it may."""

    is_authenticated = False
    is_active = True
    pk = None


class BodyTooLarge(DomainError):
    status_code = 413


class BoundedJSONParser(JSONParser):
    """Reads no more than a full call needs; what is nested to exhaust the parser is malformed."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        content = stream.read(LONGEST_BODY + 1)
        if len(content) > LONGEST_BODY:
            raise BodyTooLarge("too_large", _("The body of the request is too large."))
        try:
            return super().parse(BytesIO(content), media_type, parser_context)
        except RecursionError as error:
            raise exceptions.ParseError(_("The request cannot be read.")) from error


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer ctkz_…`. A key that opens nothing is refused, not passed over."""

    def authenticate(self, request: Request) -> tuple[Nobody, ApiKey] | None:
        given = request.headers.get("authorization", "").split()
        if not given:
            return None
        key = None
        if len(given) == 2 and given[0].lower() == BEARER.lower():
            key = key_of(given[1], on=timezone.localdate())
        if key is None:
            raise exceptions.AuthenticationFailed(
                _("This key opens nothing: it is unknown, revoked or out of date."), code="bad_key"
            )
        return Nobody(), key

    def authenticate_header(self, request: Request) -> str:
        return BEARER


class KeyScheme(OpenApiAuthenticationExtension):
    """How the schema names it."""

    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "ctkz_…"}


class OpenView(RefusalsMixin, GenericAPIView):
    """Open to everybody at the public limit; a key with the scope raises it.

    With `needs_key` nobody comes in without the key and its scope, and nobody at all while
    requests cannot be counted.
    """

    authentication_classes = (KeyAuthentication,)
    permission_classes = (AllowAny,)
    renderer_classes = (JSONRenderer,)
    parser_classes = (BoundedJSONParser,)
    pagination_class = None
    filter_backends = ()
    scope = Scope.VERIFY
    needs_key = False

    @property
    def key(self) -> ApiKey | None:
        return self.request.auth

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        if not self.needs_key:
            return
        if request.auth is None:
            raise exceptions.NotAuthenticated(_("This needs a key."))
        if not request.auth.may(self.scope):
            raise NoScope(
                "no_scope", _("The key does not open this: %(scope)s.") % {"scope": self.scope}
            )

    def check_throttles(self, request: Request) -> None:
        key = request.auth
        if key is not None and key.may(self.scope):
            count_caller(
                key.prefix,
                counter=f"api-key-{self.scope}",
                limit=key.per_minute,
                refusal=REFUSAL,
                must_count=self.needs_key,
            )
        else:
            count_request(
                request,
                counter="api",
                limit=settings.CTKZ_API_PER_MINUTE,
                refusal=REFUSAL,
            )
