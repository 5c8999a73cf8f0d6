"""Which machine is this: the stick asks a real server, falls back on its own records, and a person judges a tie."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from recond.core.errors import UsageError
from recond.core.identity import make_tag
from recond.core.machine import Machine
from recond.core.ports import Host
from recond.core.settings import Settings
from recond.flow.chain import Chain
from recond.flow.identify import identify
from recond.host.local import LocalHost
from recond.sink import lookup
from recond.sink.lookup import Seen
from recond.sink.outbox import Outbox
from recond.sink.push import push
from recond.sink.store import Store
from tests.server.conftest import LiveServer
from tests.server.story import HDD, Story, disk, machine
from tests.server.test_tls import recond

NEW_TAG = make_tag("MDL", 500)


class Notes:
    """A person who reads what the chain says."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def note(self, text: str, *, good: bool | None = None) -> None:
        self.said.append(text)

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *words, **more: None


def other(found: Machine, **system: str | None) -> Machine:
    return replace(found, system=replace(found.system, **system), batteries=())  # type: ignore[arg-type]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    """One kind of database: the server's own tests look up machines in both."""
    live = LiveServer(tmp_path / "data")
    live.start()
    yield live
    live.kill()


@pytest.fixture
def bench(server: LiveServer, tmp_path: Path) -> Callable[..., tuple[Chain, Notes]]:
    """Return a maker of chains on a new stick, enrolled with the server unless said otherwise."""

    def make(*, enrolled: bool = True, **options: object) -> tuple[Chain, Notes]:
        folder = tmp_path / f"stick-{len(list(tmp_path.glob('stick-*')))}"
        host: Host = LocalHost()
        store, notes = Store(folder, host), Notes()
        if enrolled:
            server.enrol(folder / "enrolment.json")
        return Chain(host, store, Settings(), notes, (), **options), notes  # type: ignore[arg-type]

    return make


def at_the_server(server: LiveServer, tmp_path: Path, *stories: Story) -> None:
    folder = tmp_path / "sender"
    outbox = Outbox(folder / "outbox")
    for story in stories:
        for event in story.events:
            outbox.put(event)
    server.enrol(folder / "enrolment.json")
    assert push(outbox, folder / "enrolment.json").pending == 0


def test_a_machine_met_on_another_stick_is_known_also_without_its_disks(
    server: LiveServer, tmp_path: Path, bench: Callable[..., tuple[Chain, Notes]]
) -> None:
    story = Story(42).audit(machine(disk(HDD)))
    at_the_server(server, tmp_path, story)
    chain, notes = bench()
    found = identify(chain, machine())
    assert (found.uid, found.tag, found.doubles) == (story.uid, story.tag, ())
    assert [said.split(", ")[0] for said in notes.said] == [f"déjà vue : {story.tag}"]
    assert "lot 2026-07-CD44-01" in notes.said[0]


def test_one_never_met_is_new(server: LiveServer, bench: Callable[..., tuple[Chain, Notes]]) -> None:
    chain, notes = bench()
    assert identify(chain, machine()).uid is None and notes.said == []


def test_a_tie_asks_the_person(server: LiveServer, tmp_path: Path, bench: Callable[..., tuple[Chain, Notes]]) -> None:
    # A board put into another case: one card knows the board, the other the case.
    found = other(machine(), board_serial="L1HF84K00QR", chassis_serial="CZC0123XYZ")
    one = Story(42).audit(other(found, board_serial=None, chassis_serial=None))
    two = Story(43).audit(other(found, serial=None, uuid=None))
    at_the_server(server, tmp_path, one, two)
    asked: list[str | None] = []

    def answer(likely: tuple[Seen, ...]) -> Seen | None:
        asked.extend(seen.tag for seen in likely)
        return next(seen for seen in likely if seen.tag == two.tag)

    chain, _ = bench(choose=answer)
    assert identify(chain, found).uid == two.uid
    assert sorted(map(str, asked)) == [one.tag, two.tag]
    chain.choose = lambda likely: None
    nobody = identify(chain, found)
    assert nobody.uid is None and {seen.uid for seen in nobody.doubles} == {one.uid, two.uid}


def test_a_tie_on_this_sticks_own_records_asks_the_person(bench: Callable[..., tuple[Chain, Notes]]) -> None:
    picked: list[str] = []

    def answer(likely: tuple[Seen, ...]) -> Seen | None:
        picked.extend(str(seen.tag) for seen in likely)
        return likely[1]

    chain, _ = bench(enrolled=False, choose=answer)
    stories = [Story(number).audit(machine()) for number in (42, 43)]
    for story in stories:
        for event in story.events:
            chain.store.append(event)
    found = identify(chain, machine())
    assert sorted(picked) == [story.tag for story in stories] and found.uid in {story.uid for story in stories}
    chain.choose = None
    nobody = identify(chain, machine())
    assert nobody.uid is None and nobody.unsure and {one.uid for one in nobody.doubles} == {one.uid for one in stories}


def test_the_tag_wins_and_a_wrong_sticker_is_refused(
    server: LiveServer, tmp_path: Path, bench: Callable[..., tuple[Chain, Notes]]
) -> None:
    story = Story(42).audit(machine())
    at_the_server(server, tmp_path, story)
    chain, notes = bench(tag=story.tag)
    # Another board: nothing of the firmware is as it was, the model and the sticker are.
    board = other(machine(), serial="PF9ZZZZ9", uuid="4c4c4544-9999-3510-8054-b7c04f999999")
    assert identify(chain, board).uid == story.uid and "déjà vue" in notes.said[0]
    stranger = other(board, manufacturer="HP", version="HP EliteBook 840 G5", product="3JX01EA")
    with pytest.raises(UsageError, match="autre machine au serveur"):
        identify(chain, stranger)


def test_a_second_sticker_on_a_known_machine_is_a_new_card_and_noted(
    server: LiveServer, tmp_path: Path, bench: Callable[..., tuple[Chain, Notes]]
) -> None:
    story = Story(42).audit(machine())
    at_the_server(server, tmp_path, story)
    chain, notes = bench(tag=NEW_TAG)
    found = identify(chain, machine())
    assert found.uid is None and [one.tag for one in found.doubles] == [story.tag]
    assert "double étiquette ?" in notes.said[0]


def test_without_the_server_the_sticks_own_records_answer(
    server: LiveServer, bench: Callable[..., tuple[Chain, Notes]]
) -> None:
    chain, notes = bench()
    story = Story(42).audit(machine())
    for event in story.events:
        chain.store.append(event)
    chain.store.save_card(story.uid)
    server.kill()
    assert identify(chain, machine()).uid == story.uid
    assert notes.said[-1].startswith("déjà vue : ") and "lot 2026-07-CD44-01" in notes.said[-1]
    new = identify(chain, other(machine(), serial="PF9ZZZZ9", uuid="4c4c4544-9999-3510-8054-b7c04f999999"))
    assert new.uid is None and "cette clé seulement" in notes.said[-1]


def test_nobody_waits_for_a_server_that_says_nothing(tmp_path: Path) -> None:
    import json
    import socket
    import time

    with socket.create_server(("127.0.0.1", 0)) as deaf:
        threading.Thread(target=deaf.accept, daemon=True).start()
        where = {"url": f"http://127.0.0.1:{deaf.getsockname()[1]}", "token": "t"}
        (tmp_path / "enrolment.json").write_text(json.dumps(where))
        begun = time.monotonic()
        answer = lookup.look_up(tmp_path / "enrolment.json", None, "x", [("system-serial", "a1b2c3")])
        assert answer.machines == () and answer.why and time.monotonic() - begun < 8


def test_the_servers_lots_are_offered(server: LiveServer, bench: Callable[..., tuple[Chain, Notes]]) -> None:
    chain, _ = bench()
    folder = chain.store.folder
    assert "aucun lot annoncé" in recond(folder, "batch", "server")
    assert "clé non enrôlée" in str(lookup.open_lots(folder / "none.json"))
    with sqlite3.connect(server.data / "server/recond.sqlite3") as base:
        base.execute(
            "INSERT INTO recond_lot (name, donor, expected, note) VALUES (?, ?, ?, '')",
            ("2026-11-CD44-02", "Mairie", 24),
        )
    assert "2026-11-CD44-02, Mairie, 24 machines" in recond(folder, "batch", "server")
    recond(folder, "batch", "new", "2026-11-CD44-02")
    lot = chain.store.lot("2026-11-CD44-02")
    assert (lot.donor, lot.expected) == ("Mairie", 24)
    assert "ouvert ici" in recond(folder, "batch", "server")
    recond(folder, "batch", "new", "a-lot-of-its-own", "--donor", "X")
    assert chain.store.lot("a-lot-of-its-own").expected is None
