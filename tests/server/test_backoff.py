"""Sending in the background: less and less often while nobody answers, at once again when somebody does, never after a 401."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

from recond.sink.backoff import FIRST_S, LONGEST_S, LOOK_S, Watch, waits
from recond.sink.outbox import Outbox
from recond.sink.push import Pushed
from tests.server.conftest import LiveServer
from tests.server.story import whole


def queue(outbox: Outbox, number: int) -> int:
    events = whole(number).events
    for event in events:
        outbox.put(event)
    return len(events)


def test_waits_double_up_to_a_limit_and_are_shortened_by_chance() -> None:
    full = list(itertools.islice(waits(lambda: 0.0), 10))
    assert full[:4] == [FIRST_S, 2 * FIRST_S, 4 * FIRST_S, 8 * FIRST_S] and full[-1] == LONGEST_S
    assert list(itertools.islice(waits(lambda: 1.0), 3)) == [FIRST_S / 2, FIRST_S, 2 * FIRST_S]


def test_sticks_that_lost_the_server_together_do_not_come_back_together() -> None:
    moments = [sum(itertools.islice(waits(random.Random(number).random), 5)) for number in range(50)]
    assert max(moments) - min(moments) > 20 and len({round(one) for one in moments}) > 20


def test_it_waits_while_the_server_is_away_and_sends_when_it_is_back(tmp_path: Path) -> None:
    server = LiveServer(tmp_path / "data")
    server.start()
    enrolment = tmp_path / "enrolment.json"
    server.enrol(enrolment)
    server.kill()
    outbox = Outbox(tmp_path / "outbox")
    count = queue(outbox, 1)
    slept: list[float] = []
    told: list[Pushed] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 4:
            server.start()
        if len(slept) == 5:
            queue(outbox, 2)

    try:
        done = Watch(outbox, enrolment, lambda: 0.0, sleep, told.append).run(rounds=6)
    finally:
        server.kill()
    assert slept[:4] == [5.0, 10.0, 20.0, 40.0], "nobody there"
    assert slept[4:] == [LOOK_S, LOOK_S], "everything sent: only looked at now and then"
    assert done.stored > 5 and not outbox.waiting()
    assert [one.stored for one in told] == [0, count, done.stored], "said once, not at each try"


def test_a_key_that_was_revoked_is_not_tried_again(tmp_path: Path) -> None:
    server = LiveServer(tmp_path / "data")
    server.start()
    try:
        enrolment = tmp_path / "enrolment.json"
        server.enrol(enrolment, "volée")
        server.recond("--revoke", "volée")
        outbox = Outbox(tmp_path / "outbox")
        count = queue(outbox, 1)
        slept: list[float] = []
        done = Watch(outbox, enrolment, lambda: 0.0, slept.append).run(rounds=50)
    finally:
        server.kill()
    assert done.unknown_key and slept == [] and "clé non enrôlée" in str(done.why)
    assert len(outbox.waiting()) == count


def test_a_server_found_elsewhere_is_tried_at_once(tmp_path: Path) -> None:
    server = LiveServer(tmp_path / "data")
    server.start()
    try:
        enrolment = tmp_path / "enrolment.json"
        server.enrol(enrolment)
        right = enrolment.read_text()
        enrolment.write_text(right.replace(str(server.port), "1"))
        outbox = Outbox(tmp_path / "outbox")
        queue(outbox, 1)
        slept: list[float] = []

        def find() -> bool:
            enrolment.write_text(right)
            return True

        done = Watch(outbox, enrolment, lambda: 0.0, slept.append, find=find).run(rounds=2)
    finally:
        server.kill()
    assert done.stored > 5 and slept == [LOOK_S]
