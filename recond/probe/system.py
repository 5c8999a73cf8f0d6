"""Maker, model and kind of machine. Placeholders never identify; the chassis type lies, so others have a vote."""

from __future__ import annotations

import re

from recond.core.identity import real
from recond.core.machine import Chassis, System
from recond.core.ports import Host
from recond.probe.dmi import Dmi
from recond.probe.sysfs import text

PORTABLE = (Chassis.LAPTOP, Chassis.TABLET)
KINDS = {
    **dict.fromkeys((8, 9, 10, 14, 31), Chassis.LAPTOP),
    **dict.fromkeys((11, 30, 32), Chassis.TABLET),
    **dict.fromkeys((3, 4, 5, 6, 7, 15, 16, 24), Chassis.DESKTOP),
    **dict.fromkeys((35, 36), Chassis.MINI),
    **dict.fromkeys((17, 23, 25, 28, 29), Chassis.SERVER),
    13: Chassis.AIO,
}
"""SMBIOS chassis types (DSP0134, 7.4.1); those not here say nothing."""


def read_system(host: Host, dmi: Dmi, *, has_battery: bool) -> System:
    """Return the machine's identity with placeholders removed, and its kind with what spoke for it."""
    evidence = _evidence(host, has_battery=has_battery)
    kind, told = vote(dmi.chassis_type, evidence)
    product, board = _model(dmi.system.product), _model(dmi.board.product)
    return System(
        manufacturer=real(dmi.system.manufacturer, is_name=True) or real(dmi.board.manufacturer, is_name=True),
        product=product,
        version=real(dmi.system.version, is_name=True),
        sku=real(dmi.sku, is_name=True),
        serial=real(dmi.system.serial),
        uuid=_uuid(dmi.uuid),
        board_manufacturer=real(dmi.board.manufacturer, is_name=True),
        board_product=board,
        board_serial=real(dmi.board.serial),
        chassis_serial=real(dmi.chassis_serial),
        chassis=kind,
        chassis_evidence=told,
        identity_source="system" if product else "baseboard" if board else "none",
    )


def _model(value: str | None) -> str | None:
    # Names of one to three characters are left-overs ("NB", "T4") far more often than models (20,000 DMI dumps).
    return real(value, is_name=True) if value and len(value) >= 4 else None


def _uuid(value: str | None) -> str | None:
    # dmidecode prints "Not Settable" and the like in its place.
    return (
        real(value.lower())
        if value and re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", value)
        else None
    )


def vote(chassis_type: int | None, evidence: tuple[str, ...]) -> tuple[Chassis, tuple[str, ...]]:
    """Decide the kind: two signs of a portable overrule a table that says otherwise; one is enough when it is silent."""
    said = KINDS.get(chassis_type or 0, Chassis.UNKNOWN)
    told = (*((f"DMI : {said.value}",) if said is not Chassis.UNKNOWN else ()), *evidence)
    if said in PORTABLE:
        return said, told
    enough = 1 if said is Chassis.UNKNOWN else 2
    return (Chassis.LAPTOP if len(evidence) >= enough else said), told


def _evidence(host: Host, *, has_battery: bool) -> tuple[str, ...]:
    found = ["battery"] if has_battery else []
    if host.names("/proc/acpi/button/lid"):
        found.append("lid")
    panels = [
        name for name in host.names("/sys/class/drm") if any(f"-{kind}-" in name for kind in ("eDP", "LVDS", "DSI"))
    ]
    if any(text(host, f"/sys/class/drm/{name}/status") == "connected" for name in panels):
        found.append("panel")
    return tuple(found)
