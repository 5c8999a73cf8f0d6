"""The data folder: a power cut between journal and outbox, several machines, and events no push has ever seen."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from recond.core import event
from recond.core.errors import ConfigurationFault
from recond.core.event import Actor, Moment
from recond.flow.record import Recorder
from recond.host.local import LocalHost
from recond.sink.store import Store


def recorder(store: Store, host: LocalHost, tag: str) -> Recorder:
    made = Recorder(host, store, Actor("LM", store.stick_id, "recond 0"), tag=tag, lot="L1")
    made.emit("run.started", {"kind": "run", "tag": tag, "lot": "L1"})
    return made


def test_an_event_is_in_the_journal_and_queued(tmp_path: Path) -> None:
    host = LocalHost()
    store = Store(tmp_path, host)
    run = recorder(store, host, "MDL-0042-7")
    run.emit("note.added", {"text": "x"})
    events = store.events(run.run)
    assert event.chain_fault(events) is None
    assert [path.stem for path in store.outbox.waiting()] == sorted(item["id"] for item in events)
    assert store.queue_left_out() == 0


def test_a_power_cut_between_journal_and_outbox_loses_nothing(tmp_path: Path) -> None:
    host = LocalHost()
    store = Store(tmp_path, host)
    runs = [recorder(store, host, tag) for tag in ("MDL-0001-9", "MDL-0002-7")]
    for run in runs:
        for number in range(3):
            run.emit("note.added", {"text": str(number)})
        last = store.events(run.run)[-1]
        (store.outbox.folder / f"{last['id']}.json").unlink()
    again = Store(tmp_path, host)
    assert again.queue_left_out() == 2
    assert again.queue_left_out() == 0
    assert len(again.outbox.waiting()) == 8
    # One that was sent or refused was queued: it does not come back by itself.
    first, second = again.outbox.waiting()[:2]
    again.outbox.sent(first)
    again.outbox.quarantine(second, "x")
    assert again.queue_left_out(every=True) == 0
    first_gone = again.outbox.waiting()[0]
    first_gone.unlink()
    assert (again.queue_left_out(), again.queue_left_out(every=True)) == (0, 1)


def test_a_machine_is_made_of_its_own_runs(tmp_path: Path) -> None:
    host = LocalHost()
    store = Store(tmp_path, host)
    one, two = recorder(store, host, "MDL-0001-9"), recorder(store, host, "MDL-0002-7")
    again = Recorder(host, store, one.actor, uid=one.uid, tag=one.tag)
    again.emit("run.started", {"kind": "run", "tag": one.tag, "lot": None})
    assert [item["run"] for item in store.machine_events(one.uid)] == [one.run, again.run]
    assert [item["run"] for item in store.machine_events(two.uid)] == [two.run]
    assert store.save_card(two.uid)["tag"] == "MDL-0002-7"


def test_a_torn_line_is_reported(tmp_path: Path) -> None:
    host = LocalHost()
    store = Store(tmp_path, host)
    run = recorder(store, host, "MDL-0001-9")
    path = tmp_path / "journal" / f"{run.run}.ndjson"
    with path.open("ab") as file:
        file.write(b'{"half')
    assert store.torn() == ()
    assert store.queue_left_out() == 0
    run.emit("note.added", {"text": "after"})
    assert [one.name for one in store.torn()] == [f"{run.run}.torn"]
    assert event.chain_fault(store.events(run.run)) is None


def test_a_damaged_journal_stops_its_own_machine_only(tmp_path: Path) -> None:
    host = LocalHost()
    store = Store(tmp_path, host)
    one, two = recorder(store, host, "MDL-0001-9"), recorder(store, host, "MDL-0002-7")
    two.emit("note.added", {"text": "x"})
    path = tmp_path / "journal" / f"{two.run}.ndjson"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"\0" * 40 + b"\n")
    assert store.save_card(one.uid)["tag"] == "MDL-0001-9"
    with pytest.raises(ConfigurationFault):
        store.save_card(two.uid)
    with pytest.raises(ConfigurationFault):
        store.unfinished(two.uid, {}, "run")
    assert [item["run"] for item in store.unfinished(one.uid, {}, "run")] == [one.run]
    assert store.known() == []
    assert store.queue_left_out(every=True) == 0
    assert len(store.damaged()) == 1 and str(path) in store.damaged()[0]


class DeadClock(LocalHost):
    """A PC whose clock begins every boot in 2009; it is booted anew by making another one."""

    def __init__(self, uptime_s: float) -> None:
        super().__init__()
        self.uptime_s = uptime_s

    def moment(self) -> Moment:
        return Moment(datetime(2009, 1, 1, tzinfo=UTC) + timedelta(seconds=self.uptime_s), "boot", self.uptime_s)


def test_a_dead_clock_does_not_turn_the_story_round(tmp_path: Path) -> None:
    """Erased and ready in the first run; wiped again, and cut off, in the second, whose clock says it came before."""
    first, second = DeadClock(3600), DeadClock(60)
    disk = {"model": "X", "serial": "1", "wwn": None, "size_bytes": 10**9}
    store = Store(tmp_path, first)
    one = recorder(store, first, "MDL-0001-9")
    one.emit("wipe.started", {"plan_id": "P", "disk": disk, "method": "m", "level": "clear"})
    one.emit("wipe.disk", {"plan_id": "P", "disk": disk, "method": "m", "level": "clear", "verdict": "ERASED"})
    again = Store(tmp_path, second)
    two = Recorder(second, again, one.actor, uid=one.uid, tag=one.tag)
    two.emit("wipe.started", {"plan_id": "P", "disk": disk, "method": "m", "level": "clear"})
    assert two.run > one.run
    assert [item["wipe"] for item in again.save_card(one.uid)["disks"]] == ["INTERRUPTED"]
    queued = [json.loads(path.read_bytes())["seq"] for path in again.outbox.waiting()]
    assert queued == [1, 2, 3, 1], "the outbox sends in the order things happened"
