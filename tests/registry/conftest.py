"""An issued certificate and the ways of asking about it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.middleware import SESSION_KEY
from accounts.models import Membership
from audit.publishing import publish
from audit.sequencing import sequence_all
from documents.storing import read
from issuance.models import Certificate
from tests.scenarios import a_certificate
from tests.workers import forget_cached


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Every test begins with a new minute of look-ups."""
    forget_cached()


@pytest.fixture
def certificate(db: None) -> Certificate:
    return a_certificate("valid")


@pytest.fixture
def sealed_pdf(certificate: Certificate) -> bytes:
    return read(certificate.document.file)


@pytest.fixture
def drop(client: Client) -> Callable[[bytes], Any]:
    """Drops a file as a stranger, on the English page."""

    def send(content: bytes, name: str = "certificate.pdf") -> Any:
        upload = SimpleUploadedFile(name, content, "application/pdf")
        return client.post(
            reverse("registry:verify-file"), {"pdf": upload}, headers={"accept-language": "en"}
        )

    return send


@pytest.fixture
def look(client: Client) -> Callable[..., Any]:
    """Opens an address as a stranger, on the English page."""

    def get(address: str, **query: str) -> Any:
        return client.get(address, query, headers={"accept-language": "en"}, follow=True)

    return get


@pytest.fixture
def publish_log() -> Callable[[], None]:
    def sequence_and_publish() -> None:
        sequence_all()
        publish()

    return sequence_and_publish


@pytest.fixture
def sign_in() -> Callable[[Membership], Client]:
    """A browser in which this person acts in this role."""

    def open_session(membership: Membership) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(membership.user)
        session = client.session
        session[SESSION_KEY] = str(membership.pk)
        session.save()
        return client

    return open_session
