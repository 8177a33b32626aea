"""Addresses for news, managed by the key that they belong to."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from registry.models import Scope, WebhookDelivery, WebhookEndpoint
from registry.news import STATUS_AFTER
from registry.webhooks import add_endpoint, end_endpoint, secret_of, send_again
from workflow.api_refusals import RefusalOutput

from .access import OpenView

DELIVERIES_SHOWN = 100
REFUSALS = (400, 401, 403, 404, 409, 429, 503)
REFUSED: dict[int, Any] = dict.fromkeys(REFUSALS, RefusalOutput)


class WebhookOutput(serializers.Serializer):
    id = serializers.UUIDField()
    url = serializers.URLField()
    events = serializers.ListField(
        child=serializers.CharField(), source="kinds", help_text="Empty: all."
    )
    created_at = serializers.DateTimeField()


class NewWebhookOutput(WebhookOutput):
    secret = serializers.SerializerMethodField(help_text="For checking the signature.")

    def get_secret(self, endpoint: WebhookEndpoint) -> str:
        return secret_of(endpoint)


class WebhookInput(serializers.Serializer):
    url = serializers.URLField(max_length=500, help_text="https, on the public internet.")
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=sorted(STATUS_AFTER)),
        required=False,
        default=list,
        max_length=len(STATUS_AFTER),
    )


class DeliveryOutput(serializers.Serializer):
    id = serializers.UUIDField()
    event = serializers.CharField(source="kind")
    certificate = serializers.CharField(source="subject")
    created_at = serializers.DateTimeField()
    attempts = serializers.IntegerField()
    next_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    parked_at = serializers.DateTimeField(
        allow_null=True, help_text="Given up; ask for it to be sent again."
    )
    last_answer = serializers.CharField()


class WebhookListOutput(serializers.Serializer):
    webhooks = WebhookOutput(many=True)


class DeliveryListOutput(serializers.Serializer):
    deliveries = DeliveryOutput(many=True)


class WebhookBase(OpenView):
    scope = Scope.WEBHOOKS
    needs_key = True

    def endpoints(self) -> QuerySet[WebhookEndpoint]:
        return self.key.webhooks.filter(ended_at__isnull=True).select_related("key")

    def endpoint(self, pk: UUID) -> WebhookEndpoint:
        return get_object_or_404(self.endpoints(), pk=pk)


class WebhookListView(WebhookBase):
    serializer_class = WebhookListOutput

    @extend_schema(
        operation_id="webhooks",
        summary="Addresses of this key",
        responses={200: WebhookListOutput, **REFUSED},
    )
    def get(self, request: Request) -> Response:
        return Response(WebhookListOutput({"webhooks": list(self.endpoints())}).data)

    @extend_schema(
        operation_id="add_webhook",
        summary="Add an address; the answer holds the secret",
        request=WebhookInput,
        responses={201: NewWebhookOutput, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        given = WebhookInput(data=request.data)
        given.is_valid(raise_exception=True)
        endpoint = add_endpoint(
            key=self.key, url=given.validated_data["url"], kinds=given.validated_data["events"]
        )
        return Response(NewWebhookOutput(endpoint).data, status=status.HTTP_201_CREATED)


class WebhookView(WebhookBase):
    serializer_class = WebhookOutput

    @extend_schema(
        operation_id="end_webhook", summary="Take an address off", responses={204: None, **REFUSED}
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        end_endpoint(endpoint=self.endpoint(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


class DeliveryListView(WebhookBase):
    serializer_class = DeliveryListOutput

    @extend_schema(
        operation_id="deliveries",
        summary="The last 100 deliveries to an address",
        responses={200: DeliveryListOutput, **REFUSED},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        deliveries = list(self.endpoint(pk).deliveries.all()[:DELIVERIES_SHOWN])
        return Response(DeliveryListOutput({"deliveries": deliveries}).data)


class ResendView(WebhookBase):
    serializer_class = DeliveryOutput

    @extend_schema(
        operation_id="send_again",
        summary="Send again what was given up",
        request=None,
        responses={200: DeliveryOutput, **REFUSED},
    )
    def post(self, request: Request, pk: UUID, delivery: UUID) -> Response:
        found = WebhookDelivery.objects.filter(endpoint=self.endpoint(pk), pk=delivery).first()
        if found is None:
            raise Http404
        send_again(delivery=found)
        found.refresh_from_db()
        return Response(DeliveryOutput(found).data)
