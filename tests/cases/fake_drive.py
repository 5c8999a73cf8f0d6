#!/usr/bin/env python3
"""A drive that answers as smartctl 7.4 does: a self-test that runs for some polls, and counters that may grow later.

Its state is in the folder named by FAKE_DRIVE: `plan.json` says how it behaves, `asked` keeps every call.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

folder = Path(os.environ["FAKE_DRIVE"])
plan = json.loads((folder / "plan.json").read_text())
words = sys.argv[1:]
with (folder / "asked").open("a") as file:
    file.write(" ".join(words) + "\n")
state_path = folder / "state.json"
state = json.loads(state_path.read_text()) if state_path.exists() else {"polls": None, "log": plan["log"]}


def leave(said: dict[str, Any], status: int = 0) -> None:
    state_path.write_text(json.dumps(state))
    said["smartctl"] = {"version": [7, 4], "exit_status": status, **said.get("smartctl", {})}
    said.setdefault("device", {"name": words[-1], "type": "sat", "protocol": "ATA"})
    print(json.dumps(said))
    sys.exit(status)


def finish(value: int) -> None:
    state["polls"] = None
    state["log"] = [{"type": {"value": 1}, "status": {"value": value}, "lifetime_hours": 100}, *state["log"]]


if "-t" in words:
    if plan.get("refuses"):
        leave({"smartctl": {"messages": [{"string": plan["refuses"], "severity": "error"}]}}, 4)
    if plan.get("says"):
        leave({"smartctl": {"output": [plan["says"], ""]}})
    state["polls"] = 0
    leave({})
if "-X" in words:
    finish(16)
    leave({})
status: Any = {"value": state["log"][0]["status"]["value"] if state["log"] else 0}
if plan.get("mute") and "-x" not in words:
    leave({})
if state["polls"] is not None:
    state["polls"] += 1
    if state["polls"] > plan["polls"]:
        if plan.get("writes_log", True):
            finish(plan["result"])
        state["polls"] = None
        status = {"value": plan["result"]}
    else:
        status = {"value": 240 + max(1, 10 - state["polls"])}
log: Any = {"standard": {"revision": 1, "count": len(state["log"]), "table": state["log"]}} if state["log"] else {}
ata: Any = {"capabilities": {"self_tests_supported": plan.get("supported", True)},
       "self_test": {"status": status, "polling_minutes": {"short": plan.get("minutes", 1), "extended": 90}}}  # fmt: skip
said: dict[str, Any] = {"ata_smart_data": ata, "ata_smart_self_test_log": log}
if "-x" in words:
    reads = (folder / "asked").read_text().count(" -x ")
    counts = {5: ("Reallocated_Sector_Ct", 0), 197: ("Current_Pending_Sector", 0), 198: ("Offline_Uncorrectable", 0)}
    later = plan.get("later", {}) if reads > plan.get("later_from", 1) else {}
    rows = [
        {"id": number, "name": name, "value": 100, "thresh": 10, "flags": {"prefailure": False}, "when_failed": "",
         "raw": {"value": later.get(str(number), value), "string": str(later.get(str(number), value))}}
        for number, (name, value) in counts.items()
    ]  # fmt: skip
    said |= {"ata_smart_attributes": {"table": rows}, "smart_status": {"passed": True}, "rotation_rate": 5400,
             "smart_support": {"available": True, "enabled": True}, "power_on_time": {"hours": 100},
             "temperature": {"current": 30}, "model_name": "FAKE", "serial_number": "S1"}  # fmt: skip
leave(said)
