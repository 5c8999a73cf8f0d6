"""The machine's batteries, from /sys/class/power_supply (kernel documentation, sysfs-class-power): µWh, µAh, µV."""

from __future__ import annotations

from dataclasses import replace

from recond.core.health import judge_battery
from recond.core.identity import real
from recond.core.machine import Battery
from recond.core.ports import Host
from recond.probe.sysfs import number, text

FOLDER = "/sys/class/power_supply"


def read_batteries(host: Host) -> tuple[Battery, ...]:
    """Return every battery of the machine itself with its verdict; not those of a mouse or a UPS, nor an empty bay."""
    found = []
    for name in host.names(FOLDER):
        folder = f"{FOLDER}/{name}"
        if not name.isprintable() or text(host, f"{folder}/type") != "Battery":
            continue
        if text(host, f"{folder}/scope") == "Device" or number(host, f"{folder}/present") == 0:
            continue
        battery = _read_one(host, folder, name)
        found.append(replace(battery, health=judge_battery(battery)))
    return tuple(found)


def _read_one(host: Host, folder: str, name: str) -> Battery:
    design, full = number(host, f"{folder}/energy_full_design"), number(host, f"{folder}/energy_full")
    if design is None and full is None:
        # Gauges that count charge: energy at the design voltage, so that the two figures stay comparable.
        volts = number(host, f"{folder}/voltage_min_design") or 0
        charge = number(host, f"{folder}/charge_full_design"), number(host, f"{folder}/charge_full")
        ratio = _percent(*charge)
        design_mwh, full_mwh = (round(c * volts / 1e9) if c and volts else None for c in charge)
    else:
        ratio = _percent(design, full)
        design_mwh, full_mwh = (round(e / 1000) if e else None for e in (design, full))
    return Battery(
        name=name,
        design_mwh=design_mwh,
        full_mwh=full_mwh,
        health_pct=ratio,
        cycles=number(host, f"{folder}/cycle_count") or None,  # 0: the gauge does not count
        serial=real(text(host, f"{folder}/serial_number")),
    )


def _percent(design: int | None, full: int | None) -> int | None:
    return round(100 * full / design) if design and design > 0 and full is not None and full >= 0 else None
