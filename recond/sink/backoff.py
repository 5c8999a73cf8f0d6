"""When to try again: soon at first, then less and less often, and never a whole workshop at the same second."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from recond.core.words import N_
from recond.sink.outbox import Outbox
from recond.sink.push import Pushed, push

FIRST_S, LONGEST_S = 5.0, 300.0
LOOK_S = 10.0
"""How often the outbox is looked at while nothing waits."""

JITTER = 0.5


def waits(random: Callable[[], float]) -> Iterator[float]:
    """Return seconds to wait: 5, 10, 20 … 300, each shortened by up to half by `random` (from 0 to 1).

    Without it, twenty sticks that lost the server together would all come back at the same moment.
    """
    wait = FIRST_S
    while True:
        yield wait * (1 - JITTER * random())
        wait = min(LONGEST_S, wait * 2)


@dataclass(frozen=True, slots=True)
class Watch:
    """Pushes an outbox for as long as the machine runs. `random` as for `waits`; `sleep` waits so many seconds;
    `tell` is told each result that sent something or says something new; `find` looks for the server elsewhere when it
    cannot be reached (what it returns is true when it was found)."""

    outbox: Outbox
    enrolment: Path
    random: Callable[[], float]
    sleep: Callable[[float], None] = time.sleep
    tell: Callable[[Pushed], None] = lambda done: None
    find: Callable[[], object] = lambda: None

    def run(self, rounds: int | None = None) -> Pushed:
        """Push until the server no longer knows this stick, or `rounds` times; return the last result.

        A changed enrolment file (another server, a renewed key) is read at each try.
        """
        tries, last = waits(self.random), ""
        done = Pushed(0, 0, 0, True)
        while rounds is None or rounds > 0:
            rounds = None if rounds is None else rounds - 1
            done = push(self.outbox, self.enrolment)
            if done.stored or done.refused or (done.why or "") != last:
                self.tell(done)
                last = done.why or ""
            if done.unknown_key or not done.enrolled:
                return done
            if done.pending and not done.stored:
                if done.unreached and self.find():
                    continue
                self.sleep(next(tries))
                continue
            tries = waits(self.random)
            if not done.pending:
                self.sleep(LOOK_S)
        return done


def describe(path: Path) -> str:
    """Return an event's tag and type; what a worn stick gives back damaged is said so."""
    try:
        item = json.loads(path.read_bytes())
        return N_("{tag}  {type}").format(
            tag=(item.get("machine") or {}).get("tag") or N_("sans étiquette"), type=item["type"]
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return N_("illisible")
