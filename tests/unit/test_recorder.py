"""The recorder on a stick that fills up between two writes: the chain stays whole and nothing is told twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from recond.core import event
from recond.core.errors import EnvironmentFault
from recond.host.local import LocalHost
from recond.sink import files
from recond.sink.store import Store
from tests.unit.test_sink_store import recorder


def test_a_stick_too_full_to_queue_an_event_does_not_break_the_runs_chain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = LocalHost()
    store = Store(tmp_path, host)
    run = recorder(store, host, "MDL-0042-7")
    write = files.write

    def full(path: Path, data: bytes, mode: int = 0o644) -> None:
        if path.parent.name == "outbox":
            raise EnvironmentFault("la clé est pleine")
        write(path, data, mode)

    with monkeypatch.context() as patched:
        patched.setattr(files, "write", full)
        run.emit("note.added", {"text": "no room to queue it"})
        run.emit("note.added", {"text": "nor this"})
    run.emit("note.added", {"text": "room again"})
    events = store.events(run.run)
    assert len(events) == 4 and event.chain_fault(events) is None
    assert store.queue_left_out() == 2, "what was not queued is queued at the end"
    assert [path.stem for path in store.outbox.waiting()] == sorted(item["id"] for item in events)
