from django.urls import path

from . import views

urlpatterns = [
    path("cases/", views.case_list, name="case-list"),
    path("cases/<uuid:case_id>/", views.case_detail, name="case-detail"),
    path("cases/<uuid:case_id>/files/<str:digest>/", views.case_file, name="case-file"),
    path("log/", views.log, name="log"),
]
