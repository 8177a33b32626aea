from django.urls import path

from . import (
    beside,
    key_views,
    receipt_views,
    register_views,
    snapshot_views,
    views,
    watch_views,
)

app_name = "registry"
urlpatterns = [
    path("verify/", views.verify, name="verify"),
    path("verify/file/", views.verify_file, name="verify-file"),
    path("v/<str:code>/", views.verify_code, name="verify-code"),
    path("v/<str:code>/document/", beside.document, name="document"),
    path("v/<str:code>/record/", beside.record, name="record"),
    path("v/<str:code>/proof/", beside.proof, name="proof"),
    path("v/<str:code>/watch/", watch_views.ask, name="watch-ask"),
    path("watch/<str:code>/", watch_views.watch, name="watch"),
    path("watch/<str:code>/confirm/", watch_views.confirm, name="watch-confirm"),
    path("r/", receipt_views.make, name="receipt-make"),
    path("r/<str:code>/", receipt_views.receipt, name="receipt"),
    path("r/<str:code>/progress/", receipt_views.progress, name="receipt-progress"),
    path("r/<str:code>/record/", receipt_views.record, name="receipt-record"),
    path("r/<str:code>/signature/", receipt_views.signature, name="receipt-signature"),
    path("r/<str:code>/document/", receipt_views.document, name="receipt-document"),
    path("register/", register_views.register, name="register"),
    path("register/found.csv", register_views.register_csv, name="register-csv"),
    path("register/snapshots/", snapshot_views.snapshots, name="snapshot-list"),
    path("register/snapshots/<str:day>/<str:name>", snapshot_views.download, name="snapshot-file"),
    path("register/keys/", key_views.keys, name="key-list"),
    path("register/keys/<uuid:pk>/", key_views.key, name="key-detail"),
    path("register/keys/<uuid:pk>/revoke/", key_views.revoke, name="key-revoke"),
    path("register/webhooks/<uuid:pk>/end/", key_views.end_webhook, name="webhook-end"),
    path("register/deliveries/<uuid:pk>/send-again/", key_views.send_again, name="delivery-again"),
    path("c/<str:slug>/", views.certificate, name="certificate"),
    path("c/<str:slug>/<int:year>/", views.certificate, name="certificate-of-year"),
]
