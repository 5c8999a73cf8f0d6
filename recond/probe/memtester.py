"""A real test of the memory by memtester: several at once, each on its share of what is free; what they printed, counted."""

from __future__ import annotations

import re
from collections.abc import Callable

from recond.core.ports import Command, Completed
from recond.core.words import N_

STEPS = 18
"""Patterns that memtester writes and reads back in one loop (4.5 and later, 64 bits), each ending with "ok"."""

RESERVE_BYTES = 300 << 20
RESERVE_SHARE = 0.10
"""Left to the system while the test runs: this much, or this share of what is free when that is more."""

SECONDS_A_MIB = 0.6
"""Far slower than any 64-bit PC: a 2009 laptop takes about a fifth of it."""

MIB = 1 << 20


def free_bytes(meminfo: bytes | None) -> int | None:
    """Return what /proc/meminfo calls available, in bytes."""
    found = re.search(rb"^MemAvailable:\s+(\d+) kB", meminfo or b"", re.MULTILINE)
    return int(found[1]) << 10 if found else None


def shares(free: int, workers: int) -> tuple[int, ...]:
    """Return how many MiB each of the workers tests, all of it together less than what is free; empty = too little."""
    usable = (free - max(RESERVE_BYTES, int(free * RESERVE_SHARE))) // MIB
    count = max(1, min(workers, usable // 64))
    return (usable // count,) * count if usable >= 16 else ()


def command(mib: int, total_mib: int, on_line: Callable[[str], None], stopping: Callable[[], bool]) -> Command:
    """Return the call that tests so many MiB once. `total_mib`: what all workers test together, for the deadline."""
    limit = 120 + SECONDS_A_MIB * total_mib
    return Command(("memtester", f"{mib}M", "1"), timeout_s=limit, on_line=on_line, stopping=stopping)


def is_step(line: str) -> bool:
    """Tell whether this line of memtester ends one of its patterns."""
    return re.search(r":\s.*\bok\b\s*$", _shown(line)) is not None


def _shown(line: str) -> str:
    # It draws its progress over itself with backspaces.
    return re.sub(r".\x08|\x08", "", line)


def tested_bytes(done: Completed) -> int:
    """Return how much it could lock and so tested; 0 when it did not come to its end."""
    if done.why is not None or b"Done." not in done.stdout:
        return 0
    got = re.findall(rb"got\s+\d+MB \((\d+) bytes\)", done.stdout)
    return int(got[-1]) if got else 0


def failures(done: Completed) -> tuple[str, ...]:
    """Return every failure it printed, cleaned; a status that tells of one counts when it printed none (memtester(8))."""
    text = (done.stdout + b"\n" + done.stderr).decode("utf-8", "replace")
    found = tuple(" ".join(hit.split())[:160] for hit in re.findall(r"FAILURE: [\x20-\x7e]*", text))
    if not found and done.status is not None and done.status & 0b110:
        return (f"memtester : code {done.status}",)
    return found


def why_unfinished(done: Completed) -> str | None:
    """Return why it did not test what was asked, None when it did."""
    if done.why is not None:
        return done.explain()
    if not failures(done) and not tested_bytes(done):
        return done.explain() if not done.ok else N_("memtester n'a rien testé")
    return None
