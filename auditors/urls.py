"""Addresses of the register of auditors."""

from django.urls import path

from .views import desk, mine, public, results

app_name = "auditors"

urlpatterns = [
    path("", public.register, name="register"),
    path("register.json", public.register_json, name="register-json"),
    path("register.csv", public.register_csv, name="register-csv"),
    path("register/<uuid:user_id>/", public.auditor_detail, name="auditor-detail"),
    path("mine/", mine.mine, name="mine"),
    path("mine/application/", mine.application, name="application"),
    path("mine/proofs/", mine.proof_add, name="proof-add"),
    path("mine/withdraw/", mine.withdraw, name="withdraw"),
    path("mine/extension/", mine.extension, name="ask-extension"),
    path("mine/declarations/", mine.declaration_add, name="declaration-add"),
    path(
        "mine/declarations/<uuid:pk>/withdraw/",
        mine.declaration_withdraw,
        name="declaration-withdraw",
    ),
    path("organisation/", mine.own_auditors, name="own-list"),
    path("cases/", desk.case_list, name="case-list"),
    path("cases/<uuid:pk>/", desk.case_detail, name="case-detail"),
    path("cases/<uuid:pk>/requirements/<slug:code>/", desk.requirement, name="case-requirement"),
    *(
        path(f"cases/<uuid:pk>/{name}/", desk.command, {"name": name}, name=f"case-{name}")
        for name in desk.COMMANDS
    ),
    path("cases/proofs/<uuid:pk>/", desk.proof_file, name="proof-file"),
    path("cases/tests/import/", results.results_import, name="results-import"),
    path("cases/tests/example/", results.results_example, name="results-example"),
]
