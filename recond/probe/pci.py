"""PCI devices: numbers and drivers from sysfs, which always answers; their names by `lspci`, where it is installed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from recond.core.ports import Command, Host
from recond.core.text import clean
from recond.probe.sysfs import number, text

FOLDER = "/sys/bus/pci/devices"
LSPCI = Command(("lspci", "-D", "-mm"), timeout_s=10)
"""One line a device, each field in quotes (lspci(8), -mm); it reads the list of names that comes with it."""

FIELD = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class PciDevice:
    """One device: `place` "0000:00:02.0", `code` its 24-bit class, `ids` "8086:5916"."""

    place: str
    code: int
    ids: str | None
    driver: str | None
    name: str | None

    @property
    def kind(self) -> int:
        """Return base class and subclass (PCI Code and ID Assignment Specification): 0x0300 is a VGA controller."""
        return self.code >> 8


def read_pci(host: Host) -> tuple[PciDevice, ...]:
    """Return every PCI device, sorted by place; empty when there is no PCI here."""
    places = tuple(name for name in host.names(FOLDER) if name.isprintable())
    if not places:
        return ()
    names = parse_lspci(host.run(LSPCI).stdout)
    return tuple(_read_one(host, place, names) for place in places)


def _read_one(host: Host, place: str, names: Mapping[str, str]) -> PciDevice:
    pair = [text(host, f"{FOLDER}/{place}/{part}") for part in ("vendor", "device")]
    return PciDevice(
        place,
        number(host, f"{FOLDER}/{place}/class") or 0,
        ":".join(part.removeprefix("0x") for part in pair if part) if all(pair) else None,
        last(host.link(f"{FOLDER}/{place}/driver")),
        names.get(place),
    )


def last(path: str | None) -> str | None:
    """Return the last part of a path."""
    return clean(path.rsplit("/", 1)[-1]) if path else None


def parse_lspci(data: bytes) -> dict[str, str]:
    """Return maker and name of each place; a device that the list does not know ("Device 1234") has no name."""
    found = {}
    for line in data.decode("utf-8", "replace").splitlines()[:4096]:
        place = line.split(" ", 1)[0]
        fields = [re.sub(r"\\(.)", r"\1", field) for field in FIELD.findall(line[:1000])]
        if len(fields) < 3 or re.fullmatch(r"Device [0-9a-f]{4}", fields[2]):
            continue
        name = clean(f"{fields[1]} {fields[2]}")
        if name:
            found[place] = name
    return found
