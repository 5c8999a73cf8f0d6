"""NVMe Sanitize (NVM Express base specification): the controller erases all its media, and goes on after a power cut.

nvme-cli 2.x prints the log as one object under the device's name, `sstat.status` as "(n) words"; another tool read it
flat for years and never knew. What does not read exactly like that is "cannot be known".
"""

from __future__ import annotations

import json
import re
from typing import Any

from recond.core.disk import Bus, Disk
from recond.core.ports import Command, Host
from recond.core.verdict import Level, Observed, WipeVerdict, decide_firmware
from recond.core.words import N_
from recond.erase.medium.firmware import Outcome, firmware_wipe
from recond.erase.medium.nvme import number, other_namespaces, read_controller
from recond.erase.medium.watch import Look, State, adopt, watch
from recond.erase.method import Evidence, Job, Reached, Unsupported

LONGEST_S = 86400.0
WHOLE = 65536
EXIT_FAILURE = "1"
"""Sanitize action that ends the failure mode, in which a controller takes no write."""

STATES = {
    0: State.IDLE,
    1: State.DONE,
    2: State.RUNNING,
    3: State.FAILED,
    4: State.DONE,
}


def parse_log(output: bytes) -> Look:
    """Read `nvme sanitize-log -o json`."""
    try:
        said: Any = json.loads(output)
    except ValueError:
        return Look(State.SILENT, text=N_("journal illisible"))
    if not isinstance(said, dict) or len(said) != 1 or not isinstance(page := next(iter(said.values())), dict):
        return Look(State.SILENT, text=N_("journal inattendu"))
    status = page.get("sstat")
    words = status.get("status") if isinstance(status, dict) else None
    found = re.match(r"\((\d+)\)", words) if isinstance(words, str) else None
    state = STATES.get(int(found[1])) if found else None
    if state is None:
        return Look(State.SILENT, text=N_("état inattendu {status}").format(status=repr(status)[:80]))
    progress = number(page, "sprog")
    share = progress / WHOLE if progress is not None and state is State.RUNNING else None
    return Look(state, share, str(words)[:80])


def look(host: Host, disk: Disk) -> Look:
    """Ask the controller where its sanitize is."""
    done = host.run(Command(("nvme", "sanitize-log", disk.path, "-o", "json"), timeout_s=30))
    return parse_log(done.stdout) if done.ok else Look(State.SILENT, text=done.explain())


class NvmeSanitize:
    """One of the three actions. `bit` is its place in SANICAP, `action` its number."""

    evidence = Evidence.SIMULATED

    def __init__(self, name: str, title: str, rank: int | None, *, bit: int, action: int) -> None:
        self.name = name
        self.title = title
        self.rank = rank
        self._bit = bit
        self._action = action

    def supports(self, host: Host, disk: Disk) -> Unsupported | None:
        """Ask the controller whether it can, whether nothing else would be hit, and whether it tells how far it is."""
        if disk.bus is not Bus.NVME:
            return Unsupported(N_("ce n'est pas un disque NVMe"))
        controller = read_controller(host, disk)
        if isinstance(controller, str):
            return Unsupported(controller)
        can, count = number(controller, "sanicap"), number(controller, "nn")
        if can is None or count is None:
            return Unsupported(N_("la réponse du contrôleur NVMe est incomplète (sanicap, nn)"))
        if not can & 1 << self._bit:
            return Unsupported(
                N_("le disque n'a pas la commande Sanitize") if not can & 7 else N_("Sanitize sans cette opération")
            )
        other = other_namespaces(host, disk, count)
        if other:
            return Unsupported(other)
        seen = look(host, disk)
        return (
            Unsupported(N_("le journal de Sanitize ne se lit pas : {text}").format(text=seen.text))
            if seen.state is State.SILENT
            else None
        )

    def reaches(self, disk: Disk) -> Reached:
        """Purge."""
        basis = N_("NIST SP 800-88 Rev. 1, annexe A (NVM Express) et IEEE 2883-2022 : Sanitize = Purge")
        return Reached(Level.PURGE, basis, (N_("dépend du micrologiciel du disque, contrôlé par relecture"),))

    def wipe(self, job: Job) -> Observed:
        """Wait for one that is under way, mark, sanitize, look for what must be gone."""
        return firmware_wipe(job, self._act, open_up=_adopt)

    def _act(self, job: Job) -> Outcome:
        no = self.supports(job.host, job.disk)
        if no:
            return Outcome(accepted=False, error=no.reason)
        before = look(job.host, job.disk)
        done = _send(job, str(self._action))
        if done:
            return Outcome(accepted=False, error=done)
        end = watch(job, lambda: look(job.host, job.disk), longest_s=LONGEST_S, since=before)
        if end.error:
            _send(job, EXIT_FAILURE)
        return end

    def judge(self, seen: Observed) -> WipeVerdict:
        """See `core.verdict.decide_firmware`."""
        return decide_firmware(seen)


def _adopt(job: Job) -> Outcome:
    found = adopt(job, lambda: look(job.host, job.disk), longest_s=LONGEST_S)
    if isinstance(found, Outcome):
        return found
    if found.state is State.FAILED:
        _send(job, EXIT_FAILURE)
    return Outcome(accepted=True)


def _send(job: Job, action: str) -> str | None:
    argv = ("nvme", "sanitize", job.disk.path, f"--sanact={action}")
    with job.warrant.lend():
        done = job.run(Command(argv, timeout_s=120, destroys=job.disk.path))
    return None if done.ok else done.explain()
