"""Why a field of the machine is empty: "unknown" on a screen or in a record always comes with its reason."""

from __future__ import annotations

from collections.abc import Iterator

from recond.core.identity import Quality, quality_of
from recond.core.machine import Absolute, Gap, Machine, Switch
from recond.core.ports import Host
from recond.core.words import N_
from recond.probe import acpi, firmware_settings
from recond.probe.dmi import Dmi

NO_TABLES = {
    "none": N_("le firmware ne donne pas de tables DMI"),
    "sysfs": N_("il faut être root pour le lire"),
}


def read_gaps(host: Host, machine: Machine, dmi: Dmi) -> tuple[Gap, ...]:
    """Return the fields of system, firmware, processor, memory and parts that stayed empty, each with why."""
    found = (*_system(machine, dmi), *_firmware(host, machine, dmi), *_memory(machine, dmi), *_parts(machine))
    return tuple(Gap(field, why) for field, why in found)


def _system(machine: Machine, dmi: Dmi) -> Iterator[tuple[str, str]]:
    system = machine.system
    told = (
        ("manufacturer", system.manufacturer, dmi.system.manufacturer, True),
        ("product", system.product, dmi.system.product, True),
        ("serial", system.serial, dmi.system.serial, False),
        ("uuid", system.uuid, dmi.uuid, False),
        ("board_serial", system.board_serial, dmi.board.serial, False),
        ("chassis_serial", system.chassis_serial, dmi.chassis_serial, False),
    )
    for field, kept, raw, is_name in told:
        if kept is None:
            yield f"system.{field}", _why_text(raw, dmi, is_name=is_name)


QUALITIES = {
    Quality.PLACEHOLDER: N_("qu'un texte de remplissage"),
    Quality.REPEATED_CHAR: N_("qu'un seul caractère répété"),
    Quality.SEQUENCE: N_("que des chiffres qui se suivent"),
}


def _why_text(raw: str | None, dmi: Dmi, *, is_name: bool) -> str:
    if raw is None:
        return NO_TABLES.get(dmi.source, N_("le firmware laisse ce champ vide"))
    kind = QUALITIES.get(quality_of(raw, is_name=is_name), N_("qu'un texte inutilisable"))
    return N_("le firmware n'a {kind} : « {raw} »").format(kind=kind, raw=raw[:40])


def _firmware(host: Host, machine: Machine, dmi: Dmi) -> Iterator[tuple[str, str]]:
    firmware = machine.firmware
    silent = NO_TABLES.get(dmi.source, N_("le firmware ne le dit pas à Linux : à vérifier dans ses menus"))
    if firmware.admin_password is None:
        yield "firmware.admin_password", silent
    if firmware.secure_boot is Switch.UNKNOWN:
        booted = N_("le PC a démarré en mode BIOS : ses réglages UEFI ne se voient pas")
        yield "firmware.secure_boot", N_("les variables UEFI ne se lisent pas") if firmware.uefi else booted
    if firmware.tpm_version is None:
        yield "firmware.tpm_version", N_("la puce est là sans dire sa version, ou les tables ACPI ne se lisent pas")
    if firmware.absolute is Absolute.UNKNOWN:
        setting = firmware_settings.absolute(host)[1]
        planted = N_(
            "un programme du firmware s'installe dans Windows (table WPBT) : Absolute, ou un outil du fabricant"
        )
        yield "firmware.absolute", setting or (planted if acpi.plants_a_program(host) else silent)
    if firmware.windows_key.present is None:
        yield "firmware.windows_key", N_("les tables ACPI ne se lisent pas ici")


def _memory(machine: Machine, dmi: Dmi) -> Iterator[tuple[str, str]]:
    memory = machine.memory
    if not memory.modules:
        empty = N_("les tables DMI ne nomment aucune barrette")
        yield "memory.modules", NO_TABLES.get(dmi.source, empty)
    if memory.max_bytes is None:
        yield "memory.max_bytes", NO_TABLES.get(dmi.source, N_("le firmware ne dit pas le maximum"))
    if machine.cpu.level is None and machine.cpu.is_64bit is None:
        yield "cpu.level", N_("/proc/cpuinfo ne se lit pas")


def _parts(machine: Machine) -> Iterator[tuple[str, str]]:
    if machine.displays is None:
        yield "displays", N_("aucun pilote graphique ne montre les écrans")
    buses = {
        "gpus": (machine.gpus, N_("aucun bus PCI visible")),
        "sound": (machine.sound, N_("ni bus PCI ni bus USB visible")),
        "webcams": (machine.webcams, N_("aucun bus USB visible")),
        "touchscreens": (machine.touchscreens, N_("/proc/bus/input/devices ne se lit pas")),
        "touchpads": (machine.touchpads, N_("/proc/bus/input/devices ne se lit pas")),
        "card_readers": (machine.card_readers, N_("ni bus PCI ni bus USB visible")),
        "bluetooth": (machine.bluetooth, N_("aucun bus USB visible")),
        "fingerprint": (machine.fingerprint, N_("aucun bus USB visible")),
    }
    for field, (found, why) in buses.items():
        if found is None:
            yield field, why
    for display in machine.displays or ():
        if display.why_not:
            yield f"displays.{display.connector}", display.why_not
