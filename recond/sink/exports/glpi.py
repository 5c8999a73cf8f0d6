"""GLPI's native inventory (its published JSON schema, draft-07): one file a machine, to be imported or posted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from recond import __version__
from recond.sink.exports import Card, Export, machine_of, part, said

CHASSIS = {"laptop": "Laptop", "desktop": "Desktop", "aio": "All in One", "mini": "Mini PC", "tablet": "Tablet",
           "server": "Main Server Chassis"}  # fmt: skip
INTERFACES = {"sata": "SATA", "usb": "USB", "scsi": "SCSI"}
"""The schema knows no NVMe: the interface is then left out and said in the description."""

USB_KINDS = ("webcams", "bluetooth", "fingerprint", "card_readers")
MIB, MB = 1 << 20, 10**6


def _make(cards: Sequence[Card]) -> list[tuple[str, bytes]]:
    return [
        (f"{card.get('tag') or card['uid']}.json", json.dumps(inventory(card), ensure_ascii=False, indent=1).encode())
        for card in cards
    ]


def inventory(card: Card) -> dict[str, Any]:
    """Return one machine's inventory. Memory in MB as GLPI counts it (powers of 1024), disks in MB of 1000."""
    machine = machine_of(card)
    memory = part(machine, "memory")
    content = {
        "versionclient": f"recond-{__version__}",
        "hardware": {
            "name": card.get("tag") or card["uid"],
            "uuid": said(part(machine, "system").get("uuid"), is_name=False),
            "memory": _share(memory.get("total_bytes"), MIB),
            "chassis_type": CHASSIS.get(str(part(machine, "system").get("chassis"))),
        },
        "bios": _bios(card, machine),
        "cpus": _cpus(part(machine, "cpu")),
        "memories": [_module(one, number) for number, one in enumerate(memory.get("modules") or (), start=1)],
        "storages": [_disk(one["disk"]) for one in machine.get("disks") or () if _is_own(one["disk"])],
        "networks": [_network(one) for one in machine.get("networks") or ()],
        "batteries": [_battery(one) for one in machine.get("batteries") or ()],
        "monitors": [_monitor(one) for one in machine.get("displays") or ()],
        "videos": [_video(one) for one in machine.get("gpus") or ()],
        "sounds": [{"name": _part_name(one), "description": one.get("driver")} for one in machine.get("sound") or ()],
        "usbdevices": [_usb(one) for kind in USB_KINDS for one in machine.get(kind) or () if one.get("bus") == "usb"],
    }
    whole = {
        "action": "inventory",
        "itemtype": "Computer",
        "deviceid": f"recond-{card['uid']}",
        "tag": card.get("lot"),
        "content": {key: value for key, value in content.items() if value},
    }
    found = _known(whole)
    return found if isinstance(found, dict) else {}


def _known(value: object) -> object:
    # What is not known is left out: the schema has no null.
    if isinstance(value, Mapping):
        return {key: _known(item) for key, item in value.items() if item is not None}
    return [_known(item) for item in value] if isinstance(value, list) else value


def _share(amount: object, unit: int) -> int | None:
    return round(amount / unit) if isinstance(amount, int) and amount > 0 else None


def _bios(card: Card, machine: Mapping[str, Any]) -> dict[str, Any]:
    system, firmware = part(machine, "system"), part(machine, "firmware")
    day = re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", str(firmware.get("date")))
    return {
        "assettag": card.get("tag"),
        "smanufacturer": said(system.get("manufacturer")),
        "smodel": said(system.get("product")),
        "ssn": said(system.get("serial"), is_name=False),
        "skunumber": said(system.get("sku")),
        "mmanufacturer": said(system.get("board_manufacturer")),
        "mmodel": said(system.get("board_product")),
        "msn": said(system.get("board_serial"), is_name=False),
        "enclosureserial": said(system.get("chassis_serial"), is_name=False),
        "bmanufacturer": said(firmware.get("vendor")),
        "bversion": said(firmware.get("version")),
        # SMBIOS writes month/day/year.
        "bdate": f"{day[3]}-{day[1]}-{day[2]}" if day else None,
    }


def _cpus(cpu: Mapping[str, Any]) -> list[dict[str, Any]]:
    name, sockets = said(cpu.get("model")), cpu.get("sockets") or 1
    if name is None:
        return []
    cores, threads = cpu.get("cores"), cpu.get("threads")
    one = {
        "name": name,
        "speed": cpu.get("max_mhz"),
        "core": cores // sockets if cores else None,
        "thread": threads // cores if cores and threads else None,
        "arch": {True: "x86_64", False: "i386"}.get(cpu["is_64bit"]) if cpu.get("is_64bit") is not None else None,
    }
    return [one] * sockets


def _module(one: Mapping[str, Any], number: int) -> dict[str, Any]:
    speed = one.get("speed_mts")
    return {
        "capacity": _share(one.get("size_bytes"), MIB),
        "caption": said(one.get("slot")),
        "numslots": number,
        "type": one.get("type"),
        "description": one.get("form"),
        "speed": f"{speed} MT/s" if speed else None,
        "manufacturer": said(one.get("manufacturer")),
        "model": said(one.get("part")),
    }


def _is_own(disk: Mapping[str, Any]) -> bool:
    return disk.get("bus") != "usb" and not disk.get("removable")


def _disk(disk: Mapping[str, Any]) -> dict[str, Any]:
    identity = part(disk, "identity")
    return {
        "name": disk.get("name"),
        "model": said(identity.get("model")),
        "serial": said(identity.get("serial"), is_name=False),
        "wwn": identity.get("wwn"),
        "disksize": _share(identity.get("size_bytes"), MB),
        "firmware": disk.get("firmware"),
        "interface": INTERFACES.get(str(disk.get("bus"))),
        "description": str(disk.get("bus") or "").upper() or None,
        "type": "disk",
    }


def _network(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "description": one["name"],
        # Asked by the schema: up or down. An audited machine is on no network.
        "status": "down",
        "mac": one.get("mac"),
        "driver": one.get("driver"),
        "type": {"wifi": "wifi", "ethernet": "ethernet"}.get(str(one.get("kind"))),
        "virtualdev": False,
    }


def _part_name(one: Mapping[str, Any]) -> str | None:
    return said(one.get("name")) or said(one.get("ids"))


def _monitor(one: Mapping[str, Any]) -> dict[str, Any]:
    inches, year = one.get("inches"), one.get("year")
    facts = [f"{inches} in" if inches else None, str(year) if year else None]
    return {
        "caption": said(one.get("model")) or one.get("connector"),
        "manufacturer": said(one.get("maker")),
        "serial": said(one.get("serial"), is_name=False),
        "description": ", ".join(fact for fact in facts if fact) or None,
        "port": one.get("connector"),
    }


def _video(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": _part_name(one), "chipset": said(one.get("ids")), "pcislot": said(one.get("place"))}


def _usb(one: Mapping[str, Any]) -> dict[str, Any]:
    vendor, _, product = str(one.get("ids") or "").partition(":")
    return {"name": _part_name(one), "vendorid": vendor or None, "productid": product or None}


def _battery(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": one.get("name"),
        "capacity": one.get("design_mwh"),
        "real_capacity": one.get("full_mwh"),
        "serial": said(one.get("serial"), is_name=False),
    }


EXPORT = Export("glpi", "inventaire GLPI (JSON, un fichier par machine)", True, _make)
