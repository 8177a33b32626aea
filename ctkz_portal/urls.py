"""Every address of the portal: each room's own, under one prefix per room."""

from importlib.util import find_spec

from django.urls import include, path

from .health import health

urlpatterns = [
    path("health/", health, name="health"),
    path("language/", include("django.conf.urls.i18n")),
    *(
        path(prefix, include(f"{room}.urls"))
        for room, prefix in [
            ("registry", ""),
            ("accounts", "account/"),
            ("documents", "documents/"),
            ("auditors", "auditors/"),
            ("expertise", "expertise/"),
            ("issuance", "issuance/"),
            ("oversight", "committee/"),
        ]
        if find_spec(f"{room}.urls")
    ),
]
