"""The disk table said a second time, for check-corpus: read straight from the answer, sharing no code with the readers
and rules of `recond` (two independent readings that agree are worth something, one that agrees with itself is not)."""

from __future__ import annotations

import re
from typing import Any

FAIL, WATCH, PASS, UNKNOWN = "fail", "watch", "pass", "unknown"
LEFT = re.compile(
    r"wear_?level|wearout|life_?left|life_?time_left|life_?(time_)?remain|remain\w*_life|rated_life_remain|drive_life_rem",
    re.I,
)
USED = re.compile(r"life_?used|life_?time_used", re.I)
COUNTS_DOWN_IN_RAW = ("ssd_life_left", "remaining_lifetime_perc", "percent_life_remaining")
CENTURY_HOURS = 1_000_000
"""More hours than a century has: the drive counts in another unit (old Samsung: half minutes)."""

ROW = re.compile(
    r"^ *(?P<id>\d+) (?P<name>\S+) +(?P<flags>0x[0-9a-f]{4}|[A-Z-]{6}\+?) +(?P<value>\d+|---) +\S+ +(?P<limit>\d+|---) +"
    r"(?:(?P<kind>Pre-fail|Old_age) +\S+ +)?(?P<when>-|NOW|Past|FAILING_NOW|In_the_past) +(?P<raw>\S.*)$",
    re.M,
)


NOTHING: dict[str, Any] = {"exit": 2, "rows": [], "nvme": {}, "passed": None, "hours": None, "test": None}
"""The facts of an answer that cannot be read."""


def lead(value: object) -> int | None:
    """Return the leading number of a raw string; packed ones ("0x…", "1/2") and giants are none."""
    found = re.match(r"(\d{1,11})(?![\da-zA-Z])", str(value).strip())
    return int(found[1]) if found and int(found[1]) < 2**32 else None


def facts_of_json(said: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of a smartctl JSON."""
    rows = []
    for row in (said.get("ata_smart_attributes") or {}).get("table") or []:
        flags = row.get("flags") or {}
        rows.append(
            (row.get("id"), str(row.get("name")), row.get("value"), row.get("thresh"), bool(flags.get("prefailure")),
             str(row.get("when_failed") or "").lower(), (row.get("raw") or {}).get("string"))
        )  # fmt: skip
    pages = (said.get("ata_device_statistics") or {}).get("pages") or []
    used = [s.get("value") for p in pages if p for s in p.get("table") or [] if "Percentage Used" in str(s.get("name"))]
    test = None
    for log in ("extended", "standard"):
        table = ((said.get("ata_smart_self_test_log") or {}).get(log) or {}).get("table")
        test = test or (str((table[0].get("status") or {}).get("string")) if table else None)
    nvme_tests = (said.get("nvme_self_test_log") or {}).get("table")
    if nvme_tests:
        test = str((nvme_tests[0].get("self_test_result") or {}).get("string"))
    if "scsi_self_test_0" in said:
        test = str((said["scsi_self_test_0"].get("result") or {}).get("string"))
    if test is None:
        test = ((((said.get("ata_smart_data") or {}).get("self_test") or {}).get("status")) or {}).get("string")
        test = None if test is None or "completed without error" in test else str(test)
    scsi_used = said.get("scsi_percentage_used_endurance_indicator")
    support = said.get("smart_support") or {}
    power_on = (said.get("power_on_time") or {}).get("hours")
    hours = (said.get("nvme_smart_health_information_log") or {}).get("power_on_hours", power_on)
    off = support.get("available") is False or support.get("enabled") is False
    return {
        "exit": (said.get("smartctl") or {}).get("exit_status", 2),
        "passed": None if off else (said.get("smart_status") or {}).get("passed"),
        "protocol": (said.get("device") or {}).get("protocol")
        or ("NVMe" if "nvme_smart_health_information_log" in said else "ATA" if rows else "SCSI"),
        "rpm": said.get("rotation_rate"),
        "rows": rows,
        "stat_used": next((v for v in used if isinstance(v, int)), None),
        "endurance": (said.get("endurance_used") or {}).get("current_percent"),
        "scsi_used": (said.get("endurance_used") or {}).get("current_percent") if scsi_used is None else scsi_used,
        "hours": hours if isinstance(hours, int) and hours <= CENTURY_HOURS else None,
        "celsius": (said.get("temperature") or {}).get("current"),
        "test": test,
        "nvme": said.get("nvme_smart_health_information_log") or {},
        "defects": said.get("scsi_grown_defect_list"),
    }


def facts_of_text(text: str) -> dict[str, Any]:
    """Return the same facts of a `smartctl -x` text."""

    def first(pattern: str) -> str | None:
        found = re.search(pattern, text, re.M)
        return found[1].strip() if found else None

    def whole(pattern: str) -> int | None:
        value = first(pattern)
        return int(re.sub(r"[^\d]", "", value)) if value and re.search(r"\d", value) else None

    rows = []
    for row in ROW.finditer(text):
        prefail = row["kind"] == "Pre-fail" if row["kind"] else row["flags"].startswith("P")
        numbers = [int(row[key]) if row[key].isdecimal() else None for key in ("value", "limit")]
        rows.append((int(row["id"]), row["name"], *numbers, prefail, row["when"].lower(), row["raw"]))
    overall, health = first(r"overall-health self-assessment test result: (\w+)"), first(r"^SMART Health Status: (.*)$")
    warning = first(r"^Critical Warning: +0x([0-9a-f]+)")
    verdicts = {"PASSED": True, "FAILED": False}
    nvme_keys = {"available_spare": "Available Spare", "available_spare_threshold": "Available Spare Threshold",
                 "percentage_used": "Percentage Used", "media_errors": "Media and Data Integrity Errors"}  # fmt: skip
    nvme: dict[str, Any] = {key: whole(rf"^{words}: +([\d.,]+)") for key, words in nvme_keys.items()}
    nvme["critical_warning"] = int(warning, 16) if warning else None
    used = first(r"^0x07 +0x008 +1 +(\d+) ")
    hours = first(r"^ *9 Power_On_\S+ .* (\d+)(?:h\+\S+| \(.*\))?$") or whole(r"^Power On Hours: +([\d.,]+)")
    hours = hours or first(r"number of hours powered up = (\d+)") or first(r"power on time, hours:minutes (\d+):")
    celsius = whole(r"^Current (?:Drive )?Temperature: +(\d+) C")
    sensors = {number: lead(raw) for number, *_, raw in rows if number in (190, 194)}
    for number in (194, 190):
        celsius = sensors.get(number) if celsius is None else celsius
    off = re.search(r"^SMART support is: +(?:Unavailable|Disabled)|^SMART Disabled\.", text, re.M)
    bits = 8 if overall == "FAILED" else 0
    if any(
        when in ("past", "in_the_past") or (when in ("now", "failing_now") and not pre) for *_, pre, when, _ in rows
    ):
        bits |= 32
    first_good = re.search(r"^# ?\d+ +Extended \S+ +Completed without error", text, re.M)
    if re.search(r"^# ?\d+ .*(Completed: |Fatal)", text[: first_good.start()] if first_good else text, re.M):
        bits |= 128
    return {
        "exit": bits if overall or health or rows or any(v is not None for v in nvme.values()) else 2,
        "passed": None if off else verdicts.get(overall) if overall else (health == "OK" if health else None),
        "protocol": "NVMe" if warning or "(NVMe Log 0x02" in text else "SCSI" if health else "ATA",
        "rpm": 0 if first(r"^Rotation Rate: +(Solid)") else whole(r"^Rotation Rate: +(\d+) rpm"),
        "rows": rows,
        "stat_used": int(used) if used else None,
        "endurance": None,
        "scsi_used": whole(r"^Percentage used endurance indicator: +(\d+)"),
        "hours": int(hours) if hours is not None else None,
        "celsius": celsius,
        "test": first(r"^# ?1 +\S+ \S+ +(\S.*)$") or first(r"^ *0 +(?:Short|Extended) +(\S.*)$"),
        "nvme": nvme,
        "defects": whole(r"^Elements in grown defect list: (\d+)"),
    }


def _at(value: Any, watch: int | None, fail: int | None = None) -> str:
    if not isinstance(value, int):
        return PASS
    return FAIL if fail is not None and value >= fail else WATCH if watch is not None and value >= watch else PASS


def wear(facts: dict[str, Any]) -> tuple[int | None, bool]:
    """Return the percentage used and whether its sources contradict each other."""
    found = [v for v in (facts["stat_used"], facts["endurance"]) if isinstance(v, int)]
    for _, name, value, _, _, _, raw in facts["rows"]:
        if USED.search(name) and (number := lead(raw)) is not None and number <= 255:
            found.append(number)
        elif LEFT.search(name) and isinstance(value, int) and value <= 100:
            found.append(100 - value)
            number = lead(raw)
            if name.lower() in COUNTS_DOWN_IN_RAW and number is not None and 2 <= number <= 100:
                found.append(100 - number)
    if not found:
        return None, False
    return (max(found), True) if max(found) - min(found) > 10 else (found[0], False)


def table(facts: dict[str, Any]) -> str:
    """Return the verdict that the table of the trade gives to these facts."""
    status = facts["exit"]
    if not isinstance(status, int) or status & 3:
        return UNKNOWN
    found = [FAIL if facts["passed"] is False else PASS, FAIL if status & 24 else PASS, WATCH if status & 160 else PASS]
    test = str(facts["test"] or "").lower()
    if any(word in test for word in ("fail", "fatal", "damage", "unknown error")):
        found.append(FAIL)
    elif "abort" in test or "interrupt" in test:
        found.append(WATCH)
    counted = 0
    kind = {"NVMe": _nvme, "SCSI": _scsi}.get(str(facts["protocol"]), _ata)
    more, counted = kind(facts)
    found += more
    for verdict in (FAIL, WATCH):
        if verdict in found:
            return verdict
    return PASS if facts["passed"] is True and counted else UNKNOWN


def _nvme(facts: dict[str, Any]) -> tuple[list[str], int]:
    log = facts["nvme"]
    bits, used = log.get("critical_warning") or 0, log.get("percentage_used")
    spare, limit = log.get("available_spare"), log.get("available_spare_threshold")
    low = isinstance(spare, int) and isinstance(limit, int) and spare < limit
    fine = isinstance(spare, int) and isinstance(limit, int) and not low
    found = [_at(used, 80, 100), _at(log.get("media_errors"), 1, 10), FAIL if low else PASS]
    if bits & ~2:
        found.append(WATCH if bits == 4 and isinstance(used, int) and used >= 100 and fine else FAIL)
    elif bits:
        found.append(WATCH)
    return found, sum(isinstance(value, int) for value in (used, log.get("media_errors")))


def _scsi(facts: dict[str, Any]) -> tuple[list[str], int]:
    used = facts["scsi_used"]
    found = [_at(facts["defects"], 1, 17), _at(used, 80, 100), _at(facts["hours"], 50001, 60001)]
    return found, sum(isinstance(value, int) for value in (used, facts["defects"]))


def _ata(facts: dict[str, Any]) -> tuple[list[str], int]:
    found: list[str] = []
    counts: dict[int, int | None] = {}
    for number, name, value, limit, prefail, when, raw in facts["rows"]:
        both = isinstance(value, int) and isinstance(limit, int)
        now = when in ("now", "failing_now") or (both and 0 < limit < 254 and value <= limit)
        found.append((FAIL if prefail or (number == 184 and "nd-to" in name) else WATCH) if now else PASS)
        words = {5: "reallocat|retired", 197: "pending", 198: "uncorr", 187: "uncorr", 10: "spin_retry", 184: "end-to",
                 199: "crc"}  # fmt: skip
        if isinstance(number, int) and number in words and re.search(words[number], name, re.I):
            counts.setdefault(number, lead(raw))
    used, disagree = wear(facts)
    if facts["rpm"] == 0 or (facts["rpm"] is None and used is not None):
        found += [_at(used, 80, 100), WATCH if disagree else PASS]
        found += [_at(counts.get(187), 1, 10), _at(counts.get(198), 1, 10), _at(counts.get(199), 101)]
    else:
        limits = {5: (1, 17), 197: (1, 3), 198: (1, 1), 187: (1, 10), 10: (1, None), 184: (1, None), 199: (101, None)}
        found += [_at(counts.get(number), *pair) for number, pair in limits.items()]
        celsius = facts["celsius"] if (facts["celsius"] or 0) <= 150 else None
        found += [_at(facts["hours"], 50001, 60001), _at(celsius, 51, 61)]
    read = [counts.get(number) for number in (5, 197, 198, 187)] + [used]
    return found, sum(value is not None for value in read)
