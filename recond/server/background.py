"""The server in the background: started once, answering before the command that started it returns."""

from __future__ import annotations

import os
import select
import signal
import ssl
import sys
import time
import traceback
import urllib.request
from pathlib import Path
from typing import NoReturn

from recond.core import canonical
from recond.core.errors import EnvironmentFault, ExitCode, RecondError
from recond.core.words import N_
from recond.server import hold, runner
from recond.server.config import unwritable
from recond.server.runner import Serving

START_S = 40.0


def answers(url: str) -> bool:
    """Tell whether a recond server answers at `url`; no proxy of the surroundings is asked."""
    # Nothing but a yes is read from it and nothing is sent, so whose certificate it is does not matter here.
    anyone = ssl.create_default_context()
    anyone.check_hostname = False
    anyone.verify_mode = ssl.CERT_NONE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=anyone))
    try:
        with opener.open(f"{url}/api/v1/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def detach(data: Path, serving: Serving, stop_after_s: float | None) -> str:
    """Start the server in the background and return its address once it answers.

    One that runs already is kept, with `stop_after_s` counted from now. Raises what `runner.serve` raises, and
    EnvironmentFault with the end of its log when it does not come up.
    """
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data / "server.log").open("ab").close()
    except OSError as error:
        raise unwritable(data, error) from error
    found = hold.running(data)
    if found is not None and found.url and answers(found.url):
        hold.set_end(data, stop_after_s)
        return found.url
    log = data / "server.log"
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        _child(data, serving, stop_after_s, log, tell)
    os.close(tell)
    os.waitpid(child, 0)
    try:
        url = _wait(told, log)
    finally:
        os.close(told)
    if not answers(url):
        raise _not_up(log)
    return url


def _wait(told: int, log: Path) -> str:
    """Return the address the child tells. Raises its error, or EnvironmentFault when it says nothing."""
    deadline = time.monotonic() + START_S
    heard = b""
    while not heard.endswith(b"\n"):
        if not select.select([told], [], [], max(0.0, deadline - time.monotonic()))[0]:
            break
        piece = os.read(told, 65536)
        if not piece:
            break
        heard += piece
    if not heard.endswith(b"\n"):
        raise _not_up(log)
    said = canonical.loads(heard)
    if "url" in said:
        return str(said["url"])
    fault = EnvironmentFault(said["message"], said["hint"])
    fault.code = ExitCode(said["code"])
    raise fault


def _not_up(log: Path) -> EnvironmentFault:
    tail = log.read_text(encoding="utf-8", errors="replace")[-600:].strip() if log.exists() else ""
    return EnvironmentFault(N_("le serveur n'a pas démarré"), tail or N_("voyez {log}").format(log=log))


def _child(data: Path, serving: Serving, stop_after_s: float | None, log: Path, tell: int) -> NoReturn:
    """Become the server: its own session, no terminal, none of the starter's pipes but `tell`. Never returns."""
    code = 1
    try:
        os.setsid()
        if os.fork() != 0:
            os._exit(0)
        _let_go(log)
        runner.serve(data, serving, stop_after_s, lambda url: _tell(tell, {"url": url}))
        code = 0
    except KeyboardInterrupt:
        code = 0
    except RecondError as error:
        print(f"recond serve : {error.message}", file=sys.stderr)
        _tell(tell, {"message": error.message, "hint": error.hint, "code": int(error.code)})
    except BaseException:
        traceback.print_exc()
    finally:
        # Whatever happened, this process must not go on with what its starter was doing.
        os._exit(code)


def _let_go(log: Path) -> None:
    os.chdir("/")
    null = os.open(os.devnull, os.O_RDONLY)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for target, source in enumerate((null, out, out)):
        os.dup2(source, target)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def _leave(number: int, frame: object) -> NoReturn:
    # waitress ends its threads in order on this one.
    raise KeyboardInterrupt


def _tell(tell: int, said: dict[str, object]) -> None:
    os.write(tell, canonical.encode(said) + b"\n")
    os.close(tell)
