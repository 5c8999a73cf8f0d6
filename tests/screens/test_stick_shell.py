"""The stick's manual as a volunteer reads it there, and the shell's files as bash reads them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.screens.test_readme import COMMANDS, ROOT, options

ROOTFS = ROOT / "live-image/rootfs"
MAN = ROOTFS / "usr/local/bin/man"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("man")
    subprocess.run([sys.executable, ROOT / "scripts/make-man", "--text", folder], check=True)
    return folder


def test_the_manual_as_text_has_every_command_and_option_in_the_consoles_letters(pages: Path) -> None:
    text = (pages / "recond.txt").read_text(encoding="utf-8")
    for name, command in COMMANDS.commands.items():
        for words, one in [(f"{name} {sub}", c) for sub, c in getattr(command, "commands", {}).items()] or [
            (name, command)
        ]:
            section = text.partition(f"\n   recond {words}")[2].partition("\n   recond ")[0]
            hidden = {name for param in one.params if getattr(param, "hidden", False) for name in param.opts}
            assert section and not [option for option in options(one) - hidden if option not in section], words
    for page in pages.glob("*.txt"):
        lines = page.read_text(encoding="utf-8").splitlines()
        assert len(lines) > 20 and not [line for line in lines if len(line) > 79 and " " in line.strip()]
        "\n".join(lines).encode("iso8859-15")


def man(pages: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "RECOND_MAN": str(pages), "PAGER": "cat"}
    return subprocess.run([MAN, *words], capture_output=True, text=True, env=env, check=False)


def test_man_shows_a_page_or_names_those_that_are_there(pages: Path) -> None:
    assert "CODES DE SORTIE" in man(pages, "recond").stdout and "tag_prefix" in man(pages, "5", "recond.toml").stdout
    assert "CODES DE SORTIE" in man(pages).stdout
    for word in ("ls", "../recond", "/etc/passwd"):
        done = man(pages, word)
        assert done.returncode == 16 and "recond.toml" in done.stderr and not done.stdout


@pytest.mark.parametrize("path", ["etc/profile.d/recond.sh", "usr/local/bin/man", "usr/lib/recond/console"])
@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_the_shells_read_what_is_theirs(path: str, shell: str) -> None:
    subprocess.run([shell, "-n", ROOTFS / path], check=True)
    assert os.access(MAN, os.X_OK)


def test_a_login_shell_completes_with_the_tab_key(tmp_path: Path) -> None:
    """The profile's own lines, with the completion where this checkout has it."""
    profile = (ROOTFS / "etc/profile.d/recond.sh").read_text()
    place = "/usr/share/bash-completion/completions/recond"
    (tmp_path / "profile").write_text(profile.replace(place, str(ROOT / "completions/recond")))
    done = subprocess.run(
        ["bash", "--norc", "--noprofile", "-i", "-c", f". {tmp_path}/profile; complete -p recond"],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert "complete -o default -F _recond_completion recond" in done.stdout, done.stderr
    quiet = subprocess.run(["dash", str(tmp_path / "profile")], capture_output=True, text=True, check=True)
    assert quiet.stdout == "" and quiet.stderr == ""
