"""Addresses of the own catalogue of an applicant."""

from django.urls import path
from django.views.generic import RedirectView

from .views import own_catalogue as views

urlpatterns = [
    path("", views.catalogue_list, {"kind": "products"}, name="catalogue"),
    path(
        "",
        RedirectView.as_view(pattern_name="expertise:catalogue-list"),
        {"kind": "products"},
        name="catalogue",
    ),
    path("<slug:kind>/", views.catalogue_list, name="catalogue-list"),
    path("<slug:kind>/new/", views.catalogue_entry, name="catalogue-entry"),
    path("<slug:kind>/find/", views.catalogue_find, name="catalogue-find"),
    path("<slug:kind>/import/", views.catalogue_import, name="catalogue-import"),
    path("<slug:kind>/example.xlsx", views.catalogue_example, name="catalogue-example"),
    path("products/<uuid:pk>/bill/", views.catalogue_bill, name="catalogue-bill"),
    path("<slug:kind>/<uuid:pk>/", views.catalogue_entry, name="catalogue-entry"),
    path("<slug:kind>/<uuid:pk>/retire/", views.catalogue_retire, name="catalogue-retire"),
    path("<slug:kind>/<uuid:pk>/restore/", views.catalogue_restore, name="catalogue-restore"),
]
