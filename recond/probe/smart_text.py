"""`smartctl -x` as plain text, for when there is no JSON: an old smartctl, or an output somebody kept.

The text is turned into the same shape as smartctl's JSON, so that one reader and one table of rules judge both. Layouts:
smartmontools 5.40 to 7.5, attributes in the old, the brief or the hexadecimal format (smartctl(8), -f).
"""

from __future__ import annotations

import re
from typing import Any

from recond.core.text import clean

MAX_LINES = 20_000
MAX_LINE = 400
"""Real texts have some hundred lines of less than 200 characters; what is longer is not read further."""

OLD_ROW = re.compile(
    r"^\s*(0x[0-9a-f]{2}|\d{1,3}) (\S+)\s+0x([0-9a-f]{4})\s+(\d{1,3}|---)\s+(?:\d{1,3}|---)\s+(\d{1,3}|---)"
    r"\s+(Pre-fail|Old_age)\s+(?:Always|Offline)\s+(-|FAILING_NOW|In_the_past)\s+(\S.*)$"
)
BRIEF_ROW = re.compile(
    r"^\s*(0x[0-9a-f]{2}|\d{1,3}) (\S+)\s+([P-][O-][S-][R-][C-][K-]\+?)\s+(\d{1,3}|---)\s+(?:\d{1,3}|---)\s+(\d{1,3}|---)"
    r"\s+(-|NOW|Past)\s+(\S.*)$"
)
HEX_FLAGS_ROW = re.compile(
    r"^\s*(0x[0-9a-f]{2}|\d{1,3}) (\S+)\s+0x([0-9a-f]{4})\s+(\d{1,3}|---)\s+(?:\d{1,3}|---)\s+(\d{1,3}|---)"
    r"\s+(-|NOW|Past)\s+(\S.*)$"
)
STATISTIC = re.compile(r"^0x([0-9a-f]{2})\s+0x[0-9a-f]{3}\s+\d\s+(-|\d+)\s+(\S{3})\s+(\S.*)$")
TEST_ROW = re.compile(r"^\s*#\s?\d{1,2}\s+(\S.*)$")
NVME_TEST_ROW = re.compile(r"^\s*\d{1,2}\s+(?:Short|Extended|Vendor\S*)\s+(\S.*)$")
ATA_TESTS = (
    ("Completed without error", 0),
    ("Aborted by host", 1),
    ("Interrupted (host reset)", 2),
    ("Fatal or unknown error", 3),
    ("Completed: unknown failure", 4),
    ("Completed: electrical failure", 5),
    ("Completed: servo/seek failure", 6),
    ("Completed: read failure", 7),
    ("Completed: handling damage", 8),
    ("Self-test routine in progress", 15),
)
"""smartctl's words for the self-test execution status of ATA8-ACS."""

TEST_WORDS = (
    (("completed without error",), 0),
    (("in progress",), 15),
    (("aborted", "interrupted"), 1),
    (("fail", "fatal", "unknown error"), 7),
    (("completed",), 0),
)
"""The same for NVMe and SCSI, by what the words say (NVMe base specification and SPC-4 number them alike: 7 failed)."""


def to_json(text: str, exit_status: int | None = None) -> dict[str, Any] | None:
    """Return a text in the shape of smartctl's JSON, None when it is no answer of smartctl about a disk.

    `exit_status`: smartctl's own where it is known; else it is made of the bits that the text itself bears out. Never
    raises.
    """
    lines = [line[:MAX_LINE].rstrip() for line in text.splitlines()[:MAX_LINES]]
    if not any(line.startswith("smartctl ") for line in lines[:50]):
        return None
    said = _fields(lines)
    rows = [row for line in lines if (row := _attribute(line)) is not None]
    protocol = _protocol(lines, said, rows)
    made: dict[str, Any] = {"device": {"protocol": protocol, "type": None}, "rotation_rate": _rotation(said)}
    made |= _support(lines, said)
    passed = _passed(said)
    if passed is not None:
        made["smart_status"] = {"passed": passed}
    if protocol == "NVMe":
        made |= _nvme(lines, said)
    elif protocol == "SCSI":
        made |= _scsi(lines, said)
    elif protocol == "ATA":
        made |= _ata(lines, said, rows)
    status = exit_status if exit_status is not None else _status(made, answered=protocol is not None)
    made["smartctl"] = {
        "exit_status": status,
        "messages": _messages(lines),
        "output": [_old_layout(line) for line in lines],
    }
    made["firmware_version"] = clean(said.get("firmware version") or said.get("revision"))
    return made


def _fields(lines: list[str]) -> dict[str, str]:
    # "Name:   value", the first of each name; names folded to lower case.
    found: dict[str, str] = {}
    for line in lines:
        name, separator, value = line.partition(":")
        if separator and 0 < len(name) <= 60 and value.strip():
            found.setdefault(" ".join(name.lower().split()), value.strip())
    return found


def _protocol(lines: list[str], said: dict[str, str], rows: list[dict[str, Any]]) -> str | None:
    if any("(NVMe Log 0x02" in line for line in lines) or "critical warning" in said or "nvme version" in said:
        return "NVMe"
    if rows or "device model" in said or "ata version is" in said or "sata version is" in said:
        return "ATA"
    if (
        "smart health status" in said
        or ("vendor" in said and "product" in said)
        or "elements in grown defect list" in said
    ):
        return "SCSI"
    return "NVMe" if "model number" in said else None


def number(value: str | None) -> int | None:
    """Return the leading whole number of a value, with whatever the locale puts between thousands: "4,483,410 [2 TB]"."""
    found = re.match(r"(0x[0-9a-fA-F]{1,16}|\d{1,3}(?:[,.'\u2019\u00a0\u202f ]\d{3})+(?!\d)|\d{1,20})", value or "")
    if found is None:
        return None
    digits = found[1]
    return int(digits, 16) if digits.startswith("0x") else int(re.sub(r"\D", "", digits))


def _rotation(said: dict[str, str]) -> int | None:
    rate = said.get("rotation rate")
    return 0 if rate == "Solid State Device" else number(rate)


def _support(lines: list[str], said: dict[str, str]) -> dict[str, Any]:
    texts = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("smart support is:")]
    if any(text.startswith("Unavailable") for text in texts):
        return {"smart_support": {"available": False}}
    if any(text.startswith("Disabled") for text in texts) or any(line.startswith("SMART Disabled.") for line in lines):
        return {"smart_support": {"available": True, "enabled": False}}
    return {}


def _passed(said: dict[str, str]) -> bool | None:
    result = said.get("smart overall-health self-assessment test result")
    if result is not None:
        return {"PASSED": True}.get(result, False if result.startswith("FAILED") else None)
    health = said.get("smart health status")
    # SCSI: anything else is the sense code of a failure prediction ("FIRMWARE IMPENDING FAILURE …").
    return None if health is None else health == "OK"


def _attribute(line: str) -> dict[str, Any] | None:
    old = OLD_ROW.match(line)
    if old:
        number_, name, flags, value, limit, kind, failed, raw = old.groups()
        prefail = kind == "Pre-fail"
    elif brief := BRIEF_ROW.match(line) or HEX_FLAGS_ROW.match(line):
        number_, name, flags, value, limit, failed, raw = brief.groups()
        prefail = flags.startswith("P") or (flags[0].isdigit() and bool(int(flags, 16) & 1))
    else:
        return None
    when = {"FAILING_NOW": "now", "NOW": "now", "In_the_past": "past", "Past": "past"}.get(failed, "")
    row: dict[str, Any] = {"id": int(number_, 0 if number_.startswith("0x") else 10), "name": name}
    row |= {"flags": {"prefailure": prefail}, "when_failed": when, "raw": {"string": raw}}
    row |= {key: int(text) for key, text in (("value", value), ("thresh", limit)) if text.isdecimal()}
    return row


def _old_layout(line: str) -> str:
    """Return an attribute's line in the old format, which is the only one that pySMART reads; others unchanged."""
    row = None if OLD_ROW.match(line) else _attribute(line)
    if row is None:
        return line
    kind = "Pre-fail" if row["flags"]["prefailure"] else "Old_age "
    when = {"now": "FAILING_NOW", "past": "In_the_past"}.get(row["when_failed"], "-")
    value, limit = (f"{row[key]:03d}" if key in row else "---" for key in ("value", "thresh"))
    flags = int(row["flags"]["prefailure"])
    return (
        f"{row['id']:3d} {row['name']:<23} 0x{flags:04x}   {value}   {value}   {limit}    {kind}  Always   "
        f"{when:>11} {row['raw']['string']}"
    )


def _ata(lines: list[str], said: dict[str, str], rows: list[dict[str, Any]]) -> dict[str, Any]:
    statistics = _statistics(lines)
    by_name = {str(row["name"]).lower(): str(row["raw"]["string"]) for row in rows}
    by_number = {row["id"]: str(row["raw"]["string"]) for row in rows}
    known = {row["name"]: row["value"] for row in statistics if row["flags"]["valid"]}
    hours = next((number(raw) for name, raw in by_name.items() if name.startswith("power_on_")), None)
    degrees = number(said.get("current temperature"))
    for raw in (by_number.get(194), by_number.get(190)):
        degrees = number(raw) if degrees is None else degrees
    made: dict[str, Any] = {
        "ata_smart_attributes": {"table": rows},
        "ata_device_statistics": {"pages": [{"table": statistics}]},
        "ata_smart_self_test_log": {"extended": {"table": _ata_tests(lines)}},
        "power_on_time": {"hours": known.get("Power-on Hours") if hours is None else hours},
        "temperature": {"current": known.get("Current Temperature") if degrees is None else degrees},
        "power_cycle_count": number(by_name.get("power_cycle_count")),
    }
    running = re.search(r"^Self-test execution status:\s+\(\s*(\d{1,3})\)", "\n".join(lines), re.M)
    if running:
        made["ata_smart_data"] = {"self_test": {"status": {"value": int(running[1])}}}
    return made


def _statistics(lines: list[str]) -> list[dict[str, Any]]:
    rows = []
    for line in lines:
        found = STATISTIC.match(line)
        if found:
            value = int(found[2]) if found[2] != "-" and len(found[2]) < 20 else None
            rows.append({"name": found[4], "value": value, "flags": {"valid": value is not None}})
    return rows


def _tests(lines: list[str], pattern: re.Pattern[str]) -> list[str]:
    # The rows below the heading "Num  Test_Description  Status …" (ATA), "Num  Test  Status …" (NVMe, SCSI), or below the
    # log's own title where the heading was lost.
    found, inside = [], False
    for line in lines:
        if re.match(r"^\s*Num\s+Test|.*Self-test Log\b", line, re.I):
            inside = True
        elif inside and (row := pattern.match(line)):
            found.append(row[1])
        elif inside and not line.strip() and found:
            break
    return found


def _ata_tests(lines: list[str]) -> list[dict[str, Any]]:
    rows = []
    for text in _tests(lines, TEST_ROW):
        code = next((code for words, code in ATA_TESTS if words in text), None)
        if code is not None:
            rows.append({"type": {"string": text}, "status": {"value": code << 4}})
    return rows


def _code(text: str) -> int | None:
    folded = text.lower()
    return next((code for words, code in TEST_WORDS if any(word in folded for word in words)), None)


def outcome(words: str) -> str | None:
    """Return what the words of a self-test's result mean: passed, aborted, failed or running; None = nothing known."""
    known = {0: "passed", 1: "aborted", 7: "failed", 15: "running"}
    code = _code(words)
    return None if code is None else known.get(code)


def _nvme(lines: list[str], said: dict[str, str]) -> dict[str, Any]:
    keys = {
        "critical_warning": "critical warning",
        "available_spare": "available spare",
        "available_spare_threshold": "available spare threshold",
        "percentage_used": "percentage used",
        "media_errors": "media and data integrity errors",
        "power_on_hours": "power on hours",
    }
    log = {key: found for key, name in keys.items() if (found := number(said.get(name))) is not None}
    codes = [_code(text) for text in _tests(lines, NVME_TEST_ROW)]
    return {
        "nvme_smart_health_information_log": log,
        "nvme_self_test_log": {"table": [{"self_test_result": {"value": code}} for code in codes if code is not None]},
        "temperature": {"current": number(said.get("temperature"))},
        "power_cycle_count": number(said.get("power cycles")),
    }


def _scsi(lines: list[str], said: dict[str, str]) -> dict[str, Any]:
    whole = "\n".join(lines)
    up = re.search(r"number of hours powered up = (\d+)|power on time, hours:minutes (\d+):", whole)
    codes = [code for text in _tests(lines, TEST_ROW) if (code := _code(text)) is not None]
    made: dict[str, Any] = {
        "scsi_grown_defect_list": number(said.get("elements in grown defect list")),
        "scsi_percentage_used_endurance_indicator": number(said.get("percentage used endurance indicator")),
        "temperature": {"current": number(said.get("current drive temperature"))},
        "power_on_time": {"hours": int(up[1] or up[2]) if up and len(up[1] or up[2]) < 12 else None},
    }
    return made | ({"scsi_self_test_0": {"result": {"value": codes[0]}}} if codes else {})


def _messages(lines: list[str]) -> list[dict[str, str]]:
    # Why smartctl gave up stands alone, without a heading; the first lines are its version and copyright.
    plain = [line for line in lines if line and not line.startswith(("smartctl ", "Copyright", "===", "#"))]
    return [{"string": line} for line in plain[:1]]


def _status(made: dict[str, Any], *, answered: bool) -> int:
    """Return the bits of smartctl(8)'s exit status that the text bears out."""
    status = 0 if answered else 0b10
    if (made.get("smart_status") or {}).get("passed") is False:
        status |= 1 << 3
    for row in (made.get("ata_smart_attributes") or {}).get("table", ()):
        if row["when_failed"] == "now" and row["flags"]["prefailure"]:
            status |= 1 << 4
        elif row["when_failed"]:
            status |= 1 << 5
    for row in ((made.get("ata_smart_self_test_log") or {}).get("extended") or {}).get("table", ()):
        code = row["status"]["value"] >> 4
        if code == 0 and "Extended" in row["type"]["string"]:
            break  # failures older than a complete test without error are outdated
        if 3 <= code <= 8:
            status |= 1 << 7
    return status
