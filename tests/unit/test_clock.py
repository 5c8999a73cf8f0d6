"""The PC's clock: set only by a time that can be believed, and read back; everything else is a note."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from recond.core import servertime
from recond.core.event import Moment
from recond.core.installing import Check
from recond.core.ports import Command, Completed
from recond.install import is_wanted, rtc, steps
from recond.sink.servertime import note

DATE = "Mon, 30 Nov 2026 11:00:00 GMT"
NOON = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (DATE, NOON),
        ("Thu, 01 Jan 2009 00:00:00 GMT", None),
        ("", None),
        (None, None),
        ("soon", None),
        ("Mon, 99", None),
    ],
)
def test_only_a_date_of_our_time_is_taken(header: str | None, found: datetime | None) -> None:
    assert servertime.of_header(header) == found


def test_the_time_now_follows_from_how_long_the_system_is_up() -> None:
    kept = servertime.kept(NOON, 100.0)
    assert servertime.now(kept, 160.5) == datetime(2026, 11, 30, 11, 1, 0, 500000, tzinfo=UTC)
    assert servertime.now(kept, 99.0) is None, "of another boot"
    for broken in (
        None,
        b"",
        b"[]",
        b"{}",
        b"\xff",
        json.dumps({**json.loads(kept), "wall": "2026-11-30T11:00:00"}).encode(),
    ):
        assert servertime.now(broken, 160.0) is None
    assert servertime.now(json.dumps({**json.loads(kept), "schema": "x"}), 160.0) is None
    assert servertime.now(kept, None) is None and servertime.uptime_s(b"12.5 3.0\n") == 12.5
    assert servertime.uptime_s(b"") is None and servertime.uptime_s(None) is None


def test_what_the_server_said_is_kept_where_the_stick_keeps_such_things(tmp_path: Path) -> None:
    place = tmp_path / "run" / "server-time.json"
    note(DATE, place)
    assert not place.exists(), "elsewhere than on the stick nothing is written"
    place.parent.mkdir()
    note("nonsense", place)
    assert not list(place.parent.iterdir())
    note(DATE, place)
    assert json.loads(place.read_text())["wall"] == NOON.isoformat() and len(list(place.parent.iterdir())) == 1


@dataclass
class Pc:
    """A host with a clock, or none; it remembers what it was asked to run."""

    synchronised: bytes = b"no\n"
    server: str | None = None
    rtc: bool = True
    works: bool = True
    takes: bool = True
    clock: int = 1_230_768_000
    ran: list[tuple[str, ...]] = field(default_factory=list)

    def names(self, path: str) -> tuple[str, ...]:
        return ("rtc0",) if self.rtc and path == rtc.CLOCKS else ()

    def read(self, path: str, limit: int = 0) -> bytes | None:
        told = {
            servertime.PATH: self.server,
            servertime.UPTIME: "160.0 1.0",
            f"{rtc.CLOCKS}/rtc0/since_epoch": str(self.clock),
        }
        said = told.get(path)
        return said.encode() if said is not None else None

    def moment(self) -> Moment:
        return Moment(NOON, "boot", 1.0)

    def run(self, command: Command) -> Completed:
        self.ran.append(command.argv)
        if command.argv[0] == "timedatectl":
            return Completed(command.argv, 0, self.synchronised, b"", 0.1, None)
        if self.works and self.takes:
            self.clock = int(NOON.timestamp()) + (0 if "--systohc" in command.argv else 60)
        return Completed(
            command.argv, 0 if self.works else 1, b"", b"hwclock: Cannot access the Hardware Clock", 0.1, None
        )


def installed(pc: Pc) -> Any:
    ctx = SimpleNamespace(host=pc, notes=[], checks=[], settings=SimpleNamespace(nvram=True))
    ctx.check = lambda name, ok, text: ctx.checks.append(Check(name, ok, text))
    rtc.run(ctx)  # type: ignore[arg-type]
    return ctx


def test_a_clock_that_the_network_keeps_is_written_down() -> None:
    pc = Pc(synchronised=b"yes\n")
    ctx = installed(pc)
    assert pc.ran[-1] == ("hwclock", "--systohc", "--utc") and ctx.checks[0].ok and not ctx.notes


def test_else_the_servers_time_is() -> None:
    pc = Pc(server=servertime.kept(NOON, 100.0))
    ctx = installed(pc)
    assert pc.ran[-1] == ("hwclock", "--set", "--utc", "--date", "2026-11-30 11:01:00 UTC")
    assert ctx.checks[0].ok and not ctx.notes


@pytest.mark.parametrize(
    ("pc", "why"),
    [
        (Pc(rtc=False, synchronised=b"yes"), "pas d'horloge"),
        (Pc(), "ni serveur ni réseau"),
        (Pc(server=servertime.kept(NOON, 900.0)), "ni serveur ni réseau"),
        (Pc(synchronised=b"yes", works=False), "Cannot access"),
    ],
)
def test_what_hinders_it_is_a_note_and_no_failure(pc: Pc, why: str) -> None:
    ctx = installed(pc)
    assert ctx.checks == [] and len(ctx.notes) == 1 and why in ctx.notes[0]
    if why != "Cannot access":
        assert not any(argv[0] == "hwclock" for argv in pc.ran)


def test_a_clock_that_took_nothing_is_not_called_set() -> None:
    pc = Pc(synchronised=b"yes", takes=False)
    ctx = installed(pc)
    assert ctx.checks == [] and "relue" in ctx.notes[0]


def test_never_in_practice() -> None:
    (step,) = [one for one in steps() if one.NAME == "rtc"]
    for real in (True, False):
        assert is_wanted(step, SimpleNamespace(settings=SimpleNamespace(nvram=real))) is real  # type: ignore[arg-type]
