"""What a battery gives at this moment, from sysfs: its charge, its power, whether the mains are plugged in."""

from __future__ import annotations

from dataclasses import dataclass

from recond.core.ports import Host
from recond.probe.battery import FOLDER
from recond.probe.sysfs import number, text


@dataclass(frozen=True, slots=True)
class Now:
    """One battery now: mWh left and when full, mW drawn (None = the gauge does not say), per cent, charging state."""

    left_mwh: int | None
    full_mwh: int | None
    power_mw: int | None
    percent: int | None
    status: str | None


def on_mains(host: Host) -> bool:
    """Tell whether the machine is fed from the outside."""
    return any(
        text(host, f"{FOLDER}/{name}/type") in ("Mains", "USB") and number(host, f"{FOLDER}/{name}/online") == 1
        for name in host.names(FOLDER)
    )


def read_now(host: Host, name: str) -> Now:
    """Return what the battery says now."""
    folder = f"{FOLDER}/{name}"
    volts = number(host, f"{folder}/voltage_now")
    return Now(
        left_mwh=_energy(host, folder, "now", volts),
        full_mwh=_energy(host, folder, "full", volts),
        power_mw=_power(host, folder, volts),
        percent=number(host, f"{folder}/capacity"),
        status=text(host, f"{folder}/status"),
    )


def _energy(host: Host, folder: str, what: str, volts: int | None) -> int | None:
    micro_wh = number(host, f"{folder}/energy_{what}")
    if micro_wh is not None:
        return micro_wh // 1000
    micro_ah = number(host, f"{folder}/charge_{what}")
    return micro_ah * volts // 10**9 if micro_ah is not None and volts else None


def _power(host: Host, folder: str, volts: int | None) -> int | None:
    # Some drivers count what flows out as negative.
    micro_w = number(host, f"{folder}/power_now")
    if micro_w is not None:
        return abs(micro_w) // 1000 or None
    micro_a = number(host, f"{folder}/current_now")
    return abs(micro_a) * volts // 10**9 or None if micro_a is not None and volts else None
