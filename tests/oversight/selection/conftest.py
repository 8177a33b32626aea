"""Six certificates with scores, made once for a module, and the two people that a plan takes."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from accounts.models import Membership, Role
from issuance.models import Certificate
from tests import scenarios
from tests.undone import Undone

from .scenes import certificates_of, scored, triggers_off

SCORES = (87, 12, 64, 0, 0, 30)


@pytest.fixture(scope="module")
def certificates(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Certificate]]:
    with django_db_blocker.unblock(), Undone():
        with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("certificates")):
            made = certificates_of(len(SCORES))
        scored(made, SCORES)
        with triggers_off():
            Certificate.objects.update(issued_at=timezone.now() - dt.timedelta(days=2))
        yield made


@pytest.fixture
def author(db: None) -> Membership:
    return scenarios.a_person(Role.INSPECTOR)


@pytest.fixture
def head(db: None) -> Membership:
    return scenarios.a_person(Role.COMMITTEE_HEAD)
