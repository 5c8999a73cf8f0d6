"""The assistant's own screens: labels and sheets, systems, the server, many lots and machines, and what does not open."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recond.cli.context import Context
from recond.core.identity import make_tag
from recond.core.settings import Arm, Lot
from recond.flow.install import find_images
from recond.host.local import LocalHost
from recond.sink.labelqueue import LabelQueue, Waiting
from recond.sink.store import Store
from tests.screens.conftest import MACHINES, Terminal, check_console
from tests.screens.test_assistant import ASSISTANT, HOME, answer, asked, open_lot

Start = Callable[..., Terminal]
TAG = make_tag("MDL", 42)


@pytest.fixture
def home(terminal: Start, tmp_path: Path) -> Start:
    """Start the assistant on 80x24 and wait for its first screen."""

    def start(**more: Any) -> Terminal:
        shown = terminal("-c", ASSISTANT, str(tmp_path / "d"), python=True, **{"lines": 24, **more})
        asked(shown, "[X]")
        return shown

    return start


def fits(shown: Terminal) -> None:
    check_console(shown)
    assert not shown.screen.history.top, "something scrolled away"


def records(tmp_path: Path, count: int, lot: str = "LOT-A") -> None:
    """Keep the cards of a lot: every fifth machine is not ready."""
    folder = tmp_path / "d/records"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        tag = make_tag("MDL", number)
        card: dict[str, Any] = {
            "tag": tag,
            "uid": f"u{number}",
            "run": f"r{number:04}",
            "lot": lot,
            "model": f"Dell {number}",
        }
        card |= {"state": "aside"} if number % 5 == 4 else {"state": "ready", "ready": True}
        (folder / f"{tag}.json").write_text(json.dumps(card))


def test_labels_and_sheets_run_the_commands_a_volunteer_does_not_know(home: Start, tmp_path: Path) -> None:
    Store(tmp_path / "d", LocalHost())
    LabelQueue(tmp_path / "d").put(Waiting("u1", TAG, "", "", "PAPIER", "2026-11-30T10:00:00"))
    shown = home()
    for letter, command in (("r", "RUN label reprint"), ("e", "RUN label --test"), ("p", "RUN list printers")):
        answer(shown, "i", f"1 étiquette attend : {TAG}")
        fits(shown)
        answer(shown, letter, "Entrée : continuer")
        assert command in shown.text()
        answer(shown, "", "[F]  Faire ses feuilles")
        answer(shown, "", HOME)
    answer(shown, "i", "[C]  Montrer son code QR")
    for letter, typed, command in (
        ("i", TAG, f"RUN label {TAG}"),
        ("c", "", "RUN label last --printer screen"),
        ("f", TAG.lower(), f"RUN papers {TAG}"),
    ):
        answer(shown, letter, "Étiquette de la machine")
        answer(shown, typed, "Entrée : continuer")
        assert command in shown.text()
        answer(shown, "", "[F]  Faire ses feuilles")
    answer(shown, TAG, "Entrée : continuer")
    assert f"RUN label {TAG}" in shown.text()


def test_the_end_of_a_run_shows_its_code_by_a_key_and_stays(home: Start) -> None:
    shown = home()
    answer(shown, "r", "scannez-la")
    answer(shown, "", "I : code QR")
    answer(shown, "i", "RUN label last --printer screen")
    assert "I : code QR" in shown.text()
    answer(shown, "", HOME)
    answer(shown, "u", "retour au menu")
    assert "I : code QR" not in "\n".join(shown.screen.display), "an audit makes no label"


@pytest.mark.skipif(
    not find_images(LocalHost(), Context().image_folders())[0], reason="no system was built on this machine"
)
def test_a_system_is_chosen_by_its_title_and_goes_with_the_next_run(home: Start) -> None:
    offers = find_images(LocalHost(), Context().image_folders())[0]
    shown = home()
    answer(shown, "o", "Une lettre, ou Entrée seule")
    fits(shown)
    listed = [line for line in shown.screen.display if re.match(r"   \[[A-Z]\]  \[", line)]
    assert len(listed) == len(offers) and all(any(one.profile.title in line for line in listed) for one in offers)
    assert all("convient" in line or "demande" in line or "fait pour" in line for line in listed)
    title = next(one.profile.title for one in offers if one.profile.title in listed[0])
    answer(shown, "b", "le retenir pour ce PC")
    fits(shown)
    answer(shown, "", f"Pour ce PC : système {title}")
    answer(shown, "r", "scannez-la")
    answer(shown, "", "retour au menu")
    name = next(one.profile.name for one in offers if one.profile.title == title)
    assert f"RUN run --profile {name}" in shown.text()
    answer(shown, "", HOME)
    assert "Pour ce PC" not in "\n".join(shown.screen.display), "the choice was for one PC"


def test_the_stick_is_connected_by_an_address_and_a_code(home: Start, tmp_path: Path) -> None:
    shown = home()
    answer(shown, "c", "Adresse du serveur")
    fits(shown)
    answer(shown, "https://192.168.1.10:8017", "Code donné par le serveur")
    answer(shown, "ABCD-EFGH", "Entrée : continuer")
    assert "RUN enrol -- https://192.168.1.10:8017 ABCD-EFGH" in shown.text()
    answer(shown, "", HOME)
    answer(shown, "c", "Adresse du serveur")
    answer(shown, "http://192.168.1.10:8017", "Code donné par le serveur")
    answer(shown, "ABCD-EFGH", "n'est pas protégé")
    answer(shown, "", HOME)
    assert "plain-http" not in shown.text(), "Enter alone accepts nothing"


def test_an_armed_lot_starts_by_itself_only_when_that_was_chosen(home: Start, tmp_path: Path) -> None:
    shown = home()
    open_lot(shown, arm="e", word="DETRUIRE", start="c")
    assert json.loads((tmp_path / "d/lots/2026-11-CD44.json").read_bytes())["autostart"] is True
    assert (tmp_path / "d/autostart").read_text().strip() == "2026-11-CD44"


@pytest.mark.parametrize("lines", [24, 25])
def test_thirty_machines_of_a_lot_come_in_pages_the_unfinished_first(home: Start, tmp_path: Path, lines: int) -> None:
    store = Store(tmp_path / "d", LocalHost())
    store.save_lot(Lot("LOT-A", "X", "LM", expected=30))
    store.choose_lot("LOT-A")
    records(tmp_path, 30)
    shown = home(lines=lines)
    answer(shown, "l", "LOTS OUVERTS")
    answer(shown, "d", "Page 1 sur 2")
    fits(shown)
    first = "\n".join(shown.screen.display)
    assert "LOT LOT-A" in first and all(make_tag("MDL", number) in first for number in range(4, 30, 5))
    assert first.count("A METTRE DE COTE") == 6
    answer(shown, "", "Entrée : retour")
    fits(shown)
    both = first + "\n".join(shown.screen.display)
    assert all(make_tag("MDL", number) in both for number in range(30))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_fifteen_lots_fit(home: Start, tmp_path: Path, lang: str) -> None:
    store = Store(tmp_path / "d", LocalHost())
    for number in range(15):
        store.save_lot(
            Lot(f"2026-11-30-{number:02}", "X", "LM", arm=Arm.EACH if number == 3 else Arm.NONE, expected=24)
        )
    store.choose_lot("2026-11-30-07")
    records(tmp_path, 9, "2026-11-30-07")
    shown = home(RECOND_LANG=lang)
    answer(shown, "l", "LOTS OUVERTS" if lang == "fr" else "OPEN LOTS")
    fits(shown)
    rows = [line for line in shown.screen.display if "2026-11-30-" in line]
    assert len(rows) == 15 and ("ARME" in rows[3] or "ARMED" in rows[3])
    assert "<-" in rows[7] and "24" in rows[0]


def test_a_data_folder_that_does_not_open_is_told_and_the_assistant_stays(home: Start, tmp_path: Path) -> None:
    (tmp_path / "d").write_text("a file, where a folder should be")
    shown = home()
    fits(shown)
    assert "[ECHEC] le dossier" in shown.text() and "-> donnez-en un autre" in shown.text()
    for letter in ("l", "i"):
        time.sleep(0.4)
        shown.type(f"{letter}\n")
        shown.read(lambda: "Pas possible tant que" in shown.text() and shown.raw.endswith(b" > "))
        fits(shown)
        assert HOME in shown.text(), "the menu is there"
        time.sleep(0.4)
        shown.type("zz\n")
        shown.read(lambda: "ni une lettre" in shown.text() and shown.raw.endswith(b" > "))
    answer(shown, "h", "AIDE - l'accueil")


def test_a_replayed_machine_says_what_it_is_and_the_assistant_stays(terminal: Start) -> None:
    shown = terminal("--replay", str(MACHINES / "qemu-clean"), lines=24)
    asked(shown, HOME)
    fits(shown)
    assert "Machine rejouée" in shown.text() and "ne s'ouvre pas" not in shown.text()
    answer(shown, "l", "question non enregistrée")
    assert HOME in shown.text()


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_forty_columns_show_the_whole_first_screen_with_the_warning_at_its_foot(
    terminal: Start, tmp_path: Path, lang: str
) -> None:
    data = tmp_path / "d"
    store = Store(data, LocalHost())
    stick = json.loads((data / "stick.json").read_bytes())
    (data / "stick.json").write_text(json.dumps({**stick, "copied_from": "stk_00000001"}))
    (data / "recond.toml").write_text('organisation = "La Maison du libre de Villeurbanne"\n')
    store.save_lot(Lot("2026-11-CD44-01", "X", "LM", arm=Arm.EACH, expected=24))
    store.choose_lot("2026-11-CD44-01")
    records(tmp_path, 24, "2026-11-CD44-01")
    shown = terminal("-c", ASSISTANT, str(data), python=True, columns=40, lines=25, RECOND_LANG=lang)
    asked(shown, "[X]")
    check_console(shown, 40)
    assert not shown.screen.history.top
    assert "recond" in shown.screen.display[0] and "2026-11-CD44-01" in shown.text()
    last = [line for line in shown.screen.display if line.strip(" >")][-1]
    assert "CLE COPIEE" in last or "COPIED STICK" in last
    for letter in "RLIOESUVNCTDHXG":
        assert f"[{letter}] " in shown.text()


def test_a_long_question_is_folded_at_words(terminal: Start) -> None:
    code = (
        "from recond.ui.ask import Asker; from recond.ui.console import make_console\n"
        "print(Asker(make_console()).line(' Tapez DETRUIRE puis Entrée pour armer ; Entrée seule : le mot sera demandé à "
        "chaque fois > ', about='lot-arm'))"
    )
    for columns in (80, 40):
        shown = terminal("-c", code, python=True, columns=columns, lines=24)
        shown.wait_for(" > ")
        check_console(shown, columns)
        assert "le mot sera demandé à chaque fois" in shown.text()
        time.sleep(0.4)
        shown.type("d'accord\n")
        assert shown.end() == 0 and "d'accord" in shown.lines()[-2 if not shown.lines()[-1] else -1] + shown.text()
