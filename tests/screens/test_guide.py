"""The guides: their site is built without a warning, and every command and menu letter they name is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main

from recond.cli.app import build
from recond.ui.home import MENU
from recond.ui.result import Headline

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs/guide").glob("*.md"))
COMMANDS: Any = typer.main.get_command(build())


def named(page: Path) -> list[list[str]]:
    """Return the words of every recond command line in a page, from `recond` to the end of its code."""
    text = page.read_text(encoding="utf-8")
    spans = re.findall(r"`(recond [^`]+)`", text) + re.findall(r"^ {4,}(recond .+)$", text, re.MULTILINE)
    return [span.split("#")[0].split()[1:] for span in spans]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_of_a_guide_exists(page: Path) -> None:
    for words in named(page):
        command, known = COMMANDS, {option for one in COMMANDS.params for option in one.opts}
        for word in words:
            if word.startswith("-"):
                assert word in known or word in ("--help",), f"{page.name}: {' '.join(words)}: {word}"
            elif word in getattr(command, "commands", {}):
                command = command.commands[word]
                known |= {option for one in command.params for option in one.opts}
        assert command is not COMMANDS or "--help" in words or "--data" in words, " ".join(words)


def test_the_guides_name_menu_letters_and_last_words_that_exist() -> None:
    volunteer = (ROOT / "docs/guide/benevole.md").read_text(encoding="utf-8")
    letters = {key for key, *_ in MENU}
    words = {one.word for one in Headline}
    told = set(re.findall(r"^\| \*\*([A-Z ]+)\*\* \|", volunteer, re.MULTILINE))
    assert {one for one in told if len(one) == 1} == letters - {"H", "G"}, "a table names every letter of the menu"
    assert "**H**" in volunteer and "**G**" in volunteer
    said = {one for one in told if len(one) > 1}
    assert len(said) > 5 and said <= words


def test_every_picture_of_the_assistant_is_shown_in_a_guide_and_is_there() -> None:
    shown = {name for page in PAGES for name in re.findall(r"img/([\w-]+\.png)", page.read_text(encoding="utf-8"))}
    there = {path.name for path in (ROOT / "docs/guide/img").glob("*.png")}
    assert shown <= there
    assert {name for name in there if name.startswith("assistant-")} <= shown


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    mkdocs = Path(sys.executable).with_name("mkdocs")
    done = subprocess.run(
        [mkdocs, "build", "--strict", "--site-dir", tmp_path], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    home = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert not re.search(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?:https?:)?//', home), (
        "it is read without network"
    )
