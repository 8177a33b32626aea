from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExpertiseConfig(AppConfig):
    name = "expertise"
    verbose_name = _("Expertise")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Imported for their registrations: events of the log, permissions, answers to other rooms,
        # what people sign here.
        from . import events, permissions, receivers, signatures  # noqa: F401
