from django.urls import path, re_path

from . import public_views as views

urlpatterns = [
    path("control/plans/", views.plan_list, name="plan-list"),
    path("control/plans/rules.txt", views.rules, name="plan-rules"),
    path("control/plans/verify_draw.py", views.script, name="plan-script"),
    path("control/plans/<str:number>/", views.plan_detail, name="plan-detail"),
    re_path(
        r"^control/plans/(?P<number>[^/]+)/(?P<kind>frame|draw)\.json$",
        views.plan_file,
        name="plan-file",
    ),
    re_path(
        r"^control/plans/(?P<number>[^/]+)/(?P<kind>plan|draw)\.pdf$",
        views.plan_paper,
        name="plan-paper",
    ),
    re_path(
        r"^control/plans/(?P<number>[^/]+)/(?P<step>committed|drawn|closed)\.tlog-proof$",
        views.plan_proof,
        name="plan-proof",
    ),
]
