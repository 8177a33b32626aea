"""Every address of the portal: each room's own, under one prefix per room."""

from importlib.util import find_spec

from django.urls import include, path

from .health import health
from .home import home

urlpatterns = [
    path("", home, name="home"),
    path("health/", health, name="health"),
    path("api/", include("issuance.api")),
    *(
        path(prefix, include(f"{room}.urls"))
        for room, prefix in [
            ("registry", ""),
            ("accounts", "account/"),
            ("documents", "documents/"),
            ("auditors", "auditors/"),
            ("origin", "rules/"),
            ("expertise", "expertise/"),
            ("issuance", "issuance/"),
            ("oversight", "committee/"),
        ]
        if find_spec(f"{room}.urls")
    ),
]
