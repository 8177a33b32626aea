from django.urls import path, re_path

from . import views
from .views import COMMANDS

urlpatterns = [
    path("mass-actions/", views.mass_list, name="mass-list"),
    path("mass-actions/new/", views.mass_create, name="mass-create"),
    path("mass-actions/<str:number>/", views.mass_detail, name="mass-detail"),
    path("mass-actions/<str:number>/certificates/", views.mass_items, name="mass-items"),
    path("mass-actions/<str:number>/undo/", views.mass_undo, name="mass-undo"),
    path("mass-actions/<str:number>/order/", views.mass_order, name="mass-order"),
    re_path(
        rf"^mass-actions/(?P<number>[^/]+)/(?P<command>{'|'.join(COMMANDS)})/$",
        views.mass_command,
        name="mass-command",
    ),
]
