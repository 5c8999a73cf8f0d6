"""A PostgreSQL of the tests' own: Debian's programs, a cluster in a temporary folder, reached by a socket file only."""

from __future__ import annotations

import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql


def programs() -> Path:
    """Return the folder of PostgreSQL's programs; Debian keeps them out of PATH, by version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
    return found[-1].parent if found else Path(shutil.which("initdb") or "/usr/bin/initdb").parent


def as_postgres(*argv: str) -> None:
    """Run a program as the user "postgres": its server refuses to run as root."""
    user = pwd.getpwnam("postgres")
    subprocess.run(
        argv,
        check=True,
        capture_output=True,
        user=user.pw_uid,
        group=user.pw_gid,
        extra_groups=[],
        cwd="/",
        timeout=120,
    )


@contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster with a database "recond" for the time of a `with`; yields its address. It syncs as in real use."""
    user = pwd.getpwnam("postgres")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    shutil.chown(folder, user.pw_uid, user.pw_gid)
    bin_, data = programs(), folder / "data"
    try:
        as_postgres(str(bin_ / "initdb"), "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C", "-D", str(data))
        options = f"-c listen_addresses='' -c unix_socket_directories={folder}"
        log = str(folder / "log")
        as_postgres(str(bin_ / "pg_ctl"), "-w", "-D", str(data), "-o", options, "-l", log, "start")
        try:
            as_postgres(str(bin_ / "createdb"), "--host", str(folder), "recond")
            yield f"postgresql://postgres@/recond?host={folder}"
        finally:
            as_postgres(str(bin_ / "pg_ctl"), "-w", "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fresh(address: str) -> str:
    """Make a new empty database in the cluster and return its address."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(address, autocommit=True) as line:
        line.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return address.replace("/recond?", f"/{name}?")
