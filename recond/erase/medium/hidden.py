"""Areas that a SATA drive hides behind the end that it shows: HPA and AMA (maximum address), DCO (configuration overlay).

Read with hdparm; what it prints is believed only when both numbers are there. A restored area shows after the drive was
switched off and on (ACS-3: one non-volatile change a power cycle), so whoever restores stops there and says so: nothing
may be called erased on the strength of a size that is about to change.
"""

from __future__ import annotations

from dataclasses import dataclass

from recond.core.hdparm import parse_max_sectors, parse_real_sectors
from recond.core.ports import Command
from recond.core.verdict import Hidden
from recond.core.words import N_, aside
from recond.erase.medium.ata import identify
from recond.erase.method import DCO, Job

SECTOR = 512
SURE = "--yes-i-know-what-i-am-doing"


@dataclass(frozen=True, slots=True)
class Areas:
    """What a drive hides. Bytes; None = it does not say. `restored`: it was asked to show all, and will after a power
    cycle. `why`: what could not be done."""

    hidden: Hidden
    native_bytes: int | None = None
    dco_bytes: int | None = None
    restored: bool = False
    why: str | None = None


def read(job: Job) -> Areas:
    """Look only."""
    disk = job.disk
    # Also that it is this very drive which answers: what is read here decides what is set.
    if isinstance(identify(job.host, disk), str):
        return Areas(Hidden.UNDETERMINED)
    said = job.run(Command(("hdparm", "-N", disk.path), timeout_s=30))
    sizes = parse_max_sectors(_text(said.stdout)) if said.ok else None
    overlay = job.run(Command(("hdparm", "--dco-identify", disk.path), timeout_s=30))
    real = parse_real_sectors(_text(overlay.stdout)) if overlay.ok else None
    dco_bytes = real * SECTOR if real else None
    if sizes is None:
        return Areas(Hidden.UNDETERMINED, dco_bytes=dco_bytes)
    native_bytes = sizes[1] * SECTOR
    most = max(native_bytes, dco_bytes or 0)
    return Areas(Hidden.PRESENT if most > job.device().size_bytes else Hidden.NONE, native_bytes, dco_bytes)


def _text(output: bytes) -> str:
    return output.decode("utf-8", "replace")


def reveal(job: Job) -> Areas:
    """Look, and make the drive show what it hides where that is allowed (DCO: only with a word of its own)."""
    areas = read(job)
    if areas.hidden is not Hidden.PRESENT:
        return areas
    size, path = job.device().size_bytes, job.disk.path
    if areas.dco_bytes and areas.dco_bytes > (areas.native_bytes or 0):
        if DCO not in job.allowed:
            why = N_("zone cachée DCO : à rendre seulement avec --allow dco")
            return Areas(Hidden.PRESENT, areas.native_bytes, areas.dco_bytes, why=why)
        argv = ("hdparm", SURE, "--dco-restore", path)
    elif areas.native_bytes and areas.native_bytes > size:
        argv = ("hdparm", SURE, f"-Np{areas.native_bytes // SECTOR}", path)
    else:
        return areas
    with job.warrant.lend():
        done = job.run(Command(argv, timeout_s=60, destroys=path))
    again = read(job)
    # hdparm says "done" of what the drive refused: only the drive's own figures count.
    shown = max(again.native_bytes or 0, again.dco_bytes or 0)
    if done.ok and shown and shown == (again.native_bytes or 0):
        return Areas(Hidden.RESTORED, again.native_bytes, again.dco_bytes, restored=True)
    why = N_("la zone cachée n'a pas pu être rendue")
    why = why if done.ok else aside(why, done.explain())
    return Areas(Hidden.PRESENT, areas.native_bytes, areas.dco_bytes, why=why)


RESTART = N_("zone cachée rendue visible : éteignez le PC, rallumez-le et recommencez l'effacement")
