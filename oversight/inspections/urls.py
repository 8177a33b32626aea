from django.urls import path, re_path

from .views import departments, detail, half_years, lists

COMMANDS = "|".join(detail.DONE)

urlpatterns = [
    path("inspections/", lists.inspection_list, name="inspection-list"),
    path("inspections/plan/", lists.inspection_plan, name="inspection-plan"),
    path("inspections/half-years/", half_years.half_year_list, name="half-year-list"),
    path("inspections/half-years/line/", half_years.half_year_line, name="half-year-line"),
    path("inspections/half-years/import/", half_years.half_year_import, name="half-year-import"),
    path("inspections/half-years/example/", half_years.half_year_example, name="half-year-example"),
    path("inspections/half-years/approve/", half_years.half_year_approve, name="half-year-approve"),
    path(
        "inspections/half-years/<uuid:pk>/paper/",
        half_years.half_year_paper,
        name="half-year-paper",
    ),
    path("inspections/<str:number>/", detail.inspection_detail, name="inspection-detail"),
    re_path(
        rf"^inspections/(?P<number>[^/]+)/(?P<command>{COMMANDS})/$",
        detail.inspection_command,
        name="inspection-command",
    ),
    path("inspections/<str:number>/samples/<int:pk>/", detail.sample_result, name="sample-result"),
    re_path(
        r"^inspections/(?P<number>[^/]+)/(?P<what>sample|outcome|violation)/(?P<pk>[0-9a-f-]+)/back/$",
        detail.inspection_take_back,
        name="inspection-take-back",
    ),
    re_path(
        r"^inspections/(?P<number>[^/]+)/files/(?P<what>act)/$",
        detail.inspection_file,
        name="inspection-act",
    ),
    re_path(
        r"^inspections/(?P<number>[^/]+)/files/(?P<what>sample|violation)/(?P<pk>[0-9a-f-]+)/$",
        detail.inspection_file,
        name="inspection-file",
    ),
    path("departments/", departments.department_list, name="department-list"),
    path("departments/postings/new/", departments.posting_create, name="posting-create"),
    path("departments/postings/<int:pk>/end/", departments.posting_end, name="posting-end"),
]
