"""Finding the enrolled server again when its address has changed: asked for by multicast DNS, known by its pin."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from recond.core import mdns
from recond.core.errors import RecondError
from recond.sink.enrolment import read_enrolment
from recond.sink.moved import follow

LISTEN_S = 1.5
TRIES = 2
MOST = 4
"""Addresses tried at most: anybody on the network may answer."""


def find(enrolment_file: Path, random: Callable[[int], bytes]) -> str | None:
    """Return the server's new address, which the enrolment then holds; None when it was not found or has not moved.

    Nothing but its own name is asked for, and only a server with the enrolled pin is followed. `random` gives bytes.
    """
    try:
        enrolment = read_enrolment(enrolment_file)
    except RecondError:
        return None
    if enrolment is None or enrolment.pin is None:
        return None
    port = urlsplit(enrolment.url).port or 443
    for address in ask(mdns.name_of(enrolment.pin), int.from_bytes(random(2), "big")):
        url = f"https://{address}:{port}"
        with contextlib.suppress(RecondError):
            if follow(enrolment_file, url):
                return url
    return None


def ask(name: str, number: int) -> list[str]:
    """Ask the network for a name; return the addresses that were answered, at most four, in the order heard."""
    found: list[str] = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        for _ in range(TRIES):
            line.sendto(mdns.question(name, number), (mdns.GROUP, mdns.PORT))
            end = time.monotonic() + LISTEN_S
            while (left := end - time.monotonic()) > 0 and len(found) < MOST:
                line.settimeout(left)
                try:
                    address = mdns.address_in(line.recv(mdns.MAX_BYTES), name, number)
                except TimeoutError:
                    break
                if address is not None and address not in found:
                    found.append(address)
            if found:
                break
    return found
