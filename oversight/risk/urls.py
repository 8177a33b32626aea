from django.urls import path

from . import views

urlpatterns = [
    path("risk/", views.score_list, name="risk-list"),
    path("risk/indicators/", views.indicator_list, name="risk-indicators"),
    path("risk/limits/", views.limits, name="risk-limits"),
    path("risk/<str:subject>/<uuid:subject_id>/", views.score_detail, name="risk-detail"),
]
