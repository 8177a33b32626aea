from django.urls import include, path

from .views import (
    acts,
    assignment,
    case,
    examining,
    filing,
    findings,
    imports,
    lists,
    materials,
    quality,
    second_opinions,
)

app_name = "expertise"
urlpatterns = [
    path("requests/", lists.request_list, name="request-list"),
    path("requests/new/", filing.request_create, name="request-create"),
    path("requests/<uuid:pk>/", case.request_detail, name="request-detail"),
    # Filing, one thing per page.
    path("requests/<uuid:pk>/parties/", filing.request_parties, name="request-parties"),
    path("requests/<uuid:pk>/goods/", filing.request_goods, name="request-goods"),
    path("requests/<uuid:pk>/goods/new/", filing.request_line, name="request-line"),
    path("requests/<uuid:pk>/goods/prices/", filing.request_prices, name="request-prices"),
    path(
        "requests/<uuid:pk>/goods/import/",
        imports.request_goods_import,
        name="request-goods-import",
    ),
    path("requests/<uuid:pk>/goods/<uuid:line_pk>/", filing.request_line, name="request-line"),
    path(
        "requests/<uuid:pk>/goods/<uuid:line_pk>/delete/",
        filing.request_line_delete,
        name="request-line-delete",
    ),
    path("requests/<uuid:pk>/materials/", materials.request_materials, name="request-materials"),
    path(
        "requests/<uuid:pk>/materials/import/",
        imports.request_materials_import,
        name="request-materials-import",
    ),
    path(
        "requests/<uuid:pk>/materials/<uuid:line_pk>/",
        materials.request_line_materials,
        name="request-line-materials",
    ),
    path(
        "requests/<uuid:pk>/materials/export/",
        materials.request_materials_export,
        name="request-materials-export",
    ),
    path(
        "requests/<uuid:pk>/materials/<uuid:line_pk>/copy/",
        materials.request_line_bill_copy,
        name="request-line-bill-copy",
    ),
    path(
        "requests/<uuid:pk>/materials/<uuid:line_pk>/share/",
        materials.request_line_share,
        name="request-line-share",
    ),
    path("requests/<uuid:pk>/documents/", filing.request_documents, name="request-documents"),
    path(
        "requests/<uuid:pk>/documents/<uuid:document_pk>/remove/",
        filing.request_document_remove,
        name="request-document-remove",
    ),
    path("requests/<uuid:pk>/check/", filing.request_check, name="request-check"),
    # Examining.
    path(
        "requests/<uuid:pk>/examination/",
        examining.request_examination,
        name="request-examination",
    ),
    path("", include("expertise.desk_urls")),
    path("requests/<uuid:pk>/findings/", findings.request_findings, name="request-findings"),
    path("requests/<uuid:pk>/findings/by-rules/", findings.request_judge, name="request-judge"),
    path(
        "requests/<uuid:pk>/findings/<uuid:line_pk>/",
        findings.request_line_finding,
        name="request-line-finding",
    ),
    path(
        "requests/<uuid:pk>/findings/<uuid:line_pk>/ruling/",
        findings.request_line_ruling,
        name="request-line-ruling",
    ),
    # Transitions, named as in the table.
    path("requests/<uuid:pk>/submit/", filing.request_submit, name="request-submit"),
    path("requests/<uuid:pk>/accept/", case.request_accept, name="request-accept"),
    path("requests/<uuid:pk>/assign/", assignment.request_assign, name="request-assign"),
    path("requests/<uuid:pk>/draw/", assignment.request_draw, name="request-draw"),
    path("requests/<uuid:pk>/release/", assignment.request_release, name="request-release"),
    path("requests/<uuid:pk>/conflicts/", assignment.request_override, name="request-override"),
    path("requests/<uuid:pk>/ask/", case.request_ask, name="request-ask"),
    path("requests/<uuid:pk>/answer/", case.request_answer, name="request-answer"),
    path("requests/<uuid:pk>/reject/", case.request_reject, name="request-reject"),
    path("requests/<uuid:pk>/withdraw/", case.request_withdraw, name="request-withdraw"),
    path("requests/<uuid:pk>/sign/", examining.request_sign, name="request-sign"),
    path("documents/<uuid:pk>/", case.document_download, name="document-download"),
    # Quality of the expertise.
    path("quality/", quality.quality_list, name="quality-list"),
    path("quality/<uuid:pk>/", quality.quality_detail, name="quality-detail"),
    path("second-opinions/", second_opinions.second_opinion_list, name="second-opinion-list"),
    path(
        "second-opinions/agreement/",
        second_opinions.second_opinion_agreement,
        name="second-opinion-agreement",
    ),
    path(
        "second-opinions/<uuid:pk>/",
        second_opinions.second_opinion_detail,
        name="second-opinion-detail",
    ),
    path("draws/<uuid:pk>/", assignment.draw_detail, name="draw-detail"),
    path("draws/<uuid:pk>/draw.json", assignment.draw_json, name="draw-json"),
    path("acts/", lists.act_list, name="act-list"),
    path("acts/<uuid:pk>/", acts.act_detail, name="act-detail"),
    path("acts/<uuid:pk>/document/", acts.act_document, name="act-document"),
    path("acts/<uuid:pk>/pdf/", acts.act_pdf, name="act-pdf"),
    path("acts/<uuid:pk>/record.json", acts.act_record, name="act-record"),
    path("examples/goods.xlsx", imports.example_goods, name="example-goods"),
    path("examples/materials.xlsx", imports.example_materials, name="example-materials"),
]
