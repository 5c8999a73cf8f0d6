"""Serving: in front, or in the background until told to stop or until its time is up."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from recond.core.errors import ConfigurationFault, EnvironmentFault
from recond.server import hold
from recond.server.config import LOOPBACK, MAX_BODY, setup

THREADS = 8


def serve(
    data: Path,
    host: str,
    port: int,
    stop_after_s: float | None = None,
    ready: Callable[[str], None] = lambda url: None,
) -> None:
    """Serve until told to stop; `ready` is called with the address once it is open. `port` 0 = any free one.

    Raises ConfigurationFault for an address beyond this machine, EnvironmentFault when the port is taken or another
    server uses `data`.
    """
    check_address(host)
    lock = hold.take(data)
    try:
        hold.set_end(data, stop_after_s)
        setup(data)
        server, url = _listen(host, port)
        hold.announce(data, url)
        threading.Thread(target=_end_on_time, args=(data,), daemon=True).start()
        ready(url)
        server.run()
    finally:
        (data / "server.pid").unlink(missing_ok=True)
        (data / "server.until").unlink(missing_ok=True)
        os.close(lock)


def check_address(host: str) -> None:
    """Raise ConfigurationFault for an address beyond this machine: without TLS, keys would cross the network in clear."""
    if host not in LOOPBACK:
        raise ConfigurationFault(
            f"sans TLS, le serveur n'écoute que sur cette machine, pas sur {host}",
            "laissez --host 127.0.0.1, mettez un relais TLS devant (Caddy, nginx), et créez d'abord un compte : "
            "recond serve --create-user NOM",
        )


def _listen(host: str, port: int) -> tuple[Any, str]:
    import waitress
    from django.core.wsgi import get_wsgi_application

    try:
        server = waitress.create_server(
            get_wsgi_application(),
            host=host,
            port=port,
            threads=THREADS,
            max_request_body_size=2 * MAX_BODY,
            ident="recond",
        )
    except OSError as error:
        raise EnvironmentFault(
            f"le port {port} est pris : {error.strerror}", "choisissez-en un autre : recond serve --port N"
        ) from error
    listening = getattr(server, "effective_port", None) or server.effective_listen[0][1]
    shown = f"[{host}]" if ":" in host else host
    return server, f"http://{shown}:{listening}"


def _end_on_time(data: Path) -> None:
    """End this process when its time is up. The time may be moved while waiting, so it is read again each minute."""
    while True:
        until = hold.end(data)
        left = 60.0 if until is None else until - time.monotonic()
        if left <= 0:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        time.sleep(min(left, 60.0))
