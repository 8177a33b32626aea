"""Addresses of signing: the sitting, its records, and the signatures that were given."""

from django.urls import path

from . import eds_sign_in_pages, first_access_pages, signature_pages, signing_pages

app_name = "documents"

urlpatterns = [
    path("sign-in/", eds_sign_in_pages.sign_in, name="eds-sign-in"),
    path("sign-in/task/", eds_sign_in_pages.sign_in_task, name="eds-sign-in-task"),
    path("first-access/", first_access_pages.first_access, name="first-access"),
    path("first-access/sign/", first_access_pages.first_access_sign, name="first-access-sign"),
    path(
        "first-access/record/", first_access_pages.first_access_record, name="first-access-record"
    ),
    path("first-access/done/", first_access_pages.first_access_done, name="first-access-done"),
    path("signing/<uuid:pk>/", signing_pages.signing_session, name="signing-session"),
    path("signing/<uuid:pk>/give/", signing_pages.signing_give, name="signing-give"),
    path(
        "signing/<uuid:pk>/record/<uuid:item_pk>/",
        signing_pages.signing_record,
        name="signing-record",
    ),
    path("signatures/<uuid:pk>/", signature_pages.signature_detail, name="signature-detail"),
    path("signatures/<uuid:pk>/record/", signature_pages.signature_record, name="signature-record"),
    path("signatures/<uuid:pk>/cms/", signature_pages.signature_cms, name="signature-cms"),
    path(
        "signatures/<uuid:pk>/how-to-check/",
        signature_pages.signature_how_to_check,
        name="signature-how-to-check",
    ),
]
