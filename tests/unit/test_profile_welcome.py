"""The new owner's first questions: what they accept, driven as a person would, with the account made by a recorder."""

from __future__ import annotations

import builtins
import getpass
import pwd
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "profiles/common/files/usr/lib/recond/welcome"


@pytest.fixture
def welcome() -> Any:
    loader = SourceFileLoader("welcome", str(PROGRAM))
    spec = spec_from_loader("welcome", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Answers in the order of the questions; a test that asks for more than there are fails."""
    answers: list[str] = []
    monkeypatch.setattr(builtins, "input", lambda question="": answers.pop(0))
    monkeypatch.setattr(getpass, "getpass", lambda question="": answers.pop(0))
    yield answers
    assert answers == []


@pytest.mark.parametrize(
    ("name", "login"),
    [
        ("Élise Martin", "elise"),
        ("Jean-Luc", "jean"),
        ("3D Printer", "printer"),
        ("李", ""),
        ("  ", ""),
        ("X" * 50, "x" * 30),
    ],
)
def test_a_login_is_suggested(welcome: Any, name: str, login: str) -> None:
    assert welcome.suggest_login(name) == login
    assert not login or welcome.LOGIN.match(login)


def test_a_name_cannot_break_the_account_file(welcome: Any) -> None:
    assert welcome.clean_name("a:b,c\x1b[31m\nd ") == "abc[31md"


def test_both_languages_say_the_same_things(welcome: Any) -> None:
    assert welcome.TEXTS["fr"].keys() == welcome.TEXTS["en"].keys()
    assert welcome.LOCALES.keys() == welcome.TEXTS.keys()


def test_a_wrong_or_taken_login_is_asked_again(
    welcome: Any, typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    taken = next(entry.pw_name for entry in pwd.getpwall() if entry.pw_uid == 0)
    typed += ["1abc", "a b", taken, ""]
    assert welcome.ask_login(welcome.TEXTS["fr"], "Zéphyrine") == "zephyrine"
    said = capsys.readouterr().out
    assert said.count("commence par une lettre") == 2 and said.count("déjà pris") == 1


def test_a_password_is_long_enough_and_typed_twice(welcome: Any, typed: list[str]) -> None:
    typed += ["court", "assez long 1", "assez long 2", "assez long 3", "assez long 3"]
    assert welcome.ask_password(welcome.TEXTS["fr"]) == "assez long 3"


def run_main(
    welcome: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fail: str | None = None
) -> tuple[int, list[Any]]:
    calls: list[Any] = []

    def run(argv: list[str], text: str | None = None) -> None:
        calls.append((argv, text))
        if fail == argv[0]:
            raise welcome.subprocess.CalledProcessError(1, argv, stderr=f"{argv[0]}: no")

    files = {
        "/etc/hostname": "mdl-0042-2\n",
        "/etc/hosts": "127.0.0.1\tlocalhost\n127.0.1.1\tmdl-0042-2\n",
        "/etc/group": "sudo:x:27:\naudio:x:29:\n",
    }
    for name, text in files.items():
        (tmp_path / name.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name.lstrip("/")).write_text(text)
    monkeypatch.setattr(welcome, "run", run)
    monkeypatch.setattr(welcome, "Path", lambda name: tmp_path / str(name).lstrip("/"))
    monkeypatch.setattr(welcome, "DONE", tmp_path / "var/lib/recond/owner.done")
    monkeypatch.setattr(welcome.os, "system", lambda command: 0)
    monkeypatch.setattr(welcome.os, "sync", lambda: None)
    return welcome.main(), calls


def test_the_whole_conversation(
    welcome: Any, typed: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed += ["", "Élise Martin", "", "un secret à moi", "un secret à moi", "salon", ""]
    status, calls = run_main(welcome, tmp_path, monkeypatch)
    assert status == 0
    assert calls[0][0][-3:] == ["--groups", "sudo,audio", "elise"] and "Élise Martin" in calls[0][0]
    # The password goes through standard input: in a command's words every program could read it.
    assert calls[1] == (["chpasswd"], "elise:un secret à moi\n")
    assert (tmp_path / "etc/hostname").read_text() == "salon\n"
    assert "127.0.1.1\tsalon" in (tmp_path / "etc/hosts").read_text()
    assert (tmp_path / "etc/locale.conf").read_text() == "LANG=fr_FR.UTF-8\n"
    assert (tmp_path / "var/lib/recond/owner.done").exists()
    assert welcome.main() == 0  # never asked twice


def test_a_no_starts_again_and_english_is_english(
    welcome: Any, typed: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed += ["2", "Bob", "bob", "password one", "password one", "", "n"]
    typed += ["Bob", "bobby", "password one", "password one", "", "y"]
    status, calls = run_main(welcome, tmp_path, monkeypatch)
    assert status == 0 and [argv[-1] for argv, _ in calls] == ["bobby", "chpasswd"]
    assert (tmp_path / "etc/locale.conf").read_text() == "LANG=en_GB.UTF-8\n"


def test_a_failure_leaves_no_half_account(
    welcome: Any, typed: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed += ["1", "Bob", "bob", "password one", "password one", "", "o", ""]
    status, calls = run_main(welcome, tmp_path, monkeypatch, fail="chpasswd")
    assert status == 1 and calls[-1][0] == ["userdel", "--remove", "bob"]
    assert not (tmp_path / "var/lib/recond/owner.done").exists()
