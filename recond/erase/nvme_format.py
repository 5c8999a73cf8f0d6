"""NVMe Format with a secure erase setting (NVM Express base specification, Format NVM): the drive erases itself.

Never without `--ses`: 0 erases nothing, and another tool said success with it for years. Never `--force`. The exit
status only says that the command was taken; what it did is read from the medium.
"""

from __future__ import annotations

from recond.core.disk import Bus, Disk
from recond.core.ports import Command, Host
from recond.core.progress import Phase
from recond.core.verdict import Level, Observed, WipeVerdict, decide_firmware
from recond.core.words import N_
from recond.erase.medium.firmware import Outcome, firmware_wipe
from recond.erase.medium.nvme import Namespace, read_namespace
from recond.erase.medium.ticking import ticking
from recond.erase.method import Evidence, Job, Reached, Unsupported

FORMAT_TIMEOUT_S = 2 * 3600
"""Drives answer in seconds, old ones in minutes; one that takes two hours will not end."""


class NvmeFormat:
    """Format the only namespace of a controller, erasing user data or the drive's key."""

    name = "nvme-format"
    title = N_("NVMe Format (effacement par le disque)")
    rank = 20
    evidence = Evidence.EMULATED

    def supports(self, host: Host, disk: Disk) -> Unsupported | None:
        """Ask the controller whether it can format, and whether nothing else would be hit."""
        if disk.bus is not Bus.NVME:
            return Unsupported(N_("ce n'est pas un disque NVMe"))
        found = read_namespace(host, disk)
        return Unsupported(found) if isinstance(found, str) else None

    def reaches(self, disk: Disk) -> Reached:
        """Purge by the older text, which most donors quote; the stricter reading is named beside it."""
        return Reached(
            Level.PURGE,
            N_("NIST SP 800-88 Rev. 1, annexe A (NVM Express) : commande Format avec effacement sécurisé = Purge"),
            (
                N_("lecture plus stricte (IEEE 2883-2022) : Clear"),
                N_("dépend du micrologiciel du disque, contrôlé par relecture"),
            ),
        )

    def wipe(self, job: Job) -> Observed:
        """Mark, format, look for what must be gone."""
        return firmware_wipe(job, self._act)

    def _act(self, job: Job) -> Outcome:
        found = read_namespace(job.host, job.disk)
        if isinstance(found, str):
            return Outcome(accepted=False, error=found)
        error = self._format(job, found)
        return Outcome(accepted=error is None, error=error)

    def _format(self, job: Job, namespace: Namespace) -> str | None:
        """Send the command; return why it was not taken, None when it was."""
        why = None
        for setting in namespace.settings:
            if job.stop.is_set():
                return why
            argv = namespace.format_argv(job.disk.path, setting, FORMAT_TIMEOUT_S)
            with ticking(job, Phase.ERASE), job.warrant.lend():
                done = job.run(Command(argv, timeout_s=FORMAT_TIMEOUT_S + 60, destroys=job.disk.path))
            if done.ok:
                return None
            why = done.explain()
            # Late or cut off: the drive may still be at it, so nothing else is sent.
            if done.status is None:
                return why
        return why

    def judge(self, seen: Observed) -> WipeVerdict:
        """See `core.verdict.decide_firmware`."""
        return decide_firmware(seen)


METHOD = NvmeFormat()
