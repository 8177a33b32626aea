from django.urls import path, re_path

from .views import appeals, measures, proposing

urlpatterns = [
    path("measures/", measures.measure_list, name="measure-list"),
    path("measures/export/", measures.measure_export, name="measure-export"),
    path("measures/new/", proposing.measure_propose, name="measure-propose"),
    path("measures/<str:number>/", measures.measure_detail, name="measure-detail"),
    path("measures/<str:number>/papers/<str:what>/", measures.measure_paper, name="measure-paper"),
    path("measures/<str:number>/appeal/", appeals.appeal_register, name="measure-appeal"),
    re_path(
        rf"^measures/(?P<number>[^/]+)/(?P<command>{'|'.join(measures.COMMANDS)})/$",
        measures.measure_command,
        name="measure-command",
    ),
    path("appeals/", appeals.appeal_list, name="appeal-list"),
    path("appeals/<str:number>/", appeals.appeal_detail, name="appeal-detail"),
    path("appeals/<str:number>/papers/<str:what>/", appeals.appeal_paper, name="appeal-paper"),
    re_path(
        r"^appeals/(?P<number>[^/]+)/(?P<decision>allow|dismiss)/$",
        appeals.appeal_decide,
        name="appeal-decide",
    ),
]
