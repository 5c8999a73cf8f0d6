"""What else answers on a network before recond offers to start its PCs: DHCP questions and answers (RFC 2131, 2132; PXE 2.1)."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from recond.core.errors import ConfigurationFault
from recond.core.words import N_

COOKIE = b"\x63\x82\x53\x63"
HEAD = struct.Struct("!BBBBIHH4s4s4s4s16s64s128s")
"""RFC 2131, figure 1, without the options."""

BROADCAST = 0x8000
PXE = b"PXEClient:Arch:00000:UNDI:002001"
MESSAGE, VENDOR_CLASS, SERVER, BOOT_FILE, OVERLOAD, END = 53, 60, 54, 67, 52, 255
OFFER = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """One server's answer. `gives`: it offers an address; `boots`: it says from what to start, as a boot server does."""

    server: str
    gives: bool
    boots: bool


def question(xid: int, mac: bytes) -> bytes:
    """Return a DHCPDISCOVER as a PC's boot ROM sends it; answers are to be broadcast. It takes no address."""
    head = HEAD.pack(
        1, 1, 6, 0, xid, 0, BROADCAST, bytes(4), bytes(4), bytes(4), bytes(4), mac.ljust(16, b"\0"), b"", b""
    )
    options = bytes((MESSAGE, 1, 1, VENDOR_CLASS, len(PXE))) + PXE
    options += bytes((55, 6, 1, 3, 43, VENDOR_CLASS, 66, BOOT_FILE))
    # A boot ROM says what it is (RFC 4578): x86 BIOS, UNDI 2.1. The identifier is its address.
    options += bytes((93, 2, 0, 0, 94, 3, 1, 2, 1, 97, 17, 0)) + mac.ljust(16, b"\0")
    return (head + COOKIE + options + bytes((END,))).ljust(300, b"\0")


def read_answer(data: bytes, xid: int) -> Answer | None:
    """Read an answer to the question of that number; None when it is none."""
    if len(data) < HEAD.size + len(COOKIE):
        return None
    op, _, _, _, number, _, _, _, yours, server, _, _, _, file = HEAD.unpack_from(data)
    if op != 2 or number != xid or data[HEAD.size : HEAD.size + 4] != COOKIE:
        return None
    options = _options(data[HEAD.size + 4 :])
    if options.get(MESSAGE) != bytes((OFFER,)):
        return None
    who = options.get(SERVER, server)
    # With option 52 the file's place holds more options (RFC 2132, 9.3): it says nothing of a boot file then.
    named = bool(file.rstrip(b"\0")) and OVERLOAD not in options
    boots = named or BOOT_FILE in options or options.get(VENDOR_CLASS, b"").startswith(b"PXEClient")
    return Answer(str(ipaddress.IPv4Address(who)) if len(who) == 4 else "?", any(yours), boots)


def _options(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at < len(data) and data[at] != END:
        if data[at] == 0:
            at += 1
            continue
        if at + 1 >= len(data):
            break
        found[data[at]] = data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]
    return found


def judge(interface: str, answers: Iterable[Answer]) -> tuple[str, ...]:
    """Return the servers that give addresses there. Raises ConfigurationFault when offering a start would do harm: another
    boot server (two of them send PCs now here, now there), or nobody who gives addresses."""
    heard = tuple(answers)
    others = sorted({one.server for one in heard if one.boots})
    if others:
        raise ConfigurationFault(
            N_(
                "un autre serveur de démarrage réseau répond déjà sur {interface} ({others}) : recond ne s'y ajoute pas"
            ).format(interface=interface, others=", ".join(others)),
            N_("arrêtez-le, ou reliez les PC à reconditionner par un réseau à part"),
        )
    givers = tuple(sorted({one.server for one in heard if one.gives}))
    if not givers:
        raise ConfigurationFault(
            N_("aucun serveur DHCP ne répond sur {interface} : les PC n'y auraient pas d'adresse").format(
                interface=interface
            ),
            N_(
                "reliez {interface} au réseau de la box (ou d'un routeur) qui donne les adresses ; recond n'en donne pas"
            ).format(interface=interface),
        )
    return givers
