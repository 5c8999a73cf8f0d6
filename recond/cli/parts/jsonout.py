"""`--json` of wipe, install and run: one object on the standard output, JSON lines of progress on the other, nothing else.

Whatever any part of recond prints meanwhile becomes a line of its own there, so that no stray sentence can break a reader.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TextIO, cast

from recond.core import canonical
from recond.core.errors import RecondError
from recond.core.plan import Plan

COMMANDS: Final = ("wipe", "install", "run")
RESULT: Final = "recond.result/1"
PLAN: Final = "recond.plan/1"
REFUSAL: Final = "recond.refusal/1"
PROGRESS: Final = "recond.progress/1"


@dataclass
class _Output:
    """The true outputs, while `sys.stdout` and `sys.stderr` are caught. `said`: the one object is out."""

    command: str
    out: TextIO
    err: TextIO
    said: bool = False


_now: list[_Output] = []
_lock = threading.Lock()


class _Caught:
    """Stands for an output: each line that is printed is told as JSON."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self._line = ""

    def write(self, text: str) -> int:
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            if line.strip():
                tell("text", text=line.strip())
        return len(text)

    def flush(self) -> None:
        """Nothing is kept back but an unfinished line."""

    def isatty(self) -> bool:
        """Nobody is asked anything here."""
        return False

    def fileno(self) -> int:
        raise OSError("no file of its own")


def begin(command: str | None, words: Sequence[str]) -> None:
    """Catch the outputs when this command line asks for JSON; `command` is the one it names."""
    if command in COMMANDS and "--json" in words and not {"--help", "-h"} & set(words):
        _now.append(_Output(command, sys.stdout, sys.stderr))
        sys.stdout, sys.stderr = cast(TextIO, _Caught()), cast(TextIO, _Caught())


def end() -> None:
    """Give the outputs back."""
    for one in _now:
        sys.stdout, sys.stderr = one.out, one.err
    _now.clear()


def on() -> bool:
    """Tell whether this run answers in JSON."""
    return bool(_now)


def wrap(around: Callable[[TextIO], TextIO]) -> bool:
    """Put something around the true outputs (the log); False when there are none here."""
    for one in _now:
        one.out, one.err = around(one.out), around(one.err)
    return on()


def tell(event: str, **what: object) -> None:
    """Write one line of progress."""
    for one in _now:
        _write(one.err, {"schema": PROGRESS, "event": event, **what})


def answer(schema: str, **what: object) -> None:
    """Write the one object. A second one (something failed after the answer) is told as a line of progress."""
    for one in _now:
        if one.said:
            tell("after", **what)
            return
        one.said = True
        _write(one.out, {"schema": schema, "command": one.command, **what})


def refuse(message: str, hint: str | None, code: int) -> None:
    """Answer that it was refused or has failed."""
    answer(REFUSAL, **fault(message, hint, code))


def fault(message: str, hint: str | None, code: int) -> dict[str, object]:
    """Return an error as JSON."""
    return {"code": int(code), "message": message, **({"hint": hint} if hint else {})}


def fault_of(error: RecondError) -> dict[str, object]:
    """Return an error as JSON."""
    return fault(error.message, error.hint, error.code)


def plan_json(plan: Plan) -> dict[str, object]:
    """Return a plan: what --confirm names, what would be done to which disk, and what is protected and why."""
    items = []
    for place, (item, disk) in enumerate(zip(plan.items, plan.disks, strict=True)):
        shortfall = plan.shortfalls[place] if plan.shortfalls else None
        why = plan.why[place] if plan.why else ()
        items.append({"path": disk.path, **_plain(item), "why": list(why), "shortfall": shortfall})
    protected = [
        {"path": one.disk.path, "identity": _plain(one.disk.identity), "reasons": [_plain(why) for why in one.refusals]}
        for one in plan.protected
    ]
    return {"plan": plan.id, "deed": str(plan.deed), "items": items, "protected": protected}


def result(card: Mapping[str, Any], code: int, **what: object) -> None:
    """Answer how a run ended: from its card, what was observed of each disk and of the installation."""
    disks = [disk for disk in card.get("disks") or () if disk.get("internal")]
    answer(RESULT, exit_code=int(code), tag=card.get("tag"), disks=disks, install=card.get("install"), **what)


def paths(files: Sequence[Path | None]) -> list[str]:
    """Return files as JSON has them."""
    return [str(file) for file in files if file is not None]


def _plain(value: object) -> dict[str, Any]:
    return cast(dict[str, Any], canonical.plain(value))


def _write(stream: TextIO, value: Mapping[str, object]) -> None:
    # A lone surrogate (a vendor's broken bytes) is legal in a Python string and in no UTF-8 output.
    text = canonical.dumps(value).encode("utf-8", "replace").decode("utf-8")
    with _lock:
        stream.write(text + "\n")
        stream.flush()
