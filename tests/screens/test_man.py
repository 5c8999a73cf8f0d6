"""The manual pages name every command, every option and every setting, and troff has nothing to say against them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from recond.core.settings import Settings
from recond.core.workshop import HelpContacts
from tests.screens.test_readme import COMMANDS, ROOT, options


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("man")
    subprocess.run([sys.executable, ROOT / "scripts/make-man", folder], check=True, capture_output=True)
    return folder


def shown(page: Path) -> str:
    """Return a page as a terminal shows it, without a warning."""
    words = ["groff", "-man", "-Tutf8", "-Kutf8", "-ww", "-P-cbou", "-rLL=300n", str(page)]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    assert not done.stderr, done.stderr
    return done.stdout.replace("\N{HYPHEN}", "-").replace("\N{MINUS SIGN}", "-")


def test_recond_1_has_every_command_and_option(pages: Path) -> None:
    text = (pages / "recond.1").read_text(encoding="utf-8").replace("\\-", "-")
    assert "CODES DE SORTIE" in shown(pages / "recond.1")
    for name, command in COMMANDS.commands.items():
        for words, one in [(f"{name} {sub}", c) for sub, c in getattr(command, "commands", {}).items()] or [
            (name, command)
        ]:
            section = text.partition(f".SS recond {words}")[2].partition("\n.S")[0]
            assert section, f"no section for recond {words}"
            hidden = {name for param in one.params if getattr(param, "hidden", False) for name in param.opts}
            assert not [option for option in options(one) - hidden if option not in section], words


def test_recond_toml_5_has_every_setting(pages: Path) -> None:
    page = pages / "recond.toml.5"
    assert "tag_prefix" in shown(page)
    text = page.read_text(encoding="utf-8")
    names = [
        one.name for kind in (Settings, HelpContacts) for one in fields(kind) if one.name not in ("help", "schema")
    ]
    assert not [name for name in names if f".B {name}\n" not in text]


@pytest.mark.parametrize(
    ("words", "offered"), [("recond w", "wipe"), ("recond batch ", "status"), ("recond wipe --pl", "--plan")]
)
def test_the_tab_key_completes(words: str, offered: str) -> None:
    asked = {"_RECOND_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    done = subprocess.run(
        [sys.executable, "-m", "recond"], capture_output=True, text=True, env={**os.environ, **asked}, check=True
    )
    assert offered in done.stdout.split()
    script = subprocess.run(
        [sys.executable, "-m", "recond", "completion", "bash"], capture_output=True, text=True, check=True
    )
    assert subprocess.run(["bash", "-n"], input=script.stdout, text=True).returncode == 0
