"""Notices, announcements and letters."""

from django.urls import path

from .views import announcements as written
from .views import letters, mailbox, notices, preferences

app_name = "notices"
urlpatterns = [
    path("", notices.notice_list, name="list"),
    path("read-all/", notices.read_all, name="read-all"),
    path("bell/", notices.bell, name="bell"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("unsubscribe/<str:code>/", preferences.unsubscribe, name="unsubscribe"),
    path("announcements/", written.announcement_list, name="announcement-list"),
    path("announcements/new/", written.announcement_write, name="announcement-write"),
    path("announcements/<uuid:pk>/", written.announcement_detail, name="announcement-detail"),
    path("announcements/<uuid:pk>/edit/", written.announcement_edit, name="announcement-edit"),
    path(
        "announcements/<uuid:pk>/publish/",
        written.announcement_publish,
        name="announcement-publish",
    ),
    path(
        "announcements/<uuid:pk>/retract/",
        written.announcement_retract,
        name="announcement-retract",
    ),
    path("announcements/<uuid:pk>/read/", written.announcement_read, name="announcement-read"),
    path(
        "announcements/<uuid:pk>/close/",
        written.announcement_close,
        name="announcement-close",
    ),
    path("letters/", letters.letter_list, name="letter-list"),
    path("letters/<uuid:pk>/again/", letters.letter_again, name="letter-again"),
    path("mailbox/", mailbox.mailbox, name="mailbox"),
    path("mailbox/<int:pk>/", mailbox.letter, name="mailbox-letter"),
    path("<uuid:pk>/", notices.open_notice, name="open"),
    path("<uuid:pk>/read/", notices.mark_read, name="read"),
]
