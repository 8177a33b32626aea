"""PostgreSQL and Valkey for one run of a command: real, durable, and nobody else's."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ctkz_portal.embedded.postgres import postgres
from ctkz_portal.embedded.process import Server
from ctkz_portal.embedded.valkey import valkey


@contextmanager
def own_servers() -> Iterator[tuple[Server, Server]]:
    """Both as children that can be shot; the settings of the tests will find them."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="ctkz-own-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        database, database_url = postgres(folder / "postgres")
        broker, broker_url = valkey(folder / "valkey")
        for server in (database, broker):
            stack.callback(server.stop)
            server.start()
        os.environ |= {
            "DATABASE_URL": database_url,
            "REDIS_URL": broker_url,
            "CTKZ_VAR_DIR": str(folder),
            "CTKZ_MEDIA_DIR": str(folder / "media"),
            "CTKZ_REDIS_PREFIX": "",
            "DJANGO_SETTINGS_MODULE": "ctkz_portal.settings.test",
        }
        yield database, broker
