"""Addresses for whoever a measure is against; everyone signs in for them."""

from django.urls import path

from . import inbox  # noqa: F401  it fills the inbox
from .views import subject as views

urlpatterns = [
    path("control/measures/", views.own_measures, name="measures"),
    path("control/measures/<str:number>/", views.own_measure, name="measure"),
    path("control/measures/<str:number>/reply/", views.own_reply, name="measure-reply"),
    path("control/measures/<str:number>/appeal/", views.own_appeal, name="measure-appeal"),
    path("control/measures/<str:number>/papers/<str:what>/", views.own_paper, name="measure-paper"),
    path(
        "control/measures/<str:number>/appeals/<str:appeal>/",
        views.own_appeal_paper,
        name="appeal-paper",
    ),
    path(
        "control/measures/<str:number>/appeals/<str:appeal>/withdraw/",
        views.own_appeal_withdraw,
        name="appeal-withdraw",
    ),
]
