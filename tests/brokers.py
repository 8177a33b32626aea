"""A broker of the test's own, which it may stop and start."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from kombu import pools

from ctkz_portal.embedded.process import Server
from ctkz_portal.embedded.valkey import valkey


def forget_connections() -> None:
    """The next message goes over a new connection, to the broker named by then."""
    pools.reset()
    vars(current_app)["_pool"] = None
    current_app.__dict__.pop("amqp", None)


@pytest.fixture
def own_broker(tmp_path: Path, monkeypatch: Any, settings: Any) -> Iterator[Server]:
    server, url = valkey(tmp_path / "valkey")
    server.start()
    settings.REDIS_URL = url
    monkeypatch.setattr(current_app.conf, "broker_url", url)
    forget_connections()
    yield server
    server.stop()
    monkeypatch.undo()
    forget_connections()


@pytest.fixture
def stopped_broker(own_broker: Server) -> Server:
    """The broker of this test, gone; `start()` brings it back with what it had kept."""
    own_broker.kill()
    return own_broker
