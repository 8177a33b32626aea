"""Addresses of the work basket; the basket itself stands at the root of the portal as `home`."""

from django.urls import path

from . import bulk_views, home, saved_views

urlpatterns = [
    path("work/counts/", home.basket_counts, name="basket-counts"),
    path("work/several/", bulk_views.bulk_begin, name="bulk-begin"),
    path("work/several/<uuid:pk>/", bulk_views.bulk_run, name="bulk-run"),
    path("work/views/", saved_views.view_save, name="view-save"),
    path("work/views/<uuid:pk>/", saved_views.view_change, name="view-change"),
    path("work/views/<uuid:pk>/remove/", saved_views.view_remove, name="view-remove"),
]
