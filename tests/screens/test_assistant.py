"""The assistant at 80x24, by its keys: lots, scans, bouncing keys, help; nothing is ever erased by leaning on a key."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recond.core.identity import make_tag
from recond.core.scan import TO_FRENCH
from recond.ui.help import HELP
from tests.screens.conftest import Terminal, check_console

Start = Callable[..., Terminal]
TAG = make_tag("MDL", 42)
HOME = "Tapez une lettre"


ASSISTANT = """
import sys
from pathlib import Path
from recond.cli import main
from recond.cli.context import Context
from recond.cli.parts.assistant import assistant
main.run = lambda words: print("RUN", *words[2:])
sys.exit(assistant(Context(data=Path(sys.argv[1]))))
"""
"""The assistant, but for what it runs: that is said only. The PC of whoever tests is not one to recondition."""


@pytest.fixture
def home(terminal: Start, tmp_path: Path) -> Start:
    """Start the assistant and wait for its first screen."""

    def start(**more: Any) -> Terminal:
        shown = terminal("-c", ASSISTANT, str(tmp_path / "d"), python=True, **{"lines": 24, **more})
        asked(shown, "Reconditionner")
        return shown

    return start


def asked(shown: Terminal, text: str) -> None:
    """Read until the text is on the screen and a question waits."""
    shown.read(lambda: text in "\n".join(shown.screen.display) and shown.raw.rstrip(b" ").endswith(b">"))


def answer(shown: Terminal, typed: str, then: str) -> None:
    """Type an answer when the question has been there for longer than a key bounces."""
    time.sleep(0.4)
    shown.type(typed + "\n")
    asked(shown, then)


def open_lot(shown: Terminal, *, arm: str = "", word: str | None = None, start: str = "") -> None:
    answer(shown, "l", "LOTS OUVERTS")
    answer(shown, "n", "Nom du lot")
    for typed, then in (
        ("2026-11-CD44", "Donateur"),
        ("Conseil départemental", "Vos initiales"),
        ("LM", "Combien de machines"),
        ("24", "Effacement"),
        ("", "Système à installer"),
        ("", "Faut-il taper DETRUIRE"),
    ):
        answer(shown, typed, then)
    if word is None:
        answer(shown, arm, "LOTS OUVERTS")
    else:
        answer(shown, arm, "Tous les PC que vous brancherez")
        if word == "DETRUIRE":
            answer(shown, word, "Que fait la clé au démarrage")
            answer(shown, start, "LOTS OUVERTS")
        else:
            answer(shown, word, "LOTS OUVERTS")


def lot(tmp_path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((tmp_path / "d/lots/2026-11-CD44.json").read_bytes())
    return loaded


def test_the_first_screen_fits_and_enter_alone_does_nothing(home: Start) -> None:
    shown = home()
    check_console(shown)
    assert not shown.screen.history.top, "the whole screen is seen at once"
    assert "aucun ouvert" in shown.text() and "[H] Aide" in shown.text()
    shown.type("\n" * 5)
    time.sleep(0.5)
    answer(shown, "zz", "ni une lettre de ce menu ni une étiquette")
    assert "RUN" not in shown.text()
    answer(shown, "v", "Entrée : retour au menu")
    assert "RUN show last" in shown.text()
    time.sleep(0.4)
    shown.type("\x04")
    assert shown.end() == 0


def test_a_lot_is_opened_once_and_remembered(home: Start, terminal: Start, tmp_path: Path) -> None:
    shown = home()
    open_lot(shown)
    check_console(shown)
    answer(shown, "", HOME)
    assert "2026-11-CD44, opérateur LM" in shown.text() and "aucune machine vue sur 24 attendues" in shown.text()
    kept = lot(tmp_path)
    assert (kept["donor"], kept["operator"], kept["expected"], kept["arm"]) == (
        "Conseil départemental",
        "LM",
        24,
        "none",
    )
    again = home()
    assert "2026-11-CD44, opérateur LM" in again.text(), "after a power cut the lot is still there"
    answer(again, "r", "scannez-la")
    answer(again, "", "RUN run --lot 2026-11-CD44")
    answer(again, "", HOME)
    answer(again, "l", "LOTS OUVERTS")
    answer(again, "t", "effacera en son nom")
    answer(again, "t", "aucun lot ouvert")
    assert lot(tmp_path)["open"] is False
    answer(again, "", HOME)
    answer(again, "r", "scannez-la")
    answer(again, "", "retour au menu")
    assert "RUN run" in again.text() and "--lot" not in again.text()
    answer(again, "", HOME)
    assert "aucun ouvert" in "\n".join(again.screen.display)


@pytest.mark.parametrize(("word", "armed"), [("DETRUIRE", "each"), ("", "none"), ("oui", "none")])
def test_only_the_word_arms_a_lot(home: Start, tmp_path: Path, word: str, armed: str) -> None:
    shown = home()
    open_lot(shown, arm="e", word=word)
    assert lot(tmp_path)["arm"] == armed
    time.sleep(0.4)
    shown.type("\n")
    asked(shown, "[X]  Éteindre")
    assert ("ARME pour tous les PC" in "\n".join(shown.screen.display)) is (armed == "each")
    check_console(shown)


def test_what_a_scanner_types_ahead_arms_and_opens_nothing(home: Start, tmp_path: Path) -> None:
    shown = home()
    answer(shown, "l", "LOTS OUVERTS")
    time.sleep(0.4)
    shown.type("n\nLOT-A\nX\nY\n5\n\n\ne\nDETRUIRE\n")
    asked(shown, "Nom du lot")
    time.sleep(1)
    assert not list((tmp_path / "d/lots").glob("*.json")), "one answer a question; what came with it is forgotten"


@pytest.mark.parametrize("text", [TAG, f"HTTPS://ATELIER.EXAMPLE/M/{TAG}", TAG.translate(TO_FRENCH)])
def test_a_scan_is_kept_for_this_pc_and_starts_nothing(home: Start, text: str) -> None:
    shown = home()
    answer(shown, text, f"étiquette {TAG} lue")
    assert "RUN" not in shown.text()
    answer(shown, "r", "retour au menu")
    assert "scannez-la" not in shown.text() and f"RUN run --id {TAG}" in shown.text()


def test_the_tag_is_asked_and_one_can_go_back(home: Start) -> None:
    shown = home()
    answer(shown, "r", "scannez-la")
    answer(shown, "MDL-0042-9", "n'est pas une étiquette de recond")
    answer(shown, "h", "AIDE - l'étiquette")
    answer(shown, "", "scannez-la")
    answer(shown, "n", HOME)
    assert "RUN" not in shown.text()
    answer(shown, "r", "scannez-la")
    answer(shown, "", "retour au menu")
    assert "RUN run" in shown.text()
    check_console(shown)


@pytest.mark.parametrize("about", list(HELP))
def test_each_help_page_fits_a_screen(terminal: Start, about: str) -> None:
    script = "from recond.ui.pages import show_help; from recond.ui.console import make_console; "
    script += f"show_help(make_console(), {about!r})"
    shown = terminal("-c", script, python=True, lines=24)
    shown.wait_for("Entrée : retour")
    check_console(shown)
    assert not shown.screen.history.top
    assert " AIDE - " in shown.screen.display[0], "one page is enough in 80 columns"
    shown.type("\n")
    assert shown.end() == 0


@pytest.mark.parametrize(
    ("columns", "env"), [(40, {}), (80, {"TERM": "dumb"}), (80, {"NO_COLOR": "1"}), (80, {"LANG": "C"})]
)
def test_narrow_dumb_and_colourless_terminals_stay_readable(home: Start, columns: int, env: dict[str, str]) -> None:
    shown = home(columns=columns, lines=60, **env)
    check_console(shown, columns)
    assert "Reconditionner" in shown.text() and "Éteindre" in shown.text()
    if "TERM" in env:
        assert b"\x1b" not in shown.raw


STOP = """
import threading, signal
from recond.cli.parts.talk import by_lot, last_chance
from recond.core.settings import Arm, Lot
from recond.ui.console import make_console
stop = threading.Event()
signal.signal(signal.SIGINT, lambda *_: stop.set())
class Plan:
    id, shortfalls = "AAAA-BBBB", ()
answer = by_lot(lambda: Lot("L1", arm=Arm.EACH), lambda lot: None, lambda: last_chance(make_console(), "L1", stop, 3))
print("answer:", answer(Plan()))
"""


@pytest.mark.parametrize(("typed", "said"), [("\x03", "answer: None"), ("\n\nDETRUIRE\n", "answer: AAAA-BBBB")])
def test_an_armed_lot_leaves_time_to_stop(terminal: Start, typed: str, said: str) -> None:
    begun = time.monotonic()
    shown = terminal("-c", STOP, python=True)
    shown.wait_for("Ctrl-C : ne rien effacer")
    shown.type(typed)
    assert shown.end() == 0
    assert said in shown.text()
    if "None" not in said:
        assert time.monotonic() - begun > 3
