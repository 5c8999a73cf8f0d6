"""The parts besides disks, network and screens: what the buses show, sorted into what a volunteer calls them.

A part is found by its class where the standard has one (PCI Code and ID Assignment; USB-IF defined class codes), even when
no driver took it; by its maker's number or its name only where there is none (fingerprint readers, Realtek card readers).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from recond.core.evdev import BTN_TOOL_FINGER, InputDevice, parse_devices
from recond.core.machine import Device
from recond.core.ports import Host
from recond.core.text import clean
from recond.probe.pci import PciDevice, last
from recond.probe.sysfs import text
from recond.probe.usb import UsbDevice

Missing = Mapping[str, tuple[str, ...]]

AUDIO = (0x0401, 0x0403)
DISPLAY_BASE, SD_HOST, VENDOR_BASE = 0x03, 0x0805, 0xFF
REALTEK = "10ec:"
USB_AUDIO, USB_VIDEO_CONTROL, USB_BLUETOOTH, USB_HID, USB_STORAGE, USB_VENDOR = "01", "0e01", "e00101", "03", "08", "ff"

ABS_MT_POSITION_X, BTN_TOUCH, PROP_DIRECT, BUS_VIRTUAL = 0x35, 0x14A, 1, 6
"""linux/input-event-codes.h and linux/input.h: what a touchscreen has; an input device that a program made up."""

FINGERPRINT_MAKERS = ("138a:", "147e:", "08ff:", "1c7a:", "10a5:", "2541:")
"""Validity, Upek, AuthenTec, LighTuning/EgisTec, Fingerprint Cards, Chipsailing: they make nothing else for USB."""

FINGERPRINT_AMONG_OTHERS = ("27c6:", "06cb:", "04f3:")
"""Goodix, Synaptics, Elan make touchpads and screens too (HID): their readers have vendor-specific functions only."""

FINGERPRINT_NAME = re.compile(r"finger ?print|biometric|swipe sensor", re.I)
CARD_READER_NAME = re.compile(r"card ?reader|multi-?card|sd/mmc|ms/sd", re.I)


@dataclass(frozen=True)
class Devices:
    """The parts by kind; None = nobody could look."""

    gpus: tuple[Device, ...] | None
    sound: tuple[Device, ...] | None
    webcams: tuple[Device, ...] | None
    touchscreens: tuple[Device, ...] | None
    touchpads: tuple[Device, ...] | None
    card_readers: tuple[Device, ...] | None
    bluetooth: tuple[Device, ...] | None
    fingerprint: tuple[Device, ...] | None
    optical: tuple[Device, ...] | None


def read_devices(
    host: Host, pci: tuple[PciDevice, ...], usb: tuple[UsbDevice, ...] | None, missing: Missing
) -> Devices:
    """Return the parts. `missing`: files of firmware that drivers did not find, by place."""
    said = host.read("/proc/bus/input/devices")
    inputs = None if said is None else parse_devices(said.decode("utf-8", "replace"))
    there = usb or ()

    def of_pci(wanted: Callable[[PciDevice], bool]) -> tuple[Device, ...]:
        return tuple(_of_pci(one, missing) for one in pci if wanted(one))

    cards = of_pci(_is_card_reader) + tuple(_of_usb(one, missing) for one in there if _is_usb_card_reader(one))
    sound = of_pci(lambda one: one.kind in AUDIO)
    sound += tuple(_of_usb(one, missing, USB_AUDIO) for one in there if one.has(USB_AUDIO))
    return Devices(
        gpus=of_pci(lambda one: one.code >> 16 == DISPLAY_BASE) if pci else None,
        sound=sound or _alsa_cards(host) if pci or usb is not None else None,
        webcams=_webcams(host, there, missing) if usb is not None else None,
        touchscreens=None if inputs is None else _inputs(inputs, _is_touchscreen),
        touchpads=None if inputs is None else _inputs(inputs, _is_touchpad),
        card_readers=cards if pci or usb is not None else None,
        bluetooth=None if usb is None else _bluetooth(host, there, missing),
        fingerprint=None if usb is None else tuple(_of_usb(one, missing) for one in there if _is_fingerprint(one)),
        optical=_optical(host),
    )


def files_for(missing: Missing, place: str) -> tuple[str, ...]:
    """Return the missing files of a place; a USB function ("1-7:1.0") counts for its device."""
    found = (files for who, files in missing.items() if who == place or who.startswith(f"{place}:"))
    return tuple(dict.fromkeys(file for files in found for file in files))


def _of_pci(one: PciDevice, missing: Missing) -> Device:
    return Device(one.name, "pci", one.place, one.ids, one.driver, files_for(missing, one.place))


def _of_usb(one: UsbDevice, missing: Missing, code: str = "") -> Device:
    return Device(one.name, "usb", one.place, one.ids, one.driver(code), files_for(missing, one.place))


def _is_card_reader(one: PciDevice) -> bool:
    realtek = one.code >> 16 == VENDOR_BASE and (one.ids or "").startswith(REALTEK)
    return one.kind == SD_HOST or realtek or bool(one.name and CARD_READER_NAME.search(one.name))


def _is_usb_card_reader(one: UsbDevice) -> bool:
    if one.driver() == "rtsx_usb":
        return True
    return one.has(USB_STORAGE) and bool(one.name and CARD_READER_NAME.search(one.name))


def _is_fingerprint(one: UsbDevice) -> bool:
    ids = one.ids or ""
    if one.name and FINGERPRINT_NAME.search(one.name):
        return True
    only_vendor = bool(one.interfaces) and all(part.code.startswith(USB_VENDOR) for part in one.interfaces)
    return ids.startswith(FINGERPRINT_MAKERS) or (ids.startswith(FINGERPRINT_AMONG_OTHERS) and only_vendor)


def _webcams(host: Host, usb: Iterable[UsbDevice], missing: Missing) -> tuple[Device, ...]:
    found = [_of_usb(one, missing, "0e") for one in usb if one.has(USB_VIDEO_CONTROL)]
    # Cameras behind the processor's own image unit (tablets) are no USB devices; radios and grabbers are not asked for.
    for name in host.names("/sys/class/video4linux"):
        path = host.link(f"/sys/class/video4linux/{name}") or ""
        if re.fullmatch(r"video\d+", name) and "/usb" not in path and text(host, f"{path}/index") in ("0", None):
            found.append(Device(text(host, f"/sys/class/video4linux/{name}/name"), "platform", name))
    return tuple(found)


def _bluetooth(host: Host, usb: Iterable[UsbDevice], missing: Missing) -> tuple[Device, ...]:
    adapters = {
        name: host.link(f"/sys/class/bluetooth/{name}") or ""
        for name in host.names("/sys/class/bluetooth")
        if re.fullmatch(r"hci\d+", name)
    }
    found = []
    for one in usb:
        mine = [name for name, path in adapters.items() if f"/{one.place}/" in path]
        if not mine and not one.has(USB_BLUETOOTH):
            continue
        files = [file for who in (one.place, *mine) for file in files_for(missing, who)]
        found.append(Device(one.name, "usb", one.place, one.ids, one.driver(), tuple(dict.fromkeys(files))))
        for name in mine:
            adapters.pop(name)
    found += [Device(None, "platform", name, None, None, files_for(missing, name)) for name in sorted(adapters)]
    return tuple(found)


def _inputs(inputs: Iterable[InputDevice], wanted: Callable[[InputDevice], bool]) -> tuple[Device, ...]:
    buses = {3: "usb", 5: "bluetooth", 0x11: "ps2", 0x18: "i2c", 0x1C: "rmi"}
    found = [one for one in inputs if one.bus != BUS_VIRTUAL and wanted(one)]
    return tuple(Device(one.name, buses.get(one.bus), one.path) for one in found)


def _is_touchscreen(one: InputDevice) -> bool:
    return PROP_DIRECT in one.props and ABS_MT_POSITION_X in one.abs and BTN_TOUCH in one.keys


def _is_touchpad(one: InputDevice) -> bool:
    return PROP_DIRECT not in one.props and BTN_TOOL_FINGER in one.keys and one.is_pointer


def _alsa_cards(host: Host) -> tuple[Device, ...]:
    # Sound wired to the processor itself (tablets): " 0 [sofhdadsp ]: sof-hda-dsp - sof-hda-dsp".
    said = (host.read("/proc/asound/cards") or b"").decode("utf-8", "replace")
    lines = re.findall(r"^ *(\d{1,2}) \[[^\]]*\]: (\S+) - (.*)$", said, re.M)
    return tuple(
        Device(clean(name), "platform", f"card{number}", None, clean(driver)) for number, driver, name in lines
    )


def _optical(host: Host) -> tuple[Device, ...]:
    found = []
    for name in host.names("/sys/block"):
        if re.fullmatch(r"sr\d+", name):
            folder = f"/sys/block/{name}/device"
            words = [text(host, f"{folder}/vendor"), text(host, f"{folder}/model")]
            bus = "usb" if "/usb" in (host.link(f"/sys/block/{name}") or "") else "sata"
            driver = last(host.link(f"{folder}/driver"))
            found.append(Device(clean(" ".join(word for word in words if word)), bus, name, None, driver))
    return tuple(found)
