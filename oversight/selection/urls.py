from django.urls import path, re_path

from . import views
from .views import COMMANDS

urlpatterns = [
    path("plans/", views.plan_list, name="plan-list"),
    path("plans/new/", views.plan_create, name="plan-create"),
    path("plans/<str:number>/", views.plan_detail, name="plan-detail"),
    path("plans/<str:number>/edit/", views.plan_change, name="plan-change"),
    path("plans/<str:number>/frame/", views.plan_frame, name="plan-frame"),
    re_path(
        r"^plans/(?P<number>[^/]+)/(?P<kind>frame|draw)\.json$", views.plan_file, name="plan-file"
    ),
    re_path(
        r"^plans/(?P<number>[^/]+)/(?P<kind>plan|draw)\.pdf$", views.plan_paper, name="plan-paper"
    ),
    re_path(
        rf"^plans/(?P<number>[^/]+)/(?P<command>{'|'.join(COMMANDS)})/$",
        views.plan_command,
        name="plan-command",
    ),
]
