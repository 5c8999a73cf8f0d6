"""BIOS or UEFI, Secure Boot and TPM, from sysfs."""

from __future__ import annotations

from recond.core.identity import real
from recond.core.machine import Firmware, Switch
from recond.core.ports import Host
from recond.probe.dmi import Dmi
from recond.probe.sysfs import number

EFI = "/sys/firmware/efi"
SECURE_BOOT = "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
"""The variable of the UEFI specification (3.3): four bytes of attributes, then 1 or 0."""


def read_firmware(host: Host, dmi: Dmi) -> Firmware:
    """Return the firmware's facts. `uefi`: this system was *booted* by UEFI."""
    uefi = bool(host.names(EFI))
    return Firmware(
        vendor=real(dmi.bios_vendor, is_name=True),
        version=real(dmi.bios_version, is_name=True),
        date=real(dmi.bios_date, is_name=True),
        uefi=uefi,
        uefi_bits=number(host, f"{EFI}/fw_platform_size") if uefi else None,
        secure_boot=_secure_boot(host, dmi, uefi=uefi),
        tpm_version=_tpm(host),
        admin_password=dmi.admin_password,
    )


def _secure_boot(host: Host, dmi: Dmi, *, uefi: bool) -> Switch:
    if not uefi:
        # A machine that has UEFI but booted as BIOS does not show its variables.
        return Switch.UNSUPPORTED if dmi.has_uefi is False else Switch.UNKNOWN
    variables = host.names(f"{EFI}/efivars")
    if SECURE_BOOT not in variables:
        return Switch.UNSUPPORTED if variables else Switch.UNKNOWN
    value = host.read(f"{EFI}/efivars/{SECURE_BOOT}", 16)
    if value is None or len(value) < 5:
        return Switch.UNKNOWN
    return Switch.ON if value[4] == 1 else Switch.OFF


def _tpm(host: Host) -> str | None:
    if "tpm" not in host.names("/sys/class"):
        return None
    chips = host.names("/sys/class/tpm")
    if not chips:
        return "none"
    major = number(host, f"/sys/class/tpm/{chips[0]}/tpm_version_major")
    return {1: "1.2", 2: "2.0"}.get(major or 0)
