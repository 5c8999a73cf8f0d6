"""The first questions in the real debian-base, closed in its own root: real accounts, real passwords, a real power cut.

The image is the one that `make test` built; the programs under test are the checkout's, laid over it.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PARTS = "bin sbin lib lib64 etc home var/lib usr/bin usr/sbin usr/lib64 usr/lib/x86_64-linux-gnu usr/lib/python3.13 "
PARTS += "usr/lib/os-release usr/lib/python3 usr/lib/apt usr/lib/locale usr/lib/systemd "
PARTS += "usr/share/zoneinfo usr/share/console-setup usr/share/dpkg"
SECRET = "trois chats bleus"
pytestmark = pytest.mark.root


@pytest.fixture(scope="module")
def image() -> Path:
    cache = os.environ.get("RECOND_CACHE") or str(
        Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "recond"
    )
    found = Path(cache) / "profiles/debian-base.squashfs"
    if not found.exists():
        env = {**os.environ, "FAST": "1"}
        subprocess.run((CHECKOUT / "profiles/build", "debian-base"), env=env, check=True, capture_output=True)
    return found


@pytest.fixture(scope="module")
def system(image: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """As much of the system as the questions need, with the checkout's files."""
    folder = tmp_path_factory.mktemp("system") / "root"
    subprocess.run(
        ("unsquashfs", "-q", "-n", "-f", "-d", folder, image, *PARTS.split()), check=True, capture_output=True
    )
    shutil.copytree(CHECKOUT / "profiles/common/files", folder, dirs_exist_ok=True, symlinks=True)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def root(system: Path) -> Path:
    """The system without the owner that an earlier test made."""
    if "\nelise:" in (system / "etc/passwd").read_text():
        subprocess.run(inside(system, "userdel", "--remove", "elise"), check=True, capture_output=True)
    shutil.rmtree(system / "var/lib/recond", ignore_errors=True)
    (system / "etc/hostname").write_text("mdl-0042\n")
    (system / "reached").unlink(missing_ok=True)
    return system


def inside(root: Path, *words: str) -> list[str]:
    """Return a command line that runs words in the root. The computer's name there is its own, not this machine's."""
    return ["unshare", "--uts", "--pid", "--fork", "--kill-child", "chroot", str(root), "env", "PYTHONUTF8=1", *words]


def answered(root: Path, program: str = "/usr/lib/recond/welcome") -> pexpect.spawn[str]:
    """Answer everything up to the last question."""
    words = inside(root, program)
    child: pexpect.spawn[str] = pexpect.spawn(words[0], words[1:], encoding="utf-8", timeout=60)
    for question, answer in (
        ("1/2", "1"),
        ("Votre choix", "2"),
        ("Votre nom", "Élise d'Œuvre"),
        ("[elise]", ""),
        ("Mot de passe", SECRET),
        ("Encore une fois", SECRET),
        ("Nom de l'ordinateur", "salon"),
        ("Fuseau horaire", "Indian/Reunion"),
    ):
        child.expect_exact(question)
        child.sendline(answer)
    child.expect_exact("Est-ce correct")
    return child


def test_a_real_account_is_made(root: Path) -> None:
    child = answered(root)
    child.sendline("o")
    child.expect_exact("Votre compte est prêt")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    shadow = next(line for line in (root / "etc/shadow").read_text().splitlines() if line.startswith("elise:")).split(
        ":"
    )
    checked = "import ctypes,sys;l=ctypes.CDLL('libcrypt.so.1');l.crypt.restype=ctypes.c_char_p;"
    checked += "sys.exit(l.crypt(sys.argv[1].encode(),sys.argv[2].encode()).decode()!=sys.argv[2])"
    subprocess.run(inside(root, "python3", "-c", checked, SECRET, shadow[1]), check=True)
    groups = subprocess.run(
        inside(root, "id", "-nG", "elise"), capture_output=True, text=True, check=True
    ).stdout.split()
    assert "sudo" in groups and "elise" in groups
    assert "elise:x:1000:1000:Élise d'Œuvre:/home/elise:/bin/bash" in (root / "etc/passwd").read_text()
    assert (root / "home/elise/.bashrc").exists() and (root / "var/lib/recond/owner.done").read_text() == "elise\n"
    assert (root / "etc/default/locale").read_text() == "LANG=fr_FR.UTF-8\n"
    assert 'XKBLAYOUT="be"' in (root / "etc/default/keyboard").read_text()
    assert str((root / "etc/localtime").readlink()) == "/usr/share/zoneinfo/Indian/Reunion"
    assert (root / "etc/hostname").read_text() == "salon\n"


@pytest.mark.parametrize("program", ["useradd", "chpasswd"])
def test_power_cut_in_the_middle_is_undone_and_asked_again(root: Path, program: str) -> None:
    # The tool does its work and then holds still, as if the power went at that moment.
    tool = root / "usr/sbin" / program
    tool.rename(tool.with_name(f"{program}.real"))
    tool.write_text(f'#!/bin/sh\n/usr/sbin/{program}.real "$@"\ntouch /reached\nsleep 60\n')
    tool.chmod(0o755)
    child = answered(root)
    child.sendline("o")
    deadline = time.monotonic() + 30
    while not (root / "reached").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    child.kill(signal.SIGKILL)
    child.close(force=True)
    assert "elise:" in (root / "etc/passwd").read_text() and not (root / "var/lib/recond/owner.done").exists()
    (root / "etc/passwd.lock").write_text("4711\n")
    tool.with_name(f"{program}.real").replace(tool)
    child = answered(root)
    assert "elise:" not in (root / "etc/passwd").read_text() and not (root / "home/elise").exists()
    child.sendline("o")
    child.expect_exact("Votre compte est prêt")
    child.expect(pexpect.EOF)
    assert (root / "var/lib/recond/owner.done").read_text() == "elise\n"
    assert (root / "etc/passwd").read_text().count("\nelise:") == 1


def test_security_updates_install_themselves(root: Path) -> None:
    said = subprocess.run(inside(root, "apt-config", "dump"), capture_output=True, text=True, check=True).stdout
    values = dict(re.findall(r'^(\S+) "(.*)";$', said, re.M))
    assert values["APT::Periodic::Update-Package-Lists"] == "1" and values["APT::Periodic::Unattended-Upgrade"] == "1"
    assert values["Unattended-Upgrade::Automatic-Reboot"] == "false"
    origins = re.findall(r'^Unattended-Upgrade::Origins-Pattern:: "(.*)";$', said, re.M)
    assert any("label=Debian-Security" in origin for origin in origins)
    enabled = root / "etc/systemd/system/timers.target.wants"
    assert {"apt-daily.timer", "apt-daily-upgrade.timer"} <= {path.name for path in enabled.iterdir()}
    assert (root / "usr/bin/unattended-upgrade").exists()
    sources = (root / "etc/apt/sources.list.d/debian.sources").read_text()
    assert "-security" in sources and "Signed-By:" in sources


def test_the_page_is_written_at_the_first_start(root: Path) -> None:
    shutil.copy(CHECKOUT / "profiles/common/first-boot/20-welcome-page", root / "step")
    subprocess.run(inside(root, "/step"), check=True)
    assert "Debian 13" in (root / "var/lib/recond/welcome/fr.html").read_text()


def test_where_no_graphics_starts_the_first_console_asks(root: Path) -> None:
    desktop = CHECKOUT / "profiles/common-desktop/files/usr/lib/recond"
    for name in ("wizard", "wizard-screen"):
        shutil.copy(desktop / name, root / "usr/lib/recond" / name)
    for name, text in (("xinit", 'echo "no screens found" >&2; exit 1'), ("chvt", "touch /chvt-$1"), ("udevadm", "")):
        (root / "usr/bin" / name).unlink(missing_ok=True)
        (root / "usr/bin" / name).write_text(f"#!/bin/sh\n{text}\n")
        (root / "usr/bin" / name).chmod(0o755)
    words = inside(root, "/usr/lib/recond/console-login")
    console: pexpect.spawn[str] = pexpect.spawn(words[0], words[1:], encoding="utf-8", timeout=60)
    console.expect_exact("écran graphique : Ctrl+Alt+F7")
    screen = subprocess.Popen(inside(root, "/usr/lib/recond/wizard-screen"), stdout=subprocess.PIPE, text=True)
    try:
        console.expect_exact("1. Français")
        assert (root / "chvt-1").exists() and (root / "run/recond/no-graphics").exists()
        assert screen.poll() is None  # the login screen goes on waiting for an owner
        (root / "var/lib/recond").mkdir(parents=True, exist_ok=True)
        (root / "var/lib/recond/owner.done").touch()
        said, _ = screen.communicate(timeout=30)
        assert screen.returncode == 0 and "no screens found" in said
    finally:
        screen.kill()
        console.close(force=True)
        for name in ("wizard", "wizard-screen"):
            (root / "usr/lib/recond" / name).unlink()
        (root / "run/recond/no-graphics").unlink(missing_ok=True)
