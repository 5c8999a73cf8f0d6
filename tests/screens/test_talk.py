"""The moving lines, the plan and the question, on a terminal emulator."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import pyte
import pytest

from recond.core.progress import Phase, Progress
from recond.ui.bars import Bars
from recond.ui.console import fold, safe
from recond.ui.progress import bar_line, foot_line, work_line
from tests.screens.conftest import Terminal, check_console

GIB = 1 << 30


class Emulated(io.StringIO):
    """A text stream into a terminal emulator, newlines as a tty sends them."""

    def __init__(self) -> None:
        super().__init__()
        self.screen = pyte.Screen(80, 25)
        self._stream = pyte.Stream(self.screen)

    def write(self, text: str) -> int:
        self._stream.feed(text.replace("\n", "\r\n"))
        return len(text)

    def seen(self) -> list[str]:
        return [line.rstrip() for line in self.screen.display if line.strip()]


def progress(disk: str, done: int, phase: Phase = Phase.WRITE) -> Progress:
    return Progress(disk, phase, done * GIB, 500 * GIB, 82e6, 60.0)


def test_bars_are_redrawn_in_place_and_end_without_their_foot() -> None:
    out = Emulated()
    bars = Bars(out)
    foot = foot_line(stopping=False)
    for done in (0, 100, 250):
        for disk in ("nvme0n1", "sdb"):
            bars.show(disk, bar_line(progress(disk, done)), foot)
    assert len(out.seen()) == 3 and out.seen()[2] == foot
    assert " 50 %" in out.seen()[0] and "82 Mo/s" in out.seen()[1]
    bars.drop("nvme0n1", foot)
    assert [line.split()[0] for line in out.seen()] == ["sdb", "Ne"]
    bars.end()
    out.write("[ OK ]\n")
    assert len(out.seen()) == 2 and out.seen()[1] == "[ OK ]"


def test_what_the_terminal_wrote_between_is_wiped() -> None:
    out = Emulated()
    bars = Bars(out)
    bars.show("sda", "line")
    out.write("^C")
    bars.show("sda", "line", foot_line(stopping=True))
    assert out.seen() == ["line", " Arrêt demandé : patientez, ne pas éteindre."]


def test_no_bar_is_full_before_the_end_nor_when_the_work_stopped() -> None:
    almost = Progress("sda", Phase.VERIFY, 9_999, 10_000)
    assert "100 %" not in bar_line(almost) and "." in bar_line(almost)
    assert "100 %" not in work_line("Copie", 0.9999)
    assert "#" not in bar_line(Progress("sda", Phase.DONE, 500, 10_000)), "interrupted work ends in this phase too"


def test_a_line_is_never_wider_than_79_columns() -> None:
    long = Progress("mmcblk0boot0", Phase.ERASE, 5 * GIB, 4000 * GIB, 123456e6, 99999.0, 99999.0)
    assert len(bar_line(long)) <= 79 and len(foot_line(stopping=False, installing=True)) <= 79


def test_folding_keeps_words_and_columns() -> None:
    folded = fold(" Certificat  " + "/var/lib/recond/" + "x" * 100, " " * 13)
    assert all(len(line) <= 79 for line in folded) and folded[1].startswith(" " * 13)
    assert fold("  1 sda   deux  blancs") == ["  1 sda   deux  blancs"]
    assert safe("硬盘 œ…") == "?? œ..."


CONFIRM = """
import sys
from rich.console import Console
from recond.ui.confirm import confirm_destruction
import time
time.sleep(0.3)
sys.exit(10 if confirm_destruction(Console(width=79)) else 4)
"""


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        (("DETRUIRE\n",), 10),
        (("detruire\n",), 10),
        (("DETRUIR\n", "DETRUIRE\n"), 10),
        (("\n",), 4),
        (("oui\n", "\n"), 4),
        (("O\n", "oui\n", "DETRUIRE MAINTENANT\n"), 4),
        (("\x03",), 4),
        (("\x04",), 4),
    ],
)
def test_only_the_word_destroys(terminal: Callable[..., Terminal], keys: tuple[str, ...], code: int) -> None:
    shown = start_python(terminal, CONFIRM)
    for number, typed in enumerate(keys, start=1):
        shown.read(lambda number=number: shown.raw.count(b" > ") == number)  # type: ignore[misc]
        # The prompt is written a moment before the reading begins; a Ctrl-C between the two waits for the next key.
        time.sleep(0.3 if typed < " " else 0)
        shown.type(typed)
    assert shown.end() == code
    check_console(shown)


def test_what_was_typed_ahead_destroys_nothing(terminal: Callable[..., Terminal]) -> None:
    shown = start_python(terminal, CONFIRM)
    shown.type("DETRUIRE\nDETRUIRE\n")
    shown.read(lambda: shown.raw.endswith(b" > "))
    shown.type("\n")
    assert shown.end() == 4


def start_python(terminal: Callable[..., Terminal], code: str) -> Terminal:
    return terminal("-c", code, python=True)


PERSON = """
from recond.ui.console import make_console
from recond.ui.person import ConsolePerson
person = ConsolePerson(make_console(), present=True, can_draw=True)
print("answers:", person.ask("Avez-vous entendu le son ?", {"O": "oui", "N": "non"}), person.number("Combien de prises ?"))
"""


def test_h_is_help_at_the_questions_of_the_tests_and_the_question_comes_again(
    terminal: Callable[..., Terminal],
) -> None:
    shown = terminal("-c", PERSON, python=True, lines=24)
    for typed, then in (
        ("h", "AIDE - les essais"),
        ("", "[H] aide"),
        ("o", "H : aide"),
        ("h", "AIDE - les essais"),
        ("", "Combien de prises"),
    ):
        shown.read(lambda: shown.raw.endswith(b" > "))
        seen = len(shown.raw)
        time.sleep(0.2)
        shown.type(typed + "\n")
        shown.read(lambda seen=seen: len(shown.raw) > seen + 5 and shown.raw.endswith(b" > "))  # type: ignore[misc]
        assert then in "\n".join(shown.screen.display)
    shown.type("2\n")
    assert shown.end() == 0 and "answers: O 2" in shown.text()
    check_console(shown)
