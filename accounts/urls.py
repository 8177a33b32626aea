from django.urls import path

from . import device_pages, joining_views, organisation_views, second_factor_pages, views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.login, name="login"),
    path("sign-out/", views.logout, name="logout"),
    path("choose/", views.choose, name="choose"),
    path("language/", views.language, name="language"),
    path("profile/", views.profile, name="profile"),
    path("second-factor/", second_factor_pages.overview, name="second-factor"),
    path("second-factor/check/", second_factor_pages.check, name="second-factor-check"),
    path("second-factor/give-up/", second_factor_pages.give_up, name="second-factor-give-up"),
    path("second-factor/confirm/", second_factor_pages.confirm, name="second-factor-confirm"),
    path("second-factor/application/", second_factor_pages.totp, name="second-factor-totp"),
    path("second-factor/key/", second_factor_pages.key, name="second-factor-key"),
    path("second-factor/recovery-codes/", second_factor_pages.codes, name="second-factor-codes"),
    path("second-factor/<int:pk>/remove/", second_factor_pages.remove, name="second-factor-remove"),
    path("sign-ins/", device_pages.sign_ins, name="sign-in-list"),
    path("sign-ins/end/", device_pages.end_all, name="sign-in-end-all"),
    path("sign-ins/<uuid:pk>/end/", device_pages.end, name="sign-in-end"),
    path("organisation/", organisation_views.organisation, name="organisation"),
    path(
        "organisation/details/",
        organisation_views.organisation_details,
        name="organisation-details",
    ),
    path("organisation/invite/", organisation_views.invite, name="invite"),
    path(
        "organisation/invitations/<uuid:pk>/withdraw/",
        organisation_views.invitation_withdraw,
        name="invitation-withdraw",
    ),
    path(
        "organisation/invitations/<uuid:pk>/again/",
        organisation_views.invitation_again,
        name="invitation-again",
    ),
    path(
        "organisation/people/<uuid:pk>/end/",
        organisation_views.membership_end,
        name="membership-end",
    ),
    path(
        "organisation/people/<uuid:pk>/head/give/", organisation_views.head_give, name="head-give"
    ),
    path(
        "organisation/people/<uuid:pk>/head/take/", organisation_views.head_take, name="head-take"
    ),
    path(
        "organisation/people/<uuid:pk>/prolong/",
        organisation_views.agent_prolong,
        name="agent-prolong",
    ),
    path(
        "organisation/requests/<uuid:pk>/",
        organisation_views.access_request,
        name="access-request",
    ),
    path("join/<str:code>/", joining_views.join, name="join"),
    path("access/", joining_views.access_ask, name="access-ask"),
    path("access/asked/", joining_views.access_asked, name="access-asked"),
]
