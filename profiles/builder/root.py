"""The root of a system: Debian's packages, then the folders' files, then what must not be shared removed.

From nothing by mmdebstrap, or on the layer that profiles share: unpacked, with more packages added by its own apt.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from recipe.common import RecipeError, run, say
from recipe.mirror import apt_options

from builder import debs
from builder.clean import clean
from builder.source import HOME, LANGUAGES, Source

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

Stamp = tuple[int, int]
"""Inode and time of the last change: any write, new mode or new owner of a file gives another one."""


@dataclass(frozen=True)
class Made:
    """What is to be known of a root that was made. `before`: every path of the layer underneath, as it was unpacked."""

    debian_version: str
    suite: str
    before: dict[str, Stamp]


def make_root(source: Source, root: Path, store: Path, under: Path | None) -> Made:
    """Make the root in a new folder. `under`: the layer's image. Raises RecipeError with the tool's last words."""
    before: dict[str, Stamp] = {}
    if under is None:
        _from_nothing(source, root, store)
    else:
        run(["unsquashfs", "-quiet", "-no-progress", "-dest", root, under])
        before = stamps(root)
        _upon(source, root, store)
    debs.keep(root, store)
    say(f"profile {source.name}: files and cleaning")
    for folder in source.folders:
        _copy(folder / "files", root)
        _copy(folder / "first-boot", root / "usr/lib/recond/first-boot.d")
    if under is None:
        _write_sources(source, root)
    for folder in source.folders:
        if (folder / "customise").exists():
            run([folder / "customise", root])
    clean(root)
    return Made((root / "etc/debian_version").read_text().strip(), source.spec.suite, before)


def stamps(root: Path) -> dict[str, Stamp]:
    """Return every path below a root that is not a folder, with its stamp."""
    found: dict[str, Stamp] = {}
    for path in root.rglob("*"):
        told = path.lstat()
        if path.is_symlink() or not path.is_dir():
            found[str(path.relative_to(root))] = (told.st_ino, told.st_ctime_ns)
    return found


def _from_nothing(source: Source, root: Path, store: Path) -> None:
    preseed = root.parent / "preseed"
    preseed.write_text(PRESEED)
    lender = f'{HOME / "builder" / "lend-debs"} "{store}" "$1"'
    options = [
        "--quiet",
        "--mode=root",
        "--variant=minbase",
        "--format=directory",
        f"--include={','.join(source.packages)}",
        f'--aptopt=Apt::Install-Recommends "{str(source.spec.recommends).lower()}"',
        f"--dpkgopt={LANGUAGES}",
        *apt_options(),
        "--skip=essential/unlink,cleanup/apt/cache",
        f"--setup-hook={lender}",
        f'--essential-hook=chroot "$1" debconf-set-selections < "{preseed}"',
        f'--customize-hook={HOME / "builder" / "customise"} "$1"',
    ]
    run(["mmdebstrap", *options, source.spec.suite, root, *source.archive], env={"TMPDIR": str(root.parent)})


def _upon(source: Source, root: Path, store: Path) -> None:
    say(f"profile {source.name}: {len(source.packages)} packages upon {source.under.name if source.under else ''}")
    debs.lend(store, root)
    options = [f"--{'' if source.spec.recommends else 'no-'}install-recommends"]
    for option in apt_options():
        name, _, value = option.removeprefix("--aptopt=").partition(" ")
        options += ["-o", f"{name}={value.strip(chr(34))}"]
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", HOME / "builder" / "add-packages"]
    run([*command, root, *options, *source.packages])


def _copy(folder: Path, root: Path) -> None:
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        target = root / path.relative_to(folder)
        if "__pycache__" in path.parts:
            continue
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
