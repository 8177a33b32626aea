"""Verification by programs: one number or a thousand, as of any day; the feed of changes."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import DomainError
from accounts.identifiers import normalise_bin_iin
from registry.answers import MALFORMED, UNKNOWN, Answer, Question, answers
from registry.changes import BEFORE_ALL, changes_after
from registry.evidence import evidence
from registry.models import Scope, UnknownLookup, VerificationCount, Way
from registry.news import told
from registry.questions import shown
from workflow.api_refusals import RefusalOutput

from .access import OpenView
from .outputs import AnswersOutput, ChangesOutput, ProvedAnswerOutput, told_answers

MOST_NUMBERS = 1_000
MOST_CHANGES = 1_000
LAST_PLACE = 2**53 - 1
YEARS = {"min_value": 1995, "max_value": 2999}


class UnknownNumber(DomainError):
    status_code = 404


class MalformedNumber(DomainError):
    status_code = 400


class AskedCertificateInput(serializers.Serializer):
    number = serializers.CharField(max_length=60, help_text="In any spelling.")
    verify_code = serializers.CharField(
        max_length=32, required=False, default="", help_text="The code printed in the QR."
    )
    bin = serializers.CharField(
        max_length=20, required=False, default="", help_text="BIN or IIN of the producer."
    )
    year = serializers.IntegerField(required=False, allow_null=True, default=None, **YEARS)

    def validate_bin(self, value: str) -> str:
        try:
            return normalise_bin_iin(value) if value else ""
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from error


class VerifyInput(serializers.Serializer):
    """Either `numbers`, or `certificates` with what else stands on the papers."""

    numbers = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, max_length=MOST_NUMBERS
    )
    certificates = AskedCertificateInput(many=True, required=False, max_length=MOST_NUMBERS)
    as_of = serializers.DateField(required=False, help_text="Today if absent.")
    with_lines = serializers.BooleanField(required=False, default=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        count = len(given.get("numbers", ())) + len(given.get("certificates", ()))
        if not 1 <= count <= MOST_NUMBERS:
            raise serializers.ValidationError(
                {
                    "numbers": _("Ask about 1 to %(most)s certificates in a call.")
                    % {"most": MOST_NUMBERS}
                }
            )
        return given

    def questions(self) -> list[Question]:
        given = self.validated_data
        return [
            *(Question(text) for text in given.get("numbers", ())),
            *(
                Question(one["number"], one["verify_code"], one["bin"], one["year"])
                for one in given.get("certificates", ())
            ),
        ]


class OneInput(serializers.Serializer):
    as_of = serializers.DateField(required=False)
    year = serializers.IntegerField(required=False, default=None, **YEARS)
    proofs = serializers.BooleanField(required=False, default=False)


class VerifyView(OpenView):
    serializer_class = VerifyInput

    @extend_schema(
        operation_id="verify",
        summary="Verify up to 1,000 certificates as of a day",
        request=VerifyInput,
        responses={200: AnswersOutput, 400: RefusalOutput, 401: RefusalOutput, 429: RefusalOutput},
    )
    def post(self, request: Request) -> Response:
        given = VerifyInput(data=request.data)
        given.is_valid(raise_exception=True)
        now = timezone.localtime()
        on = given.validated_data.get("as_of", now.date())
        found = answers(given.questions(), on=on, now=now)
        count(found)
        body = {
            "as_of": on,
            "checked_at": now,
            "answers": told_answers(found, with_lines=given.validated_data["with_lines"]),
        }
        return Response(AnswersOutput(body).data)


class CertificateView(OpenView):
    serializer_class = ProvedAnswerOutput

    @extend_schema(
        operation_id="certificate",
        summary="One certificate as of a day, with its lines and, if asked, its proofs",
        parameters=[
            OpenApiParameter("as_of", OpenApiTypes.DATE),
            OpenApiParameter("year", OpenApiTypes.INT),
            OpenApiParameter("proofs", OpenApiTypes.BOOL),
        ],
        responses={
            200: ProvedAnswerOutput, 400: RefusalOutput, 401: RefusalOutput, 404: RefusalOutput,
            429: RefusalOutput,
        },
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        given = OneInput(data=request.query_params.dict())
        given.is_valid(raise_exception=True)
        asked, now = given.validated_data, timezone.localtime()
        question = Question(number.replace("-", " "), year=asked["year"])
        found = answers([question], on=asked.get("as_of", now.date()), now=now)
        count(found)
        answer = found[0]
        if answer.verdict == MALFORMED:
            raise MalformedNumber(MALFORMED, answer.sentence, field="number")
        if answer.certificate is None and answer.entry is None:
            raise UnknownNumber(UNKNOWN, answer.sentence, field="number")
        body = told_answers(found, with_lines=True)[0]
        if asked["proofs"] and answer.certificate is not None:
            body["proofs"] = evidence(shown().get(pk=answer.certificate.pk))
        return Response(ProvedAnswerOutput(body).data)


class ChangesInput(serializers.Serializer):
    after = serializers.IntegerField(
        required=False, default=BEFORE_ALL, min_value=BEFORE_ALL, max_value=LAST_PLACE
    )
    limit = serializers.IntegerField(
        required=False, default=100, min_value=1, max_value=MOST_CHANGES
    )


class ChangesView(OpenView):
    serializer_class = ChangesOutput
    scope = Scope.CHANGES

    @extend_schema(
        operation_id="changes",
        summary="Changes of statuses since a cursor, in the order of the log",
        parameters=[ChangesInput],
        responses={200: ChangesOutput, 400: RefusalOutput, 401: RefusalOutput, 429: RefusalOutput},
    )
    def get(self, request: Request) -> Response:
        given = ChangesInput(data=request.query_params.dict())
        given.is_valid(raise_exception=True)
        found = changes_after(given.validated_data["after"], limit=given.validated_data["limit"])
        body = {
            "changes": [{"index": one.index, **told(one.news)} for one in found.changes],
            "next": found.next_cursor,
            "has_more": found.has_more,
        }
        return Response(ChangesOutput(body).data)


def count(found: list[Answer]) -> None:
    """Counts by day, in two statements however many were asked."""
    today = timezone.localdate()
    certificates = {one.certificate.pk for one in found if one.certificate is not None}
    VerificationCount.add_many(certificates, Way.API, on=today)
    unknown = {one.number for one in found if one.number and not one.certificate and not one.entry}
    UnknownLookup.add_many(unknown, Way.API, on=today)
