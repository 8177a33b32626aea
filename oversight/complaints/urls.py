from django.urls import path, re_path

from .views import desk

COMMANDS = "|".join(desk.DONE)

urlpatterns = [
    path("complaints/", desk.complaint_list, name="complaint-list"),
    path("complaints/<str:number>/", desk.complaint_detail, name="complaint-detail"),
    re_path(
        rf"^complaints/(?P<number>[^/]+)/(?P<name>{COMMANDS})/$",
        desk.complaint_command,
        name="complaint-command",
    ),
    path("complaints/<str:number>/violations/", desk.complaint_violation,
         name="complaint-violation"),
    path("complaints/<str:number>/violations/<uuid:pk>/remove/", desk.complaint_violation_remove,
         name="complaint-violation-remove"),
    path("complaints/<str:number>/check/", desk.complaint_check, name="complaint-check"),
    path("complaints/<str:number>/files/<uuid:file>/", desk.complaint_file, name="complaint-file"),
    path("complaints/<str:number>/files/<uuid:file>/picture/", desk.complaint_picture,
         name="complaint-picture"),
    path("complaints/<str:number>/papers/<str:what>/", desk.complaint_document,
         name="complaint-document"),
]  # fmt: skip
