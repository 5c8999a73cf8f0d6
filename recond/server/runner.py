"""Serving: in front, or in the background until told to stop or until its time is up."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recond.core.errors import ConfigurationFault, EnvironmentFault
from recond.core.words import N_
from recond.server import beside, hold
from recond.server.announce import Announcer
from recond.server.config import LOOPBACK, MAX_BODY, setup
from recond.server.front import Front
from recond.server.tls import context, pin

THREADS = 8
LINES, SILENT_S = 2000, 60
"""Connections at a time, and after how many seconds of silence one is closed."""


@dataclass(frozen=True, slots=True)
class Serving:
    """Where to listen, and on which database.

    `port` 0 = any free one. `tls`: always where another machine can connect, because keys and passwords cross the
    network. `mdns`: answer enrolled sticks that ask the network where this server is. `database`: an address of
    PostgreSQL instead of the SQLite file, see `config.database_of`.
    """

    host: str = "127.0.0.1"
    port: int = 8017
    tls: bool = False
    database: str | None = None
    mdns: bool = False

    @property
    def local(self) -> bool:
        """Tell whether only this machine can connect."""
        return self.host in LOOPBACK


def serve(
    data: Path,
    serving: Serving,
    stop_after_s: float | None = None,
    ready: Callable[[str], None] = lambda url: None,
) -> None:
    """Serve until told to stop; `ready` is called with the address once it is open.

    Raises EnvironmentFault when the port is taken or another server uses `data`, ConfigurationFault for a wrong address.
    """
    lock = hold.take(data)
    announcer: Announcer | None = None
    try:
        hold.set_end(data, stop_after_s)
        setup(data, local=serving.local, database=serving.database)
        server, url = _listen(data, serving.host, serving.port, serving.tls or not serving.local)
        hold.announce(data, url)
        announcer = _announcer(data, serving)
        from recond.server import cards, freshen  # their tables are there once Django is set up

        cards.find_doubled()
        freshen.start()
        beside.start(data, serving.database)
        threading.Thread(target=_end_on_time, args=(data,), daemon=True).start()
        ready(url)
        server.run()
    finally:
        if announcer is not None:
            announcer.stop()
        beside.stop()
        (data / "server.pid").unlink(missing_ok=True)
        (data / "server.until").unlink(missing_ok=True)
        os.close(lock)


def _announcer(data: Path, serving: Serving) -> Announcer | None:
    if not serving.mdns or serving.local:
        return None
    announcer = Announcer(pin(data), serving.host)
    announcer.start()
    return announcer


def _listen(data: Path, host: str, port: int, tls: bool) -> tuple[Any, str]:
    import waitress
    from django.core.wsgi import get_wsgi_application

    options: dict[str, Any] = {
        "threads": THREADS,
        "max_request_body_size": 2 * MAX_BODY,
        "ident": "recond",
        # Who opens a hundred lines and says nothing must not shut the others out: more lines, and poll(2), which select(2)'s
        # 1024 descriptors do not bound.
        "connection_limit": LINES,
        "asyncore_use_poll": True,
        "channel_timeout": SILENT_S,
    }
    try:
        if tls:
            # In a folder of its own, for this user only: a socket's address is at most 107 bytes (unix(7)), a data
            # folder's may be longer.
            behind = Path(tempfile.mkdtemp(prefix="recond-")) / "http"
            atexit.register(shutil.rmtree, behind.parent, ignore_errors=True)
            server = waitress.create_server(
                get_wsgi_application(), unix_socket=str(behind), unix_socket_perms="600", url_scheme="https", **options
            )
            listening = Front(context(data), behind).start(host, port)
        else:
            server = waitress.create_server(get_wsgi_application(), host=host, port=port, **options)
            listening = getattr(server, "effective_port", None) or server.effective_listen[0][1]
    except ssl.SSLError as error:
        raise ConfigurationFault(
            N_("le certificat de {data} ne se lit pas ({error})").format(data=data, error=error.reason or error),
            N_("tls-certificate.pem et tls-key.pem vont ensemble ; effacez les deux pour en refaire"),
        ) from error
    except OSError as error:
        raise EnvironmentFault(
            N_("impossible d'écouter sur {host}, port {port} : {error}").format(
                host=host, port=port, error=error.strerror or error
            ),
            N_("choisissez un autre port ou une adresse de cette machine : recond serve --host A --port N"),
        ) from error
    name = _reached_as(host)
    return server, f"{'https' if tls else 'http'}://{f'[{name}]' if ':' in name else name}:{listening}"


def _reached_as(host: str) -> str:
    """Return the address under which sticks reach a server that listens on every address of this machine."""
    if host not in ("0.0.0.0", "::", ""):
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: the kernel only says which of its addresses it would use (TEST-NET-1, RFC 5737).
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()


def _end_on_time(data: Path) -> None:
    """End this process when its time is up. The time may be moved while waiting, so it is read again each minute."""
    while True:
        until = hold.end(data)
        left = 60.0 if until is None else until - time.monotonic()
        if left <= 0:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        time.sleep(min(left, 60.0))
