"""The quantity ledger for programs: e-invoice operators, procurement, chambers."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import DomainError
from accounts.models import OrganisationKind
from issuance import ledger
from issuance.models import Certificate, DrawDocument, QuantityDraw
from registry.models import ApiKey, Scope
from registry.questions import certificates_numbered, number_of_slug
from workflow.api_refusals import RefusalOutput

from .access import OpenView
from .outputs import plain

LONGEST_KEY = 100
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True,
    description="Chosen by the caller: the same request sent twice draws once.",
)  # fmt: skip
YEAR = OpenApiParameter("year", OpenApiTypes.INT, description="If the number is of several years.")
REFUSALS = (400, 401, 403, 404, 409, 429, 503)
REFUSED: dict[int, Any] = dict.fromkeys(REFUSALS, RefusalOutput)


class NotOwnKey(DomainError):
    status_code = 403


class BadKey(DomainError):
    status_code = 400


class BalanceOutput(serializers.Serializer):
    """What is left of a line: certified less drawn, as exact decimals in text."""

    line = serializers.IntegerField()
    name = serializers.CharField()
    certified = serializers.CharField()
    drawn = serializers.CharField()
    left = serializers.CharField()


class DrawOutput(serializers.Serializer):
    id = serializers.UUIDField()
    certificate = serializers.CharField(source="certificate.number")
    line = serializers.IntegerField()
    quantity = serializers.SerializerMethodField()
    document = serializers.ChoiceField(choices=DrawDocument.values)
    document_number = serializers.CharField()
    document_on = serializers.DateField()
    buyer_bin = serializers.CharField(allow_blank=True)
    drawn_at = serializers.DateTimeField()
    reverses = serializers.UUIDField(source="reverses_id", allow_null=True)

    def get_quantity(self, draw: QuantityDraw) -> str:
        return str(plain(draw.quantity))


class LedgerOutput(serializers.Serializer):
    """`balances` is empty for a certificate that covers no counted quantity."""

    number = serializers.CharField()
    balances = BalanceOutput(many=True)
    draws = DrawOutput(many=True, help_text="Those entered with this key.")


class DrawInput(serializers.Serializer):
    line = serializers.IntegerField(min_value=1, max_value=100_000)
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6)
    document = serializers.ChoiceField(choices=DrawDocument.values)
    document_number = serializers.CharField(max_length=100)
    document_on = serializers.DateField()
    buyer_bin = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)


class GiveBackInput(serializers.Serializer):
    note = serializers.CharField(max_length=500)


class LedgerView(OpenView):
    """Counted before anything is done, and closed while requests cannot be counted."""

    scope = Scope.DRAW
    needs_key = True

    def certificate(self, number: str) -> Certificate:
        parsed = number_of_slug(number)
        found = certificates_numbered(parsed) if parsed else []
        year = self.request.query_params.get("year")
        if year:
            found = [one for one in found if str(one.year) == year]
        if not found:
            raise Http404
        _refuse_strangers_key(self.key, found[0])
        return found[0]

    def request_key(self) -> str:
        given: str = self.request.headers.get("Idempotency-Key", "").strip()
        if not 0 < len(given) <= LONGEST_KEY or not given.isprintable():
            raise BadKey(
                "no_request_key",
                _("Send the header Idempotency-Key with 1 to 100 characters of your own."),
                field="Idempotency-Key",
            )
        return given


def _refuse_strangers_key(key: ApiKey, certificate: Certificate) -> None:
    """An applicant's own program draws from its own certificates; operators from anybody's."""
    owner = key.organisation
    is_applicant = owner is not None and owner.kind == OrganisationKind.APPLICANT
    if is_applicant and certificate.application.applicant_id != owner.pk:
        raise NotOwnKey("not_yours", _("This key draws from its own certificates only."))


class DrawsView(LedgerView):
    serializer_class = LedgerOutput

    @extend_schema(
        operation_id="draws",
        summary="What is left of a batch certificate, and what this key drew",
        parameters=[YEAR],
        responses={200: LedgerOutput, **REFUSED},
    )
    def get(self, request: Request, number: str) -> Response:
        certificate = self.certificate(number)
        mine = [
            entry
            for entry in ledger.entries_of(certificate)
            if entry.drawn_by == self.key.actor_ref().id
        ]
        left = [
            {
                "line": one.line,
                "name": one.name,
                "certified": plain(one.certified),
                "drawn": plain(one.drawn),
                "left": plain(one.left),
            }
            for one in ledger.balances(certificate)
        ]
        body = {"number": certificate.number, "balances": left, "draws": mine}
        return Response(LedgerOutput(body).data)

    @extend_schema(
        operation_id="draw",
        summary="Draw a quantity of one line for a contract or an invoice",
        parameters=[IDEMPOTENCY, YEAR],
        request=DrawInput,
        responses={201: DrawOutput, **REFUSED},
    )
    def post(self, request: Request, number: str) -> Response:
        certificate = self.certificate(number)
        request_key = self.request_key()
        given = DrawInput(data=request.data)
        given.is_valid(raise_exception=True)
        actor = self.key.actor_ref()
        drawn = ledger.draw(
            certificate=certificate,
            request_key=request_key,
            by=actor.id,
            drawn_for=self.key.organisation,
            actor=actor,
            **given.validated_data,
        )
        return Response(DrawOutput(drawn).data, status=status.HTTP_201_CREATED)


class GiveBackView(LedgerView):
    serializer_class = DrawOutput

    @extend_schema(
        operation_id="give_back",
        summary="Reverse a draw that was entered by mistake",
        parameters=[IDEMPOTENCY, YEAR],
        request=GiveBackInput,
        responses={201: DrawOutput, **REFUSED},
    )
    def post(self, request: Request, number: str, pk: UUID) -> Response:
        certificate = self.certificate(number)
        actor = self.key.actor_ref()
        # Of the whole chain of replacements, as the list shows it.
        mine = {one.pk: one for one in ledger.entries_of(certificate) if one.drawn_by == actor.id}
        if pk not in mine:
            raise Http404
        request_key = self.request_key()
        given = GiveBackInput(data=request.data)
        given.is_valid(raise_exception=True)
        returned = ledger.give_back(
            draw=mine[pk],
            note=given.validated_data["note"],
            request_key=request_key,
            by=actor.id,
            actor=actor,
        )
        return Response(DrawOutput(returned).data, status=status.HTTP_201_CREATED)
