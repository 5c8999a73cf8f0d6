"""What a wipe ended as, decided from what was observed afterwards and from nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """NIST SP 800-88: clear resists the drive's own interface, purge resists a laboratory."""

    CLEAR = "clear"
    PURGE = "purge"


class WipeVerdict(StrEnum):
    """The only five words a wipe can end with. Only ERASED may be shown as "effacé"."""

    ERASED = "ERASED"
    ERASED_WITH_EXCEPTIONS = "ERASED_WITH_EXCEPTIONS"
    UNPROVEN = "UNPROVEN"
    INTERRUPTED = "INTERRUPTED"
    FAILED = "FAILED"


class VerifyMode(StrEnum):
    """How much is read back after an overwrite."""

    NONE = "none"
    SAMPLE = "sample"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class ByteRange:
    """`length` bytes from `offset`."""

    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen during and after a wipe. Bytes; `mismatches` are ranges whose read-back is not the pattern.

    `accepted`: the drive took the command (firmware methods) or every block was written (overwrite).
    `markers_written`, `markers_survived`: marks put on the medium before a firmware erase and found after it.
    """

    size_bytes: int
    accepted: bool
    verify: VerifyMode
    bytes_written: int = 0
    bytes_verified: int = 0
    bad_ranges: tuple[ByteRange, ...] = ()
    mismatches: tuple[ByteRange, ...] = ()
    markers_written: int = 0
    markers_survived: int = 0
    markers_unread: int = 0
    interrupted: bool = False
    vanished: bool = False
    error: str | None = None


MIN_MARKERS = 64
"""Marks below which a firmware erase proves nothing (domain notes on erasing: 64 pairs or more)."""


def decide_overwrite(seen: Observed) -> WipeVerdict:
    """Judge an overwrite: ERASED only if every byte was written and every byte asked for was read back as written."""
    if seen.interrupted:
        return WipeVerdict.INTERRUPTED
    if seen.vanished or seen.mismatches or seen.error:
        return WipeVerdict.FAILED
    if seen.bad_ranges:
        return WipeVerdict.ERASED_WITH_EXCEPTIONS
    if not seen.accepted or seen.bytes_written != seen.size_bytes:
        return WipeVerdict.FAILED
    if seen.verify is VerifyMode.FULL and seen.bytes_verified == seen.size_bytes:
        return WipeVerdict.ERASED
    if seen.verify is VerifyMode.SAMPLE and seen.bytes_verified > 0:
        return WipeVerdict.ERASED
    return WipeVerdict.UNPROVEN


def decide_firmware(seen: Observed) -> WipeVerdict:
    """Judge a firmware erase: ERASED only if the drive accepted it and every mark was read back as gone."""
    if seen.interrupted:
        return WipeVerdict.INTERRUPTED
    if seen.vanished or seen.error or seen.markers_survived:
        return WipeVerdict.FAILED
    if not seen.accepted:
        return WipeVerdict.FAILED
    if seen.markers_written < MIN_MARKERS or seen.markers_unread:
        return WipeVerdict.UNPROVEN
    return WipeVerdict.ERASED
