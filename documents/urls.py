"""Addresses of signing: the sitting, its records, and the signatures that were given."""

from django.urls import path

from . import signature_pages, signing_pages

app_name = "documents"

urlpatterns = [
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
