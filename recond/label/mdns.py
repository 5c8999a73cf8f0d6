"""Printers that announce themselves on the local network: one question by multicast DNS, two seconds of answers.

Source: RFC 6762 (a one-shot query from a port of our own is answered to that port) and RFC 6763 (service discovery).
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from recond.core.text import clean
from recond.core.words import _

GROUP = ("224.0.0.251", 5353)
IPP, RAW = "_ipp._tcp.local", "_pdl-datastream._tcp.local"
A, PTR, TXT, SRV = 1, 12, 16, 33
TWO_SECONDS = 2.0


@dataclass(slots=True)
class Records:
    """What answers held: who offers a service, where, and what it says of itself."""

    offers: dict[str, set[str]] = field(default_factory=dict)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    hosts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Service:
    """One printer's offer: the kind of service, its name, address, port, and what it says of itself."""

    kind: str
    name: str
    host: str
    port: int
    text: dict[str, str]


def search(timeout_s: float = TWO_SECONDS, group: tuple[str, int] = GROUP) -> tuple[Service, ...]:
    """Ask who prints, and return who answered in time; nobody where there is no network. Never raises."""
    records = Records()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
            way.sendto(question((IPP, RAW)), group)
            deadline = time.monotonic() + timeout_s
            while (left := deadline - time.monotonic()) > 0:
                way.settimeout(left)
                packet, (sender, _unused) = way.recvfrom(9000)
                read(packet, records, sender)
        except OSError:
            pass
    return services(records)


def question(kinds: Iterable[str]) -> bytes:
    """Return the packet that asks for services of these kinds."""
    asked = [_name(kind) + struct.pack(">HH", PTR, 1) for kind in kinds]
    return struct.pack(">6H", 0, 0, len(asked), 0, 0, 0) + b"".join(asked)


def services(records: Records) -> tuple[Service, ...]:
    """Put what was heard together; an offer whose place nobody told is left out."""
    found = []
    for kind, names in records.offers.items():
        for name in names:
            host, port = records.places.get(name, ("", 0))
            address = records.hosts.get(host)
            if address and port:
                shown = clean(name.removesuffix(f".{kind}")) or _("imprimante")
                found.append(Service(kind, shown, address, port, records.texts.get(name, {})))
    return tuple(sorted(found, key=lambda one: (one.name, one.kind)))


def read(packet: bytes, records: Records, sender: str) -> None:
    """Add what a packet says to the records; one that makes no sense adds nothing."""
    try:
        _, flags, asked, answers, authority, more = struct.unpack(">6H", packet[:12])
        if not flags & 0x8000:
            return
        at = 12
        for _unused in range(asked):
            _, at = _read_name(packet, at)
            at += 4
        for _unused in range(answers + authority + more):
            name, at = _read_name(packet, at)
            kind, _unused, _unused, length = struct.unpack(">HHIH", packet[at : at + 10])
            at += 10
            _keep(packet, at, length, name, kind, records, sender)
            at += length
    except (struct.error, ValueError, IndexError):
        return


def _keep(packet: bytes, at: int, length: int, name: str, kind: int, records: Records, sender: str) -> None:
    data = packet[at : at + length]
    if kind == PTR and name in (IPP, RAW):
        records.offers.setdefault(name, set()).add(_read_name(packet, at)[0])
    elif kind == SRV:
        (port,) = struct.unpack(">H", data[4:6])
        host = _read_name(packet, at + 6)[0]
        records.places[name] = (host, port)
        # Who does not tell its address is the one who answered.
        records.hosts.setdefault(host, sender)
    elif kind == TXT:
        records.texts[name] = _text(data)
    elif kind == A and len(data) == 4:
        records.hosts[name] = socket.inet_ntoa(data)


def _text(data: bytes) -> dict[str, str]:
    found, at = {}, 0
    while at < len(data):
        key, _unused, value = data[at + 1 : at + 1 + data[at]].decode("utf-8", "replace").partition("=")
        found[key.lower()] = value
        at += 1 + data[at]
    return found


def _name(text: str) -> bytes:
    return b"".join(bytes([len(part)]) + part.encode() for part in text.split(".")) + b"\x00"


def _read_name(packet: bytes, at: int) -> tuple[str, int]:
    """Return the name at `at` and where it ends. Raises ValueError for one that leads in circles."""
    parts: list[str] = []
    end = -1
    for _unused in range(64):
        size = packet[at]
        if size >= 0xC0:
            end = at + 2 if end < 0 else end
            at = (size & 0x3F) << 8 | packet[at + 1]
        elif size:
            parts.append(packet[at + 1 : at + 1 + size].decode("utf-8", "replace"))
            at += 1 + size
        else:
            return ".".join(parts), end if end >= 0 else at + 1
    raise ValueError("a name that never ends")
