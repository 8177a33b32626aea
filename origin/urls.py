from django.urls import path

from .views import calculator, deciding, editing, packs, public, readings

app_name = "origin"
urlpatterns = [
    path("", public.rules, name="rules"),
    path("calculator/", calculator.calculator, name="calculator"),
    # Versions of the rules: read, edit, decide.
    path("desk/", packs.pack_list, name="pack-list"),
    path("desk/versions/new/", packs.pack_begin, name="pack-begin"),
    path("desk/versions/<uuid:pk>/", packs.pack_detail, name="pack-detail"),
    path("desk/versions/<uuid:pk>/row/", packs.pack_row, name="pack-row"),
    path("desk/versions/<uuid:pk>/changes/", packs.pack_differences, name="pack-differences"),
    path("desk/versions/<uuid:pk>/findings/", packs.pack_findings, name="pack-findings"),
    path("desk/versions/<uuid:pk>/files/", packs.pack_export, name="pack-export"),
    path("desk/versions/<uuid:pk>/head/", editing.pack_head, name="pack-head"),
    path("desk/versions/<uuid:pk>/row/edit/", editing.pack_row_edit, name="pack-row-edit"),
    path("desk/versions/<uuid:pk>/row/preview/", editing.row_preview, name="row-preview"),
    path("desk/versions/<uuid:pk>/row/remove/", editing.pack_row_remove, name="pack-row-remove"),
    path("desk/versions/<uuid:pk>/operations/", editing.pack_operations, name="pack-operations"),
    path(
        "desk/versions/<uuid:pk>/operations/remove/",
        editing.operation_remove,
        name="operation-remove",
    ),
    path("desk/versions/<uuid:pk>/effect/", deciding.pack_impact, name="pack-impact"),
    path("desk/versions/<uuid:pk>/measure/", deciding.pack_measure, name="pack-measure"),
    path("desk/versions/<uuid:pk>/check/", deciding.pack_check, name="pack-check"),
    path("desk/versions/<uuid:pk>/approve/", deciding.pack_approve, name="pack-approve"),
    path("desk/versions/<uuid:pk>/return/", deciding.pack_return, name="pack-return"),
    path("desk/versions/<uuid:pk>/discard/", deciding.pack_discard, name="pack-discard"),
    path("desk/effects/<uuid:pk>/", deciding.impact_progress, name="impact-progress"),
    # The register of readings.
    path("desk/readings/", readings.dispute_list, name="dispute-list"),
    path("desk/readings/new/", readings.dispute_create, name="dispute-create"),
    path("desk/readings/<uuid:pk>/", readings.dispute_detail, name="dispute-detail"),
    path("desk/readings/<uuid:pk>/reading/", readings.reading_add, name="reading-add"),
    path("desk/readings/<uuid:pk>/precedent/", readings.precedent_add, name="precedent-add"),
    path("desk/readings/<uuid:pk>/ruling/", readings.ruling_propose, name="ruling-propose"),
    path("desk/readings/<uuid:pk>/close/", readings.dispute_close, name="dispute-close"),
    path("desk/rulings/<uuid:pk>/", readings.ruling_detail, name="ruling-detail"),
    path("desk/rulings/<uuid:pk>/measure/", readings.ruling_impact, name="ruling-impact"),
    path("desk/rulings/<uuid:pk>/approve/", readings.ruling_approve, name="ruling-approve"),
    path("desk/rulings/<uuid:pk>/withdraw/", readings.ruling_withdraw, name="ruling-withdraw"),
]
