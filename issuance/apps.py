from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IssuanceConfig(AppConfig):
    name = "issuance"
    verbose_name = _("Issuance")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Imported for their registrations: events of the log, permissions, news from stage one.
        # Stage one has told its part; here what the applicant and the chamber sign is added.
        from . import (  # noqa: F401
            change_events,
            change_permissions,
            change_signing,
            events,
            permissions,
            receivers,
            signatures,
        )
