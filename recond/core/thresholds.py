"""The limits of the health verdicts, from `thresholds.toml` in this package: every rule with its numbers and their source.

A workshop cannot change them: a verdict must mean the same on every label, and a limit raised to save a disk would be
read by others as a sound disk.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from recond.core.errors import ConfigurationFault
from recond.core.words import N_, joined

FALLS = frozenset({"battery.health_pct", "battery.load_minutes"})
"""Rules whose reading is good when it is high: there `fail` is below `watch`."""


@cache
def thresholds() -> dict[str, Any]:
    """Return the limits by group and rule, read once. Raises ConfigurationFault when the file shipped is not sound."""
    found = tomllib.loads(Path(__file__).with_name("thresholds.toml").read_text(encoding="utf-8"))
    errors = faults(found)
    if errors:
        raise ConfigurationFault(joined(": ", ("thresholds.toml", joined("; ", errors))), N_("réinstallez recond"))
    return found


def faults(limits: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a table of limits, one sentence a rule; empty when it is sound."""
    found: list[str] = []
    for group, rules in limits.items():
        if not isinstance(rules, Mapping):
            found.append(N_("{group} : une table de règles est attendue").format(group=group))
            continue
        found += [
            joined(": ", (f"{group}.{name}", why))
            for name, rule in rules.items()
            if (why := _fault(f"{group}.{name}", rule))
        ]
    return found


def _fault(name: str, rule: object) -> str | None:
    if not isinstance(rule, Mapping):
        return N_("une table est attendue")
    source = rule.get("source")
    if not isinstance(source, str) or not source.strip():
        return N_("sa source manque")
    numbers = {key: value for key, value in rule.items() if key != "source"}
    if not numbers or any(isinstance(value, bool) or not isinstance(value, int) for value in numbers.values()):
        return N_("des nombres entiers sont attendus")
    watch, fail = rule.get("watch"), rule.get("fail")
    if watch is not None and fail is not None and (fail >= watch if name in FALLS else fail <= watch):
        return N_("« fail » doit être plus grave que « watch »")
    return None
