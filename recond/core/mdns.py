"""Where is the server now? One question by multicast DNS and its answer (RFC 6762, 6.7: a one-shot question from any port).

The name asked for is made from the server's pin, so that only the server that a stick is enrolled with can be asked for. An
answer is an address to try, never a reason to trust: the pin is compared there before anything is sent.
"""

from __future__ import annotations

import ipaddress
import struct

GROUP, PORT = "224.0.0.251", 5353
HEAD = struct.Struct("!6H")
FIXED = struct.Struct("!HHIH")
A, IN, ANY = 1, 1, 255
UNICAST = 0x8000
"""The top bit of a question's class: "answer me alone" (RFC 6762, 5.4); of an answer's: "this replaces what you knew"."""

TTL_S = 10
MAX_BYTES = 1500


def name_of(pin: str) -> str:
    """Return the name under which the server of this pin is asked for."""
    return f"recond-{pin[:16].lower()}.local"


def question(name: str, number: int) -> bytes:
    """Return the question for a name's IPv4 addresses."""
    return HEAD.pack(number, 0, 1, 0, 0, 0) + _encoded(name) + struct.pack("!HH", A, IN | UNICAST)


def asked_for(data: bytes, name: str) -> int | None:
    """Return the number of a question that asks for this name; None when it is something else."""
    try:
        number, flags, count, _, _, _ = HEAD.unpack_from(data)
        if flags & 0x8000 or len(data) > MAX_BYTES:
            return None
        at = HEAD.size
        for _ in range(min(count, 8)):
            found, at = _name(data, at)
            kind, place = struct.unpack_from("!HH", data, at)
            at += 4
            if found == name and kind in (A, ANY) and place & ~UNICAST in (IN, ANY):
                return int(number)
    except (struct.error, ValueError):
        pass
    return None


def answer(name: str, number: int, address: str) -> bytes:
    """Return the answer to one who asked from a port of its own: number and question come back (RFC 6762, 6.7)."""
    asked = _encoded(name) + struct.pack("!HH", A, IN)
    said = _encoded(name) + FIXED.pack(A, IN, TTL_S, 4) + ipaddress.IPv4Address(address).packed
    return HEAD.pack(number, 0x8400, 1, 1, 0, 0) + asked + said


def address_in(data: bytes, name: str, number: int) -> str | None:
    """Return the address that an answer to this question gives; None when it is none, or no address of a workshop's network."""
    try:
        said, flags, asked, count, _, _ = HEAD.unpack_from(data)
        if said != number or not flags & 0x8000 or flags & 0xF or len(data) > MAX_BYTES:
            return None
        at = HEAD.size
        for _ in range(min(asked, 8)):
            at = _name(data, at)[1] + 4
        for _ in range(min(count, 8)):
            found, at = _name(data, at)
            kind, _, _, length = FIXED.unpack_from(data, at)
            at += FIXED.size
            if found == name and kind == A and length == 4 and at + 4 <= len(data):
                address = ipaddress.IPv4Address(data[at : at + 4])
                return str(address) if address.is_private else None
            at += length
    except (struct.error, ValueError):
        pass
    return None


def _encoded(name: str) -> bytes:
    return b"".join(bytes((len(part),)) + part.encode("ascii") for part in name.split(".")) + b"\0"


def _name(data: bytes, at: int) -> tuple[str, int]:
    """Read a name; return it and what follows it. Raises ValueError for one that does not end."""
    parts: list[str] = []
    end: int | None = None
    for _ in range(64):
        if at >= len(data):
            break
        length = data[at]
        if length == 0:
            return ".".join(parts).lower(), at + 1 if end is None else end
        if length & 0xC0 == 0xC0:
            (place,) = struct.unpack_from("!H", data, at)
            end = at + 2 if end is None else end
            at = place & 0x3FFF
            continue
        if length > 63:
            break
        parts.append(data[at + 1 : at + 1 + length].decode("latin-1"))
        at += 1 + length
    raise ValueError("a name without an end")
