"""eMMC: the chip is told to forget and clean its blocks, then everything is written over and read back.

In this order, so that the proof is the overwrite's own: the last thing read is the whole disk. What secure discard and
sanitize (JEDEC eMMC 5.1) did inside the chip cannot be seen from outside, so the level stays Clear. boot0 and boot1 are
left alone: on a Chromebook they hold what starts the machine.
"""

from __future__ import annotations

from dataclasses import replace

from recond.core.disk import Bus, Disk
from recond.core.ports import Command, Host
from recond.core.verdict import Observed, WipeVerdict, decide_overwrite
from recond.core.words import N_
from recond.erase.medium.levels import overwrite_reaches
from recond.erase.medium.overwrite import overwrite
from recond.erase.medium.pattern import AesPattern
from recond.erase.method import Evidence, Job, Reached, Unsupported


class EmmcSanitize:
    """Secure discard, sanitize, overwrite."""

    name = "emmc-sanitize"
    title = N_("eMMC : nettoyage interne puis écrasement")
    rank = 40
    evidence = Evidence.SIMULATED

    def supports(self, host: Host, disk: Disk) -> Unsupported | None:
        """An eMMC chip, not an SD card (sysfs: device/type)."""
        if disk.bus is not Bus.MMC:
            return Unsupported(N_("ce n'est pas une mémoire eMMC"))
        kind = (host.read(f"/sys/block/{disk.name}/device/type") or b"").decode("ascii", "replace").strip()
        if kind != "MMC":
            return Unsupported(
                N_("c'est une carte SD : elle n'a pas la commande") if kind == "SD" else N_("genre de carte inconnu")
            )
        return None

    def reaches(self, disk: Disk) -> Reached:
        """Clear, like any overwrite."""
        reached = overwrite_reaches(disk)
        return replace(reached, caveats=(*reached.caveats, N_("nettoyage interne de la puce demandé, non contrôlable")))

    def wipe(self, job: Job) -> Observed:
        """Ask the chip first; whatever it answers, write over everything and read it back."""
        if job.states.load(job.disk.key) is None:  # a wipe taken up again must not lose what it has written
            path = job.disk.path
            for argv in (("blkdiscard", "--secure", path), ("mmc", "sanitize", path)):
                with job.warrant.lend():
                    job.run(Command(argv, timeout_s=3600, destroys=path))
        return overwrite(job, AesPattern.SEED_BYTES, AesPattern)

    def judge(self, seen: Observed) -> WipeVerdict:
        """See `core.verdict.decide_overwrite`."""
        return decide_overwrite(seen)


METHOD = EmmcSanitize()
