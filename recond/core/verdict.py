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


class Hidden(StrEnum):
    """What is known of areas that a drive hides behind the end that it shows (HPA, AMA, DCO)."""

    NONE = "none"
    RESTORED = "restored"
    PRESENT = "present"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen during and after a wipe. Bytes; `mismatches` are ranges whose read-back is not the pattern (overwrite)
    or is what was there before (firmware methods).

    `accepted`: the drive took the command (firmware methods) or the whole disk was gone over (overwrite).
    `bytes_verified`: bytes read back and found as they must be. `bad_ranges`: neither written nor read, or one of both.
    `pattern`: what was written, with its seed, so that anybody can check the disk again.
    `markers_written`: marks put on the medium before a firmware erase and read back there; `markers_survived`: found
    after it; `markers_unread`: places that could not be read after it.
    `unknown`: why it cannot be known what the drive did or still does, None = it is known. `locked`: the ATA password
    with which the drive was found, or left, locked. `hidden`: what is known of areas behind the end that the kernel sees;
    `native_bytes` and `dco_bytes`: the size with and without them. `restart`: the drive shows its whole size only after
    it was switched off and on.
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
    pattern: str | None = None
    unknown: str | None = None
    locked: str | None = None
    hidden: Hidden = Hidden.UNDETERMINED
    native_bytes: int | None = None
    dco_bytes: int | None = None
    restart: bool = False


MIN_MARKERS = 128
"""Marks below which a firmware erase proves nothing: 64 pairs (domain notes on erasing)."""


def decide_overwrite(seen: Observed) -> WipeVerdict:
    """Judge an overwrite: ERASED only if every byte was written and every byte asked for was read back as written.

    ERASED_WITH_EXCEPTIONS says the same of every byte outside `bad_ranges`, and nothing of those inside.
    """
    if seen.interrupted or seen.restart:
        return WipeVerdict.INTERRUPTED
    if seen.vanished or seen.mismatches or seen.error or not seen.accepted:
        return WipeVerdict.FAILED
    bad_bytes = sum(one.length for one in seen.bad_ranges)
    if seen.bytes_written + bad_bytes < seen.size_bytes or seen.size_bytes <= 0:
        return WipeVerdict.FAILED
    full = seen.verify is VerifyMode.FULL and seen.bytes_verified + bad_bytes >= seen.size_bytes
    sampled = seen.verify is VerifyMode.SAMPLE and seen.bytes_verified > 0
    if not full and not sampled:
        return WipeVerdict.UNPROVEN
    return _erased(seen)


def decide_firmware(seen: Observed) -> WipeVerdict:
    """Judge a firmware erase: ERASED only if the drive accepted it, every mark was read back as gone, and a sample of
    the whole disk holds nothing of what it held before."""
    if seen.interrupted or seen.restart:
        return WipeVerdict.INTERRUPTED
    if seen.vanished or seen.error or seen.locked or seen.markers_survived or seen.mismatches:
        return WipeVerdict.FAILED
    if not seen.accepted and not seen.unknown:
        return WipeVerdict.FAILED
    if seen.unknown or seen.markers_written < MIN_MARKERS or seen.markers_unread or seen.bytes_verified <= 0:
        return WipeVerdict.UNPROVEN
    return _erased(seen)


def _erased(seen: Observed) -> WipeVerdict:
    # What stays hidden and could not be brought out was not erased either: nobody may give that disk away.
    whole = not seen.bad_ranges and seen.hidden is not Hidden.PRESENT
    return WipeVerdict.ERASED if whole else WipeVerdict.ERASED_WITH_EXCEPTIONS
