"""Settings that would be unsafe do not start, or are refused by `check --deploy`."""

from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from tests.portal.production import manage, production_env

DECIDERS = ["auditor", "chamber_signatory", "committee_head"]
CHECK = ("check", "--deploy", "--fail-level", "WARNING")


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return production_env(tmp_path_factory.mktemp("production"))


def test_a_production_in_order_passes_every_check(env: dict[str, str]) -> None:
    result = manage(env, *CHECK)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("missing", ["CTKZ_SECRET_KEY", "CTKZ_PUBLIC_URL", "CTKZ_SEAL_KEY_FILE"])
def test_production_does_not_start_without(missing: str, env: dict[str, str]) -> None:
    result = manage({name: value for name, value in env.items() if name != missing}, *CHECK)
    assert result.returncode != 0
    assert missing in result.stderr


def test_local_settings_are_refused_for_deployment(env: dict[str, str], tmp_path: Path) -> None:
    local = {**env, "DJANGO_SETTINGS_MODULE": "ctkz_portal.settings.local"}
    result = manage({**local, "CTKZ_VAR_DIR": str(tmp_path)}, *CHECK)
    assert result.returncode != 0
    assert "ctkz.E020" in result.stderr


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value", "refusal"),
    [
        ("SECRET_KEY", "short", "ctkz.E010"),
        ("CTKZ_PUBLIC_URL", "http://ctkz.test", "ctkz.E011"),
        ("ALLOWED_HOSTS", ["*"], "ctkz.E012"),
        ("CTKZ_PUBLIC_URL", "https://elsewhere.test", "ctkz.E013"),
        ("CTKZ_LOG_ORIGIN", "ctkz.example/log", "ctkz.E014"),
        ("CTKZ_SECOND_FACTOR_ROLES", [], "ctkz.E015"),
        ("CTKZ_SECOND_FACTOR_ROLES", ["auditor", "committee_head"], "ctkz.E015"),
        ("CTKZ_SECOND_FACTOR_ROLES", [*DECIDERS, "signatory"], "ctkz.E003"),
        ("CTKZ_DEMO", True, "ctkz.E020"),
        ("REDIS_URL", "redis://127.0.0.1:1/4", "ctkz.E002"),
        ("CELERY_TASK_TIME_LIMIT", 7200, "ctkz.E001"),
    ],
)
def test_an_unsafe_value_is_refused(name: str, value: Any, refusal: str, settings: Any) -> None:
    in_order = {
        "SECRET_KEY": "s" * 50,
        "CTKZ_PUBLIC_URL": "https://ctkz.test",
        "ALLOWED_HOSTS": [".ctkz.test", "ctkz.test"],
        "CTKZ_LOG_ORIGIN": "ctkz.test/log",
        "CTKZ_DEMO": False,
        "CTKZ_DEMO_SEAL_ALLOWED": False,
        "CTKZ_EDS_DEMO_ALLOWED": False,
        "CTKZ_WEBHOOK_PRIVATE_ALLOWED": False,
        "CTKZ_LOG_MAKE_KEYS": False,
        "CTKZ_SECOND_FACTOR_ROLES": DECIDERS,
    }
    for setting, good in in_order.items():
        setattr(settings, setting, good)
    assert refusals() == set()
    setattr(settings, name, value)
    assert refusals() == {refusal}


def refusals() -> set[str]:
    found = run_checks(include_deployment_checks=True)
    return {message.id for message in found if message.id.startswith("ctkz.")}
