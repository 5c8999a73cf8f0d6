"""Every command as a volunteer meets it on the Linux console: width, letters, language, and a next step in every refusal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.screens.conftest import MACHINES, Terminal, check_console

Start = Callable[..., Terminal]
COMMANDS = [
    "audit",
    "doctor",
    "install",
    "label",
    "practice",
    "push",
    "run",
    "serve",
    "show",
    "verify",
    "wipe",
    "test",
    "batch",
    "list",
    "profile",
]
ENGLISH = ("Usage:", "Options:", "Commands:", "Arguments:", "default:", "required", "Show this", "Missing", "No such",
           "Invalid", "Input should", "unexpected", "<str>", "<path>")  # fmt: skip

SLIPS = [
    (("wip",), 2, "pas de commande « wip » ; peut-être wipe"),
    (("audit", "--jsn"), 2, "pas d'option « --jsn » ; peut-être --json"),
    (("batch", "new"), 2, "il manque : lot"),
    (("practice", "--size", "12"), 2, "cette valeur ne va pas pour --size"),
    (("show", "a", "b"), 2, "en trop : b"),
    (("show", "last"), 2, "pas de fiche « last »"),
    (("--lang", "de", "audit"), 2, "pas de langue « de »"),
    (("verify", "/etc/passwd"), 7, "ce n'est pas du JSON"),
    (("run", "--unattended"), 2, "il faut un lot ouvert et armé"),
    (("audit", "--id", "MDL-0042-3"), 2, "n'est pas une étiquette"),
    (("batch", "close", "NULLEPART"), 7, "n'existe pas"),
    (("label", "--printer", "foo", "last"), 2, "imprimante inconnue"),
]


def test_every_help_page_is_in_french_and_fits(terminal: Start) -> None:
    started = [terminal(*words, "--help") for words in ((), *((name,) for name in COMMANDS), ("batch", "new"))]
    for shown in started:
        assert shown.end() == 0
        check_console(shown)
        assert "Usage :" in shown.text() and "Options :" in shown.text()
        assert not [word for word in ENGLISH if word in shown.text()]


@pytest.mark.parametrize(("words", "code", "said"), SLIPS)
def test_a_slip_is_told_in_french_with_the_next_step(
    terminal: Start, words: tuple[str, ...], code: int, said: str
) -> None:
    shown = terminal(*words)
    assert shown.end() == code
    check_console(shown)
    assert said in shown.text() and "->" in shown.text()
    assert not [word for word in ENGLISH if word in shown.text()]


@pytest.mark.parametrize("machine", ["qemu-clean", "qemu-in-use", "vm-without-dmi"])
def test_the_audit_fits_and_is_in_the_font(terminal: Start, machine: str) -> None:
    shown = terminal("--replay", str(MACHINES / machine), "audit")
    assert shown.end() == 0
    check_console(shown)
    assert "Classe" in shown.text() and "unknown" not in shown.text()


def test_a_narrow_terminal_cuts_no_sentence(terminal: Start) -> None:
    shown = terminal("batch", "close", "NULLEPART", columns=40)
    shown.end()
    check_console(shown, columns=41)
    assert "ouvrez-le : recond batch new NULLEPART" in shown.text()


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"NO_COLOR": "1"}])
def test_without_colour_the_words_are_the_same_and_no_colour_is_sent(terminal: Start, env: dict[str, str]) -> None:
    shown = terminal("--replay", str(MACHINES / "qemu-clean"), "audit", **env)
    assert shown.end() == 0
    check_console(shown)
    assert "[ -- ]" in shown.text()
    for colour in range(30, 38):
        assert f"\x1b[{colour}m".encode() not in shown.raw and f";{colour}m".encode() not in shown.raw
    assert env.get("TERM") != "dumb" or b"\x1b" not in shown.raw


def test_lots_are_told_in_words(terminal: Start) -> None:
    assert terminal("batch", "new", "L1", "--arm", "once").end() == 0
    shown = terminal("batch", "status")
    assert shown.end() == 0
    check_console(shown)
    assert "ARME pour une machine" in shown.text()
    assert "arm=" not in shown.text() and "once" not in shown.text()


def test_doctor_tells_whom_the_new_owner_may_ask_and_every_error_in_it(terminal: Start, tmp_path: Path) -> None:
    settings = tmp_path / "d/recond.toml"
    settings.parent.mkdir()
    for text, said in (
        (
            '[help]\nname = "Ordi Pour Tous"\naddress = """1 rue A\n69000 Lyon"""\n',
            "Ordi Pour Tous, 1 rue A, 69000 Lyon",
        ),
        ("", "texte neutre"),
        ('[help]\nphone = "moi"\nfax = "1"\n', "un numéro comme"),
    ):
        settings.write_text(text)
        shown = terminal("doctor")
        shown.end()
        check_console(shown)
        assert said in " ".join(shown.text().split())
    assert "help.fax" in shown.text()
