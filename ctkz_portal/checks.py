"""What `manage.py check` refuses: settings under which the portal would be unsafe or untrue.

The seal's and the log's keys are checked by `documents` and `audit`.
"""

from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Critical, Error, Tags, register

SHORTEST_SECRET = 50
# Whose word makes, confirms or takes away a certificate: never behind a password alone.
MUST_HAVE_TWO_FACTORS = frozenset({"auditor", "chamber_signatory", "committee_head"})


@register()
def tasks_end_before_they_are_handed_out_again(**kwargs: Any) -> list[CheckMessage]:
    """A task running past the broker's visibility timeout would be given to a second worker."""
    timeout = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    if timeout > settings.CELERY_TASK_TIME_LIMIT:
        return []
    return [Error("CELERY_TASK_TIME_LIMIT must be below the visibility timeout.", id="ctkz.E001")]


@register()
def redis_url_names_a_server(**kwargs: Any) -> list[CheckMessage]:
    if urlsplit(settings.REDIS_URL).path in {"", "/"}:
        return []
    return [
        Error(
            "REDIS_URL must name a server without a database number: the portal uses 0 for "
            "queued work and 1 for the cache.",
            id="ctkz.E002",
        )
    ]


@register()
def second_factor_roles_exist(**kwargs: Any) -> list[CheckMessage]:
    """A misspelt role would leave its people with the password alone."""
    known = {code for code, _label in apps.get_model("accounts", "Membership").role.field.choices}
    unknown = sorted(set(settings.CTKZ_SECOND_FACTOR_ROLES) - known)
    if not unknown:
        return []
    named = ", ".join(unknown)
    return [Error(f"CTKZ_SECOND_FACTOR_ROLES names no role: {named}.", id="ctkz.E003")]


@register(Tags.security, deploy=True)
def whoever_decides_has_two_factors(**kwargs: Any) -> list[CheckMessage]:
    missing = sorted(MUST_HAVE_TWO_FACTORS - set(settings.CTKZ_SECOND_FACTOR_ROLES))
    if not missing:
        return []
    named = ", ".join(missing)
    return [Error(f"CTKZ_SECOND_FACTOR_ROLES must name {named}.", id="ctkz.E015")]


@register(Tags.security, deploy=True)
def secrets_and_addresses_are_real(**kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if len(settings.SECRET_KEY) < SHORTEST_SECRET:
        found.append(
            Critical(f"CTKZ_SECRET_KEY needs {SHORTEST_SECRET} characters.", id="ctkz.E010")
        )
    public = urlsplit(settings.CTKZ_PUBLIC_URL)
    if public.scheme != "https":
        found.append(
            Error("CTKZ_PUBLIC_URL must be an https address: QR codes carry it.", id="ctkz.E011")
        )
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        found.append(Error("CTKZ_ALLOWED_HOSTS must name the hosts.", id="ctkz.E012"))
    elif public.hostname and not is_allowed(public.hostname):
        found.append(Error(f"{public.hostname} of CTKZ_PUBLIC_URL is not allowed.", id="ctkz.E013"))
    if settings.CTKZ_LOG_ORIGIN.split("/")[0].endswith(".example"):
        found.append(Error("CTKZ_LOG_ORIGIN must be the log's real name.", id="ctkz.E014"))
    return found


def is_allowed(host: str) -> bool:
    return any(
        host == allowed or (allowed.startswith(".") and host.endswith(allowed))
        for allowed in settings.ALLOWED_HOSTS
    )


@register(Tags.security, deploy=True)
def nothing_of_the_demo_is_on(**kwargs: Any) -> list[CheckMessage]:
    named = [
        "CTKZ_DEMO",
        "CTKZ_DEMO_SEAL_ALLOWED",
        "CTKZ_LOG_MAKE_KEYS",
        "CTKZ_WEBHOOK_PRIVATE_ALLOWED",
    ]
    return [
        Critical(f"{name} is for the demo only.", id="ctkz.E020")
        for name in named
        if getattr(settings, name)
    ]
