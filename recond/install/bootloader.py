"""GRUB's files: the signed chain for UEFI on the EFI system partition, our menu, and the parts that a BIOS starts.

Everything comes with the image (Debian's packages), so neither the stick nor the workshop's PC needs GRUB. The menu is
written here, in a moment; the system's own update-grub replaces it at its first kernel upgrade.
"""

from __future__ import annotations

import re
import shutil

from recond.core.errors import InstallFailed
from recond.core.ports import Command, must
from recond.core.words import N_
from recond.install.context import HINT, Access, Context

NAME = "bootloader"
TITLE = N_("Démarrage")
ORDER = 50
ACCESS = Access.WRITING
WEIGHT = 20  # with the last writing out

SHIM, SIGNED = "usr/lib/shim", "usr/lib/grub/x86_64-efi-signed"
EFI_FILES = {
    "EFI/debian/shimx64.efi": f"{SHIM}/shimx64.efi.signed",
    "EFI/debian/grubx64.efi": f"{SIGNED}/grubx64.efi.signed",
    "EFI/debian/mmx64.efi": f"{SHIM}/mmx64.efi.signed",
    "EFI/debian/fbx64.efi": f"{SHIM}/fbx64.efi.signed",
    "EFI/debian/BOOTX64.CSV": f"{SHIM}/BOOTX64.CSV",
    "EFI/BOOT/BOOTX64.EFI": f"{SHIM}/shimx64.efi.signed",
    "EFI/BOOT/grubx64.efi": f"{SIGNED}/grubx64.efi.signed",
    "EFI/BOOT/mmx64.efi": f"{SHIM}/mmx64.efi.signed",
}
"""As grub-install places them. EFI/BOOT is the path that firmware takes when it has forgotten its boot entries."""

EFI_32 = ("EFI/BOOT/BOOTIA32.EFI", "boot/grub/i386-efi/core.efi")
"""64-bit PCs with a 32-bit UEFI; an image may come without."""

BOOT_IMAGE, CORE_IMAGE = "boot/grub/i386-pc/boot.img", "boot/grub/i386-pc/core.img"


def run(ctx: Context) -> None:
    """Choose the kernel, write the menu, fill the EFI system partition, keep the BIOS parts for the next step."""
    ctx.kernel = newest_kernel([path.name for path in (ctx.root / "boot").glob("vmlinuz-*")])
    if ctx.kernel is None or not (ctx.root / f"boot/initrd.img-{ctx.kernel}").is_file():
        raise InstallFailed(
            N_("l'image {name} n'a pas de noyau avec son initrd").format(name=ctx.image.name), N_("refaites l'image")
        )
    ctx.write("boot/grub/grub.cfg", menu(ctx.kernel, ctx.root_uuid), 0o600)
    if ctx.bios_possible:
        ctx.boot_code = _part(ctx, BOOT_IMAGE)
        ctx.core_image = _part(ctx, CORE_IMAGE)
    else:
        ctx.notes.append(N_("secteurs de 4096 octets : ce disque ne démarre qu'en UEFI"))
    _fill_esp(ctx)


def newest_kernel(names: list[str]) -> str | None:
    """Return the version of the newest of "vmlinuz-6.12.9+deb13-amd64", "vmlinuz-6.12.10+deb13-amd64"…"""

    def age(version: str) -> list[tuple[int, int, str]]:
        parts = re.findall(r"\d+|\D+", version)
        return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts]

    return max((name.removeprefix("vmlinuz-") for name in names), key=age, default=None)


def menu(kernel: str, root_uuid: str) -> str:
    """Return grub.cfg. The modules it loads are built into the signed GRUB, which may load none from the disk."""
    return f"""\
# Written by recond at installation; update-grub writes its own over it.
set default=0
set timeout=2
insmod part_gpt
insmod ext2
search --no-floppy --fs-uuid --set=root {root_uuid}
if [ "$grub_platform" = "efi" ]; then
    insmod all_video
fi
menuentry 'Debian GNU/Linux' --class debian --class gnu-linux --class os {{
    linux /boot/vmlinuz-{kernel} root=UUID={root_uuid} ro quiet
    initrd /boot/initrd.img-{kernel}
}}
menuentry 'Debian GNU/Linux (graphisme simple)' --class debian --class gnu-linux --class os {{
    linux /boot/vmlinuz-{kernel} root=UUID={root_uuid} ro nomodeset
    initrd /boot/initrd.img-{kernel}
}}
"""


def esp_menu(root_uuid: str) -> str:
    """Return EFI/debian/grub.cfg, where the signed GRUB looks first: it goes on to the one of the root."""
    return f"search.fs_uuid {root_uuid} root\nset prefix=($root)'/boot/grub'\nconfigfile $prefix/grub.cfg\n"


def _part(ctx: Context, name: str) -> bytes:
    try:
        return ctx.inside(name).read_bytes()
    except OSError as error:
        raise InstallFailed(
            N_("l'image {name} n'a pas {name2} : {strerror}").format(
                name=ctx.image.name, name2=name, strerror=error.strerror
            ),
            HINT,
        ) from error


def _fill_esp(ctx: Context) -> None:
    wanted = dict(EFI_FILES)
    if ctx.inside(EFI_32[1]).is_file():
        wanted[EFI_32[0]] = EFI_32[1]
    shutil.rmtree(ctx.esp_tree, ignore_errors=True)
    for name, source in wanted.items():
        target = ctx.esp_tree / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(_part(ctx, source))
    (ctx.esp_tree / "EFI/debian/grub.cfg").write_text(esp_menu(ctx.root_uuid))
    name = str(ctx.esp_image)
    must(ctx.host, Command(("mcopy", "-s", "-Q", "-i", name, str(ctx.esp_tree / "EFI"), "::/"), makes=name))
