"""The main screens in English at 80x25 and 80x24: the same room as in French, no French left over, the same guards."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from recond.core import codes, words
from tests.leaks import leaks_below
from tests.screens.conftest import MACHINES, Terminal, check_console
from tests.screens.test_assistant import ASSISTANT, answer, asked
from tests.screens.test_commands import SLIPS

Start = Callable[..., Terminal]
FRENCH = re.compile(
    r"[éèêàùçôîûœ«»]|\b(?:le|la|les|des|du|une|pas|est|sont|pour|sans|avec|aucun|aucune|disque|effac\w+|ECHEC|clé|fiche|puis)\b",
    re.IGNORECASE,
)
"""A letter or a word that no English sentence of ours has."""


def no_french(shown: Terminal) -> None:
    # Paths and files keep their names, tags of options too.
    lines = (re.sub(r"\S*[/.]\S+", "", line.replace("Français", "")) for line in shown.lines())
    found = [line for line in lines if FRENCH.search(line)]
    assert not found, "\n".join(found)


@pytest.fixture
def home(terminal: Start, tmp_path: Path) -> Callable[[], Terminal]:
    def start() -> Terminal:
        shown = terminal("-c", ASSISTANT, str(tmp_path / "d"), python=True, lines=24, RECOND_LANG="en")
        asked(shown, "Recondition this PC")
        return shown

    return start


def test_the_first_screen_fits_and_names_its_keys(home: Callable[[], Terminal]) -> None:
    shown = home()
    assert "[X] Switch off" in shown.text() and "[G] Français" in shown.text() and "the word DESTROY" in shown.text()
    assert not shown.screen.history.top, "nothing scrolled away"
    check_console(shown)
    no_french(shown)


@pytest.mark.parametrize("keys", [("h",), ("l", "h"), ("l", "n", "h")])
def test_the_help_pages_fit_in_english(home: Callable[[], Terminal], keys: tuple[str, ...]) -> None:
    shown = home()
    for key in keys:
        time.sleep(0.4)
        shown.type(key + "\n")
        shown.read(lambda: shown.raw.rstrip(b" ").endswith(b">"))
        time.sleep(0.3)
    asked(shown, "HELP")
    check_console(shown)
    no_french(shown)


def test_the_key_g_changes_the_language_and_back(home: Callable[[], Terminal]) -> None:
    shown = home()
    answer(shown, "g", "Tapez une lettre")
    assert "[G] English" in shown.text()
    answer(shown, "g", "Type a letter")


def test_the_workshops_file_decides_and_the_option_is_above_it(terminal: Start, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d/recond.toml").write_text('lang = "en"\n')
    shown = terminal("batch", "status", RECOND_LANG="")
    assert shown.end() in (0, 2) and "no lot" in shown.text()
    shown = terminal("--lang", "fr", "batch", "status", RECOND_LANG="")
    assert shown.end() in (0, 2) and "aucun lot" in shown.text()


@pytest.mark.parametrize(
    "lang, said", [("en_GB.UTF-8", "Usage: recond"), ("fr_FR.UTF-8", "Usage :"), ("C.UTF-8", "Usage :")]
)
def test_without_any_choice_the_environment_decides_and_french_is_the_default(
    terminal: Start, lang: str, said: str
) -> None:
    shown = terminal("--help", RECOND_LANG="", LC_ALL="", LC_MESSAGES="", LANG=lang)
    assert shown.end() == 0 and said in shown.text()


def test_an_unknown_language_is_refused(terminal: Start) -> None:
    shown = terminal("--lang", "de", "list", "media")
    assert shown.end() == 2 and "pas de langue « de »" in shown.text()


@pytest.mark.parametrize("name", sorted(path.name for path in MACHINES.iterdir() if path.is_dir()))
def test_the_audit_of_every_recorded_machine_reads_in_english(terminal: Start, name: str) -> None:
    shown = terminal("--replay", str(MACHINES / name), "audit", RECOND_LANG="en")
    assert shown.end() == 0
    check_console(shown)
    no_french(shown)


def test_json_is_the_same_in_both_languages(terminal: Start) -> None:
    said = []
    for lang in ("fr", "en"):
        shown = terminal(
            "--replay", str(MACHINES / "two-disks-one-failing"), "audit", "--json", columns=9000, RECOND_LANG=lang
        )
        assert shown.end() == 0
        said.append(json.loads(shown.raw.decode()[shown.raw.decode().index("{") :]))
    for one in said:
        one.pop("finished", None)
    assert said[0] == said[1]


@pytest.mark.root
def test_only_the_english_word_wipes_in_english(terminal: Start, tmp_path: Path) -> None:
    shown = terminal("practice", "--ask", "--no-serve", "--size", "768", RECOND_LANG="en")
    shown.wait_for("Type  DESTROY")
    shown.read(lambda: shown.raw.endswith(b" > "))
    shown.type("DETRUIRE\n")
    shown.wait_for("That is not the word: nothing is erased")
    shown.read(lambda: shown.raw.endswith(b" > "))
    time.sleep(0.3)
    shown.type("DESTROY\n")
    assert shown.end() == 12
    check_console(shown)
    text = shown.text()
    assert "ERASED and read back" in text and "NO SYSTEM" in text and "exit code 12" in text
    assert "READY" not in text
    no_french(shown)
    data = tmp_path / "d/practice"
    _records_are_in_no_language(data)
    # Labels and papers are the workshop's: French, until its own file says otherwise; the screen stays English.
    for lang in ("fr", "en"):
        (data / "recond.toml").write_text(f'organisation = "ACME"\nlang = "{lang}"\n')
        for command in (
            ("certificate", "last", "--out", f"{tmp_path}/c.pdf"),
            ("papers", "--out", str(tmp_path)),
            ("verify",),
            ("show", "last"),
        ):
            shown = terminal("-m", "recond", "--data", str(data), *command, python=True, RECOND_LANG="en")
            assert shown.end() == 0
            no_french(shown)
        pdfs = list(tmp_path.glob("*.pdf"))
        assert len(pdfs) == 2
        for pdf in pdfs:
            page = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout
            assert ("ERASED" in page or "erased and read" in page) is (lang == "en")
            assert ("EFFACÉ" in page or "effacé et relu" in page) is (lang == "fr")
            french = [line for line in page.splitlines() if FRENCH.search(line)]
            assert bool(french) is (lang == "fr"), french


def _records_are_in_no_language(data: Path) -> None:
    """Whatever the screen spoke, no sentence of the English catalogue is in what was recorded, nor of the French."""
    english = {text for texts in words._catalogue("en").values() for text in texts if " " in text and "{" not in text}
    kept = [path for kind in ("journal", "certificates", "records") for path in (data / kind).rglob("*.*json")]
    said = {text for path in kept for text in re.findall(r'"((?:[^"\\]|\\.)*)"', path.read_text())}
    assert codes.code_of("la zone de réserve du disque n'est pas atteinte") in said
    assert not said & english and not list(leaks_below(data))


@pytest.mark.parametrize(("words", "code"), [(words, code) for words, code, _said in SLIPS if "--lang" not in words])
def test_a_slip_is_told_in_english(terminal: Start, words: tuple[str, ...], code: int) -> None:
    shown = terminal(*words, RECOND_LANG="en")
    assert shown.end() == code
    check_console(shown)
    assert "->" in shown.text()
    no_french(shown)


@pytest.mark.root
@pytest.mark.parametrize("words", [("wipe", "--plan"), ("wipe",), ("install",), ("batch", "new", "a", "b")])
def test_a_refusal_is_told_in_english(terminal: Start, words: tuple[str, ...]) -> None:
    """Also where it names this machine's disks, each on a line of its own."""
    shown = terminal(*words, RECOND_LANG="en")
    assert shown.end() in (2, 3)
    no_french(shown)


@pytest.mark.parametrize("what", ["methods", "printers", "media"])
def test_lists_are_in_english(what: str) -> None:
    options = ["--no-network"] if what == "printers" else []
    command = [sys.executable, "-m", "recond", "--lang", "en", "list", what, *options]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.strip() and not [line for line in said.splitlines() if FRENCH.search(line)]
