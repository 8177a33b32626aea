"""Everyday work: case pages, deadlines, search, saved views."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "workplace"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("workplace.baskets.urls")),
    path("", include("workplace.cases.urls")),
    path("", include("workplace.deadlines.urls")),
    path("", include("workplace.search.urls")),
]
