"""The image: GPT with GRUB's core, the ESP `RECOND` with the system, and the data partition `RECOND-DATA`."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

from recipe import grub, signing
from recipe.base import Base
from recipe.common import EPOCH, HERE, RecipeError, digest, run, scratch, sha256
from recipe.initrd import identity
from recond import __version__

MIB = 1 << 20
SECTOR = 512
BIOS_START = 1 * MIB
ESP_START = 2 * MIB
FOLDERS = ("lots", "journal", "runs", "certificates", "labels", "records", "blobs", "outbox/sent", "outbox/quarantine")
FOLDERS_ALSO = ("profiles",)
FAKE_TIME = {"E2FSPROGS_FAKE_TIME": EPOCH}
NAMESPACE = uuid.UUID("6ea5a3a0-6d4b-4a0e-9b6e-7265636f6e64")


@dataclass(frozen=True)
class Parts:
    """What goes into an image. `layers` by the name they get on the stick; `data_free` in bytes beside the profiles."""

    base: Base
    layers: dict[str, Path]
    initrd: Path
    profiles: tuple[Path, ...]
    kernel_arguments: str
    data_free: int

    @property
    def name(self) -> str:
        """Return the image's name: a hash of the system on it. Its FAT serial number are the first 8 digits."""
        layers = [text for name, path in sorted(self.layers.items()) for text in (name, path.name)]
        return digest(*layers, self.initrd.name, self.base.key, HERE / "grub", HERE / "recipe", self.kernel_arguments)

    @property
    def key(self) -> str:
        """Return a hash of everything on the image, the profiles too (by name, size and their own description)."""
        profiles = [f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in self.profiles]
        return digest(self.name, signing.public(), __version__, *profiles, str(self.data_free))


def find_profiles(folder: Path | None) -> tuple[Path, ...]:
    """Return the images of a folder and their descriptions: NAME.squashfs with NAME.json."""
    if folder is None:
        return ()
    if not folder.is_dir():
        raise RecipeError(f"no folder {folder}: build the profiles first (make profiles), or leave --profiles out")
    found = []
    for image in sorted(folder.glob("*.squashfs")):
        note = image.with_suffix(".json")
        if not note.exists():
            raise RecipeError(f"{image.name} has no {note.name} beside it: build that profile again")
        found += [image, note]
    return tuple(found)


def assemble(parts: Parts, target: Path) -> None:
    """Write the image to `target`, a sparse file; nothing is mounted and no loop device used."""
    with scratch() as work:
        esp, data = work / "esp", work / "data"
        _fill_esp(parts, esp)
        _fill_data(parts, data)
        core = work / "core.img"
        grub.core_image(parts.base, core)
        esp_size = _rounded(int(_size(esp) * 1.02) + 8 * MIB)
        data_size = _rounded(int(_size(data) * 1.03) + parts.data_free + 16 * MIB)
        total = ESP_START + esp_size + data_size + MIB
        with target.open("wb") as stream:
            stream.truncate(total)
        _partition(parts.name, target, esp_size, data_size)
        grub.install_bios(parts.base, core, target, BIOS_START // SECTOR)
        _write_esp(parts.name, target, esp, esp_size)
        _write_data(parts.name, target, data, ESP_START + esp_size, data_size)


def guid(name: str, what: str) -> str:
    """Return an identifier that is the same for the same image."""
    return str(uuid.uuid5(NAMESPACE, f"{name} {what}"))


def _fill_esp(parts: Parts, folder: Path) -> None:
    home = folder / "recond"
    home.mkdir(parents=True)
    for name, path in parts.layers.items():
        _link(path, home / f"{name}.squashfs")
    shutil.copyfile(parts.base.outside / "vmlinuz", home / "vmlinuz")
    own = identity(parts.name, {name: sha256(path) for name, path in parts.layers.items()})
    (home / "initrd").write_bytes(own + parts.initrd.read_bytes())
    if parts.kernel_arguments:
        (home / "extra.cfg").write_text(f'set extra_args="{parts.kernel_arguments}"\n')
    grub.boot_files(parts.base, parts.name, folder)
    _describe(parts, folder)


def _describe(parts: Parts, folder: Path) -> None:
    """Write recond/image.json, which names every file of the ESP with its hash, and the workshop's signature over it."""
    files = {
        str(path.relative_to(folder)): {"sha256": sha256(path), "size_bytes": path.stat().st_size}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    note = {
        "schema": "recond.image/1",
        "image": parts.name,
        "version": __version__,
        "disk": guid(parts.name, "disk"),
        "files": files,
    }
    described = folder / "recond/image.json"
    described.write_text(json.dumps(note, separators=(",", ":")) + "\n")
    signing.sign_file(described)


def _fill_data(parts: Parts, folder: Path) -> None:
    for name in (*FOLDERS, *FOLDERS_ALSO):
        (folder / name).mkdir(parents=True)
    for path in parts.profiles:
        _link(path, folder / "profiles" / path.name)
        if path.suffix == ".json":
            # Whoever makes the image vouches for the systems that it carries, with the key that is in the image.
            signing.sign_file(path, folder / "profiles" / f"{path.name}.sig")


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _size(folder: Path) -> int:
    return sum(_rounded(path.stat().st_size, 4096) for path in folder.rglob("*"))


def _rounded(size: int, unit: int = MIB) -> int:
    return -(-size // unit) * unit


def _partition(name: str, target: Path, esp_size: int, data_size: int) -> None:
    # Types by their names in the UEFI and Discoverable Partitions specifications: BIOS boot, ESP, Linux data.
    parts = (
        (BIOS_START, MIB, "21686148-6449-6E6F-744E-656564454649", "p1", "RECOND-BIOS"),
        (ESP_START, esp_size, "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "p2", "RECOND"),
        (ESP_START + esp_size, data_size, "0FC63DAF-8483-4772-8E79-3D69D8477DE4", "p3", "RECOND-DATA"),
    )
    table = f"label: gpt\nlabel-id: {guid(name, 'disk')}\nunit: sectors\n" + "".join(
        f'start={start // SECTOR}, size={size // SECTOR}, type={kind}, uuid={guid(name, key)}, name="{label}"\n'
        for start, size, kind, key, label in parts
    )
    run(["sfdisk", "--quiet", "--no-reread", "--no-tell-kernel", target], text=table)


def _write_esp(name: str, target: Path, folder: Path, size: int) -> None:
    start = ESP_START // SECTOR
    # FAT32 has at least 65525 clusters (Microsoft's FAT specification): some firmware goes by their number alone.
    options = [
        "--invariant",
        "-F",
        "32",
        "-s",
        "4" if size >= 140 * MIB else "2",
        "-n",
        "RECOND",
        "-i",
        name[:8],
        "-h",
        str(start),
    ]
    run(["mkfs.fat", *options, f"--offset={start}", target, str(size // 1024)])
    volume = f"{target}@@{ESP_START}"
    for path in sorted(folder.iterdir()):
        run(["mcopy", "-i", volume, "-s", "-Q", path, "::"], env={"MTOOLS_SKIP_CHECK": "1"})


def _write_data(name: str, target: Path, folder: Path, start: int, size: int) -> None:
    # GRUB 2.12 must read it; it may not know what later versions of mkfs turn on by themselves.
    features = "^metadata_csum_seed,^orphan_file"
    extended = f"offset={start},hash_seed={guid(name, 'hash')},root_owner=0:0,lazy_itable_init=1,lazy_journal_init=1"
    # Made small, and ready to grow to the size of any stick: inodes as on a large one, room for the descriptors of 512 GiB.
    extended += f",resize={512 * 1024 * MIB // 4096}"
    options = [
        "-q",
        "-F",
        "-b",
        "4096",
        "-i",
        "16384",
        "-J",
        "size=8",
        "-m",
        "0",
        "-L",
        "RECOND-DATA",
        "-U",
        guid(name, "data"),
        "-O",
        features,
    ]
    run(["mkfs.ext4", *options, "-E", extended, "-d", folder, target, f"{size // 1024}k"], env=FAKE_TIME)
    # -d copies the times at which this build made its folders: set them all, so that two builds give the same bytes.
    fields = [f"{kind}{part}" for kind in ("atime", "ctime", "mtime", "crtime") for part in ("", "_extra")]
    paths = ["/", "/lost+found", *(f"/{path.relative_to(folder)}" for path in sorted(folder.rglob("*")))]
    orders = [
        f'sif "{path}" {field} {0 if field.endswith("_extra") else "@" + EPOCH}' for path in paths for field in fields
    ]
    run(["debugfs", "-w", "-f", "-", f"{target}?offset={start}"], env=FAKE_TIME, text="\n".join(orders) + "\n")
