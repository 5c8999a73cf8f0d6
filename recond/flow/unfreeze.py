"""Opening the security commands of SATA drives that the PC's firmware has frozen: a short sleep makes it forget to.

Only when the person allowed it (some screens stay black afterwards), only where the machine offers a real suspend to
memory, and only before any wipe of this machine has begun: `recond.lock` and the order of the chain see to that.
"""

from __future__ import annotations

from recond.core.disk import Bus, Disk
from recond.core.ports import Command
from recond.core.words import N_, aside
from recond.erase.medium.ata import Identify, identify
from recond.erase.method import SUSPEND
from recond.flow.chain import Chain

SLEEP_S = 8
MEM_SLEEP = "/sys/power/mem_sleep"


def unfreeze(chain: Chain, disks: tuple[Disk, ...]) -> None:
    """Suspend once if a disk is frozen and the person allowed it; say what came of it."""
    frozen = [disk for disk in disks if disk.bus is Bus.SATA and _frozen(chain, disk)]
    if not frozen or SUSPEND not in chain.allowed or chain.docked is not None:
        return
    modes = (chain.host.read(MEM_SLEEP) or b"").decode("ascii", "replace")
    # What is in brackets is what the kernel would do; a lighter sleep leaves the drives powered, and frozen.
    if "[deep]" not in modes:
        chain.talk.note(
            N_("mise en veille impossible sur ce PC (mode « deep » absent) : disques encore gelés"), good=None
        )
        return
    chain.talk.note(
        N_("mise en veille de {sleep_s} s pour dégeler {frozen}").format(
            sleep_s=SLEEP_S, frozen=", ".join(disk.name for disk in frozen)
        ),
        good=None,
    )
    done = chain.host.run(Command(("rtcwake", "-m", "mem", "-s", str(SLEEP_S)), timeout_s=120))
    left = [disk.name for disk in frozen if _frozen(chain, disk)]
    if left:
        names = ", ".join(left)
        chain.talk.note(
            N_("encore gelé après la veille : {left} ; méthode de repli").format(
                left=names if done.ok else aside(names, done.explain())
            ),
            good=None,
        )
    else:
        chain.talk.note(N_("disques dégelés"), good=True)


def _frozen(chain: Chain, disk: Disk) -> bool:
    page = identify(chain.host, disk)
    return isinstance(page, Identify) and page.security and page.frozen
