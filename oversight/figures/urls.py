from django.urls import path

from . import views

urlpatterns = [
    path("figures/", views.committee, name="figures"),
    path("figures/<slug:code>/cases/", views.committee_cases, name="figure-cases"),
]
