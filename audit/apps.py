from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _

from audit import checks


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = _("Log")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(checks.keys_are_there, Tags.security)
        register(checks.origin_can_name_a_key, Tags.security)
        register(checks.role_cannot_change_the_log, Tags.database, deploy=True)
