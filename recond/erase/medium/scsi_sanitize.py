"""SCSI SANITIZE (SBC-3) for SAS drives, sent and watched with sg3-utils."""

from __future__ import annotations

import re

from recond.core.disk import Bus, Disk
from recond.core.ports import Command, Host
from recond.core.verdict import Level, Observed, WipeVerdict, decide_firmware
from recond.core.words import N_
from recond.erase.medium.firmware import Outcome, firmware_wipe
from recond.erase.medium.watch import Look, State, adopt, watch
from recond.erase.method import Evidence, Job, Reached, Unsupported

LONGEST_S = 3 * 86400.0
PROGRESS = re.compile(r"Progress indication:\s*([0-9]+(?:\.[0-9]+)?)%")


def parse_sense(output: bytes) -> Look:
    """Read what `sg_requests` printed of the sense data. Codes by SPC: 04h/1Bh sanitize in progress, 31h/03h failed."""
    text = output.decode("utf-8", "replace")
    low = text.lower()
    progress = PROGRESS.search(text)
    if "sanitize in progress" in low:
        return Look(State.RUNNING, float(progress[1]) / 100 if progress else None, "sanitize in progress")
    if "sanitize command failed" in low:
        return Look(State.FAILED, text="sanitize command failed")
    if "no sense" in low:
        return Look(State.DONE, text="no sense")
    return Look(State.SILENT, text=" ".join(text.split())[:80] or N_("pas de réponse"))


def look(host: Host, disk: Disk) -> Look:
    """Ask the drive for its sense data."""
    done = host.run(Command(("sg_requests", disk.path), timeout_s=30))
    return parse_sense(done.stdout) if done.ok else Look(State.SILENT, text=done.explain())


class ScsiSanitize:
    """One of the three operations. `action` is its service action, `words` sg_sanitize's options."""

    evidence = Evidence.SIMULATED

    def __init__(self, name: str, title: str, rank: int | None, *, action: int, words: tuple[str, ...]) -> None:
        self.name = name
        self.title = title
        self.rank = rank
        self._action = action
        self._words = words

    def supports(self, host: Host, disk: Disk) -> Unsupported | None:
        """Ask the drive which operation codes it has."""
        if disk.bus is not Bus.SCSI:
            return Unsupported(N_("ce n'est pas un disque SAS/SCSI"))
        argv = ("sg_opcodes", f"--opcode=0x48,{self._action}", disk.path)
        done = host.run(Command(argv, timeout_s=30))
        if not done.ok:
            return Unsupported(done.explain())
        text = done.stdout.decode("utf-8", "replace").lower()
        # "Command is supported" or "supported in a vendor specific way"; only the standard's way is trusted.
        if "conforming to scsi standard" not in text or "not supported" in text:
            return Unsupported(N_("le disque n'a pas cette opération SANITIZE"))
        return None

    def reaches(self, disk: Disk) -> Reached:
        """Purge."""
        basis = N_("NIST SP 800-88 Rev. 1, annexe A (SCSI) et IEEE 2883-2022 : SANITIZE = Purge")
        return Reached(Level.PURGE, basis, (N_("dépend du micrologiciel du disque, contrôlé par relecture"),))

    def wipe(self, job: Job) -> Observed:
        """Wait for one that is under way, mark, sanitize, look for what must be gone."""
        return firmware_wipe(job, self._act, open_up=_adopt)

    def _act(self, job: Job) -> Outcome:
        argv = ("sg_sanitize", *self._words, "--quick", "--early", job.disk.path)
        with job.warrant.lend():
            done = job.run(Command(argv, timeout_s=120, destroys=job.disk.path))
        if not done.ok and done.why != "timeout":
            return Outcome(accepted=False, error=done.explain())
        since = Look(State.DONE)  # "no sense" is also what an idle drive says: it must be seen at work, or stay quiet
        return watch(job, lambda: look(job.host, job.disk), longest_s=LONGEST_S, since=since)

    def judge(self, seen: Observed) -> WipeVerdict:
        """See `core.verdict.decide_firmware`."""
        return decide_firmware(seen)


def _adopt(job: Job) -> Outcome:
    found = adopt(job, lambda: look(job.host, job.disk), longest_s=LONGEST_S)
    return found if isinstance(found, Outcome) else Outcome(accepted=True)
