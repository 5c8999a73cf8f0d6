"""A boot entry in this machine's own firmware. A help, no condition: the disk starts by EFI/BOOT without it."""

from __future__ import annotations

from recond.core.disk import Bus
from recond.core.ports import Command
from recond.core.words import N_
from recond.install.context import Access, Context

NAME = "nvram"
TITLE = N_("Entrée de démarrage")
ORDER = 95
ACCESS = Access.HELD

LOADER = "\\EFI\\debian\\shimx64.efi"
NEVER = (Bus.LOOP,)
"""A practice disk has no place in the firmware of the PC it is practised on."""

EFI_VARIABLES = "/sys/firmware/efi/efivars"


def run(ctx: Context) -> None:
    """Only when asked for, on a machine started by UEFI, for a real disk: never the firmware of the workshop's own PC.
    An entry that cannot be written is noted, not a failure."""
    if not ctx.settings.nvram or ctx.disk.bus in NEVER or not ctx.host.names(EFI_VARIABLES):
        return
    argv = ("efibootmgr", "--create", "--disk", ctx.disk.path, "--part", str(ctx.layout.esp.number))
    done = ctx.host.run(Command((*argv, "--label", "debian", "--loader", LOADER)))
    # What the firmware says afterwards counts: some forget an entry at once.
    told = ctx.host.run(Command(("efibootmgr", "--verbose")))
    if done.ok and told.ok and b"\\EFI\\DEBIAN\\SHIMX64.EFI" in told.stdout.upper().replace(b"/", b"\\"):
        ctx.check("nvram", True, N_("entrée de démarrage écrite dans la carte mère"))
    else:
        ctx.notes.append(
            N_("entrée de démarrage non écrite ({explain}) : le disque démarre sans elle").format(
                explain=done.explain()
            )
        )
