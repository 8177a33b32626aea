"""The log for everyone, under `/log/` (C2SP tlog-tiles and what its followers need)."""

from django.urls import path

from audit import views

app_name = "audit"

urlpatterns = [
    path("", views.log, name="log"),
    path("key", views.key, name="key"),
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("witnessed", views.witnessed, name="witnessed"),
    path("checkpoints", views.checkpoints, name="checkpoints"),
    path("tile/<int:level>/<path:place>", views.tile, name="tile"),
    path("consistency", views.consistency, name="consistency"),
    path("inclusion/<int:index>", views.inclusion, name="inclusion"),
    path("entry/<int:index>", views.entry, name="entry"),
    path("cosignature", views.cosignature, name="cosignature"),
]
