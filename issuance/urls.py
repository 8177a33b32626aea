"""Addresses of stage two."""

from django.urls import path

from .views import (
    applications,
    certificates,
    changes,
    commands,
    decision,
    holding,
    keeping,
    registers,
    review,
    sitting,
)

app_name = "issuance"

urlpatterns = [
    path("applications/", applications.application_list, name="application-list"),
    path(
        "applications/new/<uuid:act_id>/",
        applications.application_create,
        name="application-create",
    ),
    path("applications/decide-many/", sitting.decide_many, name="decide-many"),
    path("applications/<uuid:pk>/", applications.application_detail, name="application-detail"),
    path("applications/<uuid:pk>/review/", review.application_review, name="application-review"),
    path("applications/<uuid:pk>/decide/", decision.application_decide, name="application-decide"),
    path("applications/<uuid:pk>/open/", holding.application_open, name="application-open"),
    path(
        "applications/<uuid:pk>/break-hold/",
        holding.application_break_hold,
        name="application-break-hold",
    ),
    path(
        "applications/<uuid:pk>/letter/", applications.application_letter, name="application-letter"
    ),
    path(
        "applications/<uuid:pk>/consultations/<uuid:consultation_pk>/file/",
        applications.consultation_file,
        name="consultation-file",
    ),
    path("mandates/", registers.mandate_list, name="mandate-list"),
    path("mandates/enter/", registers.mandate_enter, name="mandate-enter"),
    path("mandates/<uuid:pk>/confirm/", registers.mandate_confirm, name="mandate-confirm"),
    path("mandates/<uuid:pk>/end/", registers.mandate_end, name="mandate-end"),
    path("seals/", registers.seal_list, name="seal-list"),
    path("seals/enter/", registers.seal_enter, name="seal-enter"),
    path("seals/<uuid:pk>/confirm/", registers.seal_confirm, name="seal-confirm"),
    path("seals/<uuid:pk>/end/", registers.seal_end, name="seal-end"),
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
    path(
        "certificates/<uuid:pk>/replace/", keeping.certificate_replace, name="certificate-replace"
    ),
    path(
        "certificates/<uuid:pk>/originals/",
        keeping.certificate_originals,
        name="certificate-originals",
    ),
    path("certificates/<uuid:pk>/ledger/", keeping.certificate_ledger, name="certificate-ledger"),
    path(
        "certificates/<uuid:pk>/change/<slug:kind>/", changes.change_propose, name="change-propose"
    ),
    path("changes/", changes.change_list, name="change-list"),
    path("changes/<uuid:pk>/", changes.change_detail, name="change-detail"),
    *(
        path(
            f"changes/<uuid:pk>/{decision}/",
            changes.change_decide,
            {"decision": decision},
            name=f"change-{decision}",
        )
        for decision in changes.COMMANDS
    ),
    path("changes/<uuid:pk>/withdraw/", changes.change_withdraw, name="change-withdraw"),
    path("changes/<uuid:pk>/order/", changes.change_order, name="change-order"),
    path("changes/<uuid:pk>/file/", changes.change_file, name="change-file"),
    path("duplicates/<int:pk>/pdf/", keeping.duplicate_pdf, name="duplicate-pdf"),
    path("draws/<uuid:pk>/give-back/", keeping.draw_give_back, name="draw-give-back"),
    path("originals/", keeping.original_list, name="original-list"),
    path("originals/<int:pk>/return/", keeping.original_return, name="original-return"),
    path("over-uses/", keeping.over_use_list, name="over-use-list"),
]
