"""Answering the sticks that ask where their server is (`recond serve --mdns`): its address of now, to whoever knows its pin."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import socket
import struct
import threading

from recond.core import mdns
from recond.core.errors import EnvironmentFault
from recond.core.words import N_

LOG = logging.getLogger(__name__)


class Announcer:
    """Listens on the multicast group of mDNS and answers one name. Nothing is sent unasked."""

    def __init__(self, pin: str, host: str) -> None:
        """Open the port, which other responders (avahi, systemd-resolved) share, on the network of `host`.

        Raises EnvironmentFault.
        """
        self._name = mdns.name_of(pin)
        # A server that listens on one address of several is reached on that one only.
        self._address = None if host == "0.0.0.0" else host
        self._line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            self._line.bind(("", mdns.PORT))
            for address in {host} | (_own_addresses() if host == "0.0.0.0" else set()):
                group = struct.pack("4s4s", socket.inet_aton(mdns.GROUP), socket.inet_aton(address))
                with contextlib.suppress(OSError):
                    self._line.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
        except OSError as error:
            self._line.close()
            raise EnvironmentFault(
                N_("--mdns : le port {port} ne s'ouvre pas ({error})").format(port=mdns.PORT, error=error.strerror),
                N_("ôtez --mdns, ou libérez ce port"),
            ) from error

    def start(self) -> None:
        """Answer in a thread of its own, until `stop`."""
        threading.Thread(target=self._serve, name="mdns", daemon=True).start()

    def stop(self) -> None:
        """Answer no more."""
        self._line.close()

    def _serve(self) -> None:
        while True:
            try:
                data, asker = self._line.recvfrom(mdns.MAX_BYTES)
            except OSError:
                return  # closed
            number = mdns.asked_for(data, self._name)
            # Multicast stays on the link; whoever asks from elsewhere is nobody's stick.
            if number is None or not ipaddress.IPv4Address(asker[0]).is_private:
                continue
            with contextlib.suppress(OSError):
                self._line.sendto(mdns.answer(self._name, number, self._address or _towards(asker[0])), asker)


def _own_addresses() -> set[str]:
    found: set[str] = set()
    with contextlib.suppress(OSError):
        found |= {str(one[4][0]) for one in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    return found


def _towards(asker: str) -> str:
    """Return the address of this machine that the asker reaches."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((asker, 9))
        return str(probe.getsockname()[0])
