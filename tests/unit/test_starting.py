"""The stick's start-up: the first screen does not wait for drivers, commands do, and a bad data partition is told first."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from recond.cli.parts import starting


def test_nothing_is_waited_for_on_a_pc_that_did_not_start_from_a_stick(tmp_path: Path) -> None:
    told: list[bool] = []
    assert starting.wait_for_data()
    starting.first_screen_is_shown(tmp_path / "absent")
    starting.wait_for_hardware(lambda: told.append(True), tmp_path)
    assert told == []


def test_a_command_waits_until_the_drivers_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "boot-medium.json").write_text("{}")
    told: list[bool] = []
    threading.Timer(0.3, (tmp_path / "coldplugged").touch).start()
    starting.wait_for_hardware(lambda: told.append(True), tmp_path)
    assert told == [True] and (tmp_path / "coldplugged").exists()
    starting.wait_for_hardware(lambda: told.append(True), tmp_path)
    assert told == [True], "said once, not at every command"


@pytest.mark.parametrize(("problem", "well"), [(None, True), ("", True), ("La cle ...", False)])
def test_the_data_partition_is_waited_for_and_its_problem_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: str | None, well: bool
) -> None:
    if problem is not None:
        (tmp_path / "data-problem").write_text(problem)
    monkeypatch.setenv("RECOND_WAIT", str(tmp_path))
    threading.Timer(0.2, (tmp_path / "data-ready").touch).start()
    assert starting.wait_for_data() is well
    assert starting.wait_for_data(), "asked for once"


def test_the_first_screen_is_announced(tmp_path: Path) -> None:
    starting.first_screen_is_shown(tmp_path)
    assert (tmp_path / "first-screen").exists()
