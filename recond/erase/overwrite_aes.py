"""Overwrite with a random keystream: one pass and a read-back. For every disk that takes writes."""

from __future__ import annotations

from recond.core.disk import Disk
from recond.core.ports import Host
from recond.core.verdict import Observed, WipeVerdict, decide_overwrite
from recond.core.words import N_
from recond.erase.medium.levels import overwrite_reaches
from recond.erase.medium.overwrite import overwrite
from recond.erase.medium.pattern import AesPattern
from recond.erase.method import Evidence, Job, Reached, Unsupported


class OverwriteAes:
    """AES-256 keystream over every addressable byte."""

    name = "overwrite-aes"
    title = N_("Écrasement (données aléatoires)")
    rank = 90
    evidence = Evidence.EMULATED

    def supports(self, host: Host, disk: Disk) -> Unsupported | None:
        """Any disk that can be written; the guards have seen to the rest."""
        return None

    def reaches(self, disk: Disk) -> Reached:
        """Clear, whatever the disk."""
        return overwrite_reaches(disk)

    def wipe(self, job: Job) -> Observed:
        """Write, flush, read back."""
        return overwrite(job, AesPattern.SEED_BYTES, AesPattern)

    def judge(self, seen: Observed) -> WipeVerdict:
        """See `core.verdict.decide_overwrite`."""
        return decide_overwrite(seen)


METHOD = OverwriteAes()
