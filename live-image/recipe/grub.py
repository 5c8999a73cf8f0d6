"""Boot loaders: GRUB for BIOS (in the MBR gap's place, its own partition), Debian's signed chain and a 32-bit GRUB for UEFI."""

from __future__ import annotations

import shutil
from pathlib import Path

from recipe.base import Base, on_stick_libraries
from recipe.common import HERE, run

# gpt: the kernel reads the second copy of a partition table whose first is torn (a stick pulled out during its update).
KERNEL_ARGUMENTS = (
    "quiet loglevel=3 gpt consoleblank=0 vt.global_cursor_default=1 raid=noautodetect systemd.gpt_auto=0 systemd.swap=0"
    " systemd.show_status=0"  # "quiet" alone lets a slow unit write over the assistant's screens
    " recond.lang=fr"
)

BIOS_MODULES = (
    "biosdisk part_gpt part_msdos fat ext2 normal configfile linux search probe regexp test echo serial cpuid"
)
EFI_MODULES = (
    "part_gpt part_msdos fat ext2 normal configfile linux search probe regexp test echo serial cpuid all_video"
)
COMMON_MODULES = "halt reboot sleep true minicmd terminal boot"
MEMTESTS = ("memtest86+x64.bin", "memtest86+x64.efi", "memtest86+ia32.efi")

SECTOR = 512


def boot_files(made: Base, image: str, folder: Path) -> None:
    """Put EFI/BOOT, boot/grub/grub.cfg and the memory tests into the folder that becomes the ESP.

    Secure Boot: Debian's shim starts Debian's signed GRUB, the "cd" variant, whose prefix is /boot/grub on the medium.
    A PC with 32-bit UEFI takes the unsigned BOOTIA32.EFI; such machines boot without Secure Boot.
    """
    loaders = made.outside / "loaders/usr/lib"
    boot = folder / "EFI/BOOT"
    boot.mkdir(parents=True)
    shutil.copyfile(loaders / "shim/shimx64.efi.signed", boot / "BOOTX64.EFI")
    shutil.copyfile(loaders / "shim/mmx64.efi.signed", boot / "mmx64.efi")
    shutil.copyfile(loaders / "grub/x86_64-efi-signed/gcdx64.efi.signed", boot / "grubx64.efi")
    _make_image(made, "i386-efi", "/boot/grub", EFI_MODULES, boot / "BOOTIA32.EFI")
    for name in MEMTESTS:
        shutil.copyfile(made.outside / "loaders/boot" / name, folder / "recond" / name)
    config = folder / "boot/grub/grub.cfg"
    config.parent.mkdir(parents=True)
    config.write_text(menu(image))


def menu(image: str) -> str:
    """Return the boot menu of this image."""
    text = (HERE / "grub/grub.cfg").read_text()
    return text.replace("@IMAGE@", image).replace("@ARGS@", KERNEL_ARGUMENTS)


def core_image(made: Base, target: Path) -> None:
    """Make GRUB's core for BIOS, which finds its menu on the second partition of the disk that the BIOS booted."""
    _make_image(made, "i386-pc", "(,gpt2)/boot/grub", BIOS_MODULES, target)


def _make_image(made: Base, platform: str, prefix: str, modules: str, target: Path) -> None:
    loaders = made.outside / "loaders/usr"
    program = on_stick_libraries(made, loaders / "bin/grub-mkimage")
    options: list[str | Path] = ["-O", platform, "-d", loaders / "lib/grub" / platform, "-p", prefix, "-o", target]
    run([*program, *options, *modules.split(), *COMMON_MODULES.split()])


def install_bios(made: Base, core: Path, image: Path, first_sector: int) -> None:
    """Write GRUB's first sector and core where the BIOS and the first sector look for them, as grub-bios-setup does.

    Offsets from GRUB 2.12, include/grub/i386/pc/boot.h and grub-core/boot/i386/pc/{boot,diskboot}.S: the first sector
    loads one sector of the core from the LBA at 0x5c; that one loads the rest by the block list at its end.
    """
    first = bytearray((made.outside / "loaders/usr/lib/grub/i386-pc/boot.img").read_bytes())
    first[0x5C:0x64] = first_sector.to_bytes(8, "little")
    first[0x66:0x68] = b"\x90\x90"  # a BIOS that does not say which drive it booted: take 0x80 or later as it is
    whole = bytearray(core.read_bytes())
    whole += bytes(-len(whole) % SECTOR)
    rest = len(whole) // SECTOR - 1
    whole[0x1F4:0x1FC] = (first_sector + 1).to_bytes(8, "little")
    whole[0x1FC:0x1FE] = rest.to_bytes(2, "little")
    with image.open("r+b") as disk:
        disk.write(first[:440])  # behind it: disk signature and partition table
        disk.seek(446)
        disk.write(b"\x80")  # some BIOSes boot only from a disk with an active partition, also on GPT
        disk.seek(first_sector * SECTOR)
        disk.write(whole)
