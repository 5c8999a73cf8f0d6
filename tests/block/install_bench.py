"""What the installation's tests share: a loop device on a sparse file, a tiny image made by hand, and the real flow."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from recond.core.disk import Disk
from recond.core.guard import Surroundings
from recond.core.installing import InstallResult, InstallSettings
from recond.core.plan import Deed, Plan, PlanItem
from recond.core.profile import ProfileImage
from recond.core.workshop import HelpContacts
from recond.flow import install
from recond.flow.practice_disk import attached
from recond.host.local import LocalHost
from recond.probe.disks import read_disks
from recond.probe.surroundings import read_surroundings

MIB = 1 << 20
NEEDLE = b"a piece of a file that the tests look for in the image\n"


def make_image(folder: Path, name: str = "tiny", bulk_mib: int = 1) -> ProfileImage:
    """Make an image as `profiles/build` does, with the smallest root that an installation accepts. Data is not
    compressed, so that a test can damage one file in it."""
    root = folder / f"{name}-root"
    boot = os.urandom(510) + b"\x55\xaa"
    files = {
        "usr/share/doc/needle": NEEDLE,
        "usr/share/bulk": os.urandom(bulk_mib * MIB),
        "usr/share/zoneinfo/Europe/Paris": b"TZif2",
        "boot/vmlinuz-6.12.9-amd64": os.urandom(9000),
        "boot/vmlinuz-6.12.10-amd64": os.urandom(9000),
        "boot/initrd.img-6.12.9-amd64": os.urandom(9000),
        "boot/initrd.img-6.12.10-amd64": os.urandom(9000),
        "boot/grub/i386-pc/boot.img": boot,
        "boot/grub/i386-pc/core.img": os.urandom(30_001),
        "boot/grub/i386-pc/normal.mod": os.urandom(500),
        "usr/lib/shim/shimx64.efi.signed": os.urandom(5000),
        "usr/lib/shim/mmx64.efi.signed": os.urandom(5000),
        "usr/lib/shim/fbx64.efi.signed": os.urandom(5000),
        "usr/lib/shim/BOOTX64.CSV": b"shimx64.efi,debian",
        "usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed": os.urandom(70_000),
        "etc/hostname": b"moule\n",
        "etc/machine-id": b"",
        "etc/ssh/ssh_host_rsa_key": b"a key that all PCs would share",
        "etc/default/keyboard": b'XKBMODEL="pc105"\nXKBLAYOUT="us"\nXKBVARIANT=""\n',
        "etc/console-setup/cached_UTF-8_del.kmap.gz": b"us",
    }
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    (root / "boot/efi").mkdir()
    (root / "usr/share/recond").mkdir()
    lines = "".join(f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in files.items())
    (root / "usr/share/recond/manifest.txt.gz").write_bytes(gzip.compress(lines.encode()))
    image = folder / f"{name}.squashfs"
    # Fragments would put small files together: each has its own block here.
    subprocess.run(("mksquashfs", root, image, "-noappend", "-quiet", "-no-progress", "-noD", "-noF"), check=True)
    described = {
        "schema": "recond.profile-image/1",
        "name": name,
        "version": "13-20260101",
        "sha256": hashlib.sha256(image.read_bytes()).hexdigest(),
        "size_bytes": image.stat().st_size,
        "unpacked_bytes": sum(len(data) for data in files.values()) + MIB,
        "files": len(files),
        "source_hash": "0" * 64,
        "debian": "trixie",
        "profile": {"name": name, "title": "Essai", "description": "Essai", "needs": {"ram_gib": 1, "disk_gib": 1}},
    }
    (folder / f"{name}.json").write_text(json.dumps(described))
    offers, errors = install.find_images(LocalHost(), (folder,))
    assert errors == ()
    return next(offer.image for offer in offers if offer.image.name == name)


CONTACTS = HelpContacts(name="Ordi Pour Tous", phone="04 78 00 00 00", address="1 rue A\n69000 Lyon")


@dataclass
class Bench:
    """A practice disk for one test."""

    host: LocalHost
    file: Path
    device: str

    def look(self) -> tuple[Disk, Surroundings]:
        """Read the disks as they are now."""
        disks = read_disks(self.host, loops=True)
        around = read_surroundings(self.host, disks, practice_file=str(self.file))
        return next(disk for disk in disks if disk.path == self.device), around

    def plan(self, image: ProfileImage) -> Plan:
        """Return the plan of the moment, without asking whether the image fits."""
        disk, _ = self.look()
        return Plan(Deed.INSTALL, (PlanItem(disk.identity, image.name),), (disk,))

    def install(
        self,
        image: ProfileImage,
        *,
        hostname: str = "mdl-0042-2",
        before: Callable[[], None] = lambda: None,
        tell: install.Tell = lambda title, share: None,
        cancel: threading.Event | None = None,
        check_all: bool = False,
        nvram: bool = False,
    ) -> InstallResult:
        """Install as the chain does, with a plan that is confirmed."""
        plan = self.plan(image)
        return install.execute(
            self.host,
            plan,
            plan.id,
            lambda: (self.plan(image), self.look()[1]),
            image,
            InstallSettings(hostname, ram_bytes=1024 * MIB, help=CONTACTS, check_all=check_all, nvram=nvram),
            before=before,
            tell=tell,
            cancel=cancel,
        )

    def mounts(self) -> list[str]:
        """Return what is mounted of this disk, in any place."""
        return [line for line in Path("/proc/self/mounts").read_text().splitlines() if line.startswith(self.device)]


@contextmanager
def bench(folder: Path, size_mib: int = 700) -> Iterator[Bench]:
    """Give a blank disk on a sparse file, detached at the end whatever happened."""
    file = folder / f"disk-{size_mib}.img"
    with file.open("wb") as stream:
        stream.truncate(size_mib * MIB)
    host = LocalHost()
    with attached(host, file) as device:
        try:
            yield Bench(host, file, device)
        finally:
            install.clear_stale(host)
    file.unlink()
