"""Every question has its help, every command that a sentence names has its letter in the assistant."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from recond.core import words
from recond.ui import steps
from recond.ui.confirm import WORD
from recond.ui.help import HELP
from recond.ui.home import LAST, LEFT, MENU, THIRD, WHOLE

ROOT = Path(__file__).resolve().parents[2] / "recond"
FILES = sorted([*(ROOT / "ui").glob("*.py"), *(ROOT / "cli").rglob("*.py")])
ASKING = ("line", "key", "choice", "paged")
READERS = ("ui/typed.py",)
"""Where a line is read for all the others."""


def calls() -> Iterator[tuple[Path, ast.Call, str]]:
    """Yield every call of a method or function in what speaks to people."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                yield path, node, name


def test_every_question_has_a_page_of_help_that_exists() -> None:
    found = []
    for path, node, name in calls():
        if name not in ASKING or not isinstance(node.func, ast.Attribute):
            continue
        about = next((word.value for word in node.keywords if word.arg == "about"), None)
        where = f"{path.name}:{node.lineno}"
        assert about is not None, f"{where}: a question without help"
        if isinstance(about, ast.Constant):
            assert about.value in HELP, f"{where}: no help page {about.value!r}"
            found.append(about.value)
    assert len(found) > 20
    assert set(found) | {"plan", "station", "tests", "lots", "papers", "server", "install"} == set(HELP)


def test_nobody_reads_a_line_beside_the_one_that_knows_help() -> None:
    direct = {
        path.relative_to(ROOT).as_posix()
        for path, node, name in calls()
        if name == "input" and isinstance(node.func, ast.Name)
    }
    assert direct == set(READERS)


def test_help_names_the_word_and_letters_that_exist() -> None:
    letters = {key for key, *_unused in MENU}
    assert any(WORD in text for text in HELP["plan"])
    for page in HELP.values():
        for text in page:
            for letter in re.findall(r"\[([A-Z])\]", text):
                assert letter in letters, text


def test_letters_of_the_menu_are_on_the_same_key_everywhere_and_are_what_sentences_say() -> None:
    keys = [key for key, *_unused in MENU]
    assert len(set(keys)) == len(keys) and not set(keys) & set("AQZWM0123456789")
    does = {words[0]: key for key, _long, _short, words in MENU}
    own = {"label reprint": "papers", "label": "papers", "papers": "papers", "install": "systems", "enrol": "server"}
    own |= {"outbox": "push", "batch new": "lots", "batch close": "lots", "batch use": "lots"}
    for command, letter in steps.LETTERS.items():
        name = command.removeprefix("recond ")
        assert letter == f"[{does[own.get(name, name)]}]", command


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plus tard : recond push", "plus tard : [N]"),
        ("l'étiquette (recond label reprint) et l'envoi", "l'étiquette ([I]) et l'envoi"),
        ("recond label reprint, ou recond label TAG…", "[I]"),
        ("par exemple : recond enrol https://192.168.1.10:8017 CODE", "par exemple : [C]"),
        ("recond push --to-file F", "recond push --to-file F"),
        ("recond : pas de disque", "recond : pas de disque"),
        ("recond test --left, ou recond test keyboard", "[E]"),
    ],
)
def test_in_the_assistant_a_step_is_a_letter_and_elsewhere_a_command(text: str, said: str) -> None:
    assert steps.named(text) == text
    steps.use_letters(True)
    try:
        assert steps.named(text) == said
    finally:
        steps.use_letters(False)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_menus_entries_have_a_line_each_or_half_of_one(lang: str) -> None:
    known = words._catalogue(lang)

    def said(text: str) -> int:
        return len(f"   [X]  {known.get(text, (text,))[0]}")

    entries = [(said(long), len(known.get(short, (short,))[0])) for _key, long, short, _words in MENU]
    assert all(long <= 79 for long, _short in entries[:WHOLE])
    pairs = entries[WHOLE:-LAST]
    assert all(long + 2 <= LEFT for long, _short in pairs[::2]), "two blanks before the next"
    assert all(LEFT + long - 3 <= 79 for long, _short in pairs[1::2])
    assert all(long <= THIRD for long, _short in entries[-LAST:-1])
    assert all(short + 4 <= 19 for _long, short in entries), "half of 40 columns"
