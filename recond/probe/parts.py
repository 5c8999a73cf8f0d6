"""Everything that hangs on the buses, added to the machine in one go: each bus is walked once."""

from __future__ import annotations

from dataclasses import replace

from recond.core.machine import Machine
from recond.core.ports import Host
from recond.probe import missing_firmware
from recond.probe.devices import read_devices
from recond.probe.displays import read_displays
from recond.probe.network import read_cards
from recond.probe.pci import read_pci
from recond.probe.usb import read_usb


def with_parts(host: Host, machine: Machine, log: str | None) -> Machine:
    """Return the machine with its network cards, screens and other parts. `log`: the kernel's, None = not readable."""
    pci, usb, missing = read_pci(host), read_usb(host), missing_firmware.parse(log)
    found = read_devices(host, pci, usb, missing)
    return replace(
        machine,
        networks=read_cards(host, pci, usb or (), missing),
        displays=read_displays(host),
        gpus=found.gpus,
        sound=found.sound,
        webcams=found.webcams,
        touchscreens=found.touchscreens,
        touchpads=found.touchpads,
        card_readers=found.card_readers,
        bluetooth=found.bluetooth,
        fingerprint=found.fingerprint,
        optical=found.optical,
    )
