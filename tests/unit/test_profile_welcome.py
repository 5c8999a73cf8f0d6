"""The new owner's first questions: the rules, the text conversation as a person would have it, an account never half made."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pexpect
import pytest
from owner import account, desktop, places, rules, wifi
from owner.account import Answers, make_owner, undo
from owner.system import Failed, System
from owner.texts import TEXTS, plain

PROGRAM = Path(__file__).resolve().parents[2] / "profiles/common/files/usr/lib/recond/welcome"
GOOD = Answers(
    name="Élise Martin", login="elise", password="trois chats bleus", timezone="Indian/Reunion", host="salon"
)


def fill(root: Path) -> Path:
    """Make the files of a fresh installation that the questions read."""
    files = {
        "etc/hostname": "mdl-0042-2\n",
        "etc/hosts": "127.0.0.1\tlocalhost\n127.0.1.1\tmdl-0042-2\n",
        "etc/passwd": "root:x:0:0::/root:/bin/bash\nmail:x:8:8::/var/mail:/bin/sh\n",
        "etc/group": "root:x:0:\nsudo:x:27:\naudio:x:29:\n",
        "etc/default/keyboard": 'XKBMODEL="pc104"\nXKBLAYOUT="fr"\nXKBVARIANT="latin9"\nXKBOPTIONS=""\nBACKSPACE="guess"\n',
        "usr/share/zoneinfo/tzdata.zi": "Z Europe/Paris 0\nZ Asia/Tokyo 9\nZ Etc/GMT 0\nL Asia/Tokyo Japan\n",
        **{f"usr/share/zoneinfo/{name}": "" for name in ("Europe/Paris", "Indian/Reunion", "Asia/Tokyo")},
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


class Fake(System):
    """A computer in a folder on which useradd and userdel do what they do to the account file; one program may fail."""

    fails: str | None = None
    said: dict[str, str]

    def run(self, argv: object, text: str | None = None, timeout_s: float = 120) -> str:
        assert isinstance(argv, list)
        self.path("calls").open("a").write(json.dumps([argv, text]) + "\n")
        passwd = self.path("etc/passwd")
        if argv[0] == "useradd":
            passwd.write_text(passwd.read_text() + f"{argv[-1]}:x:1000:1000::/home/{argv[-1]}:/bin/bash\n")
            self.path(f"home/{argv[-1]}").mkdir(parents=True)
        if argv[0] == "userdel":
            passwd.write_text("".join(line for line in passwd.open() if not line.startswith(argv[-1] + ":")))
        if argv[0] == self.fails:
            raise Failed(f"{argv[0]}: no")
        return next((said for start, said in getattr(self, "said", {}).items() if " ".join(argv).startswith(start)), "")

    def calls(self) -> list[tuple[list[str], str | None]]:
        return [tuple(json.loads(line)) for line in self.read("calls").splitlines()]


@pytest.fixture
def computer(tmp_path: Path) -> Fake:
    return Fake(fill(tmp_path))


@pytest.mark.parametrize(
    ("name", "login"),
    [
        ("Élise Martin", "elise"),
        ("Jean-Luc", "jean"),
        ("Œdipe Ça", "oedipe"),
        ("D'Artagnan", "artagnan"),
        ("Þór Ægir", "or"),
        ("3D Printer", "printer"),
        ("Mail", "mail2"),
        ("J", "j"),
        ("李", ""),
        ("  ", ""),
        ("X" * 50, "x" * 28),
    ],
)
def test_a_login_is_suggested(name: str, login: str) -> None:
    assert rules.suggest_login(name, {"root", "mail"}) == login
    assert not login or rules.login_fault(login, {"root", "mail"}) is None


def test_a_name_cannot_break_the_account_file() -> None:
    assert rules.clean_name("a:b,c\x1b[31m\nd ") == "abc[31md"
    assert rules.clean_name("  Anne   Marie ") == "Anne Marie"


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("court", "short"),
        ("motdepasse", "guessed"),
        ("AZERTYuiop", "guessed"),
        ("abababab", "guessed"),
        ("élise martin", "yours_too"),
        ("elise1234", "yours_too"),
        ("trois chats bleus", None),
        ("pass:mot é", None),
    ],
)
def test_a_password_that_anybody_would_guess_is_refused(password: str, fault: str | None) -> None:
    assert rules.password_fault(password, "elise", "Élise Martin") == fault


def test_both_languages_say_the_same_things_and_shortcuts_do_not_meet() -> None:
    assert TEXTS["fr"].keys() == TEXTS["en"].keys() and account.LOCALES.keys() == TEXTS.keys()
    together: list[tuple[str, ...]] = [("name", "login", "password", "again", "show", "autologin", "next", "back")]
    together += [("wifi_key", "wifi_join", "wifi_again", "next", "back"), ("timezone_search", "next", "back")]
    together += [("create", "back"), ("keyboard_try", "next", "back")]
    for text in TEXTS.values():
        assert all(plain(said) and "…" not in plain(said) for said in text.values())
        for keys in together:
            marks = [text[key].partition("_")[2][0].lower() for key in keys]
            assert len(set(marks)) == len(marks), (keys, marks)


def test_zones_have_the_likely_ones_first(tmp_path: Path) -> None:
    names = [name for name, _ in places.zones("fr", fill(tmp_path))]
    assert names == ["Europe/Paris", "Indian/Reunion", "Asia/Tokyo"]


def test_the_owner_is_made_and_only_once(computer: Fake) -> None:
    make_owner(GOOD, computer)
    calls = computer.calls()
    assert calls[0][0][-3:] == ["--groups", "sudo,audio", "elise"] and "Élise Martin" in calls[0][0]
    # The password goes through standard input: in a command's words every program could read it.
    assert calls[1] == (["chpasswd"], "elise:trois chats bleus\n")
    assert not any("trois" in word for argv, _ in calls for word in argv)
    assert "127.0.1.1\tsalon" in computer.read("etc/hosts") and computer.read("etc/hostname") == "salon\n"
    assert computer.read("etc/locale.conf") == "LANG=fr_FR.UTF-8\n"
    assert str(computer.path("etc/localtime").readlink()) == "/usr/share/zoneinfo/Indian/Reunion"
    assert computer.read(account.DONE) == "elise\n" and not computer.path(account.PENDING).exists()
    make_owner(replace(GOOD, login="bob"), computer)
    assert undo(computer) is False and len(computer.calls()) == len(calls)


@pytest.mark.parametrize("fails", ["useradd", "chpasswd", "hostname"])
def test_a_failure_leaves_no_half_account(computer: Fake, fails: str) -> None:
    computer.fails = fails
    with pytest.raises(Failed):
        make_owner(GOOD, computer)
    assert "elise" not in account.taken(computer) and not computer.path("home/elise").exists()
    assert not computer.path(account.DONE).exists() and not computer.path(account.PENDING).exists()
    computer.fails = None
    make_owner(GOOD, computer)
    assert computer.read(account.DONE) == "elise\n"


@pytest.mark.parametrize("step", ["making_account", "making_settings", "end"])
def test_a_power_cut_is_undone_at_the_next_start(computer: Fake, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class PowerCut(BaseException):
        """Nothing in the program sees it coming, and nothing of it runs afterwards."""

    def tell(now: str) -> None:
        if now == step:
            raise PowerCut

    if step == "end":
        monkeypatch.setattr(os, "sync", lambda: tell("end"))
    with pytest.raises(PowerCut):
        make_owner(GOOD, computer, tell)
    assert computer.path(account.PENDING).exists() and not account.has_owner(computer)
    computer.write("/etc/passwd.lock", "123")
    assert undo(computer) and not undo(computer)
    assert "elise" not in account.taken(computer) and not computer.path("home/elise").exists()
    assert not computer.path("etc/passwd.lock").exists()
    monkeypatch.undo()
    make_owner(GOOD, computer)
    assert account.has_owner(computer)


@pytest.mark.parametrize("note", ['{"login": "mail", "home_was_there": false}', "{", '{"login": "../x"}', "[]"])
def test_undoing_never_touches_what_it_did_not_make(computer: Fake, note: str) -> None:
    computer.path("home/mail").mkdir(parents=True)
    computer.write(account.PENDING, note)
    undo(computer)
    assert "mail" in account.taken(computer) and computer.path("home/mail").exists()
    assert not computer.path(account.PENDING).exists()


@pytest.mark.parametrize(
    "change", [{"login": "root"}, {"login": "sudo"}, {"password": "elise"}, {"name": ":"}, {"host": "A b"}]
)
def test_wrong_answers_change_nothing(computer: Fake, change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        make_owner(replace(GOOD, **change), computer)  # type: ignore[arg-type]
    assert computer.calls() == [] and not computer.path(account.PENDING).exists()


def test_a_keyboard_is_set_for_console_and_desktop(computer: Fake) -> None:
    (computer.root / "usr/bin").mkdir(parents=True)
    for name in ("setupcon", "udevadm"):
        (computer.root / "usr/bin" / name).touch()
    account.set_keyboard("ara", computer)
    told = computer.read("etc/default/keyboard")
    assert 'XKBLAYOUT="fr,ara"' in told and 'XKBVARIANT="latin9,"' in told and 'XKBMODEL="pc104"' in told
    assert 'BACKSPACE="guess"' in told and places.keyboard_of(told).key == "ara"
    assert [argv[0] for argv, _ in computer.calls()] == ["setupcon", "udevadm"]


@pytest.mark.parametrize(
    ("kind", "name"), [("lightdm", desktop.LIGHTDM), ("sddm", desktop.SDDM), ("gdm3", desktop.GDM)]
)
def test_a_session_opens_by_itself_or_not(computer: Fake, kind: str, name: str) -> None:
    for path in (f"usr/sbin/{kind}", "usr/share/xsessions/lxqt.desktop"):
        computer.write(path, "")
    computer.write("/etc/gdm3/daemon.conf", "[daemon]\nWaylandEnable=false\n[security]\n")
    computer.write("/etc/X11/default-display-manager", f"/usr/sbin/{kind}\n")
    desktop.set_autologin("elise", computer)
    assert "=elise" in computer.read(name)
    assert kind != "sddm" or "Session=lxqt" in computer.read(name)
    desktop.set_autologin(None, computer)
    assert "elise" not in computer.read(name) and "WaylandEnable=false" in computer.read("/etc/gdm3/daemon.conf")


def test_wifi_is_read_as_nmcli_says_it(computer: Fake) -> None:
    assert wifi.state(computer) == "none"
    computer.write("/usr/bin/nmcli", "")
    computer.said = {
        "nmcli --terse --fields TYPE": "wifi:disconnected\nethernet:unavailable\nloopback:connected (externally)\n",
        "nmcli --terse --fields IN-USE": " :40:WPA2:Box\\:a\\\\b\n :81:WPA2:Libre\n*:20::Café\n"
        " :77:WPA1 WPA2:Box\\:a\\\\b\n :9:WPA2:\n",
    }
    assert wifi.state(computer) == "wifi"
    found = wifi.networks(computer)
    assert [(one.name, one.signal, one.secured) for one in found] == [
        ("Café", 20, False),
        ("Libre", 81, True),
        ("Box:a\\b", 77, True),
    ]
    computer.said["nmcli --terse --fields TYPE"] = "wifi:disconnected\nethernet:connected\n"
    assert wifi.state(computer) == "cable"
    computer.fails = "nmcli"
    assert wifi.state(computer) == "none" and wifi.networks(computer) == []
    with pytest.raises(wifi.CannotJoin, match="wifi_failed"):
        wifi.join("Libre", "une clé", computer)
    assert ["nmcli", "connection", "delete", "id", "Libre"] in [argv for argv, _ in computer.calls()]


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[pexpect.spawn[str]]:
    """The program itself on a terminal, for a computer in a folder."""
    words = [str(PROGRAM), "--practice", str(fill(tmp_path))]
    child = pexpect.spawn(sys.executable, words, encoding="utf-8", timeout=20, env={"PYTHONUTF8": "1", "TERM": "linux"})
    yield child
    child.close(force=True)


def talk(child: pexpect.spawn[str], *turns: tuple[str, str]) -> None:
    for question, answer in turns:
        child.expect_exact(question)
        child.sendline(answer)


def test_the_whole_conversation_in_french(asked: pexpect.spawn[str], tmp_path: Path) -> None:
    talk(asked, ("1/2", ""), ("Votre choix", "99"), ("Votre choix", "é"), ("Votre nom", ""), ("Votre nom", "Zéphyrine"))
    talk(asked, ("[zephyrine]", "1abc"), ("commence par une lettre", "mail"), ("déjà pris", ""))
    talk(asked, ("Mot de passe", "court"), ("au moins 8", ""), ("au moins 8", "trois chats bleus"))
    talk(
        asked,
        ("Encore une fois", "trois chiens"),
        ("différents", "un secret à moi"),
        ("Encore une fois", "un secret à moi"),
    )
    talk(asked, ("Bon mot de passe", ""), ("Fuseau", "Lune"), ("n'est pas connu", "indian/reunion"), ("correct", ""))
    asked.expect_exact("Votre compte est prêt")
    asked.expect_exact("Adressez-vous à l'association")
    asked.expect(pexpect.EOF)
    asked.close()
    assert asked.exitstatus == 0
    assert 'XKBLAYOUT="be"' in (tmp_path / "etc/default/keyboard").read_text()  # é is the key of 2 in France
    assert (tmp_path / "commands.log").read_text().splitlines()[0].endswith("--groups sudo,audio zephyrine")
    again: pexpect.spawn[str] = pexpect.spawn(
        sys.executable, [str(PROGRAM), "--practice", str(tmp_path)], encoding="utf-8"
    )
    again.expect(pexpect.EOF)
    assert again.before == ""  # never asked twice


def test_a_no_starts_again_and_english_is_english(asked: pexpect.spawn[str], tmp_path: Path) -> None:
    talk(asked, ("1/2", "2"), ("Your choice", ""), ("Your name", "Bob"), ("[bob]", ""), ("Password", "words at random"))
    talk(asked, ("Once more", "words at random"), ("computer [mdl-0042-2]", "Big"), ("Time zone", ""), ("right?", "n"))
    talk(
        asked,
        ("Your name", "Bob"),
        ("[bob]", "bobby"),
        ("Password", "words at random"),
        ("Once more", "words at random"),
    )
    talk(asked, ("computer", ""), ("Time zone", ""), ("right?", "y"))
    asked.expect(pexpect.EOF)
    assert "LANG=en_GB.UTF-8" in (tmp_path / "etc/locale.conf").read_text()
    assert (tmp_path / "var/lib/recond/owner.done").read_text() == "bobby\n"


def test_only_one_asks_at_a_time(computer: Fake) -> None:
    with account.alone(computer) as ours, account.alone(computer) as second:
        assert ours and not second
