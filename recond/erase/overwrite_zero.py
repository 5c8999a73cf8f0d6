"""Overwrite with zeros: as fast as the disk, and easy to check by eye; weaker where a drive compresses."""

from __future__ import annotations

from dataclasses import replace

from recond.core.disk import Disk, Medium
from recond.core.ports import Host
from recond.core.verdict import Observed, WipeVerdict, decide_overwrite
from recond.core.words import N_
from recond.erase.medium.levels import overwrite_reaches
from recond.erase.medium.overwrite import overwrite
from recond.erase.medium.pattern import ZeroPattern
from recond.erase.method import Evidence, Job, Reached, Unsupported


class OverwriteZero:
    """Zeros over every addressable byte."""

    name = "overwrite-zero"
    title = N_("Écrasement (zéros)")
    rank = None
    evidence = Evidence.EMULATED

    def supports(self, host: Host, disk: Disk) -> Unsupported | None:
        """Any disk that can be written; the guards have seen to the rest."""
        return None

    def reaches(self, disk: Disk) -> Reached:
        """Clear, with one more caveat on flash, whose controller may keep zeros as a mere mark."""
        reached = overwrite_reaches(disk)
        if disk.medium is Medium.HDD:
            return reached
        more = N_("des zéros : un disque qui compresse peut ne pas les écrire réellement")
        return replace(reached, caveats=(*reached.caveats, more))

    def wipe(self, job: Job) -> Observed:
        """Write, flush, read back."""
        return overwrite(job, 0, lambda seed: ZeroPattern())

    def judge(self, seen: Observed) -> WipeVerdict:
        """See `core.verdict.decide_overwrite`."""
        return decide_overwrite(seen)


METHOD = OverwriteZero()
