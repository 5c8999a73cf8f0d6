"""Asking a network printer one thing by SNMP v1: a GET, 40 bytes out and as many back. It can set nothing.

A Brother QL says nothing on port 9100; its 32 bytes of status are read here (Brother, "Command FAQ": network status).
Source of the encoding: RFC 1157 (SNMP v1) and ITU-T X.690 (BER).
"""

from __future__ import annotations

import secrets
import socket
import time

PORT = 161
COMMUNITY = b"public"
INTEGER, OCTETS, NULL, OID, SEQUENCE, GET, RESPONSE = 0x02, 0x04, 0x05, 0x06, 0x30, 0xA0, 0xA2


def ask(host: str, oid: str, timeout_s: float = 0.6, port: int = PORT) -> bytes | None:
    """Return the value of an object as its bytes, None when nobody answers in time or the printer has no such thing.

    The question is asked twice: a datagram may be lost.
    """
    number = 1 + secrets.randbelow(0x7FFFFFFE)
    packet = request(number, oid)
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind) as way:
            way.connect(address)
            for share in (0.4, 0.6):
                way.send(packet)
                deadline = time.monotonic() + share * timeout_s
                while (left := deadline - time.monotonic()) > 0:
                    way.settimeout(left)
                    try:
                        answer = way.recv(4096)
                    except TimeoutError:
                        break
                    value = response(answer, number)
                    if value is not None:
                        return value
    except OSError:
        return None
    return None


def request(number: int, oid: str) -> bytes:
    """Return the packet that asks for one object."""
    bind = _block(SEQUENCE, _block(OID, _oid(oid)) + _block(NULL, b""))
    asked = _whole(number) + _whole(0) + _whole(0) + _block(SEQUENCE, bind)
    return _block(SEQUENCE, _whole(0) + _block(OCTETS, COMMUNITY) + _block(GET, asked))


def response(packet: bytes, number: int) -> bytes | None:
    """Return the text of the one value in an answer to request `number`; None when it is an error or anything else."""
    try:
        kind, message, _ = _read(packet)
        _, _, rest = _read(message)
        _, _, rest = _read(rest)
        answer, body, _ = _read(rest)
        _, told, rest = _read(body)
        _, error, rest = _read(rest)
        _, _, rest = _read(rest)
        _, binds, _ = _read(rest)
        _, bind, _ = _read(binds)
        _, _, rest = _read(bind)
        value_kind, value, _ = _read(rest)
    except ValueError:
        return None
    good = (kind, answer, value_kind) == (SEQUENCE, RESPONSE, OCTETS) and not any(error)
    return value if good and int.from_bytes(told) == number else None


def _read(data: bytes) -> tuple[int, bytes, bytes]:
    """Return the kind and the content of the first block, and what comes after it. Raises ValueError when it is cut off."""
    if len(data) < 2:
        raise ValueError("nothing left")
    length, at = data[1], 2
    if length & 0x80:
        size = length & 0x7F
        if not 1 <= size <= 3 or len(data) < 2 + size:
            raise ValueError("a length that no answer has")
        length, at = int.from_bytes(data[2 : 2 + size]), 2 + size
    if len(data) < at + length:
        raise ValueError("cut off")
    return data[0], data[at : at + length], data[at + length :]


def _block(kind: int, content: bytes) -> bytes:
    length = len(content)
    size = bytes([length]) if length < 0x80 else b"\x82" + length.to_bytes(2)
    return bytes([kind]) + size + content


def _whole(value: int) -> bytes:
    return _block(INTEGER, value.to_bytes(value.bit_length() // 8 + 1))


def _oid(text: str) -> bytes:
    numbers = [int(part) for part in text.split(".")]
    found = bytearray([40 * numbers[0] + numbers[1]])
    for number in numbers[2:]:
        digits = [number & 0x7F]
        while number := number >> 7:
            digits.append(number & 0x7F | 0x80)
        found += bytes(reversed(digits))
    return bytes(found)
