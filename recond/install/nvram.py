"""A boot entry in this machine's own firmware. A help, no condition: the disk starts by EFI/BOOT without it."""

from __future__ import annotations

from recond.core import bootentries
from recond.core.bootentries import LABEL, LOADER
from recond.core.disk import Bus
from recond.core.ports import Command
from recond.core.words import N_
from recond.install.context import Access, Context

NAME = "nvram"
TITLE = N_("Entrée de démarrage")
ORDER = 95
ACCESS = Access.HELD

NEVER = (Bus.LOOP,)
"""A practice disk has no place in the firmware of the PC it is practised on."""

EFI_VARIABLES = "/sys/firmware/efi/efivars"
PARTITIONS = "/dev/disk/by-partuuid"
"""A link for each GPT partition, named after its GUID; not for those of the disk that is held."""

LIST = Command(("efibootmgr", "--verbose"))


def run(ctx: Context) -> None:
    """Only when asked for, on a machine started by UEFI, for a real disk: never the firmware of the workshop's own PC.
    An entry that cannot be written is noted, not a failure."""
    if not ctx.settings.nvram or ctx.disk.bus in NEVER or not ctx.host.names(EFI_VARIABLES):
        return
    old = _remove_dead(ctx)
    argv = ("efibootmgr", "--create", "--disk", ctx.disk.path, "--part", str(ctx.layout.esp.number))
    done = ctx.host.run(Command((*argv, "--label", LABEL, "--loader", LOADER)))
    # What the firmware says afterwards counts: some forget an entry at once.
    told = ctx.host.run(LIST)
    left = {one.number for one in bootentries.read(told.stdout.decode("utf-8", "replace"))}
    if gone := len(old - left):
        ctx.notes.append(N_("anciennes entrées de recond ôtées de la carte mère : {gone}").format(gone=gone))
    if done.ok and told.ok and b"\\EFI\\DEBIAN\\SHIMX64.EFI" in told.stdout.upper().replace(b"/", b"\\"):
        ctx.check("nvram", True, N_("entrée de démarrage écrite dans la carte mère"))
    else:
        ctx.notes.append(
            N_("entrée de démarrage non écrite ({explain}) : le disque démarre sans elle").format(
                explain=done.explain()
            )
        )


def _remove_dead(ctx: Context) -> set[str]:
    """Remove the entries that earlier installations left and whose partition is gone; return their numbers. Each installation
    makes new partitions, and some firmwares hold only a dozen entries."""
    told = ctx.host.run(LIST)
    entries = bootentries.read(told.stdout.decode("utf-8", "replace")) if told.ok else ()
    found = bootentries.dead(entries, ctx.host.names(PARTITIONS))
    for one in found:
        ctx.host.run(Command(("efibootmgr", "--bootnum", one.number, "--delete-bootnum")))
    return {one.number for one in found}
