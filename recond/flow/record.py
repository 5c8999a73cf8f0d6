"""Telling the record: each event is chained to the one before, kept on the stick first, then queued for the server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from recond.core import canonical, event
from recond.core.event import Actor
from recond.core.ports import Host


class Keeper(Protocol):
    """Where events go: `recond.sink.store.Store`. `append` returns only when the event would survive a power cut."""

    def append(self, item: Mapping[str, Any]) -> None: ...

    def last_id(self) -> str | None: ...


class Recorder:
    """Makes the events of one run. `seq` and `prev` continue a run that was interrupted."""

    def __init__(
        self,
        host: Host,
        keeper: Keeper,
        actor: Actor,
        *,
        run: str | None = None,
        uid: str | None = None,
        tag: str | None = None,
        lot: str | None = None,
        seq: int = 0,
        prev: str | None = None,
    ) -> None:
        self._host = host
        self._keeper = keeper
        self._last_id = keeper.last_id()
        self.actor = actor
        self.run = run or self.new_id()
        self.uid = uid or self.new_id()
        self.tag = tag
        self.lot = lot
        self._seq = seq
        self._prev = prev

    def new_id(self) -> str:
        """Return a new UUIDv7, later than every one this stick has made."""
        self._last_id = event.uuid7(self._host.moment().wall, self._host.random(10), self._last_id)
        return self._last_id

    def emit(
        self, kind: str, payload: Mapping[str, object], attachments: tuple[Mapping[str, object], ...] = ()
    ) -> dict[str, Any]:
        """Record that something happened; when this returns, it is on the stick."""
        item = event.make(
            event_id=self.new_id(),
            kind=kind,
            run=self.run,
            seq=self._seq + 1,
            prev=self._prev,
            uid=self.uid,
            tag=self.tag,
            moment=self._host.moment(),
            actor=self.actor,
            lot=self.lot,
            payload=payload,
            attachments=attachments,
        )
        self._keeper.append(item)
        self._seq += 1
        self._prev = canonical.digest(item)
        return item

    @classmethod
    def resume(cls, host: Host, keeper: Keeper, actor: Actor, events: list[dict[str, Any]]) -> Recorder:
        """Return a recorder that continues the run of these events."""
        last = events[-1]
        return cls(
            host,
            keeper,
            actor,
            run=last["run"],
            uid=last["machine"]["uid"],
            tag=last["machine"]["tag"],
            lot=last["lot"],
            seq=last["seq"],
            prev=canonical.digest(last),
        )
