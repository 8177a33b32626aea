"""What the public sees of control: no account is needed."""

from django.urls import include, path

JOBS = ("selection", "control", "measures", "complaints", "grey_market", "figures")

app_name = "control"
urlpatterns = [path("", include(f"oversight.{job}.public_urls")) for job in JOBS]
