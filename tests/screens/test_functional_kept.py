"""The results in the record: kept, taken up again, never taken back by a test passed over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.screens.conftest import check_console
from tests.screens.functional_bench import Start, answer


def card(data: Path) -> dict[str, Any]:
    (path,) = (data / "records").glob("*.json")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


TAG = "PC-0042-2"
"""Given each time: this PC may have nothing else by which it is known again."""


def test_a_result_is_kept_and_one_that_is_passed_over_takes_nothing_back(terminal: Start, tmp_path: Path) -> None:
    data = tmp_path / "d"
    shown = terminal("test", "--id", TAG, "condition")
    answer(shown, "Batterie gonflée ?", "n\n")
    answer(shown, "Aspect ?", "e\n")
    assert shown.end() == 6, "a failed test is told to the shell"
    check_console(shown)
    assert "[ECHEC] Aspect" in shown.text() and "RATES : aspect" in shown.text()
    kept = card(data)
    assert kept["tests"]["condition"]["outcome"] == "fail" and kept["grade"] == "R" and kept["sorting"] == "repair"
    again = terminal("test", "--id", TAG, "condition")
    answer(again, "Batterie gonflée ?", "p\n")
    assert again.end() == 6
    assert card(data)["tests"]["condition"]["outcome"] == "fail"
    third = terminal("test", "--id", TAG, "--left", "condition")
    answer(third, "Batterie gonflée ?", "n\n")
    answer(third, "Aspect ?", "b\n")
    assert third.end() == 0
    assert card(data)["tests"]["condition"]["facts"] == {"battery_swollen": "no", "class": "B"}
    assert terminal("test", "--id", TAG, "--left", "condition").end() == 0, "nothing is left to ask"
    seen = terminal("show", "last")
    assert seen.end() == 0
    check_console(seen)
    assert "Tests 1 bons, à faire : écran" in seen.text()
    looked = terminal("audit", "--id", TAG)
    assert looked.end() == 0
    assert "Tests : 1 bons, à faire : écran" in looked.text()


def test_stopped_by_ctrl_c_it_is_taken_up_again(terminal: Start, tmp_path: Path) -> None:
    shown = terminal("test", "--id", TAG, "condition")
    shown.wait_for("Batterie gonflée ?")
    shown.read(lambda: shown.raw.endswith(b" > "))
    shown.type("\x03")
    assert shown.end() == 130
    assert card(tmp_path / "d")["tests"] == {}
    again = terminal("test", "--id", TAG, "condition")
    answer(again, "Batterie gonflée ?", "n\n")
    answer(again, "Aspect ?", "c\n")
    assert again.end() == 0
    assert len(list((tmp_path / "d/journal").glob("*.ndjson"))) == 1, "the same run"


def test_a_wrong_name_is_told(terminal: Start) -> None:
    shown = terminal("test", "clavier")
    assert shown.end() == 2
    assert "au choix : screen, keyboard" in shown.text()
    replayed = terminal("--replay", str(Path(__file__).parents[1] / "machines" / "qemu-clean"), "test")
    assert replayed.end() == 2 and "un enregistrement ne s'essaie pas" in replayed.text()
