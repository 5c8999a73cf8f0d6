"""SMART by one `smartctl` call a disk. Its JSON decides; what a vendor packed into a number is never taken for a count."""

from __future__ import annotations

import json
from typing import Any

from recond.core.disk import Bus, Disk
from recond.core.machine import Smart
from recond.core.ports import Command, Completed
from recond.core.text import clean
from recond.core.words import N_, joined
from recond.probe.smart_json import Json, count, dig, is_failing, listed, name_of, whole
from recond.probe.smart_wear import sata_wear

NONSENSE = 1 << 64
MAX_RPM = 30_000
ATA_DEADLINE_S = 20.0
USB_DEADLINE_S = 30.0

BRIDGE_TYPES = ("sat", "sntasmedia", "sntjmicron", "sntrealtek")
"""smartctl's device types tried in turn on a USB bridge that it does not know by itself (smartctl(8), -d)."""


def command(path: str, timeout_s: float, kind: str | None = None) -> Command:
    """Return the one call for a disk: all logs, the JSON and the text in one answer, attributes in the old format."""
    forced = ("-d", kind) if kind else ()
    return Command(("smartctl", "--json=o", "-x", "-f", "old", *forced, path), timeout_s=timeout_s)


def deadline_s(disk: Disk) -> float:
    """Return how long this disk may take to answer: bridges are slower than disks."""
    return USB_DEADLINE_S if disk.bus is Bus.USB else ATA_DEADLINE_S


def load(done: Completed) -> Json | str:
    """Return smartctl's JSON (made of its text where it answered in text), or the French sentence that says why not."""
    if done.why is not None:
        return done.explain()
    if done.stdout.lstrip()[:9] == b"smartctl ":
        from recond.probe import smart_text  # hardly ever needed

        said = smart_text.to_json(done.stdout.decode("utf-8", "replace"), done.status)
        return N_("smartctl n'a pas répondu lisiblement") if said is None else said
    try:
        # json takes NaN and numbers of any length by default; neither is a fact.
        said = json.loads(done.stdout.decode("utf-8-sig", "replace"), parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return N_("smartctl n'a pas répondu lisiblement")
    return said if isinstance(said, dict) else N_("smartctl n'a pas répondu lisiblement")


def knows_not_the_bridge(said: Json) -> bool:
    """Tell whether smartctl gave up because it does not know how to reach the drive behind a USB bridge."""
    texts = (str(dig(line, "string")) for line in listed(dig(said, "smartctl", "messages")))
    return any("USB bridge" in text or "specify device type" in text for text in texts)


def parse(said: Json) -> Smart:
    """Return what the drive says of itself. Never raises, whatever the JSON holds."""
    exit_status = whole(dig(said, "smartctl", "exit_status"), 255)
    passed = dig(said, "smart_status", "passed")
    protocol = clean(str(dig(said, "device", "protocol") or "")) or _protocol_of(said)
    dumb = _silent(said, exit_status)
    why_not = dumb or _switched_off(said)
    facts: dict[str, Any] = {
        "available": dumb is None,
        "passed": passed if isinstance(passed, bool) and why_not is None else None,
        "exit_status": exit_status,
        "protocol": protocol,
        "device_type": clean(str(dig(said, "device", "type") or "")),
        "hours": whole(dig(said, "power_on_time", "hours"), 1_000_000),
        "cycles": whole(dig(said, "power_cycle_count"), 1 << 32),
        "temperature_c": _temperature(dig(said, "temperature", "current")),
        "rotation_rpm": whole(dig(said, "rotation_rate"), MAX_RPM),
        "why_not": why_not,
    }
    if dumb is None:
        reader = {"ATA": _ata, "NVMe": _nvme, "SCSI": _scsi}.get(protocol or "")
        facts |= reader(said) if reader else {}
        facts["unreadable"] = _unreadable(said)
    return Smart(**facts)


DECIDING = (
    ("smart_status", "passed"),
    *(
        ("nvme_smart_health_information_log", key)
        for key in (
            "critical_warning",
            "percentage_used",
            "available_spare",
            "available_spare_threshold",
            "media_errors",
        )
    ),
    ("scsi_grown_defect_list",),
    ("scsi_percentage_used_endurance_indicator",),
    ("endurance_used", "current_percent"),
)
"""Values of the answer on which a verdict depends alone."""


def _counts(name: str, value: object) -> bool:
    if name == "smart_status.passed":
        return isinstance(value, bool)
    # A counter of NVMe has 128 bits; what is larger was not counted by any drive.
    return whole(value, 1 << 128 if name.endswith("media_errors") else NONSENSE) is not None


def _unreadable(said: Json) -> tuple[str, ...]:
    """Return which deciding values are there but are neither a truth nor a whole number that is not negative."""
    found = ((".".join(keys), dig(said, *keys)) for keys in DECIDING)
    spoiled = [name for name, value in found if value is not None and not _counts(name, value)]
    # Whether it spins decides which rules hold; a drive of a million turns a minute does not say.
    turns = said.get("rotation_rate")
    if turns is not None and whole(turns, MAX_RPM) is None:
        spoiled.append("rotation_rate")
    return tuple(spoiled)


def _protocol_of(said: Json) -> str | None:
    # An answer that lost its "device" (kept by another tool) still shows by its logs what kind of drive spoke.
    logs = (
        ("nvme_smart_health_information_log", "NVMe"),
        ("ata_smart_attributes", "ATA"),
        ("scsi_grown_defect_list", "SCSI"),
    )
    return next((protocol for key, protocol in logs if key in said), None)


def _silent(said: Json, exit_status: int | None) -> str | None:
    # smartctl(8), exit status: bit 0 wrong command line, bit 1 the device did not open or identify itself.
    if exit_status is None or exit_status & 0b11:
        texts = [clean(str(dig(line, "string") or "")) for line in listed(dig(said, "smartctl", "messages"))]
        said_why = next((text for text in texts if text), None)
        return joined(": ", ("smartctl", said_why)) if said_why else N_("le disque ne répond pas à smartctl")
    return None


def _switched_off(said: Json) -> str | None:
    # Some counters can be read all the same; the drive's own verdict cannot.
    if dig(said, "smart_support", "available") is False:
        return N_("le disque n'a pas de SMART")
    if dig(said, "smart_support", "enabled") is False:
        return N_("SMART est désactivé dans le disque")
    return None


def _temperature(value: object) -> int | None:
    # Bridges and old drives answer 0 or a packed number when they have no sensor.
    degrees = whole(value, 150)
    return degrees if degrees else None


def _ata(said: Json) -> dict[str, Any]:
    rows = [row for row in listed(dig(said, "ata_smart_attributes", "table")) if isinstance(row, dict)]
    failing = [row for row in rows if is_failing(row)]
    used, source, disagrees, spare = sata_wear(said, rows)
    ends = [row for row in rows if row.get("id") == 184 and "end-to-end" in name_of(row).lower()]
    return {
        "reallocated": count(rows, 5, "reallocat", "retired"),
        "pending": count(rows, 197, "pending"),
        "uncorrectable": count(rows, 198, "uncorrect"),
        "reported": count(rows, 187, "uncorrect"),
        "spin_retry": count(rows, 10, "spin_retry"),
        "end_to_end": count(rows, 184, "end-to-end"),
        "end_to_end_failing": any(is_failing(row) for row in ends) if ends else None,
        "crc": count(rows, 199, "crc"),
        "failing_prefail": tuple(name_of(row) for row in failing if dig(row, "flags", "prefailure") is True),
        "failing_now": tuple(name_of(row) for row in failing if dig(row, "flags", "prefailure") is not True),
        "used_pct": used,
        "used_source": source,
        "used_disagrees": disagrees,
        "spare_pct": spare,
        "selftest": _ata_selftest(said),
    }


def _nvme(said: Json) -> dict[str, Any]:
    log = dig(said, "nvme_smart_health_information_log")
    found: dict[str, Any] = {
        # Single bytes of the log; a larger number is a drive (or a bridge) that speaks nonsense, and that is judged too.
        "critical_warning": whole(dig(log, "critical_warning"), NONSENSE),
        "used_pct": whole(dig(log, "percentage_used"), NONSENSE),
        "spare_pct": whole(dig(log, "available_spare"), NONSENSE),
        "spare_threshold_pct": whole(dig(log, "available_spare_threshold"), NONSENSE),
        "media_errors": whole(dig(log, "media_errors"), 1 << 128),
        "selftest": _nvme_selftest(said),
    }
    found["used_source"] = None if found["used_pct"] is None else "nvme"
    hours = whole(dig(log, "power_on_hours"), 1_000_000)
    return found if hours is None else {**found, "hours": hours}


def _scsi(said: Json) -> dict[str, Any]:
    used = whole(dig(said, "scsi_percentage_used_endurance_indicator"), NONSENSE)
    if used is None:
        used = whole(dig(said, "endurance_used", "current_percent"), NONSENSE)
    return {
        "grown_defects": whole(dig(said, "scsi_grown_defect_list"), NONSENSE),
        "used_pct": used,
        "used_source": None if used is None else "scsi",
        "selftest": _scsi_selftest(whole(dig(said, "scsi_self_test_0", "result", "value"), 15)),
    }


def _ata_selftest(said: Json) -> str | None:
    for log in ("extended", "standard"):
        rows = listed(dig(said, "ata_smart_self_test_log", log, "table"))
        if rows:
            value = whole(dig(rows[0], "status", "value"), 255)
            words = str(dig(rows[0], "status", "string") or "")
            if value is not None:
                return _ata_outcome(value)
            from recond.probe import smart_text  # hardly ever needed

            return smart_text.outcome(words)
    # No log: the drive's own last status. There 0 also means that none was ever run.
    value = whole(dig(said, "ata_smart_data", "self_test", "status", "value"), 255)
    return _ata_outcome(value) if value is not None and value >> 4 else None


def _ata_outcome(value: int) -> str:
    # ATA8-ACS, self-test execution status: high four bits; 0 done, 1-2 stopped by the host, 15 running.
    return {0: "passed", 1: "aborted", 2: "aborted", 15: "running"}.get(value >> 4, "failed")


def _nvme_selftest(said: Json) -> str | None:
    rows = listed(dig(said, "nvme_self_test_log", "table"))
    value = whole(dig(rows[0], "self_test_result", "value"), 15) if rows else None
    if value is None or value == 15:
        return None
    # NVMe base specification, device self-test log: 0 done; 5, 6, 7 failed; the others were stopped.
    return "passed" if value == 0 else "failed" if value in (5, 6, 7) else "aborted"


def _scsi_selftest(value: int | None) -> str | None:
    # SPC-4, self-test results log: 0 done, 1-2 stopped, 3-7 failed, 15 running.
    known = {0: "passed", 1: "aborted", 2: "aborted", 15: "running"}
    if value is None:
        return None
    return known.get(value, "failed" if 3 <= value <= 7 else None)
