from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = _("Log")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from audit import checks, events  # noqa: F401  importing registers events

        register(checks.keys_are_there, Tags.security)
        register(checks.origin_can_name_a_key, Tags.security)
        register(checks.role_cannot_change_the_log, Tags.database, deploy=True)
        register(checks.witnesses_follow_the_log, Tags.database, deploy=True)
