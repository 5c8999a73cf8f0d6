"""Give the computer its owner: account, language, keyboard, time zone. All of it, or nothing that is left half made.

The order makes a power cut harmless: the login that is about to be made is noted first and removed again at the next
start, unless `owner.done` was written, which happens last.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from owner import desktop, rules
from owner.places import keyboard
from owner.system import Failed, System

DONE = "/var/lib/recond/owner.done"
PENDING = "/var/lib/recond/owner.pending"
LOCK = "/run/recond/owner.lock"
GROUPS = ("sudo", "audio", "video", "cdrom", "dip", "plugdev", "netdev", "lpadmin", "scanner", "bluetooth", "users")
LOCALES = {"fr": "fr_FR.UTF-8", "en": "en_GB.UTF-8"}
FIRST_PERSON = 1000
"""The first user identifier that Debian gives to a person; nothing below is ever removed."""


@dataclass
class Answers:
    """What the new owner said. `host` empty: the computer keeps its name."""

    lang: str = "fr"
    keyboard: str = "fr"
    name: str = ""
    login: str = ""
    password: str = ""
    host: str = ""
    timezone: str = "Europe/Paris"
    autologin: bool = False


def has_owner(system: System) -> bool:
    """Tell whether the questions were answered to the end."""
    return system.path(DONE).exists()


def taken(system: System) -> set[str]:
    """Return the names of all users and groups: useradd makes a group of the login's name."""
    lines = (system.read("/etc/passwd") + "\n" + system.read("/etc/group")).splitlines()
    return {line.split(":")[0] for line in lines if ":" in line}


@contextmanager
def alone(system: System) -> Iterator[bool]:
    """Hold the right to make the owner: one of the text and the graphical questions, not both. Yields whether it is ours."""
    path = system.path(LOCK)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def faults(answers: Answers, system: System) -> dict[str, str]:
    """Return what is wrong with the answers: field → key of the text that says it."""
    wrong = {}
    if not rules.clean_name(answers.name):
        wrong["name"] = "no_name"
    if fault := rules.login_fault(answers.login, taken(system)):
        wrong["login"] = fault
    if fault := rules.password_fault(answers.password, answers.login, answers.name):
        wrong["password"] = fault
    if answers.host and not rules.HOSTNAME.match(answers.host):
        wrong["host"] = "bad_host"
    return wrong


def make_owner(answers: Answers, system: System, tell: Callable[[str], None] = lambda step: None) -> None:
    """Do everything that was answered. Does nothing when there is an owner already.

    `tell` hears the key of each step. Raises ValueError for answers that break a rule, before anything is changed, and
    Failed when the system refuses: the account is removed again then.
    """
    if has_owner(system):
        return
    undo(system)
    if wrong := faults(answers, system):
        raise ValueError(", ".join(f"{name}: {why}" for name, why in wrong.items()))
    login = answers.login
    note = {"login": login, "home_was_there": system.path(f"/home/{login}").exists()}
    system.write(PENDING, json.dumps(note) + "\n", 0o600)
    try:
        tell("making_account")
        _account(answers, system)
        tell("making_settings")
        set_language(answers.lang, system)
        set_keyboard(answers.keyboard, system)
        set_timezone(answers.timezone, system)
        set_host(answers.host, system)
        desktop.set_autologin(login if answers.autologin else None, system)
        os.sync()
        system.write(DONE, login + "\n")
    except (Failed, OSError):
        undo(system)
        raise
    system.remove(PENDING)


def undo(system: System) -> bool:
    """Remove the account that an earlier attempt left unfinished. Returns whether there was one.

    Only ever the login noted in `owner.pending`, only while there is no owner, and never a user of the system's.
    """
    text = system.read(PENDING)
    if not text or has_owner(system):
        system.remove(PENDING)
        return False
    try:
        note = json.loads(text)
        login, ours = str(note["login"]), not note["home_was_there"]
    except (ValueError, KeyError, TypeError):
        login, ours = "", False
    if rules.LOGIN.match(login):
        _remove_account(login, ours, system)
    desktop.set_autologin(None, system)
    system.remove(PENDING)
    return True


def _remove_account(login: str, home_is_ours: bool, system: System) -> None:
    # useradd that was cut short leaves its locks, and perhaps a user without its password's line or its group.
    for name in ("passwd", "shadow", "group", "gshadow", "subuid", "subgid"):
        system.remove(f"/etc/{name}.lock")
    user = re.search(rf"^{re.escape(login)}:[^:]*:(\d+):", system.read("/etc/passwd"), re.M)
    if user and int(user[1]) < FIRST_PERSON:
        return
    if user:
        with contextlib.suppress(Failed):
            system.run(["userdel", "--force", login])
    group = re.search(rf"^{re.escape(login)}:[^:]*:(\d+):", system.read("/etc/group"), re.M)
    if group and int(group[1]) >= FIRST_PERSON:
        with contextlib.suppress(Failed):
            system.run(["groupdel", login])
    if home_is_ours:
        shutil.rmtree(system.path(f"/home/{login}"), ignore_errors=True)


def _account(answers: Answers, system: System) -> None:
    known = {line.split(":")[0] for line in system.read("/etc/group").splitlines()}
    groups = ",".join(group for group in GROUPS if group in known)
    name = rules.clean_name(answers.name)
    making = ["useradd", "--create-home", "--shell", "/bin/bash", "--comment", name]
    system.run([*making, *(["--groups", groups] if groups else []), answers.login])
    system.run(["chpasswd"], f"{answers.login}:{answers.password}\n")


def set_language(lang: str, system: System) -> None:
    """Make a language the system's, for the login screen of this start too."""
    locale = LOCALES.get(lang, LOCALES["fr"])
    system.write("/etc/locale.conf", f"LANG={locale}\n")
    if system.path("/etc/default/locale").is_file() and not system.path("/etc/default/locale").is_symlink():
        system.write("/etc/default/locale", f"LANG={locale}\n")
    with contextlib.suppress(Failed):
        system.run(["systemctl", "set-environment", f"LANG={locale}"])


def set_keyboard(key: str, system: System) -> None:
    """Make a keyboard the system's: console, login screen, desktop."""
    chosen = keyboard(key)
    wanted = {"XKBLAYOUT": chosen.layout, "XKBVARIANT": chosen.variant, "XKBOPTIONS": chosen.options}
    lines = system.read("/etc/default/keyboard").splitlines()
    kept = [line for line in lines if line.split("=")[0].strip() not in wanted]
    if not any(line.startswith("XKBMODEL=") for line in kept):
        kept.append('XKBMODEL="pc105"')
    text = "\n".join([*kept, *(f'{name}="{value}"' for name, value in wanted.items())]) + "\n"
    if text != system.read("/etc/default/keyboard"):
        system.write("/etc/default/keyboard", text)
    # The console's map, now and at the next starts; then X, which asks udev for it (keyboard(5)).
    for argv in (["setupcon", "-k", "--save"], ["udevadm", "trigger", "--subsystem-match=input", "--action=change"]):
        if system.has(argv[0]):
            with contextlib.suppress(Failed):
                system.run(argv, timeout_s=60)


def set_timezone(name: str, system: System) -> None:
    """Make a time zone the system's; one that it does not have changes nothing."""
    if not re.fullmatch(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*", name):
        return
    if not system.path(f"/usr/share/zoneinfo/{name}").is_file():
        return
    link = system.path("/etc/localtime")
    partial = link.with_name(".localtime.new")
    partial.unlink(missing_ok=True)
    partial.symlink_to(f"/usr/share/zoneinfo/{name}")
    partial.replace(link)
    if system.path("/etc/timezone").is_file():
        system.write("/etc/timezone", name + "\n")


def set_host(host: str, system: System) -> None:
    """Rename the computer; an empty name changes nothing."""
    old = system.read("/etc/hostname").strip()
    if not host or host == old:
        return
    hosts = system.read("/etc/hosts")
    system.write("/etc/hosts", re.sub(rf"^(127\.0\.1\.1\s+){re.escape(old)}\b", rf"\g<1>{host}", hosts, flags=re.M))
    system.write("/etc/hostname", host + "\n")
    system.run(["hostname", host])
