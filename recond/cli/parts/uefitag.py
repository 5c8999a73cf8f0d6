"""The tag in the UEFI: when it may be written, and doing it at the end of a run whose workshop agreed to it."""

from __future__ import annotations

from recond.cli.context import Context
from recond.core import efitag
from recond.core.errors import EnvironmentFault
from recond.core.machine import Machine
from recond.core.words import _
from recond.flow.chain import Chain


def why_not(machine: Machine) -> str | None:
    """Return in French why nothing may be written into this machine's UEFI; None when it may."""
    from recond.host import efivars

    return efitag.why_not(machine.system, machine.firmware, efivars.free_bytes())


def keep_tag(context: Context, chain: Chain) -> None:
    """Keep this run's tag in the machine's UEFI if recond.toml says `uefi_tag = true`. Says what it did, and fails no run."""
    from recond.host import efivars

    if not chain.settings.uefi_tag or chain.practice_file is not None or chain.docked is not None:
        return
    if chain.machine is None or chain.tag is None or context.replay is not None:
        return
    reason = why_not(chain.machine)
    if reason is not None:
        chain.talk.note(_("étiquette non écrite dans l'UEFI : {reason}").format(reason=reason), good=None)
        return
    try:
        if efivars.write_tag(chain.tag):
            chain.talk.note(_("étiquette {tag} gardée dans l'UEFI de ce PC").format(tag=chain.tag), good=True)
    except EnvironmentFault as fault:
        chain.talk.note(fault.message, good=None)
