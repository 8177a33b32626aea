"""Addresses of the open API, version 1: they stay as they are."""

from typing import Any, ClassVar

from django.urls import include, path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny

from workflow.api_refusals import RefusalsMixin

from .access import KeyAuthentication
from .certificates import CertificateView, ChangesView, VerifyView
from .ledger import DrawsView, GiveBackView
from .page import page
from .register import SearchView
from .snapshots import SnapshotsView
from .webhooks import DeliveryListView, ResendView, WebhookListView, WebhookView

app_name = "v1"


class SchemaView(RefusalsMixin, SpectacularAPIView):
    authentication_classes = (KeyAuthentication,)
    permission_classes = (AllowAny,)
    custom_settings: ClassVar = {
        "TITLE": "CT-KZ open register",
        "VERSION": "1",
        "DESCRIPTION": "Verification, search, changes, ledger and news of CT-KZ certificates.",
    }

    @property
    def patterns(self) -> list[Any]:
        return [path("api/v1/", include(operations))]

    @extend_schema(exclude=True)
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return super().get(request, *args, **kwargs)


operations = [
    path("verify/", VerifyView.as_view(), name="verify"),
    path("certificates/<str:number>/", CertificateView.as_view(), name="certificate"),
    path("certificates/<str:number>/draws/", DrawsView.as_view(), name="draws"),
    path(
        "certificates/<str:number>/draws/<uuid:pk>/give-back/",
        GiveBackView.as_view(),
        name="give-back",
    ),
    path("search/", SearchView.as_view(), name="search"),
    path("snapshots/", SnapshotsView.as_view(), name="snapshots"),
    path("changes/", ChangesView.as_view(), name="changes"),
    path("webhooks/", WebhookListView.as_view(), name="webhooks"),
    path("webhooks/<uuid:pk>/", WebhookView.as_view(), name="webhook"),
    path("webhooks/<uuid:pk>/deliveries/", DeliveryListView.as_view(), name="deliveries"),
    path(
        "webhooks/<uuid:pk>/deliveries/<uuid:delivery>/send-again/",
        ResendView.as_view(),
        name="send-again",
    ),
]
urlpatterns = [
    path("", page, name="page"),
    path("schema/", SchemaView.as_view(), name="schema"),
    *operations,
]
