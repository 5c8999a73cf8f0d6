"""Firmware settings that Dell, HP and Lenovo business machines show to Linux (kernel documentation,
ABI/testing/sysfs-class-firmware-attributes): the passwords that are set, and Absolute."""

from __future__ import annotations

from recond.core.machine import Absolute
from recond.core.ports import Host
from recond.core.words import N_
from recond.probe.sysfs import flag, text

FOLDER = "/sys/class/firmware-attributes"
ROLES = {"bios-admin": "admin", "power-on": "power_on"}

STATE_NAMES = ("Absolute Persistence Module Current State",)
"""HP: the state itself."""

SETTING_NAMES = ("Computrace", "Absolute", "ComputraceModuleActivation", "AbsolutePersistenceModuleActivation")
"""Dell and Lenovo: a setting, whose "enabled" is the factory's default and only means that it could be activated."""


def passwords(host: Host) -> dict[str, bool]:
    """Return which passwords are known to be set or not: `admin`, `power_on`; a missing key is not known."""
    found: dict[str, bool] = {}
    for driver in host.names(FOLDER):
        folder = f"{FOLDER}/{driver}/authentication"
        for name in host.names(folder):
            kind = ROLES.get(text(host, f"{folder}/{name}/role") or "")
            is_set = flag(host, f"{folder}/{name}/is_enabled") if kind else None
            if kind and is_set is not None:
                found[kind] = found.get(kind, False) or is_set
    return found


def absolute(host: Host) -> tuple[Absolute, str | None]:
    """Return Absolute's state and, when it is unknown though there is a setting, why."""
    for driver in host.names(FOLDER):
        folder = f"{FOLDER}/{driver}/attributes"
        there = host.names(folder)
        for name in (*STATE_NAMES, *SETTING_NAMES):
            value = text(host, f"{folder}/{name}/current_value") if name in there else None
            if value is not None:
                return _state(value)
    return Absolute.UNKNOWN, None


def _state(value: str) -> tuple[Absolute, str | None]:
    folded = "".join(value.lower().split())
    if folded in ("active", "activated", "activate"):
        return Absolute.ACTIVE, None
    if folded in ("inactive", "deactivate", "deactivated", "disable", "disabled") or folded.startswith("permanent"):
        return Absolute.INACTIVE, None
    return Absolute.UNKNOWN, N_("Absolute est permis dans le firmware ; s'il est activé ne se lit pas")
