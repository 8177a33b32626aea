from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from . import checks  # noqa: F401  importing it registers the checks


class PortalConfig(AppConfig):
    name = "ctkz_portal"
    verbose_name = _("Portal")
