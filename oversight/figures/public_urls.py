from django.urls import path

from . import report_views, views

urlpatterns = [
    path("figures/", views.public, name="figures"),
    path("figures/mine/", views.mine, name="figures-mine"),
    path("figures/mine/<slug:code>/cases/", views.own_cases, name="figure-cases"),
    path("figures/reports/<slug:name>/", report_views.report, name="report"),
    path("figures/reports/<slug:name>/seal/", report_views.seal_report, name="report-seal"),
    path(
        "figures/reports/sealed/<uuid:report_id>/",
        report_views.report_detail,
        name="report-detail",
    ),
    path(
        "figures/reports/sealed/<uuid:report_id>/document/",
        report_views.report_document,
        name="report-document",
    ),
    path(
        "figures/reports/sealed/<uuid:report_id>/rows/",
        report_views.report_rows,
        name="report-rows",
    ),
]
