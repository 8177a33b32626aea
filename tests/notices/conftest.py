"""The log followed to its end, as beat would order it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.middleware import SESSION_KEY
from accounts.models import Membership
from audit.sequencing import sequence_all
from notices.following import NAME, follow
from oversight.tailing import Tail
from tests.workers import forget_cached

Tell = Callable[..., None]
SignIn = Callable[[Membership], Client]


@pytest.fixture(autouse=True)
def from_the_beginning(request: pytest.FixtureRequest) -> None:
    """The portal is new: nothing was in its log before there were notices."""
    forget_cached()
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        Tail(NAME).skip_to(0)


@pytest.fixture
def tell() -> Tell:
    def told(at: datetime | None = None) -> None:
        sequence_all()
        follow(at=at or timezone.now())

    return told


@pytest.fixture
def sign_in() -> SignIn:
    def signed_in(membership: Membership) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(membership.user)
        session: Any = client.session
        session[SESSION_KEY] = str(membership.pk)
        session.save()
        return client

    return signed_in
