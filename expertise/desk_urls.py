"""Addresses of the auditor's desk: papers, proofs, process, visit, laboratory."""

from django.urls import path

from .views import evidence, laboratory, process, proofs, visit

urlpatterns = [
    path("requests/<uuid:pk>/evidence/", evidence.request_evidence, name="request-evidence"),
    path(
        "requests/<uuid:pk>/evidence/<uuid:document_pk>/",
        evidence.request_evidence_edit,
        name="request-evidence-edit",
    ),
    path(
        "requests/<uuid:pk>/evidence/<uuid:document_pk>/remove/",
        evidence.request_evidence_remove,
        name="request-evidence-remove",
    ),
    path(
        "requests/<uuid:pk>/photographs/<slug:kind>/",
        evidence.request_photos_add,
        name="request-photos-add",
    ),
    path("requests/<uuid:pk>/proofs/", proofs.request_proofs, name="request-proofs"),
    path(
        "requests/<uuid:pk>/proofs/findings/",
        proofs.request_finding_proofs,
        name="request-finding-proofs",
    ),
    path(
        "requests/<uuid:pk>/proofs/findings/<int:evidence_pk>/remove/",
        proofs.request_finding_untie,
        name="request-finding-untie",
    ),
    path(
        "requests/<uuid:pk>/proofs/<uuid:line_pk>/",
        proofs.request_line_proofs,
        name="request-line-proofs",
    ),
    path("requests/<uuid:pk>/process/", process.request_process, name="request-process"),
    path("requests/<uuid:pk>/visit/", visit.request_visit, name="request-visit"),
    path(
        "requests/<uuid:pk>/laboratory/", laboratory.request_laboratory, name="request-laboratory"
    ),
    path(
        "requests/<uuid:pk>/laboratory/<int:result_pk>/",
        laboratory.request_laboratory,
        name="request-laboratory",
    ),
    path(
        "requests/<uuid:pk>/laboratory/<int:result_pk>/remove/",
        laboratory.request_laboratory_remove,
        name="request-laboratory-remove",
    ),
    path("documents/<uuid:pk>/picture/", evidence.document_picture, name="document-picture"),
    path("documents/<uuid:pk>/image/", evidence.document_image, name="document-image"),
    path("documents/<uuid:pk>/thumbnail/", evidence.document_thumbnail, name="document-thumbnail"),
]
