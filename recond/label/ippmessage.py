"""IPP messages as bytes: what is asked of a printer and what it answers. Source: RFC 8010 (encoding), RFC 8011 (model)."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

PRINT_JOB, CANCEL_JOB, JOB_ATTRIBUTES, PRINTER_ATTRIBUTES = 0x0002, 0x0008, 0x0009, 0x000B
CUPS_PRINTERS = 0x4002
OPERATION, JOB, END, PRINTER = 0x01, 0x02, 0x03, 0x04
INTEGER, BOOLEAN, ENUM = 0x21, 0x22, 0x23
BEGIN, END_COLLECTION, MEMBER = 0x34, 0x37, 0x4A
TEXT, NAME, KEYWORD, URI, CHARSET, LANGUAGE, MIME = 0x41, 0x42, 0x44, 0x45, 0x47, 0x48, 0x49
WITH_LANGUAGE = (0x35, 0x36)

Value = str | int | bool | bytes
Group = dict[str, list[Value]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A printer's answer: its status (below 0x100: it was done) and the attributes of each group, by the group's tag."""

    status: int
    groups: tuple[tuple[int, Group], ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Tell whether the printer did what was asked."""
        return self.status < 0x100

    def group(self, tag: int) -> Group:
        """Return the first group of this kind, an empty one when there is none."""
        return next((group for found, group in self.groups if found == tag), {})


def attribute(tag: int, name: str, *values: Value) -> bytes:
    """Return one attribute with its values."""
    parts = []
    for number, value in enumerate(values):
        raw = _raw(value)
        key = name.encode() if number == 0 else b""
        parts.append(struct.pack(">BH", tag, len(key)) + key + struct.pack(">H", len(raw)) + raw)
    return b"".join(parts)


def collection(name: str, members: Mapping[str, int | bytes]) -> bytes:
    """Return a collection of integers, and of collections made by `inner`."""
    key = name.encode()
    return struct.pack(">BH", BEGIN, len(key)) + key + b"\x00\x00" + inner(members)


def inner(members: Mapping[str, int | bytes]) -> bytes:
    """Return the members of a collection and its end."""
    parts = []
    for name, value in members.items():
        parts.append(struct.pack(">BHH", MEMBER, 0, len(name)) + name.encode())
        if isinstance(value, bytes):
            parts.append(struct.pack(">BHH", BEGIN, 0, 0) + value)
        else:
            parts.append(struct.pack(">BHHi", INTEGER, 0, 4, value))
    return b"".join(parts) + struct.pack(">BHH", END_COLLECTION, 0, 0)


def request(operation: int, number: int, uri: str, *more: bytes, job: Sequence[bytes] = ()) -> bytes:
    """Return a request: the attributes every one begins with, `more` operation attributes, and those of the job."""
    head = struct.pack(">BBHi", 2, 0, operation, number) + bytes([OPERATION])
    first = attribute(CHARSET, "attributes-charset", "utf-8") + attribute(LANGUAGE, "attributes-natural-language", "fr")
    first += attribute(URI, "printer-uri", uri)
    wanted = bytes([JOB]) + b"".join(job) if job else b""
    return head + first + b"".join(more) + wanted + bytes([END])


def read_answer(data: bytes) -> Answer:
    """Read an answer. Raises ValueError when it is none or is cut off."""
    if len(data) < 9:
        raise ValueError("an answer has at least 9 bytes")
    (status,) = struct.unpack(">H", data[2:4])
    groups: list[tuple[int, Group]] = []
    at, name, depth = 8, "", 0
    try:
        while data[at] != END:
            tag = data[at]
            if tag < 0x10:
                groups.append((tag, {}))
                at, depth = at + 1, 0
                continue
            key, at = _text(data, at + 1)
            raw, at = _text(data, at)
            depth += {BEGIN: 1, END_COLLECTION: -1}.get(tag, 0)
            # What is inside a collection is passed over: nothing that recond asks for is one.
            if depth or tag == END_COLLECTION:
                continue
            name = key.decode("utf-8", "replace") or name
            groups[-1][1].setdefault(name, []).append(_value(tag, raw))
    except (IndexError, struct.error) as error:
        raise ValueError("the answer is cut off") from error
    return Answer(status, tuple(groups))


def _text(data: bytes, at: int) -> tuple[bytes, int]:
    (length,) = struct.unpack(">H", data[at : at + 2])
    if at + 2 + length > len(data):
        raise ValueError("the answer is cut off")
    return data[at + 2 : at + 2 + length], at + 2 + length


def _raw(value: Value) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, bool):
        return bytes([value])
    return struct.pack(">i", value) if isinstance(value, int) else value.encode()


def _value(tag: int, raw: bytes) -> Value:
    if tag == BOOLEAN:
        return raw != b"\x00"
    if tag in (INTEGER, ENUM) and len(raw) == 4:
        return int(struct.unpack(">i", raw)[0])
    if tag in WITH_LANGUAGE:
        _, at = _text(raw, 0)
        raw, _ = _text(raw, at)
    return raw.decode("utf-8", "replace") if 0x35 <= tag <= 0x49 else raw
