"""Who a disk is, asked where its bus keeps the answer: model, serial, WWN, firmware; and what bus and medium it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from recond.core.disk import Bus, Medium
from recond.core.ports import Host, UdevDevice
from recond.core.text import clean
from recond.probe.blkid import unescape
from recond.probe.sysfs import flag, text, to_int

PRACTICE_MODEL = "RECOND PRACTICE"


@dataclass(frozen=True)
class Who:
    """The texts that identify a disk; None = it does not say."""

    model: str | None = None
    serial: str | None = None
    wwn: str | None = None
    firmware: str | None = None


def bus_of(device: UdevDevice, name: str) -> Bus:
    """Return the bus by walking the parents: a USB parent wins, because ID_BUS and ID_ATA show the drive behind it."""
    kinds = {subsystem for subsystem, _ in device.parents}
    path = device.sys_path
    if "usb" in kinds or re.search(r"/usb\d+/", path):
        return Bus.USB
    if name.startswith("loop"):
        return Bus.LOOP
    if name.startswith("nvme") or "nvme" in kinds:
        return Bus.NVME
    if "mmc" in kinds or "/mmc_host/" in path:
        return Bus.MMC
    if device.properties.get("ID_ATA") == "1" or re.search(r"/ata\d+/", path):
        return Bus.SATA
    if "scsi" in kinds or re.search(r"/host\d+/target", path):
        return Bus.SCSI
    if "virtio" in kinds or re.search(r"/virtio\d+/", path):
        return Bus.VIRTIO
    return Bus.UNKNOWN


def who(host: Host, device: UdevDevice, name: str, bus: Bus) -> Who:
    """Return the disk's own texts, cleaned (a vendor's bytes are untrusted)."""
    folder = f"/sys/block/{name}/device"
    if bus is Bus.NVME:
        # `device` is the controller, or the subsystem with native multipath: both carry these.
        wwn = text(host, f"/sys/block/{name}/wwid") or text(host, f"/sys/block/{name}/uuid")
        return Who(
            text(host, f"{folder}/model"), text(host, f"{folder}/serial"), wwn, text(host, f"{folder}/firmware_rev")
        )
    if bus is Bus.MMC:
        return Who(text(host, f"{folder}/name"), text(host, f"{folder}/serial"), None, text(host, f"{folder}/fwrev"))
    if bus is Bus.VIRTIO:
        return Who(None, text(host, f"/sys/block/{name}/serial") or clean(device.properties.get("ID_SERIAL")))
    return _scsi(host, device, folder, bus)


def _scsi(host: Host, device: UdevDevice, folder: str, bus: Bus) -> Who:
    said = device.properties
    model = clean(unescape(said.get("ID_MODEL_ENC", ""))) or text(host, f"{folder}/model")
    vendor = clean(unescape(said.get("ID_VENDOR_ENC", ""))) or text(host, f"{folder}/vendor")
    if vendor and model and vendor.upper() != "ATA" and not model.upper().startswith(vendor.upper()):
        model = f"{vendor} {model}"
    # scsi_id's ID_SERIAL_SHORT is the WWN; the serial on a SAS drive's sticker is the unit serial number (VPD 0x80).
    serial = clean(said.get("ID_SCSI_SERIAL")) if bus is Bus.SCSI else None
    serial = serial or clean(said.get("ID_SERIAL_SHORT")) or _page80(host.read(f"{folder}/vpd_pg80", 4096))
    wwn = clean(said.get("ID_WWN_WITH_EXTENSION")) or clean(said.get("ID_WWN"))
    named = text(host, f"{folder}/wwid") if wwn is None else None
    if named and named.startswith("naa."):
        wwn = "0x" + named.removeprefix("naa.")
    return Who(model, serial, wwn, clean(said.get("ID_REVISION")) or text(host, f"{folder}/rev"))


def _page80(page: bytes | None) -> str | None:
    # SPC-5, Unit Serial Number VPD page: type, 0x80, two bytes of length, then ASCII padded with blanks.
    if page is None or len(page) < 4 or page[1] != 0x80:
        return None
    return clean(page[4 : 4 + int.from_bytes(page[2:4], "big")])


def medium_of(host: Host, device: UdevDevice, name: str, bus: Bus, *, removable: bool) -> tuple[Medium, int | None]:
    """Return the medium and the revolutions a minute (None = it has none or does not say)."""
    rpm = to_int(device.properties.get("ID_ATA_ROTATION_RATE_RPM"))
    if bus is Bus.NVME:
        return Medium.NVME, None
    if bus is Bus.MMC or (bus is Bus.USB and removable):
        return Medium.FLASH, None
    if rpm is not None:
        return (Medium.HDD, rpm) if rpm > 1 else (Medium.SSD, None)
    spins = flag(host, f"/sys/block/{name}/queue/rotational")
    # Bridges and virtual disks claim to spin by default: only "does not" means something there.
    if spins is None or bus is Bus.LOOP or (spins and bus in (Bus.USB, Bus.VIRTIO)):
        return Medium.UNKNOWN, None
    return (Medium.HDD if spins else Medium.SSD), None


def is_removable(host: Host, device: UdevDevice, name: str, bus: Bus) -> bool:
    """Tell whether people plug it in and out: the kernel's flag, an SD card, or a PCI device outside (Thunderbolt)."""
    if flag(host, f"/sys/block/{name}/removable"):
        return True
    if bus is Bus.MMC:
        return text(host, f"/sys/block/{name}/device/type") != "MMC"  # "SD": a card; "MMC": soldered eMMC
    places = [place for kind, place in device.parents if kind == "pci"]
    return any(text(host, f"/sys/bus/pci/devices/{place}/removable") == "removable" for place in places)


def usb_bridge(host: Host, device: UdevDevice) -> str | None:
    """Return "vvvv:pppp" of the nearest USB device above the disk."""
    for kind, place in device.parents:
        if kind == "usb" and ":" not in place:
            folder = f"/sys/bus/usb/devices/{place}"
            vendor, product = text(host, f"{folder}/idVendor"), text(host, f"{folder}/idProduct")
            return f"{vendor}:{product}" if vendor and product else None
    return None
