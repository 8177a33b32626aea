from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    name = "oversight"
    verbose_name = _("Oversight")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Imported for their registrations: events of the log, permissions, papers, what is signed.
        from . import events, permissions, tasks  # noqa: F401
        from .mass import signing as mass_signing  # noqa: F401
