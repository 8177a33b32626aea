"""Fixtures of stage two."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.middleware import SESSION_KEY
from accounts.models import Membership

SignIn = Callable[[Membership], Client]


@pytest.fixture
def sign_in() -> SignIn:
    """A browser in which this person acts in this role."""

    def open_session(membership: Membership) -> Client:
        client = Client()
        client.force_login(membership.user)
        session = client.session
        session[SESSION_KEY] = str(membership.pk)
        session.save()
        return client

    return open_session
