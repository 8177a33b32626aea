"""Every address of the portal: each room's own, under one prefix per room."""

from importlib.util import find_spec

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

from workplace.baskets.home import home

from .appearance import choose_theme
from .design import design
from .health import health

handler400 = "ctkz_portal.refusal_pages.bad_request"
handler500 = "ctkz_portal.refusal_pages.server_error"

urlpatterns = [
    path("", home, name="home"),
    path("health/", health, name="health"),
    path("theme/", choose_theme, name="theme"),
    path("design/", design, name="design"),
    path("", include("ctkz_portal.guides.urls")),
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
            ("notices", "notices/"),
            ("workplace", ""),
        ]
        if find_spec(f"{room}.urls")
    ),
]
