from .announcements import Announcement, AnnouncementReading, Audience
from .mailbox import SentMail
from .notices import ByMail, Notice
from .preferences import DECIDING, Choice, DigestHour, Preference

__all__ = [
    "DECIDING",
    "Announcement",
    "AnnouncementReading",
    "Audience",
    "ByMail",
    "Choice",
    "DigestHour",
    "Notice",
    "Preference",
    "SentMail",
]
