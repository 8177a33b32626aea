"""Parts that every API of stage two shares."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination

from .forms import LONGEST_TEXT


class ActionOutput(serializers.Serializer):
    """A transition that this person may make now."""

    name = serializers.CharField()
    label = serializers.CharField()


class OrganisationOutput(serializers.Serializer):
    bin = serializers.CharField()
    name = serializers.CharField()
    code = serializers.CharField()


class TrackedOutput(serializers.Serializer):
    """What every thing with a status says of itself."""

    id = serializers.UUIDField()
    case_id = serializers.UUIDField()
    number = serializers.CharField(allow_null=True)
    status = serializers.CharField()
    status_label = serializers.CharField(source="status_info.label")
    status_since = serializers.DateTimeField()
    version = serializers.IntegerField()
    actions = serializers.SerializerMethodField()

    @extend_schema_field(ActionOutput(many=True))
    def get_actions(self, obj: Any) -> Any:
        actor = self.context["request"].actor
        return ActionOutput(obj.WORKFLOW.available(obj, actor), many=True).data


class CommandInput(serializers.Serializer):
    version = serializers.IntegerField(required=False)

    def arguments(self) -> dict[str, Any]:
        """The arguments of the service, `version` under the name that it has there."""
        given = dict(self.validated_data)
        return {"seen_version": given.pop("version", None), **given}


class NoteInput(CommandInput):
    note = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, default="")


class Pages(PageNumberPagination):
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
