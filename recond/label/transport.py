"""How bytes reach a printer and its answer comes back: the network's port 9100, or the kernel's /dev/usb/lp0.

Every wait has an end; a printer that is off costs the volunteer seconds and never the record.
"""

from __future__ import annotations

import errno
import os
import select
import socket
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import urlsplit

from recond.core.errors import EnvironmentFault, UsageError
from recond.core.words import N_

RAW_PORT = 9100
CONNECT_TIMEOUT_S = 5.0
SEND_TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True)
class Target:
    """Where a printer is: `host` and `port`, or the `path` of a character device."""

    host: str | None = None
    port: int = RAW_PORT
    path: str | None = None

    def __str__(self) -> str:
        return self.path or f"{self.host}:{self.port}"


def parse_target(text: str | None, default: str | None = None) -> Target:
    """Read "192.168.1.50", "tcp://printer:9100" or "/dev/usb/lp0". Raises UsageError when it is none of them."""
    wanted = text or default
    if not wanted:
        raise UsageError(N_("l'adresse de l'imprimante manque"), N_("écrivez par exemple --printer zpl@192.168.1.50"))
    if wanted.startswith("/"):
        return Target(path=wanted)
    try:
        parts = urlsplit(wanted if "://" in wanted else f"tcp://{wanted}")
        host, port = parts.hostname, parts.port or RAW_PORT
    except ValueError:
        host, port = None, 0
    if host is None or parts.scheme != "tcp":
        raise UsageError(
            N_("adresse d'imprimante illisible : « {wanted} »").format(wanted=wanted),
            N_("écrivez 192.168.1.50, tcp://NOM:9100 ou /dev/usb/lp0"),
        )
    return Target(host=host, port=port)


class Line:
    """An open way to a printer. Use it with `with`; `send` and `receive` raise EnvironmentFault when it breaks."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.gone = False
        """The printer hung up, or was unplugged, while it was listened to."""
        self._socket: socket.socket | None = None
        self._fd = -1

    def __enter__(self) -> Line:
        try:
            if self.target.path is not None:
                self._fd = _open_device(self.target.path)
            else:
                self._socket = socket.create_connection((self.target.host or "", self.target.port), CONNECT_TIMEOUT_S)
                self._socket.setblocking(False)
                self._fd = self._socket.fileno()
        except OSError as error:
            raise EnvironmentFault(
                N_("l'imprimante {target} ne répond pas : {reason}").format(target=self.target, reason=reason(error)),
                N_("vérifiez qu'elle est allumée et branchée ; l'étiquette attend : recond label reprint"),
            ) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._socket is not None:
            self._socket.close()
        elif self._fd >= 0:
            os.close(self._fd)
        self._fd = -1

    def send(self, data: bytes) -> None:
        """Write everything. Raises EnvironmentFault when the printer stops taking it."""
        view, deadline = memoryview(data), time.monotonic() + SEND_TIMEOUT_S
        while view:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select((), (self._fd,), (), left)[1]:
                raise self._broken(N_("elle ne prend plus rien depuis 20 s"))
            try:
                view = view[os.write(self._fd, view[:4096]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._broken(reason(error)) from error

    def receive(self, enough: Callable[[bytes], bool], timeout_s: float) -> bytes:
        """Return what the printer says until it is `enough`, the time is over or it hangs up. Never raises."""
        data, deadline = b"", time.monotonic() + timeout_s
        poll = select.poll()
        poll.register(self._fd, select.POLLIN)
        while not enough(data):
            left = deadline - time.monotonic()
            flags = [found for _, found in poll.poll(1000 * left)] if left > 0 else []
            if not flags:
                break
            try:
                more = os.read(self._fd, 4096)
            except BlockingIOError:
                continue
            except OSError:
                self.gone = True
                break
            data += more
            if not more and (self._socket is not None or flags[0] & (select.POLLHUP | select.POLLERR)):
                self.gone = True
                break
            if not more:
                # usblp answers a read with nothing until the printer has something to say.
                time.sleep(0.02)
        return data

    def _broken(self, why: str) -> EnvironmentFault:
        return EnvironmentFault(
            N_("l'envoi à l'imprimante {target} s'est arrêté : {why}").format(target=self.target, why=why),
            N_("vérifiez le câble, le papier et le capot ; l'étiquette attend : recond label reprint"),
        )


REASONS = {
    errno.ENOENT: N_("elle n'est pas branchée"),
    errno.ENODEV: N_("elle a été débranchée"),
    errno.ENXIO: N_("elle a été débranchée"),
    errno.EIO: N_("elle a été débranchée ou éteinte"),
    errno.EBUSY: N_("un autre programme s'en sert"),
    errno.EACCES: N_("recond n'a pas le droit de s'en servir (relancez avec sudo)"),
    errno.EPERM: N_("recond n'a pas le droit de s'en servir (relancez avec sudo)"),
    errno.ECONNREFUSED: N_("elle refuse la connexion (occupée, ou ce n'est pas une imprimante)"),
    errno.ECONNRESET: N_("elle a raccroché"),
    errno.EPIPE: N_("elle a raccroché"),
    errno.EHOSTUNREACH: N_("personne à cette adresse"),
    errno.ENETUNREACH: N_("pas de réseau"),
    errno.ETIMEDOUT: N_("personne à cette adresse"),
}


def reason(error: OSError) -> str:
    """Return in French why a printer is not reached."""
    if isinstance(error, socket.gaierror):
        return N_("ce nom n'est pas connu du réseau")
    if isinstance(error, TimeoutError):
        return N_("personne à cette adresse")
    return REASONS.get(error.errno or 0, error.strerror or str(error))


def _open_device(path: str) -> int:
    """Open a printer's device file; never a disk, whatever the person typed."""
    fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    if not stat.S_ISCHR(os.fstat(fd).st_mode):
        os.close(fd)
        raise UsageError(
            N_("{path} n'est pas une imprimante").format(path=path),
            N_("les imprimantes USB s'appellent /dev/usb/lp0, lp1…"),
        )
    return fd
