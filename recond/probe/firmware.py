"""BIOS or UEFI, Secure Boot, TPM, passwords, Absolute and the Windows key: from sysfs, else from the SMBIOS tables."""

from __future__ import annotations

from recond.core.identity import real
from recond.core.machine import Firmware, Switch
from recond.core.ports import Host
from recond.probe import acpi, firmware_settings
from recond.probe.dmi import Dmi
from recond.probe.sysfs import number

EFI = "/sys/firmware/efi"
SECURE_BOOT = "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
SETUP_MODE = "SetupMode-8be4df61-93ca-11d2-aa0d-00e098032b8c"
"""Variables of the UEFI specification (3.3): four bytes of attributes, then 1 or 0."""


def read_firmware(host: Host, dmi: Dmi) -> Firmware:
    """Return the firmware's facts. `uefi`: this system was *booted* by UEFI."""
    uefi = bool(host.names(EFI))
    passwords = firmware_settings.passwords(host)
    return Firmware(
        vendor=real(dmi.bios_vendor, is_name=True),
        version=real(dmi.bios_version, is_name=True),
        date=real(dmi.bios_date, is_name=True),
        uefi=uefi,
        uefi_bits=number(host, f"{EFI}/fw_platform_size") if uefi else None,
        secure_boot=_variable(host, SECURE_BOOT, dmi, uefi=uefi),
        setup_mode=_variable(host, SETUP_MODE, dmi, uefi=uefi),
        tpm_version=_tpm(host, dmi),
        # The maker's own settings know better than the table, which many firmwares never fill in.
        admin_password=passwords.get("admin", dmi.admin_password),
        power_on_password=passwords.get("power_on", dmi.power_on_password),
        absolute=firmware_settings.absolute(host)[0],
        windows_key=acpi.windows_key(host),
    )


def _variable(host: Host, name: str, dmi: Dmi, *, uefi: bool) -> Switch:
    if not uefi:
        # A machine that has UEFI but booted as BIOS does not show its variables.
        return Switch.UNSUPPORTED if dmi.has_uefi is False else Switch.UNKNOWN
    variables = host.names(f"{EFI}/efivars")
    if name not in variables:
        return Switch.UNSUPPORTED if variables else Switch.UNKNOWN
    value = host.read(f"{EFI}/efivars/{name}", 16)
    if value is None or len(value) < 5:
        return Switch.UNKNOWN
    return Switch.ON if value[4] == 1 else Switch.OFF


def _tpm(host: Host, dmi: Dmi) -> str | None:
    """Return the version: of the chip the kernel drives, else as the firmware's tables tell; "none", or None = not known."""
    has_class = "tpm" in host.names("/sys/class")
    chips = host.names("/sys/class/tpm") if has_class else ()
    major = number(host, f"/sys/class/tpm/{chips[0]}/tpm_version_major") if chips else None
    told = {1: "1.2", 2: "2.0"}.get(major or 0) or dmi.tpm_version or acpi.tpm_version(host)
    if chips:
        return None if told == "none" else told
    return told or ("none" if has_class else None)
