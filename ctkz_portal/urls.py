"""Every address of the portal: each room's own, under one prefix per room."""

from importlib.util import find_spec

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

from .health import health
from .home import home

urlpatterns = [
    path("", home, name="home"),
    path("health/", health, name="health"),
    path("api/v1/", include("registry.api.urls")),
    path("api/", include("issuance.api")),
    path("", include("oversight.public_urls")),
    # Short enough to be told on the telephone.
    path("calculator/", login_not_required(RedirectView.as_view(pattern_name="origin:calculator"))),
    *(
        path(prefix, include(f"{room}.urls"))
        for room, prefix in [
            ("registry", ""),
            ("audit", "log/"),
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
