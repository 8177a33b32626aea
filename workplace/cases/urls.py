"""Addresses of a case; its history, questions, files, notes and versions stand below it."""

from django.urls import path

from . import file_views, version_views, views

urlpatterns = [
    path("cases/notes/<uuid:pk>/", views.case_note, name="case-note"),
    path("cases/notes/<uuid:pk>/withdraw/", views.note_withdraw, name="case-note-withdraw"),
    path("cases/notes/<uuid:pk>/file/", views.note_file, name="case-note-file"),
    path("cases/<uuid:case_id>/", views.case_detail, name="case-detail"),
    path("cases/<uuid:case_id>/history/", views.case_history, name="case-history"),
    path("cases/<uuid:case_id>/questions/", views.case_questions, name="case-questions"),
    path("cases/<uuid:case_id>/control/", views.case_control, name="case-control"),
    path("cases/<uuid:case_id>/notes/", views.case_notes, name="case-notes"),
    path("cases/<uuid:case_id>/files/", file_views.case_files, name="case-files"),
    path("cases/<uuid:case_id>/files/all.zip", file_views.case_archive, name="case-archive"),
    path("cases/<uuid:case_id>/files/<str:key>/", file_views.case_file, name="case-file"),
    path(
        "cases/<uuid:case_id>/files/<str:key>/shown/",
        file_views.case_file_shown,
        name="case-file-shown",
    ),
    path("cases/<uuid:case_id>/versions/", version_views.case_versions, name="case-versions"),
    path(
        "cases/<uuid:case_id>/versions/compare/",
        version_views.case_compare,
        name="case-compare",
    ),
]
