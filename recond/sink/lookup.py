"""What the server knows of the machine in front: asked during the audit, for a moment only, and never needed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recond.core.errors import ConfigurationFault
from recond.core.words import N_, joined
from recond.sink.enrolment import read_enrolment
from recond.sink.wire import Wire

CONNECT_S, WHOLE_S = 2.0, 5.0
"""A volunteer waits no longer than this for a server that may not be there."""

STATES = {
    "received": N_("reçue"),
    "audited": N_("auditée"),
    "wiping": N_("effacement commencé"),
    "wiped": N_("effacée"),
    "installing": N_("installation commencée"),
    "ready": N_("prête"),
    "aside": N_("mise de côté"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A machine met before, by this stick or by the server. `sole`: nobody else is as likely, no person needs to say."""

    uid: str
    tag: str | None
    model: str | None = None
    lot: str | None = None
    state: str | None = None
    sole: bool = False

    @property
    def text(self) -> str:
        """Return one French line: tag, model, lot, state, as far as known."""
        parts: list[str] = [self.tag or N_("sans étiquette"), self.model or N_("modèle inconnu")]
        parts += [N_("lot {lot}").format(lot=self.lot)] if self.lot else []
        parts += [STATES.get(self.state, self.state)] if self.state else []
        return joined(", ", parts)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said. `why`: in French, why it said nothing; None when it answered, or when there is no server."""

    machines: tuple[Seen, ...] = ()
    why: str | None = None
    asked: bool = True


def look_up(
    enrolment_file: Path,
    tag: str | None,
    model: str | None,
    prints: Iterable[tuple[str, str]],
    clock: Callable[[], float] = time.monotonic,
) -> Answer:
    """Ask which machines have this tag, or else these good fingerprints (kind, value). Never raises: it can wait for no one."""
    asked = [("print", f"{kind}:{value}") for kind, value in sorted(prints)]
    asked += [("model", model)] if model else []
    asked += [("tag", tag)] if tag else []
    if not tag and not any(name == "print" for name, _ in asked):
        return Answer(asked=False)
    body, why, there = _ask(enrolment_file, "/api/v1/machines/lookup", asked, clock)
    if body is None:
        return Answer(why=why, asked=there)
    return Answer(tuple(seen for one in body.get("machines") or () if (seen := _seen(one)) is not None))


def open_lots(enrolment_file: Path, clock: Callable[[], float] = time.monotonic) -> list[dict[str, Any]] | str:
    """Return the server's lots ({name, donor, expected}), or in French why there are none."""
    body, why, there = _ask(enrolment_file, "/api/v1/lots", [], clock)
    if body is None:
        return (why or N_("le serveur n'a pas répondu")) if there else N_("clé non enrôlée : aucun serveur")
    return [one for one in body.get("lots") or () if isinstance(one, dict) and isinstance(one.get("name"), str)]


def _ask(
    enrolment_file: Path, path: str, asked: list[tuple[str, str]], clock: Callable[[], float]
) -> tuple[dict[str, Any] | None, str | None, bool]:
    """Return the answer, why there is none, and whether there is a server at all."""
    try:
        enrolment = read_enrolment(enrolment_file)
    except ConfigurationFault as fault:
        return None, fault.message, True
    if enrolment is None:
        return None, None, False
    with Wire(enrolment, clock, connect_s=CONNECT_S, whole_s=WHOLE_S) as wire:
        reply = wire.ask(path, asked)
    if reply.why is not None or reply.refused:
        return None, reply.why or reply.reason, True
    return reply.body, None, True


def _seen(one: object) -> Seen | None:
    if not isinstance(one, dict) or not isinstance(one.get("uid"), str):
        return None
    texts = {
        key: one[key] if isinstance(one.get(key), str) and one[key] else None
        for key in ("tag", "model", "lot", "state")
    }
    return Seen(one["uid"], **texts, sole=one.get("sole") is True)
