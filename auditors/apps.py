from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditorsConfig(AppConfig):
    name = "auditors"
    verbose_name = _("Expert-auditors")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Imported for their registrations: events of the log and permissions.
        from . import events, permissions  # noqa: F401
