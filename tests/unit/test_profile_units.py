"""Units, session files and scripts of the profiles: what they start is there and may be started, in the order that is meant."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

PROFILES = Path(__file__).resolve().parents[2] / "profiles"
LAYERS = [PROFILES / name / "files" for name in ("common", "common-desktop")]
FILES = sorted(path for layer in LAYERS for path in layer.rglob("*") if path.is_file() and not path.is_symlink())


def shared(name: str) -> Path | None:
    """Return a file of the installed system as the shared layers bring it."""
    return next((layer / name.lstrip("/") for layer in LAYERS if (layer / name.lstrip("/")).is_file()), None)


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix in (".service", ".desktop", ".conf")], ids=str)
def test_what_is_started_is_there_and_executable(path: Path) -> None:
    for name in re.findall(r"^Exec(?:Start)?=-?(/usr/lib/recond/\S+)", path.read_text(), re.M):
        program = shared(name)
        assert program is not None and os.access(program, os.X_OK), name


def test_programs_say_who_runs_them() -> None:
    found = [path for path in FILES if path.parent.name == "recond" and "usr/lib" in str(path)]
    assert {"welcome", "wizard", "wizard-screen", "console-login", "open-welcome"} <= {path.name for path in found}
    for path in found:
        assert path.read_text().startswith(("#!/bin/sh\n", "#!/usr/bin/python3\n")) and os.access(path, os.X_OK), path


def test_no_login_screen_before_there_is_an_owner() -> None:
    unit, gate = (
        shared("etc/systemd/system/recond-wizard.service"),
        shared("etc/systemd/system/display-manager.service.d/recond-owner.conf"),
    )
    assert unit is not None and gate is not None
    told = unit.read_text()
    assert "ConditionPathExists=!/var/lib/recond/owner.done" in told and "Type=oneshot" in told
    before = re.search(r"^Before=(.*)$", told, re.M)
    assert before and {"display-manager.service", "lightdm.service", "sddm.service"} <= set(before[1].split())
    assert "ConditionPathExists=/var/lib/recond/owner.done" in gate.read_text()
    wanted = PROFILES / "common-desktop/files/etc/systemd/system/graphical.target.wants/recond-wizard.service"
    assert wanted.is_symlink() and wanted.resolve() == unit.resolve()


def test_the_page_opens_at_the_first_session_and_stays_in_the_menu() -> None:
    autostart, menu = (
        shared("etc/xdg/autostart/recond-welcome.desktop"),
        shared("usr/share/applications/recond-welcome.desktop"),
    )
    assert autostart is not None and menu is not None
    assert "open-welcome --first" in autostart.read_text() and "--first" not in menu.read_text()
    assert "Name[fr]=Bien démarrer" in menu.read_text()
