"""Which snapshots of the register there are, and where their files lie."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from registry.models import Scope, Snapshot
from workflow.api_refusals import RefusalOutput

from .access import OpenView

SNAPSHOTS_SHOWN = 400


class FileOutput(serializers.Serializer):
    url = serializers.CharField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField()


class SnapshotOutput(serializers.Serializer):
    """The register of a day in the columns that it has always had."""

    day = serializers.DateField()
    made_at = serializers.DateTimeField()
    certificates = serializers.IntegerField()
    rows = serializers.IntegerField()
    csv = FileOutput()
    jsonl = FileOutput()
    digests_url = serializers.CharField(help_text="Digests of both files: what is signed.")
    signature_url = serializers.CharField(help_text="The signature over the digests (CMS).")


class SnapshotsOutput(serializers.Serializer):
    snapshots = SnapshotOutput(many=True)


class SnapshotsView(OpenView):
    serializer_class = SnapshotsOutput
    scope = Scope.SEARCH

    @extend_schema(
        operation_id="snapshots",
        summary="Signed snapshots of the whole register, the latest first",
        responses={200: SnapshotsOutput, 401: RefusalOutput, 429: RefusalOutput},
    )
    def get(self, request: Request) -> Response:
        made = (
            Snapshot.objects.filter(made_at__isnull=False)
            .select_related("csv", "jsonl")
            .defer("signature")
            .order_by("-day")
        )
        body = {"snapshots": [told(one) for one in made[:SNAPSHOTS_SHOWN]]}
        return Response(SnapshotsOutput(body).data)


def told(snapshot: Snapshot) -> dict[str, Any]:
    def url(ending: str) -> str:
        name = f"{snapshot.file_stem}.{ending}"
        path = reverse("registry:snapshot-file", args=[snapshot.day.isoformat(), name])
        return f"{settings.CTKZ_PUBLIC_URL}{path}"

    def file(ending: str) -> dict[str, Any]:
        stored = getattr(snapshot, ending)
        return {"url": url(ending), "sha256": stored.sha256, "size": stored.size}

    return {
        "day": snapshot.day,
        "made_at": snapshot.made_at,
        "certificates": snapshot.certificates,
        "rows": snapshot.rows,
        "csv": file("csv"),
        "jsonl": file("jsonl"),
        "digests_url": url("sha256"),
        "signature_url": url("sha256.p7s"),
    }
