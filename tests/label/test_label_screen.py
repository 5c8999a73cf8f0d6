"""The code on the screen: it reads back from a picture of the console, drawn with what that console's font has."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from PIL import Image

from recond.core.destiny import Destiny
from recond.core.labeldata import LabelData, LabelOutcome, qr_text
from recond.label.media import find_media
from recond.label.printers import Job, PrintOutcome, Shown, find_printer, print_labels
from recond.ui.console import make_console
from recond.ui.qr import code_lines, show_code

TAG = "PC-0042-0"
LABEL = LabelData(TAG, LabelOutcome.ERASED, url=qr_text(TAG, "http://192.168.1.20:8017"), destiny=Destiny.REVIEW)


def shown(label: LabelData, tmp_path: Path) -> Shown:
    done = print_labels([label], find_printer("screen"), find_media("l7160"), Job(tmp_path))
    assert done.outcome is PrintOutcome.SHOWN
    return done.shown[0]


def read(lines: list[str], path: Path) -> str:
    """Photograph a console of 8 x 16 dots a letter: a block lights the whole cell, a half block half of it."""
    image = Image.new("L", (8 * max(map(len, lines)) + 64, 16 * len(lines) + 64), 0)
    for row, line in enumerate(lines):
        for column, char in enumerate(line):
            top, bottom = {"█": (0, 16), "▀": (0, 8), "▄": (8, 16), "#": (0, 16), " ": (0, 0)}[char]
            x, y = 32 + 8 * column, 32 + 16 * row
            image.paste(255, (x, y + top, x + 8, y + bottom))
    image.save(path)
    argv = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(path)]
    return subprocess.run(argv, capture_output=True, text=True, timeout=30).stdout.strip()


@pytest.mark.parametrize(
    ("kind", "height", "letters", "text"),
    [
        ("halves", 25, "█▀▄ ", str(LABEL.url)),
        ("blocks", 50, "█ ", str(LABEL.url)),
        # A Linux console of 25 lines has no half blocks in its font: there only the number's own code has room.
        ("blocks", 25, "█ ", f"RECOND:{TAG}"),
        ("letters", 25, "# ", f"RECOND:{TAG}"),
        ("letters", 1000, "# ", str(LABEL.url)),
    ],
)
def test_a_phone_reads_the_code_from_the_screen(
    tmp_path: Path, kind: str, height: int, letters: str, text: str
) -> None:
    made = shown(LABEL, tmp_path)
    lines = code_lines(made.rows, made.small_rows, kind=kind, height=height)
    assert set("".join(lines)) <= set(letters)
    assert len(lines) < height and max(map(len, lines)) <= 64
    assert read(lines, tmp_path / "screen.png") == text


def test_the_words_to_write_by_hand_stand_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = shown(LABEL, tmp_path)
    show_code(make_console(simple=True), made.rows, made.small_rows, made.words)
    said = capsys.readouterr().out
    for word in (TAG, "EFFACE", "A REVOIR"):
        assert any(line.endswith(f"##   {word}") for line in said.splitlines()), word
    assert max(map(len, said.splitlines())) <= 79


def test_a_machine_without_a_number_has_no_code_and_keeps_its_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = shown(LabelData(None), tmp_path)
    show_code(make_console(simple=True), made.rows, made.small_rows, made.words)
    assert "SANS NUMÉRO" in capsys.readouterr().out
