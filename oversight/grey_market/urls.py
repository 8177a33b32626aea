from django.urls import path, re_path

from .views import desk

COMMANDS = "|".join(desk.DONE)

urlpatterns = [
    path("grey-market/", desk.listing_list, name="listing-list"),
    path("grey-market/<str:number>/", desk.listing_detail, name="listing-detail"),
    re_path(
        rf"^grey-market/(?P<number>[^/]+)/(?P<name>{COMMANDS})/$",
        desk.listing_command,
        name="listing-command",
    ),
    path("grey-market/<str:number>/request/", desk.listing_request, name="listing-request"),
    path("grey-market/<str:number>/files/<int:pk>/", desk.listing_file, name="listing-file"),
    path("grey-market/<str:number>/files/<int:pk>/picture/", desk.listing_picture,
         name="listing-picture"),
    path("alerts/", desk.alert_list, name="alert-list"),
    path("alerts/<int:pk>/", desk.alert_detail, name="alert-detail"),
    path("alerts/<int:pk>/seen/", desk.alert_see, name="alert-see"),
]  # fmt: skip
