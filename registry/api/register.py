"""The whole register for programs: search."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from registry.models import RegisterEntry, Scope, Source, State
from registry.models.register import schemes_ended
from registry.news import page_url
from registry.search import DEFAULT_SORT, SORTS, RegisterFilter
from workflow.api_refusals import RefusalOutput

from .access import OpenView
from .outputs import CodeOutput, PartyOutput

REFUSED: dict[int, Any] = dict.fromkeys((400, 401, 404, 429), RefusalOutput)


class EntryOutput(serializers.Serializer):
    """A row of the register; texts are those of the paper, in Russian."""

    number = serializers.CharField()
    year = serializers.IntegerField()
    source = serializers.ChoiceField(choices=Source.values)
    status = serializers.SerializerMethodField(help_text="As of today.")
    issued_on = serializers.DateField()
    valid_until = serializers.DateField()
    chamber = serializers.SerializerMethodField()
    producer = serializers.SerializerMethodField()
    recipient = serializers.SerializerMethodField()
    replaces = serializers.CharField(allow_blank=True)
    replaced_by = serializers.CharField(allow_blank=True)
    line_count = serializers.IntegerField()
    url = serializers.SerializerMethodField()

    def get_status(self, entry: RegisterEntry) -> str:
        on, ended = self.context["on"], self.context["ended"]
        is_over = entry.valid_until < on or entry.scheme in ended
        if is_over and entry.state in (State.VALID, State.SUSPENDED):
            return State.EXPIRED.value
        return entry.state

    @extend_schema_field(CodeOutput)
    def get_chamber(self, entry: RegisterEntry) -> dict[str, str]:
        return {"code": entry.chamber_code, "name": entry.chamber_name}

    @extend_schema_field(PartyOutput)
    def get_producer(self, entry: RegisterEntry) -> dict[str, str]:
        return {"bin": entry.producer_bin, "name": entry.producer_name}

    @extend_schema_field(PartyOutput(allow_null=True))
    def get_recipient(self, entry: RegisterEntry) -> dict[str, str] | None:
        if not entry.recipient_name:
            return None
        return {"bin": entry.recipient_bin, "name": entry.recipient_name}

    def get_url(self, entry: RegisterEntry) -> str:
        return page_url(entry)


class Pages(PageNumberPagination):
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"


class SearchView(OpenView):
    serializer_class = EntryOutput
    queryset = RegisterEntry.objects.order_by(*SORTS[DEFAULT_SORT])
    filter_backends = (DjangoFilterBackend,)
    filterset_class = RegisterFilter
    pagination_class = Pages
    scope = Scope.SEARCH

    def get_serializer_context(self) -> dict[str, Any]:
        today = timezone.localdate()
        return {**super().get_serializer_context(), "on": today, "ended": schemes_ended(on=today)}

    @extend_schema(
        operation_id="search",
        summary="Search the register; the latest first",
        responses={200: EntryOutput(many=True), **REFUSED},
    )
    def get(self, request: Request) -> Response:
        found: QuerySet[RegisterEntry] = self.filter_queryset(self.get_queryset())
        rows = self.paginate_queryset(found)
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)
