from django.urls import path

from . import views

app_name = "registry"
urlpatterns = [
    path("verify/", views.verify, name="verify"),
    path("verify/file/", views.verify_file, name="verify-file"),
    path("v/<str:code>/", views.verify_code, name="verify-code"),
    path("c/<str:slug>/", views.certificate, name="certificate"),
    path("c/<str:slug>/<int:year>/", views.certificate, name="certificate-of-year"),
]
