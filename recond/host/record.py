"""Recording a machine: a host that writes down every question and answer, and one that replays them strictly.

A recording is a folder: `calls.ndjson`, one object a line in the order asked, each with what was asked (`ask`, `what`)
and what came back. Bytes are kept as text where they are UTF-8, else in base64. Made by `recond audit --record DIR`.
"""

from __future__ import annotations

import base64
import difflib
import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from recond.core.disk import Disk
from recond.core.errors import ConfigurationFault, GuardError
from recond.core.event import Moment
from recond.core.guard import Surroundings
from recond.core.plan import Plan
from recond.core.ports import BlockDevice, Command, Completed, Counts, Host, Inputs, UdevDevice, Warrant
from recond.core.words import N_

CALLS = "calls.ndjson"

WINDOWS_KEY = re.compile(rb"(?:[0-9A-Z]{5}-){4}")
"""All but the last five characters of the Windows key in the firmware: a recording never holds the whole key."""


def pack(data: bytes) -> dict[str, str]:
    """Return bytes as JSON: {"text": …} or {"base64": …}."""
    try:
        return {"text": data.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode("ascii")}


def unpack(value: Mapping[str, str]) -> bytes:
    """Undo `pack`."""
    return value["text"].encode("utf-8") if "text" in value else base64.b64decode(value["base64"])


class RecordingHost:
    """Hands every question to another host and keeps what was asked and answered. It refuses to destroy anything."""

    def __init__(self, inner: Host, folder: Path) -> None:
        self.inner = inner
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / CALLS
        self._path.write_bytes(b"")
        self._lock = threading.Lock()

    def _keep(self, ask: str, what: object, answer: object) -> None:
        line = json.dumps({"ask": ask, "what": what, "answer": answer}, ensure_ascii=False, sort_keys=True)
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def run(self, command: Command, warrant: Warrant | None = None) -> Completed:
        """See `core.ports.Host.run`."""
        if command.destroys is not None:
            raise GuardError(N_("un enregistrement ne fait que lire"), N_("relancez sans --record"))
        done = self.inner.run(command)
        answer = {
            "status": done.status,
            "why": done.why,
            "duration_s": round(done.duration_s, 3),
            "stdout": pack(done.stdout),
            "stderr": pack(done.stderr),
        }
        self._keep("run", list(command.argv), answer)
        return done

    def read(self, path: str, limit: int = 1 << 20) -> bytes | None:
        """See `core.ports.Host.read`."""
        data = self.inner.read(path, limit)
        if data is not None and path.endswith("/MSDM"):
            # The donor's licence is nobody else's: the recording keeps the key's form and its last group, as the audit does.
            data = WINDOWS_KEY.sub(b"XXXXX-XXXXX-XXXXX-XXXXX-", data)
        self._keep("read", path, None if data is None else pack(data))
        return data

    def names(self, path: str) -> tuple[str, ...]:
        """See `core.ports.Host.names`."""
        found = self.inner.names(path)
        self._keep("names", path, list(found))
        return found

    def link(self, path: str) -> str | None:
        """See `core.ports.Host.link`."""
        target = self.inner.link(path)
        self._keep("link", path, target)
        return target

    def udev(self, subsystem: str, devtype: str | None = None) -> tuple[UdevDevice, ...]:
        """See `core.ports.Host.udev`."""
        found = self.inner.udev(subsystem, devtype)
        self._keep("udev", [subsystem, devtype], [asdict(device) for device in found])
        return found

    def counts(self) -> Counts:
        """See `core.ports.Host.counts`."""
        found = self.inner.counts()
        self._keep("counts", None, asdict(found))
        return found

    def reader(self, disk: Disk) -> BlockDevice:
        """Refused: a recording never holds what is on a disk."""
        raise GuardError(N_("un enregistrement ne lit jamais le contenu d'un disque"), N_("relancez sans --record"))

    def close_reader(self, device: BlockDevice) -> None:
        """Nothing was opened."""

    def inputs(self, paths: tuple[str, ...], *, alone: bool) -> Inputs:
        """Refused: what is typed is nobody's business."""
        raise GuardError(N_("un enregistrement n'écoute ni clavier ni souris"), N_("relancez sans --record"))

    def issue(
        self, plan: Plan, confirmation: str, reread: Callable[[], tuple[Plan, Surroundings]]
    ) -> tuple[Warrant, ...]:
        """Refused: nothing is destroyed while recording."""
        raise GuardError(N_("un enregistrement ne fait que lire"), N_("relancez sans --record"))

    def power_off(self, disk: Disk) -> bool:
        """No: a recording only reads."""
        return False

    def moment(self) -> Moment:
        """See `core.ports.Host.moment`."""
        now = self.inner.moment()
        self._keep("moment", None, {"wall": now.wall.isoformat(), "boot_id": now.boot_id, "mono_s": now.mono_s})
        return now

    def random(self, length: int) -> bytes:
        """See `core.ports.Host.random`. Not recorded: it identifies nothing."""
        return self.inner.random(length)

    def is_root(self) -> bool:
        """See `core.ports.Host.is_root`."""
        answer = self.inner.is_root()
        self._keep("is_root", None, answer)
        return answer


class ReplayHost:
    """Answers from a recording and from nothing else: what was not recorded fails and names the nearest question.

    A question asked several times gets its answers in order, then the last again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._answers: dict[tuple[str, str], list[Any]] = {}
        path = folder / CALLS
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise ConfigurationFault(
                N_("{path} ne se lit pas : {strerror}").format(path=path, strerror=error.strerror),
                N_("donnez un dossier fait par « recond audit --record DIR »"),
            ) from error
        for number, line in enumerate(lines, start=1):
            try:
                call = json.loads(line)
                self._answers.setdefault((call["ask"], json.dumps(call["what"])), []).append(call["answer"])
            except (ValueError, KeyError, TypeError) as error:
                raise ConfigurationFault(
                    N_("{path}:{number}: ce n'est pas un enregistrement ({error})").format(
                        path=path, number=number, error=error
                    )
                ) from error

    def _answer(self, ask: str, what: object) -> Any:
        key = (ask, json.dumps(what))
        answers = self._answers.get(key)
        if answers is None:
            asked = [words for kind, words in self._answers if kind == ask]
            near = difflib.get_close_matches(key[1], asked, n=1, cutoff=0.0)
            raise ConfigurationFault(
                N_("{folder}: question non enregistrée : {ask} {key}").format(folder=self._folder, ask=ask, key=key[1]),
                N_("la plus proche : {near}").format(near=near[0])
                if near
                else N_("aucune question de ce genre n'a été enregistrée"),
            )
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def holds(self, ask: str, *words: str) -> bool:
        """Tell whether a question of this kind with all these words was recorded."""
        return any(kind == ask and set(words) <= set(json.loads(what)) for kind, what in self._answers if kind == ask)

    def run(self, command: Command, warrant: Warrant | None = None) -> Completed:
        """See `core.ports.Host.run`."""
        if command.destroys is not None:
            raise GuardError(N_("un enregistrement rejoué ne détruit rien"))
        answer = self._answer("run", list(command.argv))
        return Completed(
            command.argv,
            answer["status"],
            unpack(answer["stdout"]),
            unpack(answer["stderr"]),
            answer["duration_s"],
            answer["why"],
        )

    def read(self, path: str, limit: int = 1 << 20) -> bytes | None:
        """See `core.ports.Host.read`."""
        answer = self._answer("read", path)
        return None if answer is None else unpack(answer)[:limit]

    def names(self, path: str) -> tuple[str, ...]:
        """See `core.ports.Host.names`."""
        return tuple(self._answer("names", path))

    def link(self, path: str) -> str | None:
        """See `core.ports.Host.link`."""
        answer = self._answer("link", path)
        return None if answer is None else str(answer)

    def udev(self, subsystem: str, devtype: str | None = None) -> tuple[UdevDevice, ...]:
        """See `core.ports.Host.udev`."""
        found = self._answer("udev", [subsystem, devtype])
        return tuple(
            UdevDevice(
                device["sys_name"],
                device["sys_path"],
                device["dev_node"],
                device["properties"],
                tuple((subsystem, name) for subsystem, name in device["parents"]),
            )
            for device in found
        )

    def counts(self) -> Counts:
        """See `core.ports.Host.counts`."""
        return Counts(**self._answer("counts", None))

    def reader(self, disk: Disk) -> BlockDevice:
        """Refused: there is no disk behind a recording."""
        raise GuardError(N_("il n'y a pas de disque derrière un enregistrement"))

    def close_reader(self, device: BlockDevice) -> None:
        """Nothing was opened."""

    def inputs(self, paths: tuple[str, ...], *, alone: bool) -> Inputs:
        """Refused: there is no keyboard behind a recording."""
        raise GuardError(N_("il n'y a pas de clavier derrière un enregistrement"), N_("relancez sans --replay"))

    def issue(
        self, plan: Plan, confirmation: str, reread: Callable[[], tuple[Plan, Surroundings]]
    ) -> tuple[Warrant, ...]:
        """Refused: nothing can be destroyed in a recording."""
        raise GuardError(N_("il n'y a pas de disque derrière un enregistrement"), N_("relancez sans --replay"))

    def power_off(self, disk: Disk) -> bool:
        """No: there is no disk behind a recording."""
        return False

    def moment(self) -> Moment:
        """See `core.ports.Host.moment`: the time of the recording, or the epoch when it holds none."""
        if ("moment", "null") not in self._answers:
            return Moment(datetime(1970, 1, 1, tzinfo=UTC), "replay", 0.0)
        answer = self._answer("moment", None)
        return Moment(datetime.fromisoformat(answer["wall"]), answer["boot_id"], answer["mono_s"])

    def random(self, length: int) -> bytes:
        """Return zeros: a replay is the same every time."""
        return bytes(length)

    def is_root(self) -> bool:
        """See `core.ports.Host.is_root`."""
        return bool(self._answers.get(("is_root", "null"), [True])[0])
