"""The Committee's desk: each job has its own addresses under /committee/."""

from django.urls import include, path

JOBS = (
    *("reading", "risk", "selection", "control", "measures", "mass", "complaints"),
    *("inspections", "grey_market", "figures"),
)

app_name = "oversight"
urlpatterns = [path("", include(f"oversight.{job}.urls")) for job in JOBS]
