"""Taking out of a stick's image what is offered over the network: kernel, initrd, layers, each compared with the signed list."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from recond.core.errors import ConfigurationFault, EnvironmentFault
from recond.core.netboot import kernel_arguments
from recond.core.ports import Command, Host
from recond.core.stickimage import PLACE, FileMark
from recond.core.vouch import ENDING
from recond.core.words import N_
from recond.flow.stick_image import ImageFile

KERNEL, INITRD, MENU, EXTRA = "recond/vmlinuz", "recond/initrd", "boot/grub/grub.cfg", "recond/extra.cfg"
COPY_S = 300.0
CHUNK = 4 << 20


@dataclass(frozen=True, slots=True)
class TakenOut:
    """Files on this machine's disk. `carried` by the name that the initrd's /netboot gives them; `arguments` for the kernel."""

    image: str
    version: str
    kernel: Path
    initrd: Path
    carried: dict[str, Path]
    arguments: str


def take_out(host: Host, image: ImageFile, shelf: Path, tell: Callable[[str], None] = lambda text: None) -> TakenOut:
    """Copy the image's system to `shelf`/NAME and check every file; what lies there whole already is not copied again.

    Raises ConfigurationFault for an image that is not whole or has no boot menu of recond, EnvironmentFault when it
    cannot be copied.
    """
    folder = shelf / image.described.image
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for other in shelf.iterdir():
            if other != folder and other.is_dir():
                shutil.rmtree(other)  # an older image's
    except OSError as error:
        raise EnvironmentFault(
            N_("{shelf} ne s'écrit pas : {strerror}").format(shelf=shelf, strerror=error.strerror),
            N_("faites de la place"),
        ) from error
    files = image.described.files
    layers = sorted(path for path in files if path.startswith("recond/") and path.endswith(".squashfs"))
    wanted = [KERNEL, INITRD, MENU, *([EXTRA] if EXTRA in files else []), *layers]
    missing = [path for path in wanted if path not in files]
    if missing or not layers:
        raise ConfigurationFault(
            N_("{path} n'a pas de {missing}").format(path=image.path, missing=", ".join(missing) or N_("système")),
            "make image",
        )
    for path in wanted:
        _copy(host, image, path, folder / Path(path).name, files[path], tell)
    for path in (PLACE, PLACE + ENDING):
        _mcopy(host, image, path, folder / Path(path).name)
    menu = (folder / Path(MENU).name).read_text(encoding="utf-8")
    extra = (folder / Path(EXTRA).name).read_text(encoding="utf-8") if EXTRA in files else None
    carried = [Path(PLACE).name, Path(PLACE + ENDING).name, *(Path(path).name for path in layers)]
    return TakenOut(
        image.described.image,
        image.described.version,
        folder / "vmlinuz",
        folder / "initrd",
        {name: folder / name for name in carried},
        kernel_arguments(menu, extra),
    )


def _copy(host: Host, image: ImageFile, path: str, target: Path, mark: FileMark, tell: Callable[[str], None]) -> None:
    if target.exists() and target.stat().st_size == mark.size_bytes and _digest(target) == mark.sha256:
        return
    tell(f"{path} ({mark.size_bytes >> 20} Mo)")
    _mcopy(host, image, path, target)
    if _digest(target) != mark.sha256:
        target.unlink()
        raise ConfigurationFault(
            N_("{path} : {path2} n'a pas le contenu annoncé").format(path=image.path, path2=path),
            N_("prenez une image entière : make image"),
        )


def _mcopy(host: Host, image: ImageFile, path: str, target: Path) -> None:
    volume = f"{image.path}@@{image.layout.boot.start}"
    done = host.run(Command(("mcopy", "-n", "-o", "-i", volume, f"::/{path}", str(target)), timeout_s=COPY_S))
    if not done.ok:
        raise EnvironmentFault(
            N_("{path} ne se copie pas de l'image : {explain}").format(path=path, explain=done.explain()),
            N_("apt install mtools ; place libre ?"),
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
