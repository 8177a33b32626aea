from django.urls import path

from .views import public

urlpatterns = [
    path("grey-market/", public.grey_list, name="grey-market"),
    path("grey-market/report/", public.grey_report, name="grey-report"),
    path("grey-market/thanks/", public.grey_thanks, name="grey-thanks"),
    path("grey-market/blocked.csv", public.blocked_csv, name="grey-blocked-csv"),
    path("grey-market/blocked.json", public.blocked_json, name="grey-blocked-json"),
]
