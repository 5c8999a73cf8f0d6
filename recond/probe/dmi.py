"""What the firmware's SMBIOS tables say, in one neutral form whatever they were read by, with placeholders still in.

Three sources, the best first: the raw tables of sysfs (root, no process), `dmidecode`'s text, and the few files of
/sys/class/dmi/id that anybody may read.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from recond.core.ports import Command, Host
from recond.core.words import N_
from recond.probe.sysfs import number, text

RAW_TABLE = "/sys/firmware/dmi/tables/DMI"
RAW_ENTRY = "/sys/firmware/dmi/tables/smbios_entry_point"
DMIDECODE = Command(("dmidecode",), timeout_s=15.0)


@dataclass(slots=True)
class Board:
    """A system, base board or chassis record: the four texts they share."""

    manufacturer: str | None = None
    product: str | None = None
    version: str | None = None
    serial: str | None = None


@dataclass(slots=True)
class Module:
    """A memory device (type 17). `size_bytes` 0 = an empty slot, None = unknown. `array` is its array's handle."""

    slot: str | None = None
    size_bytes: int | None = None
    type: str | None = None
    form: str | None = None
    speed_mts: int | None = None
    manufacturer: str | None = None
    part: str | None = None
    array: int | None = None


@dataclass(slots=True)
class Array:
    """A physical memory array (type 16). `is_system`: main memory, not flash or video memory."""

    handle: int
    is_system: bool | None = None
    max_bytes: int | None = None
    slots: int | None = None


@dataclass(slots=True)
class Dmi:
    """All that recond takes from the tables. `source` is raw, dmidecode, sysfs or none."""

    source: str = "none"
    bios_vendor: str | None = None
    bios_version: str | None = None
    bios_date: str | None = None
    has_uefi: bool | None = None
    system: Board = field(default_factory=Board)
    sku: str | None = None
    uuid: str | None = None
    board: Board = field(default_factory=Board)
    chassis_type: int | None = None
    chassis_serial: str | None = None
    sockets: int | None = None
    cpu_model: str | None = None
    arrays: list[Array] = field(default_factory=list)
    modules: list[Module] = field(default_factory=list)
    admin_password: bool | None = None
    power_on_password: bool | None = None
    tpm_version: str | None = None


def read(host: Host) -> tuple[Dmi, tuple[str, ...]]:
    """Return the tables' content and what could not be found out (French sentences)."""
    from recond.probe import dmi_raw, dmi_text

    data = host.read(RAW_TABLE, 4 << 20)
    if data:
        found = dmi_raw.parse(data, host.read(RAW_ENTRY, 64))
        return found, _second_opinion(host, found)
    done = host.run(DMIDECODE)
    if done.ok and b"DMI type" in done.stdout:
        words = done.stdout.decode("utf-8", "replace")
        from recond.probe.dmi_check import disagreements

        found = dmi_text.parse(words)
        return found, disagreements(words, found)
    found = _from_sysfs(host)
    if found.source == "none":
        return found, (N_("le firmware ne donne pas de tables DMI : marque, modèle et barrettes inconnus"),)
    return found, (N_("tables DMI illisibles sans être root : n° de série et barrettes inconnus"),)


def _second_opinion(host: Host, found: Dmi) -> tuple[str, ...]:
    done = host.run(DMIDECODE)
    if not done.ok:
        return ()
    from recond.probe.dmi_check import disagreements

    return disagreements(done.stdout.decode("utf-8", "replace"), found)


def _from_sysfs(host: Host) -> Dmi:
    there = set(host.names("/sys/class/dmi/id"))

    def said(name: str) -> str | None:
        return text(host, f"/sys/class/dmi/id/{name}") if name in there else None

    return Dmi(
        source="sysfs" if there else "none",
        bios_vendor=said("bios_vendor"),
        bios_version=said("bios_version"),
        bios_date=said("bios_date"),
        system=Board(said("sys_vendor"), said("product_name"), said("product_version"), said("product_serial")),
        sku=said("product_sku"),
        uuid=said("product_uuid"),
        board=Board(said("board_vendor"), said("board_name"), said("board_version"), said("board_serial")),
        chassis_type=number(host, "/sys/class/dmi/id/chassis_type") if "chassis_type" in there else None,
        chassis_serial=said("chassis_serial"),
    )
