"""The steps' own pure parts: boot code, menus, tables, manifests, and the images found in folders."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from recond.core.errors import InstallFailed
from recond.flow.install import find_images
from recond.host.local import LocalHost
from recond.install import steps
from recond.install.bootloader import esp_menu, menu, newest_kernel
from recond.install.bootsector import core_for, mbr_for
from recond.install.configure import fstab
from recond.install.context import Access
from recond.install.direct import written_parts
from recond.install.manifest import read_manifest
from recond.install.mounts import mount_points
from recond.ui.console import safe

UUID = "0d0c1d3a-5e7f-4f5b-9d0e-6f2f5a1b2c3d"


def table_sector() -> bytes:
    sector = bytearray(512)
    sector[440:446] = b"DISKID"
    sector[446 + 4] = 0xEE
    sector[510:] = b"\x55\xaa"
    return bytes(sector)


def test_every_step_is_found_and_their_order_holds() -> None:
    names = [step.NAME for step in steps()]
    assert len(set(names)) == len(names)
    before = [("partition", "filesystems"), ("filesystems", "unpack"), ("unpack", "configure")]
    before += [("configure", "bootloader"), ("bootloader", "bootsector"), ("bootloader", "esp")]
    before += [(name, "check-boot") for name in ("bootsector", "esp")]
    before += [(name, "check-files") for name in ("unpack", "configure", "bootloader")]
    assert all(names.index(first) < names.index(then) for first, then in before)
    assert all(step.ACCESS in Access and safe(step.TITLE) == step.TITLE for step in steps())


def test_the_boot_sector_keeps_the_table_and_gets_the_code() -> None:
    code = bytes(range(256)) + bytes(254) + b"\x55\xaa"
    new = mbr_for(table_sector(), code, 2048)
    assert new[:0x5C] == code[:0x5C]
    assert new[0x5C:0x64] == (2048).to_bytes(8, "little")
    assert new[0x66:0x68] == b"\x90\x90"
    assert new[440:446] == b"DISKID" and new[446] == 0x80 and new[450] == 0xEE
    assert len(new) == 512


def test_without_bios_only_the_flag_is_set() -> None:
    new = mbr_for(table_sector() + bytes(3584), b"", 0)
    assert new[:440] == bytes(440) and new[446] == 0x80 and len(new) == 4096


@pytest.mark.parametrize("code", [bytes(512), bytes(511), bytes(1024)])
def test_what_is_no_boot_sector_is_refused(code: bytes) -> None:
    with pytest.raises(InstallFailed):
        mbr_for(table_sector(), code, 2048)


def test_a_disk_without_the_table_is_refused() -> None:
    with pytest.raises(InstallFailed, match="table de partitions"):
        mbr_for(bytes(512), b"", 2048)


def test_core_is_told_where_it_lies() -> None:
    core = bytes(512 + 512 * 3 + 1)
    new = core_for(core, 2048)
    assert new[0x1F4:0x1FC] == (2049).to_bytes(8, "little")
    assert new[0x1FC:0x1FE] == (4).to_bytes(2, "little")
    assert len(new) == len(core)
    with pytest.raises(InstallFailed, match="coupé"):
        core_for(bytes(512), 2048)


def test_the_newest_kernel_by_number() -> None:
    names = ["vmlinuz-6.12.9+deb13-amd64", "vmlinuz-6.12.10+deb13-amd64", "vmlinuz-6.1.0-40-amd64"]
    assert newest_kernel(names) == "6.12.10+deb13-amd64"
    assert newest_kernel([]) is None


def test_menus_name_the_root_and_the_kernel() -> None:
    text = menu("6.12.10", UUID)
    assert f"linux /boot/vmlinuz-6.12.10 root=UUID={UUID} ro quiet\n" in text
    assert "initrd /boot/initrd.img-6.12.10\n" in text
    assert text.count("{") == text.count("}") == 2
    assert esp_menu(UUID).startswith(f"search.fs_uuid {UUID} root\n")


def test_fstab_names_identifiers_only() -> None:
    lines = fstab(UUID, "1A2B-3C4D", swap=True).splitlines()
    assert [line.split()[1] for line in lines] == ["/", "/boot/efi", "none"]
    assert "/dev/" not in fstab(UUID, "1A2B-3C4D", swap=True)


def test_mount_points_with_spaces() -> None:
    line = b"36 35 98:0 / /run/a\\040b rw,noatime master:1 - ext4 /dev/root rw\n\nbroken\n"
    assert mount_points(line) == frozenset({"/run/a b"})


def test_manifests() -> None:
    good = gzip.compress(("0" * 64 + "  etc/a b\n").encode())
    assert read_manifest(good) == [("0" * 64, "etc/a b")]
    for line in ("0" * 64 + "  /etc/passwd", "0" * 64 + "  a/../../b", "0" * 63 + "  a", "0" * 64 + "  "):
        with pytest.raises(ValueError, match="inattendue"):
            read_manifest(gzip.compress(line.encode()))
    with pytest.raises((EOFError, OSError)):
        read_manifest(good[:-9])


def test_only_what_was_written_of_a_sparse_file(tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    with path.open("w+b") as file:
        file.truncate(64 << 20)
        for offset in (0, 8 << 20, (64 << 20) - 4096):
            file.seek(offset)
            file.write(b"x" * 4096)
        file.flush()
        found = list(written_parts(file.fileno()))
    assert [offset for offset, _ in found] == [0, 8 << 20, (64 << 20) - 4096]
    assert all(data == b"x" * 4096 for _, data in found)


def describe(folder: Path, name: str, **changes: object) -> None:
    data: dict[str, object] = {
        "schema": "recond.profile-image/1",
        "name": name,
        "version": "13-20260101",
        "sha256": "a" * 64,
        "size_bytes": 10,
        "unpacked_bytes": 10,
        "files": 1,
        "profile": {"name": name, "title": "T", "description": "D", "needs": {"ram_gib": 1, "disk_gib": 4}},
    }
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(data | changes))
    (folder / f"{name}.squashfs").write_bytes(b"x")


def test_images_are_found_and_the_first_folder_wins(tmp_path: Path) -> None:
    describe(tmp_path / "one", "base", version="1")
    describe(tmp_path / "two", "base", version="2")
    describe(tmp_path / "two", "xfce")
    (tmp_path / "two" / "notes.json").write_text('{"anything": 1}')
    offers, errors = find_images(LocalHost(), (tmp_path / "one", tmp_path / "two", tmp_path / "none"))
    assert errors == ()
    assert [(offer.profile.name, offer.image.version) for offer in offers] == [("base", "1"), ("xfce", "13-20260101")]
    assert offers[0].image.path == str(tmp_path / "one/base.squashfs")


def test_every_error_of_an_image_is_told_and_the_others_still_offered(tmp_path: Path) -> None:
    describe(tmp_path, "good")
    describe(tmp_path, "bad", sha256="zz", files=0)
    describe(tmp_path, "needless", profile={"name": "needless"})
    describe(tmp_path, "alone")
    (tmp_path / "alone.squashfs").unlink()
    (tmp_path / "broken.json").write_text("{")
    offers, errors = find_images(LocalHost(), (tmp_path,))
    assert [offer.image.name for offer in offers] == ["good"]
    text = "\n".join(errors)
    for part in ("bad.json: sha256", "bad.json: files", "needs.ram_gib", "alone.squashfs", "broken.json"):
        assert part in text
