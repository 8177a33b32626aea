"""The API of stage two: the same filters, rights and commands as the pages."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import include, path
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_view
from drf_spectacular.views import SpectacularAPIView
from rest_framework import serializers
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from workflow.api_refusals import RefusalOutput, RefusalsMixin

from . import change_api, services
from .api_parts import CommandInput, NoteInput, OrganisationOutput, Pages, TrackedOutput
from .filters import ApplicationFilter, CertificateFilter
from .forms import LONGEST_TEXT
from .models import Application, Certificate
from .services import Answer

app_name = "api"

RELATED = (
    "act__request", "applicant", "chamber", "filed_by", "auditor", "reviewer", "decider",
)  # fmt: skip


class ApplicationOutput(TrackedOutput):
    act_number = serializers.CharField(source="act.number")
    applicant = OrganisationOutput()
    chamber = OrganisationOutput()
    submitted_at = serializers.DateTimeField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    refusal_reason = serializers.CharField(allow_blank=True)
    certificate = serializers.SerializerMethodField()

    def get_certificate(self, obj: Application) -> str | None:
        certificate = getattr(obj, "certificate", None)
        return certificate.number if certificate else None


class CertificateOutput(TrackedOutput):
    application = serializers.UUIDField(source="application_id")
    applicant = OrganisationOutput(source="application.applicant")
    chamber = OrganisationOutput(source="application.chamber")
    certified_at = serializers.DateTimeField()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField()
    issued_at = serializers.DateTimeField(allow_null=True)
    record_sha256 = serializers.CharField(allow_blank=True)
    pdf_sha256 = serializers.SerializerMethodField()
    failure = serializers.CharField(allow_blank=True)

    def get_pdf_sha256(self, obj: Certificate) -> str | None:
        return obj.document.sealed_sha256 if obj.document else None


class QuestionInput(CommandInput):
    text = serializers.CharField(max_length=LONGEST_TEXT)


class AnswerInput(CommandInput):
    answer = serializers.CharField(max_length=LONGEST_TEXT)


class RefusalInput(NoteInput):
    reason = serializers.CharField(max_length=40)


class ReasonedInput(CommandInput):
    note = serializers.CharField(max_length=LONGEST_TEXT)


class ReassignInput(ReasonedInput):
    reviewer = serializers.PrimaryKeyRelatedField(queryset=User.objects.all())


class ConsultInput(CommandInput):
    body = serializers.CharField(max_length=300)
    text = serializers.CharField(max_length=LONGEST_TEXT)
    address = serializers.CharField(max_length=300, allow_blank=True, default="")
    outgoing_number = serializers.CharField(max_length=60, allow_blank=True, default="")


class ReplyInput(CommandInput):
    """Without a reply the question is closed after its term."""

    reply = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, default="")
    reply_number = serializers.CharField(max_length=60, allow_blank=True, default="")
    replied_on = serializers.DateField(allow_null=True, default=None)
    upload = serializers.FileField(allow_null=True, default=None)


# By transition: the service and what it is given.
COMMANDS: dict[str, tuple[Callable[..., Any], type[CommandInput]]] = {
    "submit": (services.submit_application, CommandInput),
    "take": (services.take_application, CommandInput),
    "recommend": (services.recommend_application, NoteInput),
    "propose_refusal": (services.propose_refusal, RefusalInput),
    "ask": (services.ask_applicant, QuestionInput),
    "answer": (services.answer_question, AnswerInput),
    "consult": (services.consult, ConsultInput),
    "close_consultation": (services.close_consultation, ReplyInput),
    "take_over": (services.take_over, ReasonedInput),
    "release": (services.release_application, ReasonedInput),
    "reassign": (services.reassign_application, ReassignInput),
    "approve": (services.approve_application, CommandInput),
    "return": (services.return_application, NoteInput),
    "refuse": (services.refuse_application, RefusalInput),
    "withdraw": (services.withdraw_application, CommandInput),
}


class ApplicationsMixin(RefusalsMixin):
    serializer_class = ApplicationOutput
    # For the schema, which is made without a person; requests go through get_queryset.
    queryset = Application.objects.none()

    def get_queryset(self) -> QuerySet[Application]:
        visible = Application.objects.visible_to(self.request.actor)
        return visible.select_related(*RELATED, "certificate").order_by("-status_since", "pk")


class CertificatesMixin(RefusalsMixin):
    serializer_class = CertificateOutput
    queryset = Certificate.objects.none()

    def get_queryset(self) -> QuerySet[Certificate]:
        visible = Certificate.objects.visible_to(self.request.actor)
        related = (f"application__{name}" for name in RELATED)
        return (
            visible.select_related("document", *related)
            .defer("record", "document__record")
            .order_by("-certified_at", "pk")
        )


class ApplicationListView(ApplicationsMixin, ListAPIView):
    pagination_class = Pages
    filter_backends = (DjangoFilterBackend,)
    filterset_class = ApplicationFilter


class ApplicationView(ApplicationsMixin, RetrieveAPIView):
    lookup_field = "pk"


class CertificateListView(CertificatesMixin, ListAPIView):
    pagination_class = Pages
    filter_backends = (DjangoFilterBackend,)
    filterset_class = CertificateFilter


class CertificateView(CertificatesMixin, RetrieveAPIView):
    lookup_field = "pk"


class ChecklistInput(serializers.Serializer):
    item = serializers.CharField(max_length=40)
    is_met = serializers.BooleanField()
    note = serializers.CharField(max_length=500, allow_blank=True, default="")


class ChecklistView(ApplicationsMixin, GenericAPIView):
    """The reviewer's answers; items that are not named stay as they are."""

    @extend_schema(request=ChecklistInput(many=True), responses={200: ApplicationOutput})
    def post(self, request: Request, pk: UUID) -> Response:
        application = self.get_object()
        given = ChecklistInput(data=request.data, many=True)
        given.is_valid(raise_exception=True)
        services.save_checklist(
            application=application,
            actor=request.actor,
            answers={
                row["item"]: Answer(row["is_met"], row["note"]) for row in given.validated_data
            },
        )
        return Response(self.get_serializer(self.get_object()).data)


class TransitionView(ApplicationsMixin, GenericAPIView):
    """One transition of an application; the name of the address is that of the action."""

    name = ""

    def post(self, request: Request, pk: UUID) -> Response:
        application = self.get_object()
        command, given = COMMANDS[self.name]
        values = given(data=request.data)
        values.is_valid(raise_exception=True)
        command(application=application, actor=request.actor, **values.arguments())
        return Response(self.get_serializer(self.get_object()).data)


class ResumeView(CertificatesMixin, GenericAPIView):
    """Starts a stopped issue again."""

    @extend_schema(request=CommandInput, responses={200: CertificateOutput, 409: RefusalOutput})
    def post(self, request: Request, pk: UUID) -> Response:
        certificate = self.get_object()
        values = CommandInput(data=request.data)
        values.is_valid(raise_exception=True)
        services.resume_issue(certificate=certificate, actor=request.actor, **values.arguments())
        return Response(self.get_serializer(self.get_object()).data)


class SchemaView(RefusalsMixin, SpectacularAPIView):
    permission_classes = (IsAuthenticated,)
    custom_settings: ClassVar = {"TITLE": "CT-KZ", "VERSION": "1"}

    @property
    def patterns(self) -> list[Any]:
        """This API alone: the open one has a schema of its own."""
        return [path("api/", include(urlpatterns))]


def transition_view(name: str) -> Callable[..., Any]:
    described = extend_schema_view(
        post=extend_schema(
            operation_id=f"applications_{name}",
            request=COMMANDS[name][1],
            responses={200: ApplicationOutput, 403: RefusalOutput, 409: RefusalOutput},
        )
    )
    # A class for each transition: the schema describes every body by itself.
    view = type(f"{name.title().replace('_', '')}View", (TransitionView,), {"name": name})
    return described(view).as_view()


urlpatterns = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("applications/", ApplicationListView.as_view(), name="application-list"),
    path("applications/<uuid:pk>/", ApplicationView.as_view(), name="application-detail"),
    path(
        "applications/<uuid:pk>/checklist/", ChecklistView.as_view(), name="application-checklist"
    ),
    *(
        path(f"applications/<uuid:pk>/{name}/", transition_view(name), name=f"application-{name}")
        for name in COMMANDS
    ),
    path("certificates/", CertificateListView.as_view(), name="certificate-list"),
    path("certificates/<uuid:pk>/", CertificateView.as_view(), name="certificate-detail"),
    path("certificates/<uuid:pk>/resume/", ResumeView.as_view(), name="certificate-resume"),
    *change_api.urlpatterns,
]
