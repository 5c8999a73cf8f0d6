"""The root of the system: Debian's packages by mmdebstrap, then the profile's files, then what must not be shared removed."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from recipe.common import RecipeError, run, say
from recipe.mirror import apt_options

from builder.source import HOME, Source

PRESEED = """\
locales locales/locales_to_be_generated multiselect fr_FR.UTF-8 UTF-8, en_GB.UTF-8 UTF-8
locales locales/default_environment_locale select fr_FR.UTF-8
tzdata tzdata/Areas select Europe
tzdata tzdata/Zones/Europe select Paris
keyboard-configuration keyboard-configuration/layoutcode string fr
keyboard-configuration keyboard-configuration/variantcode string latin9
keyboard-configuration keyboard-configuration/modelcode string pc105
console-setup console-setup/charmap47 select UTF-8
console-setup console-setup/codeset47 select # Latin1 and Latin5 - western Europe and Turkic languages
console-setup console-setup/codesetcode string Lat15
console-setup console-setup/fontface47 select Fixed
console-setup console-setup/fontsize-fb47 select 8x16
grub-efi-amd64 grub2/force_efi_extra_removable boolean true
unattended-upgrades unattended-upgrades/enable_auto_updates boolean true
"""
"""Answers to Debian's questions. GRUB's later upgrades keep the removable path, which old firmware needs."""


@dataclass(frozen=True)
class Made:
    """What is to be known of a root that was made."""

    debian_version: str
    suite: str


def make_root(source: Source, root: Path) -> Made:
    """Make the root in a new folder. Raises RecipeError with the tool's last words."""
    preseed = root.parent / "preseed"
    preseed.write_text(PRESEED)
    options = [
        "--quiet",
        "--mode=root",
        "--variant=minbase",
        "--format=directory",
        f"--include={','.join(source.packages)}",
        f'--aptopt=Apt::Install-Recommends "{str(source.spec.recommends).lower()}"',
        *apt_options(),
        f'--essential-hook=chroot "$1" debconf-set-selections < "{preseed}"',
        f'--customize-hook={HOME / "builder" / "customise"} "$1"',
    ]
    run(["mmdebstrap", *options, source.spec.suite, root, *source.archive], env={"TMPDIR": str(root.parent)})
    say(f"profile {source.name}: files and cleaning")
    for layer in source.layers:
        _copy(layer / "files", root)
        _copy(layer / "first-boot", root / "usr/lib/recond/first-boot.d")
    _write_sources(source, root)
    _enable(root)
    _clean(root)
    return Made((root / "etc/debian_version").read_text().strip(), source.spec.suite)


def _copy(folder: Path, root: Path) -> None:
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        target = root / path.relative_to(folder)
        if path.is_symlink():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            target.symlink_to(path.readlink())
        elif path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            # Whatever the umask of the person who checked the files out: programs 755, files 644.
            target.chmod(0o755 if os.access(path, os.X_OK) else 0o644)


def _write_sources(source: Source, root: Path) -> None:
    # The archive's address is the build host's or MIRROR=; the new owner's system goes on with the same one.
    keyring = next((k for k in sorted((root / "usr/share/keyrings").glob("debian-archive-keyring.*"))), None)
    if keyring is None:
        raise RecipeError("the system has no Debian keys: debian-archive-keyring was not installed")
    sections: dict[str, list[str]] = {}
    for line in source.archive:
        bare = line.split("] ", 1)[-1].removeprefix("deb ").split()
        sections.setdefault(bare[0], []).append(bare[1])
    blocks = [
        f"Types: deb\nURIs: {address}\nSuites: {' '.join(suites)}\nComponents: {' '.join(source.spec.components)}\n"
        f"Signed-By: /{keyring.relative_to(root)}\n"
        for address, suites in sections.items()
    ]
    if not any(suite.endswith("-security") for suites in sections.values() for suite in suites):
        say(f"profile {source.name}: WARNING, no security archive known: set MIRROR_SECURITY= beside MIRROR=")
    (root / "etc/apt/sources.list").unlink(missing_ok=True)
    (root / "etc/apt/sources.list.d/debian.sources").write_text("\n".join(blocks))


def _enable(root: Path) -> None:
    run(["chroot", root, "systemctl", "--quiet", "enable", "systemd-networkd", "recond-first-boot", "ssh"])
    # Nothing of a console system waits for the network; the unit would hold the boot of a PC without a cable.
    run(["chroot", root, "systemctl", "--quiet", "disable", "systemd-networkd-wait-online"])
    resolv = root / "etc/resolv.conf"
    resolv.unlink(missing_ok=True)
    resolv.symlink_to("../run/systemd/resolve/stub-resolv.conf")


REMOVED = (
    "etc/ssh/ssh_host_*",
    "etc/hostname",
    "etc/apt/apt.conf.d/99mmdebstrap",
    "etc/apt/sources.list~",
    "var/lib/dbus/machine-id",
    "var/lib/systemd/random-seed",
    "var/lib/apt/lists/*",
    "var/cache/apt/*.bin",
    "var/cache/debconf/*-old",
    "var/lib/dpkg/*-old",
    "var/backups/*",
    "var/log/*",
    "tmp/*",
    "run/*",
    "root/.*",
)
"""What is of the build host, or must be different on every PC."""


def _clean(root: Path) -> None:
    for pattern in REMOVED:
        for path in root.glob(pattern):
            if path.name in (".bashrc", ".profile"):
                continue
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    # Empty: systemd makes a new one at the first boot, without the questions that "uninitialized" brings.
    (root / "etc/machine-id").write_text("")
    for name, mode in (("var/log/journal", 0o2755), ("var/log/apt", 0o755), ("var/log/unattended-upgrades", 0o755)):
        folder = root / name
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)
    for name in ("wtmp", "btmp", "lastlog"):
        (root / "var/log" / name).touch(mode=0o600 if name == "btmp" else 0o644)
    (root / "boot/efi").mkdir(exist_ok=True)
