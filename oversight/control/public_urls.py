"""Addresses for the organisations that control turns to; everyone signs in for them."""

from django.urls import path, re_path

from .views import outside as views

urlpatterns = [
    path("control/inbox/", views.inbox, name="inbox"),
    path("control/questions/<uuid:pk>/", views.question, name="question"),
    path("control/questions/<uuid:pk>/file/", views.question_file, name="question-file"),
    path("control/conclusions/<str:number>/", views.conclusion, name="conclusion"),
    path("control/recommendations/<str:number>/", views.recommendation, name="recommendation"),
    re_path(
        r"^control/recommendations/(?P<number>[^/]+)/(?P<name>object|report)/$",
        views.recommendation_reply,
        name="recommendation-reply",
    ),
    path(
        "control/recommendations/<str:number>/files/<str:what>/",
        views.recommendation_file,
        name="recommendation-file",
    ),
]
