"""What is written on a device, by `blkid`'s low-level probe: used where udev does not say (no udevd, blank disks)."""

from __future__ import annotations

import re

from recond.core.ports import Command, Completed
from recond.core.words import N_

TIMEOUT_S = 10.0


def command(path: str) -> Command:
    """Return the call; it only reads. `-p` asks the device itself, never a cache; the names are udev's own."""
    return Command(("blkid", "-p", "-o", "udev", path), timeout_s=TIMEOUT_S)


def parse(done: Completed) -> dict[str, str] | str:
    """Return the properties under udev's names, or the sentence that says why nothing is known.

    blkid(8): 0 found, 2 nothing found *or* the device could not be read (then it speaks on stderr), 8 more than one
    signature. Several signatures are a content like any other: only their names are not known.
    """
    if done.status == 2 and not done.stderr.strip():
        return {}
    if done.status not in (0, 8):
        return N_("contenu illisible : {why}").format(why=done.explain())
    lines = (line.partition("=") for line in done.stdout.decode("utf-8", "replace").splitlines())
    found = {key: value for key, separator, value in lines if separator and key.startswith("ID_")}
    if done.status == 8:
        found["ID_FS_TYPE"] = N_("plusieurs signatures")
    return found


def unescape(value: str) -> str:
    r"""Undo udev's escapes of a byte: "\x20" is a space."""
    raw = value.encode("utf-8", "surrogateescape")
    plain = re.sub(rb"\\x([0-9a-fA-F]{2})", lambda found: bytes([int(found[1], 16)]), raw)
    return plain.decode("utf-8", "replace")
