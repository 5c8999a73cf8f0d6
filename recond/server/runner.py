"""Starting and stopping the server: in front, or in the background with a pid file and an end."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import threading
import time
import urllib.request
from pathlib import Path

from recond.core.errors import ConfigurationFault, EnvironmentFault
from recond.server.config import LOOPBACK, MAX_BODY, setup

START_S = 40.0


def serve(data: Path, host: str, port: int, stop_after_s: float | None = None) -> None:
    """Serve until told to stop. Raises EnvironmentFault when the port is taken or another server uses `data`."""
    check_address(host)
    lock = hold(data)
    setup(data, open_pages=True)
    import waitress
    from django.core.wsgi import get_wsgi_application

    try:
        server = waitress.create_server(
            get_wsgi_application(), host=host, port=port, threads=8, max_request_body_size=2 * MAX_BODY, ident="recond"
        )
    except OSError as error:
        raise EnvironmentFault(
            f"le port {port} est pris : {error.strerror}", "choisissez-en un autre : recond serve --port N"
        ) from error
    (data / "server.pid").write_text(f"{os.getpid()} {host} {port}", encoding="ascii")
    if stop_after_s is not None:
        timer = threading.Timer(stop_after_s, lambda: os.kill(os.getpid(), signal.SIGTERM))
        timer.daemon = True
        timer.start()
    try:
        server.run()
    finally:
        (data / "server.pid").unlink(missing_ok=True)
        os.close(lock)


def check_address(host: str) -> None:
    """Raise ConfigurationFault for an address beyond this machine: without TLS, keys would cross the network in clear."""
    if host not in LOOPBACK:
        raise ConfigurationFault(
            f"sans TLS, le serveur n'écoute que sur cette machine, pas sur {host}",
            "mettez un relais TLS devant (Caddy, nginx) et laissez --host 127.0.0.1",
        )


def hold(data: Path) -> int:
    """Take the data folder for one server; the hold ends with the process, however it ends. Raises EnvironmentFault."""
    data.mkdir(parents=True, exist_ok=True)
    fd = os.open(data / "server.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(fd)
        raise EnvironmentFault(f"un serveur tourne déjà sur {data}", "arrêtez-le : recond serve --stop") from error
    return fd


def running(data: Path) -> tuple[int, str] | None:
    """Return pid and address of the server of `data`, None when none runs. The lock says it, never a left-over pid file."""
    with contextlib.suppress(EnvironmentFault):
        os.close(hold(data))
        return None
    with contextlib.suppress(OSError, ValueError):
        pid, host, port = (data / "server.pid").read_text(encoding="ascii").split()
        return int(pid), f"http://{host}:{port}"
    return None


def stop(data: Path) -> bool:
    """Stop the server of `data`; False when none ran. Only the process that holds the folder's lock is signalled."""
    found = running(data)
    if found is None:
        return False
    os.kill(found[0], signal.SIGTERM)
    deadline = time.monotonic() + 15
    while running(data) is not None:
        if time.monotonic() > deadline:
            raise EnvironmentFault(f"le serveur (processus {found[0]}) ne s'arrête pas", f"kill -9 {found[0]}")
        time.sleep(0.1)
    return True


def answers(url: str) -> bool:
    """Tell whether a recond server answers at `url`."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/api/v1/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def detach(data: Path, host: str, port: int, stop_after_s: float | None) -> str:
    """Start the server in the background and return its address once it answers; one that runs already is kept.

    Raises EnvironmentFault with the end of its log when it does not come up.
    """
    found = running(data)
    if found is not None and answers(found[1]):
        return found[1]
    check_address(host)
    data.mkdir(parents=True, exist_ok=True)
    log = data / "server.log"
    if os.fork() == 0:
        _background(data, host, port, stop_after_s, log)
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        found = running(data)
        if found is not None and answers(found[1]):
            return found[1]
        time.sleep(0.1)
    tail = log.read_text(encoding="utf-8", errors="replace")[-600:] if log.exists() else ""
    raise EnvironmentFault(f"le serveur n'a pas démarré sur le port {port}", tail or f"voyez {log}")


def _background(data: Path, host: str, port: int, stop_after_s: float | None, log: Path) -> None:
    # Its own session, no terminal, nothing inherited: it must outlive the command that started it and hold none of its pipes.
    os.setsid()
    if os.fork() != 0:
        os._exit(0)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(out, 1)
    os.dup2(out, 2)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(SystemExit(0)))
    code = 1
    try:
        serve(data, host, port, stop_after_s)
        code = 0
    except SystemExit:
        code = 0
    except BaseException as error:
        print(f"recond serve: {error}", flush=True)
    os._exit(code)
