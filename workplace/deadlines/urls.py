"""Addresses of the page of what is late."""

from django.urls import path

from . import views

urlpatterns = [
    path("late/", views.late_list, name="late-list"),
    path("late/export/", views.late_export, name="late-export"),
]
