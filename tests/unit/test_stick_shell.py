"""The stick's shell: the Tab key completes, the manual is there as text, and what the wheel shares is what recond itself says."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from typer.completion import get_completion_script  # type: ignore[attr-defined]

from recond.cli.completion import SHELLS, VARIABLE
from scripts.mantext import text_of

ROOT = Path(__file__).resolve().parents[2]
ROOTFS = ROOT / "live-image/rootfs"

SHARED = {"bash": "completions/recond", "zsh": "completions/_recond", "fish": "completions/recond.fish"}


@pytest.mark.parametrize("shell", SHELLS)
def test_the_wheel_shares_what_recond_completion_writes(shell: str) -> None:
    made = get_completion_script(prog_name="recond", complete_var=VARIABLE, shell=shell)
    assert (ROOT / SHARED[shell]).read_text() == made + "\n"
    shared = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"][
        "shared-data"
    ]
    assert SHARED[shell] in shared and all((ROOT / path).is_file() for path in shared)


def test_every_shell_of_the_stick_is_one_that_completes() -> None:
    unit = (ROOTFS / "etc/systemd/system/recond-shell@.service").read_text()
    console = (ROOTFS / "usr/lib/recond/console").read_text()
    assert "ExecStart=/bin/bash -l\n" in unit and console.count("exec bash -l") == 3 and "exec sh" not in console
    profile = (ROOTFS / "etc/profile.d/recond.sh").read_text()
    assert ". /usr/share/bash-completion/completions/recond" in profile


PAGE = """.TH RECOND 1 "" "recond 1" "Reconditionner"
.SH NOM
recond \\- reconditionner
.SH OPTIONS
.TP
.B \\-\\-plan
Montrer\\&… et ne rien faire, même quand la phrase est si longue qu'elle ne tient pas sur une seule ligne.
.TP
.B lang
fr ou en
.PP
Voir
.BR recond.toml (5)
.nf
a  =  1
.fi
"""


def test_a_page_as_text_fits_the_console() -> None:
    text = text_of(PAGE)
    first = text.splitlines()[0]
    assert first.split() == ["RECOND(1)", "Reconditionner", "RECOND(1)"] and len(first) == 79
    assert "NOM\n       recond - reconditionner\n" in text and "       --plan\n              Montrer... et" in text
    assert "       lang   fr ou en\n" in text and "recond.toml(5)" in text and "a  =  1" in text
    assert all(len(line) <= 79 for line in text.splitlines())
    with pytest.raises(ValueError, match="not known here"):
        text_of(".XX 1")
