"""ATA SANITIZE (ACS-3): the drive erases all of itself, hidden and reserve areas too, and goes on after a power cut.

Sent and watched with hdparm; its exit status says only that the command was sent.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from recond.core.disk import Disk
from recond.core.ports import Command, Host
from recond.core.verdict import Level, Observed, WipeVerdict, decide_firmware
from recond.core.words import N_
from recond.erase.medium.ata import Identify, identify
from recond.erase.medium.firmware import Outcome, firmware_wipe
from recond.erase.medium.hidden import SURE
from recond.erase.medium.watch import Look, State, adopt, watch
from recond.erase.method import Evidence, Job, Reached, Unsupported

PROGRESS = re.compile(r"Progress:\s*0x([0-9a-f]+)", re.IGNORECASE)
WHOLE = 0x10000
"""Progress counts in 65,536ths."""

LONGEST_S = 3 * 86400.0


def parse_status(output: bytes) -> Look:
    """Read what `hdparm --sanitize-status` printed: state SD0 idle, SD1 frozen, SD2 at work, SD3 failed."""
    text = output.decode("utf-8", "replace")
    state = re.search(r"State:\s*(SD[0-9])([^\n]*)", text)
    if state is None:
        return Look(State.SILENT, text=N_("pas d'état"))
    words = (state[1] + state[2]).strip()
    progress = PROGRESS.search(text)
    share = int(progress[1], 16) / WHOLE if progress else None
    if state[1] == "SD0":
        done = "Last Sanitize Operation Completed Without Error" in text
        return Look(State.DONE if done else State.IDLE, text=words)
    if state[1] == "SD2":
        return Look(State.RUNNING, share, words)
    return Look(State.FAILED if state[1] == "SD3" else State.SILENT, text=words)


class AtaSanitize(ABC):
    """One of the three operations. `option` is hdparm's, `extra` its further words."""

    evidence = Evidence.SIMULATED

    def __init__(self, name: str, title: str, rank: int | None, option: tuple[str, ...]) -> None:
        self.name = name
        self.title = title
        self.rank = rank
        self._option = option

    @abstractmethod
    def offered(self, page: Identify) -> bool:
        """Tell whether the drive has this operation."""

    def supports(self, host: Host, disk: Disk) -> Unsupported | None:
        """Ask the drive."""
        page = identify(host, disk)
        if isinstance(page, str):
            return Unsupported(page)
        if not page.sanitize:
            return Unsupported(N_("le disque n'a pas la commande SANITIZE"))
        if not self.offered(page):
            return Unsupported(N_("le disque a SANITIZE, mais pas cette opération"))
        if page.locked:
            return Unsupported(N_("le disque est verrouillé par un mot de passe ATA"))
        said = look(host, disk)
        if "SD1" in said.text:
            return Unsupported(N_("SANITIZE est bloqué (SD1) jusqu'au prochain démarrage"))
        return (
            Unsupported(N_("l'état de SANITIZE ne se lit pas : {text}").format(text=said.text))
            if said.state is State.SILENT
            else None
        )

    def reaches(self, disk: Disk) -> Reached:
        """Purge."""
        basis = N_("NIST SP 800-88 Rev. 1, annexe A (ATA) et IEEE 2883-2022 : SANITIZE = Purge")
        return Reached(Level.PURGE, basis, (N_("dépend du micrologiciel du disque, contrôlé par relecture"),))

    def wipe(self, job: Job) -> Observed:
        """Mark, sanitize, look for what must be gone."""
        return firmware_wipe(job, self._act, open_up=_adopt)

    def _act(self, job: Job) -> Outcome:
        before = look(job.host, job.disk)
        argv = ("hdparm", SURE, *self._option, job.disk.path)
        with job.warrant.lend():
            done = job.run(Command(argv, timeout_s=120, destroys=job.disk.path))
        if not done.ok and done.why != "timeout":
            return Outcome(accepted=False, error=done.explain())
        return watch(job, lambda: look(job.host, job.disk), longest_s=LONGEST_S, since=before)

    def judge(self, seen: Observed) -> WipeVerdict:
        """See `core.verdict.decide_firmware`."""
        return decide_firmware(seen)


def look(host: Host, disk: Disk) -> Look:
    """Ask the drive where its sanitize is."""
    done = host.run(Command(("hdparm", "--sanitize-status", disk.path), timeout_s=30))
    return parse_status(done.stdout) if done.ok else Look(State.SILENT, text=done.explain())


def _adopt(job: Job) -> Outcome:
    found = adopt(job, lambda: look(job.host, job.disk), longest_s=LONGEST_S)
    return found if isinstance(found, Outcome) else Outcome(accepted=True)
