"""Small images of a stick for the tests of `recond stick`: real partitions and file systems, a boot partition of 40 MiB."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

from recond.core.vouch import signature_file

MIB = 1 << 20
SEED = bytes(range(32))
BOOT_MIB, DATA_MIB = 40, 16
DISK = "6ea5a3a0-6d4b-5a0e-9b6e-7265636f6e64"
"""A GUID made from a name (version 5), as a built image has."""


def make_image(path: Path, name: str = "aaaa000011112222", seed: bytes = SEED) -> Path:
    """Make an image: GRUB's place filled, a FAT volume with a signed description, a data partition."""
    work = path.with_suffix(".files")
    (work / "recond").mkdir(parents=True, exist_ok=True)
    system = (name * 70000).encode()
    (work / "recond/base.squashfs").write_bytes(system)
    mark = {"sha256": hashlib.sha256(system).hexdigest(), "size_bytes": len(system)}
    told = {"schema": "recond.image/1", "image": name, "version": "1.2", "disk": DISK}
    described = json.dumps({**told, "files": {"recond/base.squashfs": mark}}).encode()
    (work / "recond/image.json").write_bytes(described)
    (work / "recond/image.json.sig").write_bytes(signature_file(seed, described))
    with path.open("wb") as file:
        file.truncate((2 + BOOT_MIB + DATA_MIB + 1) * MIB)
    parts = ((1, 1, "RECOND-BIOS"), (2, BOOT_MIB, "RECOND"), (2 + BOOT_MIB, DATA_MIB, "RECOND-DATA"))
    lines = [f'start={start * 2048}, size={size * 2048}, name="{label}"' for start, size, label in parts]
    table = f"label: gpt\nlabel-id: {DISK}\nunit: sectors\n" + "\n".join(lines) + "\n"
    subprocess.run(("sfdisk", "--quiet", str(path)), input=table.encode(), check=True)
    with path.open("r+b") as file:
        file.write((b"boot code " + name.encode()).ljust(440, b"\x90"))
        file.seek(0x5C)
        file.write((2048).to_bytes(8, "little"))
        file.seek(MIB)
        file.write((b"core " + name.encode()).ljust(40000, b"\xcc"))
    fat = (
        "mkfs.fat",
        "-F",
        "32",
        "-s",
        "1",
        "-n",
        "RECOND",
        "-i",
        "AAAA0000",
        "--offset=4096",
        str(path),
        str(BOOT_MIB * 1024),
    )
    subprocess.run(fat, check=True, capture_output=True)
    subprocess.run(("mcopy", "-i", f"{path}@@{2 * MIB}", "-s", "-Q", str(work / "recond"), "::"), check=True)
    ext = ("mkfs.ext4", "-q", "-F", "-L", "RECOND-DATA", "-E", f"offset={(2 + BOOT_MIB) * MIB}")
    subprocess.run((*ext, str(path), f"{DATA_MIB * 1024}k"), check=True)
    return path
