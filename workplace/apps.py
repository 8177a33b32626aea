from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkplaceConfig(AppConfig):
    name = "workplace"
    verbose_name = _("Workplace")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Imported for their registrations: events of the log, permissions, clocks, openings.
        from .baskets import openings as basket_openings  # noqa: F401
        from .baskets import turns as basket_turns  # noqa: F401
        from .cases import events as case_events  # noqa: F401
        from .cases import permissions as case_permissions  # noqa: F401
        from .cases import turns as case_turns  # noqa: F401
        from .deadlines import events, permissions, receivers, sources, turns  # noqa: F401
