"""How far an overwrite is, kept so that it can go on after a kill or a power cut.

What is kept is never believed: a resumed wipe is proved by reading back the whole disk.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from recond.core import canonical
from recond.core.errors import RecondError
from recond.core.verdict import ByteRange
from recond.erase.medium.buffers import CHUNK
from recond.erase.method import Job

SCHEMA = "recond.wipe-state/1"


@dataclass(slots=True)
class Progressed:
    """`written`: below it every byte was accepted by the drive. `safe`: below it every byte was flushed too; after a
    power cut only that counts, because a drive's cache is lost. `seed` is the keystream's, empty for zeros."""

    seed: bytes
    written: int = 0
    safe: int = 0
    bad: tuple[ByteRange, ...] = field(default=())

    def save(self, job: Job, *, power_lost: bool = False) -> None:
        """Keep it. A stick that is full or gone must not stop a wipe: then there is nothing to go on from."""
        state = {
            "schema": SCHEMA,
            "method": job.item.method,
            "disk": job.disk.identity,
            "seed": self.seed.hex(),
            "written": self.written,
            "safe": self.safe,
            "boot_id": None if power_lost else job.host.moment().boot_id,
            "bad": [[one.offset, one.length] for one in self.bad],
        }
        with contextlib.suppress(OSError, RecondError):
            job.states.save(job.disk.key, state)


def forget(job: Job) -> None:
    """Forget the state of a wipe that has ended."""
    with contextlib.suppress(OSError, RecondError):
        job.states.clear(job.disk.key)


def load(job: Job) -> Progressed | None:
    """Return where this disk's wipe stopped, None when there is nothing (or nothing usable) to go on from."""
    state = job.states.load(job.disk.key)
    if state is None or state.get("schema") != SCHEMA or state.get("method") != job.item.method:
        return None
    if state.get("disk") != canonical.plain(job.disk.identity):
        return None
    try:
        return _read(state, same_boot=state["boot_id"] == job.host.moment().boot_id, size=job.disk.identity.size_bytes)
    except (KeyError, TypeError, ValueError):
        return None


def _read(state: Mapping[str, Any], *, same_boot: bool, size: int) -> Progressed | None:
    written, safe = int(state["written"]), int(state["safe"])
    if not 0 <= safe <= written <= size:
        return None
    seed = bytes.fromhex(state["seed"])
    bad = tuple(ByteRange(int(offset), int(length)) for offset, length in state["bad"])
    start = written if same_boot else safe
    start -= start % CHUNK  # direct input/output wants whole blocks; a chunk written twice costs nothing
    return Progressed(seed, start, min(safe, start), bad)
