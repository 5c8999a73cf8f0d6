"""What eyes judge: the screen, the look of the machine; and what is asked of which machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.screens.conftest import check_console
from tests.screens.functional_bench import PROGRAM, Start, answer, machine, results, wait_for_count

__all__ = ["machine"]


@pytest.mark.parametrize(
    ("typed", "outcome", "defects"), [("b", "pass", "none"), ("d", "pass", "pixels"), ("p", "not_done", None)]
)
def test_what_was_seen_on_the_screen(
    terminal: Start, machine: Path, typed: str, outcome: str, defects: str | None
) -> None:
    shown = terminal(PROGRAM, str(machine), "azerty", "screen", python=True)
    answer(shown, "Prêt ?", "o\n")
    for number in range(5):
        wait_for_count(shown, b"\x1b[?25l", number + 1)
        shown.type("\n")
    answer(shown, "Qu'avez-vous vu ?", f"{typed}\n")
    shown.wait_for("FINI")
    (found,) = results(machine)
    assert (found["outcome"], found.get("defects")) == (outcome, defects)


def test_the_screen_is_filled_with_each_colour(terminal: Start, machine: Path) -> None:
    shown = terminal(PROGRAM, str(machine), "azerty", "screen", python=True)
    answer(shown, "Prêt ?", "o\n")
    for number, name in enumerate(("red", "green", "blue", "white", "black")):
        wait_for_count(shown, b"\x1b[?25l", number + 1)
        wanted = {"green": "green", "white": "white"}.get(name, name)
        corners = {shown.screen.buffer[row][column].bg for row in (0, 12, 24) for column in (0, 40, 79)}
        assert corners == {wanted}
        shown.type("\n")
    shown.wait_for("Qu'avez-vous vu ?")
    check_console(shown)
    shown.type("t\n")
    shown.wait_for("FINI")
    assert results(machine)[0]["outcome"] == "fail"
    # The palette and the cursor are given back.
    assert shown.raw.rindex(b"\x1b]R") > shown.raw.rindex(b"\x1b]P") and b"\x1b[?25h" in shown.raw


def test_on_a_serial_line_what_needs_the_screen_is_not_done(terminal: Start, machine: Path) -> None:
    shown = terminal(PROGRAM, str(machine), "azerty", "screen", "keyboard", python=True, TERM="dumb")
    assert shown.end() == 0
    assert [one["outcome"] for one in results(machine)] == ["not_done", "not_done"]
    assert "console série" in results(machine)[0]["reasons"][0]
    assert b"\x1b" not in shown.raw


def test_the_kind_of_machine_decides_what_is_asked(terminal: Start, machine: Path) -> None:
    (machine / "chassis").write_text("desktop")
    shown = terminal(PROGRAM, str(machine), "azerty", "screen", "keyboard", "touchpad", "battery", "lid", "camera", "wifi",
                     "sound", python=True)  # fmt: skip
    assert shown.end() == 0
    assert {one["outcome"] for one in results(machine)} == {"na"}


def test_the_look_and_a_swollen_battery(terminal: Start, machine: Path) -> None:
    shown = terminal(PROGRAM, str(machine), "azerty", "condition", python=True)
    answer(shown, "Batterie gonflée ?", "o\n")
    shown.wait_for("Aspect ?")
    check_console(shown)
    assert "DANGER" in shown.text()
    answer(shown, "Aspect ?", "c\n")
    shown.wait_for("FINI")
    (found,) = results(machine)
    assert (found["outcome"], found["class"], found["battery_swollen"]) == ("fail", "C", "yes")
