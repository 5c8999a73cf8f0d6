"""The first questions on a graphical screen, answered with the keyboard alone, at 800x600 and 1024x768, on a computer in a
folder. The screen is a real X server without a window manager, as on the new owner's PC."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

WIZARD = Path(__file__).resolve().parents[2] / "profiles/common-desktop/files/usr/lib/recond/wizard"
NMCLI = """#!/bin/sh
case "$*" in
*TYPE,STATE*) echo wifi:disconnected ;;
*"wifi list"*) echo " :78:WPA2:Livebox"; echo " :52:WPA2:Voisin" ;;
*connect*bonneclef*) ;;
*connect*) echo "Error: Secrets were required, but not provided." >&2; exit 4 ;;
esac
"""


class Screen:
    """An X server, the window on it and a keyboard."""

    def __init__(self, folder: Path, size: str) -> None:
        self.folder, self.size = folder, size
        reading, writing = os.pipe()
        words = ("Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp")
        self.server = subprocess.Popen(words, pass_fds=(writing,), stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as line:
            number = line.readline().strip()
        self.env = {**os.environ, "DISPLAY": f":{number}", "NO_AT_BRIDGE": "1", "GSETTINGS_BACKEND": "memory"}
        self.env.pop("WAYLAND_DISPLAY", None)
        # Debian's own Python, as on the computer: the virtual environment has no GTK.
        asking = ("/usr/bin/python3", str(WIZARD), "--practice", str(folder))
        self.wizard = subprocess.Popen(asking, env=self.env, stderr=subprocess.PIPE, text=True)

    def close(self) -> None:
        for process in (self.wizard, self.server):
            process.kill()
            process.wait()

    def notes(self) -> list[str]:
        try:
            return (self.folder / "commands.log").read_text().splitlines()
        except FileNotFoundError:
            return []

    def wait(self, note: str, count: int = 1) -> None:
        deadline = time.monotonic() + 40
        while sum(line.startswith(note) for line in self.notes()) < count:
            assert self.wizard.poll() is None, self.wizard.stderr and self.wizard.stderr.read()
            assert time.monotonic() < deadline, (note, self.notes())
            time.sleep(0.1)
        time.sleep(0.5)  # what is drawn and focused comes a moment after

    def page(self, title: str, count: int = 1) -> None:
        """Wait for a page; the window must not have grown over the screen for it."""
        self.wait(f"page {title}", count)
        said = self.xdotool("search", "--name", "^recond$", "getwindowgeometry", "--shell")
        values = dict(line.split("=") for line in said.splitlines() if "=" in line)
        assert f"{values['WIDTH']}x{values['HEIGHT']}" == self.size

    def xdotool(self, *words: str) -> str:
        done = subprocess.run(("xdotool", *words), env=self.env, check=True, capture_output=True, text=True, timeout=30)
        return done.stdout

    def keys(self, *names: str) -> None:
        for name in names:
            self.xdotool("key", name)
            time.sleep(0.15)

    def type(self, text: str) -> None:
        self.xdotool("type", "--delay", "40", text)


@pytest.fixture(params=["800x600", "1024x768"])
def screen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Screen]:
    files = {
        "etc/hostname": "mdl-0042\n",
        "etc/passwd": "root:x:0:0::/root:/bin/bash\n",
        "etc/group": "sudo:x:27:\naudio:x:29:\n",
        "etc/X11/default-display-manager": "/usr/sbin/lightdm\n",
        "usr/sbin/lightdm": "",
        "etc/recond/help.json": '{"name": "Ordi Pour Tous", "address": "1 rue A\\n69000 Lyon", "text": "a\\nb\\nc\\nd"}',
        "usr/share/zoneinfo/tzdata.zi": "Z Europe/Paris 0\nZ Asia/Tokyo 9\n",
        "usr/share/zoneinfo/Europe/Paris": "",
        "usr/share/zoneinfo/Asia/Tokyo": "",
        "usr/bin/nmcli": NMCLI,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "usr/bin/nmcli").chmod(0o755)
    assert shutil.which("Xvfb") and shutil.which("xdotool"), "scripts/setup test"
    one = Screen(tmp_path, request.param)
    yield one
    one.close()


def test_everything_is_answered_by_keyboard_alone(screen: Screen, tmp_path: Path) -> None:
    screen.page("welcome")
    time.sleep(0.5)
    screen.keys("Down")
    screen.page("welcome", 2)  # in English now
    screen.keys("Up")
    screen.page("welcome", 3)
    screen.keys("Return")
    screen.page("keyboard")
    screen.keys("Down", "Tab", "a", "Return")  # Belgian; Enter in the field to try keys goes on
    screen.page("wifi")
    screen.wait("nmcli --terse --fields IN-USE")
    screen.keys("Tab")
    screen.type("mauvaise")
    screen.keys("Return")
    screen.wait("nmcli connection delete id Livebox")
    screen.keys("ctrl+a")
    screen.type("bonneclef")
    screen.keys("Return")
    screen.wait("nmcli --wait 45 device wifi connect Livebox password bonneclef")
    screen.keys("Return")
    screen.page("timezone")
    screen.keys("Tab")
    screen.type("tok")
    screen.keys("Return")
    screen.page("account")
    screen.type("marie curie")
    screen.keys("Return", "Tab")  # refused: no password; the keyboard is in its field, then in the one below
    screen.type("autre chose")
    screen.keys("shift+Tab")
    screen.type("trois chats bleus")
    screen.keys("Return", "ctrl+a")  # refused: not the same twice
    screen.type("trois chats bleus")
    screen.keys("alt+o", "Return")  # the session opens by itself
    time.sleep(0.5)
    assert screen.notes()[-1] == "page account"  # Enter on a box ticks it
    screen.keys("alt+o", "alt+c")
    screen.page("check")
    assert not any(line.startswith("useradd") for line in screen.notes())
    screen.keys("Escape")
    screen.page("account", 2)
    screen.keys("Return")
    screen.page("check", 2)
    screen.keys("Return")
    screen.page("ready")
    screen.keys("Return")
    assert screen.wizard.wait(30) == 0
    made = next(line for line in screen.notes() if line.startswith("useradd"))
    assert made.endswith("--comment marie curie --groups sudo,audio marie")
    assert (tmp_path / "var/lib/recond/owner.done").read_text() == "marie\n"
    assert 'XKBLAYOUT="be"' in (tmp_path / "etc/default/keyboard").read_text()
    assert str((tmp_path / "etc/localtime").readlink()) == "/usr/share/zoneinfo/Asia/Tokyo"
    assert (tmp_path / "etc/locale.conf").read_text() == "LANG=fr_FR.UTF-8\n"
    autologin = tmp_path / "etc/lightdm/lightdm.conf.d/60-recond-owner.conf"
    assert "autologin-user=marie" in autologin.read_text()
    again = subprocess.run(("/usr/bin/python3", WIZARD, "--practice", tmp_path), timeout=30, env={"PATH": "/usr/bin"})
    assert again.returncode == 0  # never asked twice, not even with a screen


def test_a_stopped_clock_is_asked_for_and_set(screen: Screen, tmp_path: Path) -> None:
    """The pages are chosen at the start: the window is opened anew on a system that was "made" after today."""
    screen.wizard.kill()
    screen.wizard.wait()
    (tmp_path / "commands.log").unlink(missing_ok=True)
    (tmp_path / "usr/bin/nmcli").write_text("#!/bin/sh\necho ethernet:connected\n")
    (tmp_path / "usr/share/recond").mkdir(parents=True)
    (tmp_path / "usr/share/recond/profile.json").write_text('{"name": "debian-xfce", "version": "13-20990101"}')
    asking = ("/usr/bin/python3", str(WIZARD), "--practice", str(tmp_path))
    screen.wizard = subprocess.Popen(asking, env=screen.env, stderr=subprocess.PIPE, text=True)
    for page in ("welcome", "keyboard", "wifi", "timezone"):
        screen.page(page)
        time.sleep(0.5)
        screen.keys("Return")
    screen.page("clock")
    screen.type("hier")
    screen.keys("Return")  # refused, and the keyboard is in the date again
    time.sleep(0.5)
    if os.environ.get("SCREENS"):
        from PIL import ImageGrab

        ImageGrab.grab(xdisplay=screen.env["DISPLAY"]).save(f"{os.environ['SCREENS']}/clock-{screen.size}.png")
    screen.keys("ctrl+a")
    screen.type("02/01/2099")
    screen.keys("Tab")
    screen.type("14:05")
    screen.keys("Return")
    screen.page("account")
    assert "timedatectl set-time 2099-01-02 13:05:00 UTC" in screen.notes()
