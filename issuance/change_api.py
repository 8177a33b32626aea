"""The API of changes after issue: propose, decide, reject, withdraw."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from workflow.api_refusals import RefusalOutput, RefusalsMixin

from . import changing
from .api_parts import CommandInput, NoteInput, Pages, TrackedOutput
from .models import Certificate, CertificateChange


class ChangeOutput(TrackedOutput):
    number = serializers.CharField(source="order_number", allow_blank=True)
    certificate = serializers.UUIDField(source="certificate_id")
    certificate_number = serializers.CharField(source="certificate.number")
    certificate_status = serializers.CharField(source="certificate.status")
    kind = serializers.CharField()
    reason = serializers.CharField()
    grounds = serializers.CharField()
    proposed_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decision_note = serializers.CharField(allow_blank=True)
    appeal_until = serializers.DateField(allow_null=True)


class ProposalInput(CommandInput):
    """`form_token` is chosen by the caller: the same one sent twice is one proposal."""

    kind = serializers.ChoiceField(choices=CertificateChange.Kind.choices)
    reason = serializers.CharField(max_length=40)
    grounds = serializers.CharField(max_length=changing.LONGEST_GROUNDS)
    form_token = serializers.UUIDField()


# By transition: the service and what it is given.
COMMANDS: dict[str, tuple[Callable[..., Any], type[CommandInput]]] = {
    "decide": (changing.decide_change, NoteInput),
    "reject": (changing.reject_change, NoteInput),
    "withdraw": (changing.withdraw_change, CommandInput),
}


class ChangesMixin(RefusalsMixin):
    serializer_class = ChangeOutput
    # For the schema, which is made without a person; requests go through get_queryset.
    queryset = CertificateChange.objects.none()

    def get_queryset(self) -> QuerySet[CertificateChange]:
        visible = CertificateChange.objects.visible_to(self.request.actor)
        return (
            visible.select_related("certificate__application", "proposed_by")
            .defer("certificate__record")
            .order_by("-status_since", "pk")
        )


class ChangeListView(ChangesMixin, ListAPIView):
    pagination_class = Pages


class ChangeView(ChangesMixin, RetrieveAPIView):
    lookup_field = "pk"


class ProposeView(ChangesMixin, GenericAPIView):
    """Puts a change of this certificate before the person who decides."""

    @extend_schema(
        operation_id="changes_propose",
        request=ProposalInput,
        responses={201: ChangeOutput, 403: RefusalOutput, 409: RefusalOutput},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        certificate = get_object_or_404(Certificate.objects.visible_to(request.actor), pk=pk)
        values = ProposalInput(data=request.data)
        values.is_valid(raise_exception=True)
        change = changing.propose_change(
            certificate=certificate, actor=request.actor, **values.arguments()
        )
        shown = self.get_serializer(self.get_queryset().get(pk=change.pk)).data
        return Response(shown, status=status.HTTP_201_CREATED)


class ChangeCommandView(ChangesMixin, GenericAPIView):
    """One transition of a change; the name of the address is that of the action."""

    name = ""

    def post(self, request: Request, pk: UUID) -> Response:
        change = self.get_object()
        command, given = COMMANDS[self.name]
        values = given(data=request.data)
        values.is_valid(raise_exception=True)
        command(change=change, actor=request.actor, **values.arguments())
        return Response(self.get_serializer(self.get_object()).data)


def command_view(name: str) -> Callable[..., Any]:
    described = extend_schema_view(
        post=extend_schema(
            operation_id=f"changes_{name}",
            request=COMMANDS[name][1],
            responses={200: ChangeOutput, 403: RefusalOutput, 409: RefusalOutput},
        )
    )
    # A class for each transition: the schema describes every body by itself.
    view = type(f"{name.title()}ChangeView", (ChangeCommandView,), {"name": name})
    return described(view).as_view()


urlpatterns = [
    path("certificates/<uuid:pk>/changes/", ProposeView.as_view(), name="change-propose"),
    path("changes/", ChangeListView.as_view(), name="change-list"),
    path("changes/<uuid:pk>/", ChangeView.as_view(), name="change-detail"),
    *(
        path(f"changes/<uuid:pk>/{name}/", command_view(name), name=f"change-{name}")
        for name in COMMANDS
    ),
]
