"""The plan before the word: on a screen of its own, none of it scrolled away, with help; and the moving lines after it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import pytest

from tests.screens.conftest import Terminal, check_console

Start = Callable[..., Terminal]
WORDS = {"fr": ("DETRUIRE", "EFFACEMENT", "DEFINITIVEMENT", "PROTEGE"), "en": ("DESTROY", "", "FOR EVER", "PROTECTED")}


def plan(terminal: Start, count: int, *, looks: int = 0, **more: object) -> Terminal:
    """Start the case and wait for its first question."""
    shown = terminal("-m", "tests.screens.plan_case", str(count), str(looks), python=True, **more)
    waits(shown)
    return shown


def waits(shown: Terminal) -> None:
    """Read until a question waits."""
    seen = len(shown.raw)
    shown.read(lambda: len(shown.raw) > seen and shown.raw.endswith(b" > "))


def answer(shown: Terminal, typed: str) -> None:
    """Type, later than a key bounces, and wait for the next question."""
    time.sleep(0.4)
    shown.type(typed + "\n")
    waits(shown)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (80, 25), (40, 25)])
def test_eight_disks_and_the_stick_are_seen_at_once_when_the_word_is_asked(
    terminal: Start, lang: str, columns: int, lines: int
) -> None:
    shown = plan(terminal, 8, columns=columns, lines=lines, RECOND_LANG=lang)
    check_console(shown, columns)
    assert not shown.screen.history.top, "something scrolled away before the word was asked"
    text = "\n".join(shown.screen.display)
    for number in range(8):
        assert f" {number + 1} nvme{number}n1 " in text and f"M5123{number:02}" in text
    assert all(word in text for word in WORDS[lang]) and "Kingston" in text and "n" in text.split("purge")[1]


@pytest.mark.parametrize(("count", "lines"), [(1, 24), (2, 24)])
def test_few_disks_are_told_in_full_below_what_was_said_before(terminal: Start, count: int, lines: int) -> None:
    shown = plan(terminal, count, lines=lines)
    check_console(shown)
    assert not shown.screen.history.top
    text = shown.text()
    assert text.count("contient : ntfs, vfat (2)") == count and "S4EUNX0M512300" in text
    assert "note 11" in text and "note 0 " not in text, "the last things said stay above, as far as there is room"


def test_more_disks_than_a_screen_has_lines_come_in_pages_with_the_word_on_the_last(terminal: Start) -> None:
    shown = plan(terminal, 30, lines=24)
    seen, pages = "", 1
    while "DETRUIRE" not in "\n".join(shown.screen.display):
        seen += "\n".join(shown.screen.display)
        assert not shown.screen.history.top and "DEFINITIVEMENT" not in seen
        time.sleep(0.4)
        shown.type("DETRUIRE\n" if pages == 1 else "\n")
        waits(shown)
        pages += 1
    seen += "\n".join(shown.screen.display)
    check_console(shown)
    assert pages == 3 and all(f" {number} nvme{number - 1}n1 " in seen for number in range(1, 31))
    assert "answer" not in seen, "the word typed on another page than the last counts for nothing"
    time.sleep(0.4)
    shown.type("\n")
    assert shown.end() == 0 and "answer: None" in shown.text()


def test_h_at_the_word_is_help_and_costs_no_try(terminal: Start) -> None:
    shown = plan(terminal, 8, lines=24)
    for _unused in range(4):
        answer(shown, "h")
        assert "AIDE - le plan" in shown.screen.display[0]
        answer(shown, "")
        text = "\n".join(shown.screen.display)
        assert "EFFACEMENT - ce qui va se passer" in text and " 8 nvme7n1 " in text and "DETRUIRE" in text
    assert "Ce n'est pas le mot" not in shown.text() and not shown.screen.history.top
    shown.type("DETRUIRE\n")
    assert shown.end() == 0
    assert "answer: None" not in shown.text() and "answer: " in shown.text()


def test_the_moving_lines_have_head_numbers_methods_and_details(terminal: Start) -> None:
    shown = plan(terminal, 8, looks=25, lines=24)
    shown.type("DETRUIRE\n")
    shown.read(lambda: "\n".join(shown.screen.display).count("Mo/s") == 8 and shown.raw.endswith(b"EFFACE)\r\n"))
    check_console(shown)
    head = next(line for line in shown.screen.display if "EFFACEMENT EN COURS" in line)
    assert "plan " in head and "début " in head and "opérateur LM" in head
    rows = [line for line in shown.screen.display if "Mo/s" in line]
    assert [row.split()[:2] for row in rows][:2] == [["1", "nvme0n1"], ["2", "nvme1n1"]] and len(rows) == 8
    assert "Relecture" in rows[0] and "NVMe Format" in rows[1]
    foot = next(line for line in shown.screen.display if "Ne pas éteindre" in line)
    assert "[D] détails" in foot and "[Ctrl-C] interrompre (disque alors NON EFFACE)" in foot
    os.write(shown.fd, b"d")
    shown.read(lambda: "S4EUNX0M512307  " in "\n".join(shown.screen.display))
    text = "\n".join(shown.screen.display)
    assert text.count("EFFACEMENT EN COURS") == 1 and text.count("sur 256 Go, depuis") == 8
    os.write(shown.fd, b"D")
    shown.read(lambda: "sur 256 Go, depuis" not in "\n".join(shown.screen.display[-20:]))
    assert shown.end() == 0
    assert "[ECHEC]" not in shown.text()


def test_more_lines_than_the_screen_has_are_still_redrawn_in_place(terminal: Start) -> None:
    shown = plan(terminal, 40, looks=8, lines=24)
    while "DETRUIRE" not in "\n".join(shown.screen.display):
        answer(shown, "")
    shown.type("DETRUIRE\n")
    shown.read(lambda: "lignes" in "\n".join(shown.screen.display))
    assert shown.end() == 0
    assert shown.text().count(" 1 nvme0n1  ") <= 4, "drawn again in place, not below"
