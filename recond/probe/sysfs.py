"""Small readers of /sys and /proc, shared by the probes: one line of text, a number, a list of names."""

from __future__ import annotations

from recond.core.ports import Host
from recond.core.text import clean


def text(host: Host, path: str) -> str | None:
    """Return a file's content as one clean line, None when it is absent, unreadable or empty."""
    return clean(host.read(path, 4096))


def number(host: Host, path: str) -> int | None:
    """Return the whole number in a file (decimal, or hexadecimal with 0x), None when there is none."""
    return to_int(text(host, path))


def to_int(value: str | None) -> int | None:
    """Return a number written by a machine, None when it is not one."""
    try:
        return None if value is None else int(value, 16 if value[:2].lower() == "0x" else 10)
    except ValueError:
        return None


def flag(host: Host, path: str) -> bool | None:
    """Return a 0/1 file as a truth, None when it says something else."""
    return {0: False, 1: True}.get(found) if (found := number(host, path)) is not None else None
