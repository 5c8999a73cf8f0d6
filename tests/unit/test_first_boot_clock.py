"""The first start asks for the date only where the clock cannot be right, and believes no date that cannot be."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from owner import questions
from owner.clock import is_absurd, made_on, read_moment, set_clock
from owner.system import Failed, System
from owner.texts import EN, FR


@pytest.fixture
def system(tmp_path: Path) -> System:
    made = System(tmp_path, practice=True)
    made.write("/usr/share/recond/profile.json", json.dumps({"name": "debian-xfce", "version": "13-20261123"}))
    return made


@pytest.mark.parametrize(
    ("now", "absurd"), [("2009-01-01", True), ("2026-11-22", True), ("2026-11-23", False), ("2031-05-01", False)]
)
def test_a_clock_from_before_the_system_was_made_cannot_be_right(system: System, now: str, absurd: bool) -> None:
    assert is_absurd(system, datetime.fromisoformat(f"{now}T12:00:00+00:00")) is absurd


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": "13"}', '{"version": "13-20261399"}'])
def test_where_that_day_is_not_known_nothing_is_asked(system: System, text: str) -> None:
    system.write("/usr/share/recond/profile.json", text)
    assert made_on(system) is None and not is_absurd(system, datetime(1970, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "hour", "found"),
    [
        ("30/11/2026", "14:05", "2026-11-30 13:05"),
        ("30.11.2026", "14h05", "2026-11-30 13:05"),
        ("30-11-2026", "14 h", "2026-11-30 13:00"),
        ("2026-11-30", "9", "2026-11-30 08:00"),
        ("1/7/2027", "0:30", "2027-06-30 22:30"),
        ("31/02/2027", "14:05", None),
        ("30/11/26", "14:05", None),
        ("11/30/2026", "14:05", None),
        ("22/11/2026", "14:05", None),
        ("30/11/2226", "14:05", None),
        ("30/11/2026", "25:00", None),
        ("30/11/2026", "", None),
        ("demain", "midi", None),
    ],
)
def test_what_is_typed_is_read_or_refused(system: System, day: str, hour: str, found: str | None) -> None:
    moment = read_moment(day, hour, "Europe/Paris", system)
    assert (f"{moment:%Y-%m-%d %H:%M}" if moment else None) == found
    assert moment is None or moment.tzinfo is UTC


def said(system: System) -> list[str]:
    return system.read("commands.log").splitlines()


def test_both_clocks_are_set_and_the_network_may_correct_them_later(system: System) -> None:
    assert set_clock(datetime(2026, 11, 30, 13, 5, tzinfo=UTC), system)
    assert said(system) == [
        "timedatectl set-ntp false",
        "timedatectl set-time 2026-11-30 13:05:00 UTC",
        "timedatectl set-ntp true",
    ]


def test_a_system_that_refuses_is_told_and_keeps_the_networks_time(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def run(self: System, argv: Sequence[str], text: str | None = None, timeout_s: float = 120) -> str:
        asked.append(argv[1])
        if argv[1] != "set-ntp" or len(asked) == 1:
            raise Failed("timedatectl: no")
        return ""

    monkeypatch.setattr(System, "run", run)
    assert not set_clock(datetime(2026, 11, 30, tzinfo=UTC), system)
    assert asked == ["set-ntp", "set-time", "set-ntp"], "the network is to give the time again"


@pytest.mark.parametrize(
    ("answers", "last"),
    [
        (["30/11/2026", "14:05"], "timedatectl set-ntp true"),
        (["hier", "14:05", "30/11/2026", "14:05"], "timedatectl set-ntp true"),
        ([""], None),
    ],
)
def test_the_console_asks_again_and_can_be_passed(
    system: System, monkeypatch: pytest.MonkeyPatch, answers: list[str], last: str | None
) -> None:
    monkeypatch.setattr(questions, "is_absurd", lambda system, now: True)
    left = iter(answers)
    monkeypatch.setattr("builtins.input", lambda question: next(left))
    questions.Questions(system).clock()
    assert (said(system)[-1] if said(system) else None) == last and next(left, None) is None


def test_a_clock_that_can_be_right_is_not_asked_for(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "is_absurd", lambda system, now: False)
    questions.Questions(system).clock()
    assert said(system) == []


def test_both_languages_say_the_same_things() -> None:
    assert FR.keys() == EN.keys() and "30/11/2026" in FR["bad_clock"]
