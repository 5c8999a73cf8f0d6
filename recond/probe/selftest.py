"""A drive's own self-test by smartctl: starting it, asking how far it is, stopping it, and what its log says of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum

from recond.core.ports import Command, Completed
from recond.core.text import clean
from recond.core.words import N_
from recond.probe.smart_json import Json, dig, listed, whole

DEADLINE_S = 20.0


class Length(StrEnum):
    """The two tests that every kind of drive knows: a minute or two, and the whole surface."""

    SHORT = "short"
    LONG = "long"


DEFAULT_MINUTES = {Length.SHORT: 2, Length.LONG: 180}
"""Where the drive does not say: NVMe promises a short test in two minutes (base specification, device self-test)."""


@dataclass(frozen=True, slots=True)
class Polled:
    """Whether a test runs now, and how much of it is done in per cent (None = the drive does not say)."""

    running: bool
    done_pct: int | None = None


def start(path: str, length: Length) -> Command:
    """Return the call that starts a test; it works in the background and changes no data."""
    return _call(("-t", length.value), path)


def poll(path: str) -> Command:
    """Return the call that asks how far the test is, without touching the medium."""
    return _call(("-c", "-l", "selftest"), path)


def abort(path: str) -> Command:
    """Return the call that stops a test."""
    return _call(("-X",), path)


def _call(words: tuple[str, ...], path: str) -> Command:
    return Command(("smartctl", "--json=o", *words, path), timeout_s=DEADLINE_S)


def load(done: Completed) -> Json | None:
    """Return smartctl's JSON, None when it did not answer."""
    try:
        said = json.loads(done.stdout.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def why_no_test(said: Json) -> str | None:
    """Return why the drive has no self-test, None when it has (or does not say: starting it will tell)."""
    if dig(said, "ata_smart_data", "capabilities", "self_tests_supported") is False:
        return N_("ce disque n'a pas d'autotest")
    if dig(said, "nvme_optional_admin_commands", "self_test") is False:
        return N_("ce disque n'a pas d'autotest")
    # smartctl 7.4 tells of NVMe's commands in its text alone; bit 4 is the self-test (base specification, OACS).
    for line in _output(said):
        commands = re.match(r"Optional Admin Commands \(0x([0-9a-fA-F]{1,4})\)", line)
        if (commands and not int(commands[1], 16) & 0x10) or line == "Self-tests not supported":
            return N_("ce disque n'a pas d'autotest")
    return None


def _output(said: Json | None) -> list[str]:
    return [text for line in listed(dig(said or {}, "smartctl", "output")) if (text := clean(str(line)))]


def why_not_started(done: Completed) -> str | None:
    """Return why the test did not start, None when it did (or one is under way already, which will do as well)."""
    if done.why is not None:
        return done.explain()
    said = load(done)
    status = whole(dig(said, "smartctl", "exit_status"), 255) if said else done.status
    # smartctl(8): bits 0 to 2 tell of a command that failed; the others speak of the drive's past.
    if status is not None and not status & 0b111:
        return None
    texts = [clean(str(dig(line, "string") or "")) for line in listed(dig(said or {}, "smartctl", "messages"))]
    texts += _output(said)
    if any(text and "without aborting current test" in text for text in texts):
        return None
    reason = next((text for text in texts if text and _says_why(text)), None)
    return N_("le disque l'a refusé ({reason})").format(reason=reason) if reason else N_("le disque l'a refusé")


def _says_why(text: str) -> bool:
    return any(word in text.lower() for word in ("not support", "fail", "can't", "unable", "error", "invalid"))


def minutes(said: Json, length: Length) -> int:
    """Return how long the drive says its test takes, in minutes."""
    key = "short" if length is Length.SHORT else "extended"
    told = whole(dig(said, "ata_smart_data", "self_test", "polling_minutes", key), 6000)
    seconds = whole(dig(said, "scsi_extended_self_test_seconds"), 360_000) if length is Length.LONG else None
    return told or (seconds // 60 + 1 if seconds else DEFAULT_MINUTES[length])


def progress(said: Json) -> Polled | None:
    """Return how far the test is; None when this answer does not tell whether one runs."""
    status = whole(dig(said, "ata_smart_data", "self_test", "status", "value"), 255)
    if status is not None:
        # ATA8-ACS, self-test execution status: 15 in the high four bits = running, the low four = tenths left.
        running = status >> 4 == 15
        return Polled(running, 100 - 10 * min(status & 15, 10) if running else None)
    operation = whole(dig(said, "nvme_self_test_log", "current_self_test_operation", "value"), 15)
    if operation is not None:
        done = whole(dig(said, "nvme_self_test_log", "current_self_test_completion_percent"), 100)
        return Polled(operation != 0, done if operation else None)
    last = whole(dig(said, "scsi_self_test_0", "result", "value"), 15)
    return None if last is None else Polled(last == 15)


def log_of(said: Json) -> str:
    """Return the log of past tests as one text, to tell whether a test left its line in it."""
    kept = [dig(said, "ata_smart_self_test_log"), dig(said, "nvme_self_test_log", "table")]
    kept += [dig(said, f"scsi_self_test_{number}") for number in range(20)]
    return json.dumps(kept, sort_keys=True)
