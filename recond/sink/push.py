"""Pushing the outbox: in batches, an answer for each event, and only what the server says it has leaves the outbox."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recond.core.certproof import countersignature_faults, load
from recond.core.words import N_, joined
from recond.sink import countersigned
from recond.sink.enrolment import reached_at, read_enrolment
from recond.sink.outbox import Outbox
from recond.sink.wire import Reply, Wire

BATCH = 100
BATCH_BYTES = 4 << 20

NOT_ENROLLED = N_("clé non enrôlée : aucun serveur")


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of a push. `why`: in French, why events still wait; None when none does.

    `pieces_lost`: attachments that the server did not take or that are not on the stick any more. `unknown_key`: the server
    does not know this stick, or no more: trying again is of no use before it is enrolled again. `unreached`: nobody, or somebody
    else, answers at its address.
    """

    stored: int
    refused: int
    pending: int
    enrolled: bool
    why: str | None = None
    pieces_lost: int = 0
    unknown_key: bool = False
    unreached: bool = False

    @property
    def text(self) -> str:
        """Return one French sentence."""
        parts: list[str] = []
        if self.stored:
            sent = N_("{stored} élément envoyé") if self.stored == 1 else N_("{stored} éléments envoyés")
            parts.append(sent.format(stored=self.stored))
        if self.refused:
            one, more = N_("{refused} élément REFUSE (gardé à part)"), N_("{refused} éléments REFUSES (gardés à part)")
            parts.append((one if self.refused == 1 else more).format(refused=self.refused))
        if self.pieces_lost:
            one, more = N_("{pieces_lost} pièce jointe NON ENVOYEE"), N_("{pieces_lost} pièces jointes NON ENVOYEES")
            parts.append((one if self.pieces_lost == 1 else more).format(pieces_lost=self.pieces_lost))
        if self.pending:
            one = N_("{pending} élément en attente sur la clé ({why})")
            more = N_("{pending} éléments en attente sur la clé ({why})")
            parts.append((one if self.pending == 1 else more).format(pending=self.pending, why=self.why))
        # The stick sends in the background: nothing left here means that the server has it all.
        return joined(", ", parts) or (N_("tout est au serveur") if self.enrolled else N_("rien à envoyer"))


@dataclass(frozen=True, slots=True)
class Waiting:
    """One event of the outbox, read."""

    path: Path
    data: bytes
    pieces: tuple[str, ...]


def push(
    outbox: Outbox,
    enrolment_file: Path,
    clock: Callable[[], float] = time.monotonic,
    patience_s: float = 0.0,
    server: str | None = None,
) -> Pushed:
    """Send what waits. An unreachable, slow or ill server is no error: the events wait, and the result says why.

    `clock` gives monotonic seconds; `patience_s`: how long to wait for another push of this stick to end.
    `server`: the address where the stick's own server is reached this time, None = that of the enrolment.

    Raises ConfigurationFault for an enrolment or a server's address that is wrong or unsafe, UsageError for an address that
    is none, EnvironmentFault when the stick can no longer be written.
    """
    enrolment = read_enrolment(enrolment_file)
    waiting = outbox.waiting()
    if enrolment is None:
        return Pushed(0, 0, len(waiting), False, NOT_ENROLLED)
    if server is not None:
        enrolment = reached_at(enrolment, server)
    unseen = countersigned.waiting(_certificates(outbox))
    if not waiting and not unseen:
        return Pushed(0, 0, 0, True)
    with outbox.alone(patience_s) as alone:
        if not alone:
            return Pushed(0, 0, len(waiting), True, N_("un autre envoi est en cours"))
        with Wire(enrolment, clock) as wire:
            delivery = _Delivery(outbox, wire)
            done = delivery.run()
            # After the events: a record must never wait for a signature.
            if done.why is None:
                delivery.countersigned()
            return done


def _certificates(outbox: Outbox) -> Path:
    return outbox.folder.parent / "certificates"


class _Delivery:
    def __init__(self, outbox: Outbox, wire: Wire) -> None:
        self.outbox = outbox
        self.wire = wire
        self.stored = self.refused = self.pieces_lost = 0
        self.unknown_key = self.unreached = False

    def run(self) -> Pushed:
        why: str | None = None
        for batch in self._batches():
            why = self._pieces(batch) or self._batch(batch)
            if why is not None:
                break
        pending = len(self.outbox.waiting())
        left = (why or N_("ajoutés pendant l'envoi")) if pending else None
        return Pushed(
            self.stored, self.refused, pending, True, left, self.pieces_lost, self.unknown_key, self.unreached
        )

    def countersigned(self) -> None:
        """Have the certificates countersigned that are not yet. What does not go now goes with the next push."""
        for path in countersigned.waiting(_certificates(self.outbox)):
            data = path.read_bytes()
            reply = self.wire.certificate(data)
            if reply.why is not None:
                return
            if not reply.refused and not countersignature_faults(reply.body, load(data)):
                countersigned.keep(path, reply.body)

    def _batches(self) -> Iterator[list[Waiting]]:
        batch: list[Waiting] = []
        size = 0
        for path in self.outbox.waiting():
            one = self._read(path)
            if one is None:
                continue
            if batch and (len(batch) == BATCH or size + len(one.data) > BATCH_BYTES):
                yield batch
                batch, size = [], 0
            batch.append(one)
            size += len(one.data)
        if batch:
            yield batch

    def _read(self, path: Path) -> Waiting | None:
        """Read an event. One that a worn stick gives back damaged goes to quarantine: it must not hold up the others."""
        try:
            data = path.read_bytes()
            item = json.loads(data)
            if item["id"] != path.stem:
                raise ValueError("another event's name")
            pieces = tuple(str(one["sha256"]) for one in item.get("attachments") or ())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            self._refuse(path, N_("illisible sur la clé : {error}").format(error=error))
            return None
        return Waiting(path, data.replace(b"\n", b" "), pieces)

    def _refuse(self, path: Path, reason: str) -> None:
        self.outbox.quarantine(path, reason)
        self.refused += 1

    def _pieces(self, batch: list[Waiting]) -> str | None:
        """Send the attachments of a batch before its events, so that no event is sent without them by an interruption."""
        for sha256 in dict.fromkeys(piece for one in batch for piece in one.pieces):
            held = self.wire.has_blob(sha256)
            if held.why is not None:
                return self._stop(held)
            if held.status == 200:
                continue
            data = self.outbox.blobs.read(sha256)
            reply = self.wire.put_blob(sha256, data) if data is not None else Reply({}, refused=True)
            if reply.why is not None:
                return self._stop(reply)
            self.pieces_lost += reply.refused
        return None

    def _batch(self, batch: list[Waiting]) -> str | None:
        """Send events; return why to stop, None to go on."""
        reply = self.wire.events([one.data for one in batch])
        if reply.why is not None:
            return self._stop(reply)
        if reply.refused:
            return self._halves(batch, reply)
        results = reply.body.get("results")
        answers = {one.get("id"): one for one in results if isinstance(one, dict)} if isinstance(results, list) else {}
        for one in batch:
            self._settle(one, answers.get(one.path.stem))
        if any(one.path.exists() for one in batch):
            return N_("le serveur n'a pas répondu pour chaque événement")
        return None

    def _stop(self, reply: Reply) -> str | None:
        self.unknown_key = self.unknown_key or reply.status == 401
        self.unreached = self.unreached or reply.status == 0
        return reply.why

    def _halves(self, batch: list[Waiting], reply: Reply) -> str | None:
        """The server refused the request as a whole: find the event it cannot take, and send the others."""
        if len(batch) == 1:
            self._refuse(batch[0].path, joined(": ", (reply.status, reply.reason)))
            return None
        half = len(batch) // 2
        return self._batch(batch[:half]) or self._batch(batch[half:])

    def _settle(self, one: Waiting, answer: dict[str, Any] | None) -> None:
        status = (answer or {}).get("status")
        if status in ("stored", "duplicate"):
            self.outbox.sent(one.path)
            self.stored += 1
        elif status in ("conflict", "rejected"):
            self._refuse(one.path, joined(": ", (status, (answer or {}).get("reason"))))
