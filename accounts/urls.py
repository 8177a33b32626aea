from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.login, name="login"),
    path("sign-out/", views.logout, name="logout"),
    path("choose/", views.choose, name="choose"),
    path("language/", views.language, name="language"),
    path("profile/", views.profile, name="profile"),
]
