"""Main memory: what is fitted (SMBIOS type 17) held against what the system sees."""

from __future__ import annotations

from recond.core.identity import real
from recond.core.machine import Memory, MemoryModule
from recond.core.text import binary_bytes
from recond.core.words import N_
from recond.probe.dmi import Dmi, Module

NOT_MEMORY = frozenset({"Flash", "ROM", "EEPROM", "FEPROM", "EPROM", "SRAM", "VRAM", N_("Logical non-volatile device")})
HIDDEN_BYTES = 2 << 30
"""What video and firmware may keep to themselves without anything being wrong."""


def read_memory(dmi: Dmi, os_visible: int | None) -> tuple[Memory, tuple[str, ...]]:
    """Return the memory and what does not fit together. The modules' sum counts; without one, what the system sees."""
    system = {array.handle: array for array in dmi.arrays if array.is_system is not False}
    others = {array.handle for array in dmi.arrays if array.is_system is False}
    slots = [item for item in dmi.modules if item.array not in others and item.type not in NOT_MEMORY]
    fitted = [item for item in slots if item.size_bytes]
    total = sum(item.size_bytes or 0 for item in fitted)
    notes = []
    if total and os_visible and total < os_visible * 0.97:
        notes.append(
            N_("mémoire : {binary_bytes} en barrettes selon DMI, mais le système voit {binary_bytes2}").format(
                binary_bytes=binary_bytes(total), binary_bytes2=binary_bytes(os_visible)
            )
        )
        total = 0
    elif total and os_visible and total - os_visible > max(HIDDEN_BYTES, total // 4):
        notes.append(
            N_(
                "mémoire : {binary_bytes} en barrettes, le système ne voit que {binary_bytes2} : vérifier les barrettes"
            ).format(binary_bytes=binary_bytes(total), binary_bytes2=binary_bytes(os_visible))
        )
    limits = [array.max_bytes for array in system.values() if array.max_bytes]
    memory = Memory(
        total_bytes=total or os_visible,
        os_visible_bytes=os_visible,
        slots=len(slots) or None,
        slots_used=len(fitted) if slots else None,
        # The firmware's "maximum" is below what is fitted in some machines: a lower bound at best.
        max_bytes=max(sum(limits), total) if limits else None,
        modules=tuple(_module(item) for item in fitted),
    )
    return memory, tuple(notes)


SOLDERED_FORMS = frozenset({"Chip", "Row Of Chips", "Die"})
SOCKET_FORMS = frozenset({"SIMM", "DIMM", "SODIMM", "RIMM", "SRIMM", "FB-DIMM", "CAMM"})


def _is_soldered(item: Module) -> bool | None:
    # Low-power memory is made for soldering, whatever form the firmware claims; CAMM is its only socket.
    if item.form in SOLDERED_FORMS or ((item.type or "").startswith("LPDDR") and item.form != "CAMM"):
        return True
    return False if item.form in SOCKET_FORMS else None


def _module(item: Module) -> MemoryModule:
    return MemoryModule(
        slot=item.slot,
        size_bytes=item.size_bytes or 0,
        type=item.type,
        form=item.form,
        speed_mts=item.speed_mts,
        manufacturer=real(item.manufacturer, is_name=True),
        part=real(item.part, is_name=True),
        is_soldered=_is_soldered(item),
    )
