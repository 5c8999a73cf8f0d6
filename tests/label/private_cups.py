"""A cupsd of its own on loopback, its folders in one temporary folder: the workshop's printers without any printer."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONF = """
LogLevel debug
MaxLogSize 0
Listen 127.0.0.1:{port}
Browsing No
DefaultAuthType None
WebInterface No
JobRetryInterval 1
<Location />
  Order allow,deny
  Allow all
</Location>
<Location /admin>
  Order allow,deny
  Allow all
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues none
  SubscriptionPrivateAccess default
  SubscriptionPrivateValues none
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
"""
FILES = """
FileDevice Yes
SystemGroup root
{user}
ServerRoot {root}
StateDir {root}/state
CacheDir {root}/cache
RequestRoot {root}/spool
TempDir {root}/tmp
AccessLog {root}/access_log
ErrorLog {root}/error_log
PageLog {root}/page_log
ServerBin /usr/lib/cups
DataDir /usr/share/cups
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class Cups:
    """The running server."""

    def __init__(self, root: Path, port: int) -> None:
        self.root = root
        self.server = f"127.0.0.1:{port}"

    def queue(self, name: str, device: str, model: str) -> None:
        """Add a queue. `model`: "raw", or a driver as `lpinfo -m` names it."""
        argv = ["lpadmin", "-h", self.server, "-p", name, "-E", "-v", device, "-m", model]
        subprocess.run(argv, check=True, timeout=30, capture_output=True)

    def log(self) -> str:
        return (self.root / "error_log").read_text(errors="replace")[-6000:]


@contextmanager
def private_cups() -> Iterator[Cups]:
    """Run a cupsd until the end of the block."""
    root, port = Path(tempfile.mkdtemp(prefix="recond-cups-")), free_port()
    for name in ("state", "cache", "spool", "tmp", "ppd"):
        (root / name).mkdir()
    user = ""
    if os.geteuid() == 0:
        # Filters never run as root; what they write must be theirs.
        user = "User lp\nGroup lp"
        for path in (root, *root.iterdir()):
            shutil.chown(path, "lp", "lp")
            path.chmod(0o755)
    (root / "cupsd.conf").write_text(CONF.format(port=port), encoding="utf-8")
    (root / "cups-files.conf").write_text(FILES.format(root=root, user=user), encoding="utf-8")
    argv = ["/usr/sbin/cupsd", "-f", "-c", str(root / "cupsd.conf"), "-s", str(root / "cups-files.conf")]
    server = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield Cups(root, port)
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(root, ignore_errors=True)


def _wait(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
