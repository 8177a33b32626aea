"""Addresses of stage two."""

from django.urls import path

from .views import applications, certificates, commands, decision, review

app_name = "issuance"

urlpatterns = [
    path("applications/", applications.application_list, name="application-list"),
    path(
        "applications/new/<uuid:act_id>/",
        applications.application_create,
        name="application-create",
    ),
    path("applications/<uuid:pk>/", applications.application_detail, name="application-detail"),
    path("applications/<uuid:pk>/review/", review.application_review, name="application-review"),
    path("applications/<uuid:pk>/decide/", decision.application_decide, name="application-decide"),
    path(
        "applications/<uuid:pk>/preview/",
        certificates.certificate_preview,
        name="certificate-preview",
    ),
    *(
        path(
            f"applications/<uuid:pk>/{name}/",
            commands.transition,
            {"name": name},
            name=f"application-{name}",
        )
        for name in commands.COMMANDS
    ),
    path("certificates/", certificates.certificate_list, name="certificate-list"),
    path("certificates/<uuid:pk>/", certificates.certificate_detail, name="certificate-detail"),
    path("certificates/<uuid:pk>/pdf/", certificates.certificate_pdf, name="certificate-pdf"),
    path(
        "certificates/<uuid:pk>/record/",
        certificates.certificate_record,
        name="certificate-record",
    ),
    path(
        "certificates/<uuid:pk>/resume/",
        certificates.certificate_resume,
        name="certificate-resume",
    ),
]
