"""Keyboard, touchpad, lid: pressed keys are real event records in a pipe."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from recond.core.evdev import parse_devices
from tests.screens.conftest import check_console
from tests.screens.functional_bench import DEVICES, PROGRAM, Start, answer, codes, keys, machine, pipes, results

__all__ = ["machine", "pipes"]


@pytest.mark.parametrize("layout", ["azerty", "qwerty"])
def test_every_key_is_seen_in_the_picture(terminal: Start, machine: Path, pipes: Any, layout: str) -> None:
    press = pipes(machine / "dev/input/event3")
    shown = terminal(PROGRAM, str(machine), layout, "keyboard", python=True)
    shown.wait_for(f"CLAVIER {layout}")
    first = "[A]" if layout == "azerty" else "[Q]"
    assert first in "\n".join(shown.lines())
    press(*keys(16))
    shown.read(lambda: first not in "\n".join(shown.screen.display))
    check_console(shown)
    assert "61 à faire sur 62" in shown.text() or "60 à faire sur 61" in shown.text()
    press(*keys(*codes(layout)))
    shown.wait_for("FINI")
    assert shown.end() == 0
    (found,) = results(machine)
    assert (found["outcome"], found["layout"], found["keys_missing"]) == ("pass", layout, 0)


def test_dead_keys_are_named_and_a_person_decides(terminal: Start, machine: Path, pipes: Any) -> None:
    press = pipes(machine / "dev/input/event3")
    shown = terminal(PROGRAM, str(machine), "azerty", "keyboard", python=True)
    shown.wait_for("CLAVIER")
    # A cut record, a release without a press, an unknown code: none of them is a key that answers.
    press(*keys(*(code for code in codes("azerty") if code not in (16, 1, 22))), (1, 22, 0), (1, 700, 1), (4, 4, 30))
    press(*keys(1), *keys(1))
    answer(shown, "2 touches n'ont pas répondu : A U", "z\n")
    answer(shown, "Tapez R, E, X ou P", "e\n")
    shown.wait_for("FINI")
    check_console(shown)
    (found,) = results(machine)
    assert found["outcome"] == "fail" and found["reasons"][0] == "2 touches muettes : A U"
    assert found["keys_missing"] == 2


def test_the_scanner_is_not_the_laptops_keyboard(terminal: Start, machine: Path, pipes: Any) -> None:
    scan = pipes(machine / "dev/input/event9")
    press = pipes(machine / "dev/input/event3")
    shown = terminal(PROGRAM, str(machine), "azerty", "keyboard", python=True)
    shown.wait_for("CLAVIER")
    scan(*keys(*codes("azerty")))
    press(*keys(1), *keys(1))
    answer(shown, "61 touches n'ont pas répondu", "p\n")
    shown.wait_for("FINI")
    assert results(machine)[0]["outcome"] == "not_done"


def test_the_touchpad_moves_and_clicks(terminal: Start, machine: Path, pipes: Any) -> None:
    move = pipes(machine / "dev/input/event5")
    shown = terminal(PROGRAM, str(machine), "azerty", "touchpad", python=True)
    shown.wait_for("PAVE TACTILE")
    move((3, 0, 100), (3, 0, 400), (3, 1, 200), (1, 0x110, 1), (1, 0x110, 0))
    shown.read(lambda: "gauche à droite" not in "\n".join(shown.screen.display))
    assert "[ ] cliquer à droite" in "\n".join(shown.screen.display)
    check_console(shown)
    move((3, 1, 500), (1, 0x111, 1))
    shown.wait_for("FINI")
    assert results(machine)[0]["outcome"] == "pass"


def test_a_pad_that_is_one_button_needs_no_right_one(terminal: Start, machine: Path, pipes: Any) -> None:
    path = machine / "proc/bus/input/devices"
    path.write_text(DEVICES.replace("PROPS", "5").replace("KEYS", "10000"))
    move = pipes(machine / "dev/input/event5")
    shown = terminal(PROGRAM, str(machine), "azerty", "touchpad", python=True)
    shown.wait_for("cliquer une 2e fois")
    move((3, 0, 0), (3, 0, 90), (3, 1, 0), (3, 1, 90), (1, 0x110, 1), (1, 0x110, 0), (1, 0x110, 1))
    shown.wait_for("FINI")
    assert results(machine)[0]["reasons"] == ["bouge et clique (un seul bouton)"]


def test_the_lid_closes_and_opens(terminal: Start, machine: Path, pipes: Any) -> None:
    lid = pipes(machine / "dev/input/event0")
    shown = terminal(PROGRAM, str(machine), "azerty", "lid", python=True)
    shown.wait_for("Fermez le capot")
    lid((5, 0, 1))
    time.sleep(0.5)
    lid((5, 0, 0))
    shown.wait_for("FINI")
    assert results(machine)[0]["outcome"] == "pass"
    shown = terminal(PROGRAM, str(machine), "azerty", "lid", python=True)
    shown.wait_for("Fermez le capot")
    lid((5, 0, 1))
    time.sleep(0.5)
    shown.type("\n")
    answer(shown, "vu se fermer, pas se rouvrir", "e\n")
    shown.wait_for("FINI")
    assert results(machine)[0]["outcome"] == "fail"


def test_input_devices_are_told_apart() -> None:
    text = DEVICES.replace("PROPS", "5").replace("KEYS", "10000")
    found = {one.name: one for one in parse_devices(text)}
    assert [name for name, one in found.items() if one.is_keyboard] == [
        "AT Translated Set 2 keyboard",
        "Honeywell Scanner",
    ]
    assert [name for name, one in found.items() if one.is_pointer] == ["SYNA Touchpad"]
    assert not found["Honeywell Scanner"].is_built_in and found["SYNA Touchpad"].props == {0, 2}
    assert 0 in found["Lid Switch"].switches
    assert (
        parse_devices("I: Bus=zz\n\nB: KEY=" + "f" * 40_000 + "\nI: Bus=0003\nH: Handlers=event1 \n")[0].keys
        == frozenset()
    )
