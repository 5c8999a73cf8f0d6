"""A live ISO made by hand, small enough for a test: programs of this machine in a squashfs, packed by xorriso."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from recond.core.profile import ProfileImage
from tests.block.install_bench import make_image

TOOLS = ("sh", "env", "setpriv", "cat", "ls", "mknod", "mount", "rm", "sed", "touch", "sleep", "mkdir")

APT = """#!/bin/sh
# Stands for apt-get: it notes what it could reach, then removes the live package as dpkg would.
{ ls /dev; echo ---; ls /sys/block 2>&1; echo ---
mknod /tmp/disk b 7 0 2>&1; mount -t tmpfs none /tmp 2>&1; echo ---; cat /proc/net/dev; } > /seen-from-the-box
echo "$@" > /apt-was-asked
rm -f /usr/bin/live-thing /var/lib/dpkg/info/live-boot.list
sed -i '/^Package: live-boot$/,/^$/s/install ok installed/deinstall ok config-files/' /var/lib/dpkg/status
"""
INITRAMFS = """#!/bin/sh
# update-initramfs -c -k VERSION
echo new > /boot/initrd.img-$3
"""
STATUS = """\
Package: live-boot
Status: install ok installed
Version: 1

Package: tool
Status: install ok installed
Version: 1

"""


def live_root(folder: Path) -> Path:
    """Make the root of a live system: real programs for the box, scripts in the place of apt and initramfs-tools."""
    root = folder / "root"
    for name in TOOLS:
        _program(Path(shutil.which(name) or f"/bin/{name}"), root)
    for link, target in (("bin", "usr/bin"), ("sbin", "usr/sbin"), ("lib", "usr/lib"), ("lib64", "usr/lib64")):
        (root / target).mkdir(parents=True, exist_ok=True)
        (root / link).symlink_to(target)
    files: dict[str, str | bytes] = {
        "usr/bin/apt-get": APT,
        "usr/sbin/update-initramfs": INITRAMFS,
        "usr/bin/python3": "",
        "usr/bin/live-thing": "live",
        "usr/share/tool/data": b"what a package that stays has\n",
        "usr/lib/systemd/systemd": "",
        "usr/lib/os-release": 'PRETTY_NAME="Essai Linux 7"\nVERSION_ID="7"\n',
        "etc/initramfs-tools/initramfs.conf": "MODULES=most\n",
        "etc/machine-id": "",
        "boot/vmlinuz-6.1-amd64": os.urandom(5000),
        "boot/initrd.img-6.1-amd64": "of the live medium",
        "usr/share/zoneinfo/Europe/Paris": "TZif2",
        "var/lib/dpkg/status": STATUS,
        "var/lib/dpkg/info/live-boot.list": "/.\n/usr/bin/live-thing\n",
        "var/lib/dpkg/info/tool.list": "/.\n/usr/share/tool/data\n",
    }
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data.encode() if isinstance(data, str) else data)
        if path.startswith(("usr/bin/", "usr/sbin/")):
            (root / path).chmod(0o755)
    for name in ("proc", "dev", "tmp", "run", "boot/efi"):
        (root / name).mkdir(parents=True, exist_ok=True)
    return root


def _program(source: Path, root: Path) -> None:
    # The program and the libraries that it loads, at the same places.
    told = subprocess.run(("ldd", source.resolve()), capture_output=True, text=True).stdout
    for path in (source.resolve(), *(Path(one) for one in re.findall(r"(/\S+) \(0x", told))):
        place = "usr/bin/" + source.name if path == source.resolve() else _under_usr(path)
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, root / place)


def _under_usr(path: Path) -> str:
    inside = str(path).lstrip("/")
    return inside if inside.startswith("usr/") else f"usr/{inside}"


def make_iso(folder: Path, root: Path, names: tuple[str, ...] = ("live/filesystem.squashfs",)) -> Path:
    """Pack the root under each of these names into an ISO."""
    tree = folder / "tree"
    for name in names:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        packing = ("-noappend", "-quiet", "-no-progress", "-comp", "zstd", "-noD")
        subprocess.run(("mksquashfs", root, tree / name, *packing), check=True)
    (tree / "a folder with a rather long name, as Rock Ridge keeps it").mkdir()
    iso = folder / "essai-live-7.iso"
    words = ("xorriso", "-as", "mkisofs", "-quiet", "-iso-level", "3", "-R", "-o", iso, tree)
    subprocess.run(words, check=True, capture_output=True)
    return iso


def make_donor(folder: Path) -> ProfileImage:
    """Make an image of recond's own from which the start kit is taken."""
    image = make_image(folder, "donor")
    root = folder / "donor-root"
    (root / "usr/lib/recond").mkdir()
    for name in ("welcome", "console-login", "first-boot"):
        (root / "usr/lib/recond" / name).write_text("#!/bin/sh\n")
    squashfs, described = Path(image.path), folder / "donor.json"
    subprocess.run(("mksquashfs", root, squashfs, "-noappend", "-quiet", "-no-progress"), check=True)
    data = json.loads(described.read_text())
    data |= {"sha256": hashlib.sha256(squashfs.read_bytes()).hexdigest(), "size_bytes": squashfs.stat().st_size}
    described.write_text(json.dumps(data))
    return image


def names_in(manifest: Path) -> set[str]:
    """Return the files that a manifest lists."""
    return {line.partition("  ")[2] for line in gzip.decompress(manifest.read_bytes()).decode().splitlines()}
