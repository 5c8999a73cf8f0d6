"""Installations on loop devices: what is on the disk afterwards, and every way in which one must not be called done."""

from __future__ import annotations

import hashlib
import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from owner.contacts import read_contacts
from owner.system import System

from recond.core.errors import ConfigurationFault, EnvironmentFault, GuardError, PlanChanged
from recond.core.installing import InstallSettings, InstallVerdict, layout, partition_path
from recond.core.plan import Deed, Plan, PlanItem
from recond.core.profile import ProfileImage
from recond.flow import install
from recond.host.local import LocalHost
from recond.install import bootsector, partition, tools, writeout
from tests.block.install_bench import CONTACTS, MIB, NEEDLE, Bench, bench, make_image

pytestmark = pytest.mark.root


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> ProfileImage:
    return make_image(tmp_path_factory.mktemp("image"))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Bench]:
    with bench(tmp_path) as one:
        yield one


def untouched(one: Bench) -> bool:
    return one.file.stat().st_blocks == 0


def test_the_disk_alone_writes_early_while_it_is_filled_and_is_as_before_afterwards(
    disk: Bench, image: ProfileImage
) -> None:
    def knobs(device: str) -> list[str]:
        folder = Path("/sys/class/block") / Path(device).name / "bdi"
        files = [folder / name for name in (writeout.STRICT, writeout.SHARE)]
        return [file.read_text().strip() for file in files if file.exists()]

    with bench(disk.file.parent, 701) as other:
        others = knobs(other.device)
        seen: dict[str, list[str]] = {}

        def tell(title: str, share: float | None) -> None:
            seen.setdefault(title, knobs(disk.device))
            assert knobs(other.device) == others

        assert disk.install(image, tell=tell).result is InstallVerdict.OK
    if len(others) < 2:  # a kernel before 6.2: it went as always
        return
    strict, share = seen["Copie du système"]
    assert strict == "1" and int(share) < 1_000_000
    # Not so before: a test that kills an installation leaves its loop device as it was then.
    assert seen["Contrôle des fichiers"] == knobs(disk.device) == ["0", "1000000"]


def test_an_installation_is_ok_and_leaves_nothing_mounted(disk: Bench, image: ProfileImage) -> None:
    told: list[tuple[str, bool]] = []
    result = disk.install(
        image,
        before=lambda: told.append(("before", untouched(disk))),
        tell=lambda title, share: told.append((title, untouched(disk))) if share is None else None,
    )
    assert (result.result, result.reason) == (InstallVerdict.OK, None)
    assert {check.name for check in result.checks} >= {
        *("mbr", "grub-bios", "grub-uefi", "gpt", "fsck-root", "fsck-esp", "uuid-root", "uuid-esp", "manifest"),
        *("kernel", "grub-menu", "fstab", "hostname", "identity", "free-space"),
    }
    assert all(check.ok for check in result.checks)
    # The caller could record the start while not a byte was written yet.
    assert told[0] == ("before", True) and told[1] == ("Partitions", True)
    assert disk.mounts() == [] and disk.look()[0].uses == ()


def test_the_drive_is_asked_to_empty_its_cache_before_the_copy_is_called_over(disk: Bench, image: ProfileImage) -> None:
    ran: list[tuple[str, ...]] = []
    disk.host.journal = lambda call: ran.append(tuple(call["argv"]))  # type: ignore[arg-type]
    assert disk.install(image).result is InstallVerdict.OK
    filling = next(n for n, argv in enumerate(ran) if argv[0] == "mount" and "barrier=0" in " ".join(argv))
    after = [" ".join(argv) for argv in ran[filling:]]
    barrier = next(n for n, line in enumerate(after) if "remount,barrier=1" in line)
    copied = next(n for n, line in enumerate(after) if "unsquashfs" in line)
    unmounted = next(n for n, line in enumerate(after) if line.startswith("umount"))
    assert copied < barrier < unmounted and after[barrier + 1].startswith("sync --file-system")


def test_what_is_on_the_disk(disk: Bench, image: ProfileImage, tmp_path: Path) -> None:
    assert disk.install(image).result is InstallVerdict.OK
    raw = disk.file.read_bytes()[: 3 * MIB]
    plan = layout(disk.file.stat().st_size)
    boot = (Path(image.path).parent / "tiny-root/boot/grub/i386-pc/boot.img").read_bytes()
    core = (Path(image.path).parent / "tiny-root/boot/grub/i386-pc/core.img").read_bytes()
    assert raw[446] == 0x80 and raw[450] == 0xEE and raw[510:512] == b"\x55\xaa"
    assert raw[:0x5C] == boot[:0x5C] and raw[0x5C:0x64] == (2048).to_bytes(8, "little")
    assert raw[MIB + 512 : MIB + len(core)] == core[512:]
    subprocess.run(("partx", "--update", disk.device), check=True)
    root = tmp_path / "root"
    root.mkdir()
    subprocess.run(("mount", "-o", "ro", partition_path(disk.device, 3), root), check=True)
    try:
        assert (root / "usr/share/doc/needle").read_bytes() == NEEDLE
        assert (root / "etc/hostname").read_text() == "mdl-0042-2\n"
        assert "127.0.1.1\tmdl-0042-2" in (root / "etc/hosts").read_text()
        assert not list((root / "etc/ssh").iterdir())
        assert not list((root / "etc/console-setup").iterdir())
        assert 'XKBLAYOUT="fr"' in (root / "etc/default/keyboard").read_text()
        assert 'XKBMODEL="pc105"' in (root / "etc/default/keyboard").read_text()
        assert (root / "etc/locale.conf").read_text() == 'LANG="fr_FR.UTF-8"\n'
        assert str((root / "etc/localtime").readlink()) == "/usr/share/zoneinfo/Europe/Paris"
        assert "vmlinuz-6.12.10-amd64 root=UUID=" in (root / "boot/grub/grub.cfg").read_text()
        helping = json.loads((root / "etc/recond/help.json").read_text())
        assert (helping["schema"], helping["name"], helping["web"]) == ("recond.help/1", CONTACTS.name, None)
        assert read_contacts(System(root)).lines() == ["Ordi Pour Tous", "04 78 00 00 00", "1 rue A, 69000 Lyon"]
        assert (root / "etc/adjtime").read_text().splitlines()[2] == "UTC"
        fstab = (root / "etc/fstab").read_text().splitlines()
    finally:
        subprocess.run(("umount", root), check=True)
    menu = subprocess.run(
        ("mtype", "-i", f"{disk.file}@@{plan.esp.start_bytes}", "::/EFI/debian/grub.cfg"),
        capture_output=True,
        check=True,
    )
    assert fstab[0].split()[0].removeprefix("UUID=") in menu.stdout.decode()
    assert [line.split()[1] for line in fstab] == ["/", "/boot/efi"]  # too little room for a swap file


def test_two_disks_share_no_identifier(disk: Bench, image: ProfileImage) -> None:
    def identifiers() -> set[str]:
        asked = [disk.device, *(partition_path(disk.device, number) for number in (2, 3))]
        subprocess.run(("partx", "--update", disk.device), check=True)
        found = subprocess.run(("blkid", "-p", "-o", "export", *asked), capture_output=True, check=True).stdout.decode()
        return {line for line in found.splitlines() if "UUID=" in line and not line.startswith("PART_ENTRY_TYPE")}

    disk.install(image)
    first = identifiers()
    disk.install(image)
    assert len(first) >= 5 and not first & identifiers()


def test_a_damaged_image_is_refused_before_the_first_byte(disk: Bench, tmp_path: Path) -> None:
    image = make_image(tmp_path)
    damage(image)
    with pytest.raises(ConfigurationFault, match="abîmée") as refused:
        disk.install(image, before=lambda: pytest.fail("started"))
    assert refused.value.code == 7 and untouched(disk)


def test_an_image_cut_short_or_gone_is_refused(disk: Bench, tmp_path: Path) -> None:
    image = make_image(tmp_path)
    with Path(image.path).open("r+b") as file:
        file.truncate(image.size_bytes - 4096)
    with pytest.raises(ConfigurationFault, match="octets au lieu de"):
        disk.install(image)
    Path(image.path).unlink()
    with pytest.raises(ConfigurationFault, match="ne se lit pas"):
        disk.install(image)
    assert untouched(disk)


def test_a_stick_that_reads_wrong_after_the_hash_never_ends_ok(disk: Bench, tmp_path: Path) -> None:
    image = make_image(tmp_path)
    result = disk.install(image, before=lambda: damage(image))
    assert result.result is InstallVerdict.FAILED
    assert result.reason is not None and "usr/share/doc/needle" in result.reason
    assert [check.name for check in result.checks if not check.ok] == ["manifest"]


def damage(image: ProfileImage) -> None:
    data = bytearray(Path(image.path).read_bytes())
    data[data.index(NEEDLE)] ^= 1
    Path(image.path).write_bytes(data)


def test_a_disk_too_small_is_refused(tmp_path: Path, image: ProfileImage) -> None:
    with bench(tmp_path, 400) as small:
        with pytest.raises(EnvironmentFault, match="trop petit") as refused:
            install.make_plan(small.look()[0], image)
        assert "400" not in str(refused.value.hint) and "RECOND PRACTICE" in refused.value.message


def test_a_disk_that_fills_up_fails_with_the_right_words(tmp_path: Path) -> None:
    big = make_image(tmp_path, "big", bulk_mib=160)
    with bench(tmp_path, 240) as small:
        result = small.install(big)
        assert result.result is InstallVerdict.FAILED
        assert result.reason is not None and "est plein" in result.reason
        assert small.mounts() == []


def test_an_image_whose_links_lead_out_of_the_system_fails_and_writes_nothing_there(
    disk: Bench, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "hostname").write_text("of this machine\n")
    make_image(tmp_path)
    root = tmp_path / "tiny-root"
    subprocess.run(("mv", root / "etc", root / "etc-of-image"), check=True)
    (root / "etc").symlink_to(outside)
    image = repack(tmp_path)
    result = disk.install(image)
    assert result.result is InstallVerdict.FAILED and result.reason is not None and "lien" in result.reason
    assert (outside / "hostname").read_text() == "of this machine\n" and disk.mounts() == []


def test_an_image_without_a_kernel_fails(disk: Bench, tmp_path: Path) -> None:
    make_image(tmp_path)
    for kernel in (tmp_path / "tiny-root/boot").glob("vmlinuz-*"):
        kernel.unlink()
    result = disk.install(repack(tmp_path))
    assert result.result is InstallVerdict.FAILED and result.reason is not None and "noyau" in result.reason


def repack(folder: Path) -> ProfileImage:
    squashfs, described = folder / "tiny.squashfs", folder / "tiny.json"
    subprocess.run(("mksquashfs", folder / "tiny-root", squashfs, "-noappend", "-quiet", "-no-progress"), check=True)
    data = json.loads(described.read_text())
    data |= {"sha256": hashlib.sha256(squashfs.read_bytes()).hexdigest(), "size_bytes": squashfs.stat().st_size}
    described.write_text(json.dumps(data))
    return install.find_images(LocalHost(), (folder,))[0][0].image


def test_what_is_missing_here_is_named_with_its_package(
    disk: Bench, image: ProfileImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tools.TOOLS, "mkfs.no-such", "no-such-progs")
    with pytest.raises(EnvironmentFault, match=r"mkfs\.no-such") as refused:
        disk.install(image)
    assert refused.value.hint == "apt install no-such-progs" and untouched(disk)


def test_a_plan_of_another_kind_or_not_confirmed_is_refused(disk: Bench, image: ProfileImage) -> None:
    seen, around = disk.look()
    settings = InstallSettings("essai")
    wipe = Plan(Deed.WIPE, (PlanItem(seen.identity, image.name),), (seen,))
    with pytest.raises(ConfigurationFault, match="n'est pas celui d'une installation"):
        install.execute(disk.host, wipe, wipe.id, lambda: (wipe, around), image, settings)
    plan = disk.plan(image)
    with pytest.raises(PlanChanged):
        install.execute(disk.host, plan, wipe.id, lambda: (plan, around), image, settings)
    assert untouched(disk)


def test_a_mounted_disk_is_refused(disk: Bench, image: ProfileImage, tmp_path: Path) -> None:
    assert disk.install(image).result is InstallVerdict.OK
    subprocess.run(("partx", "--update", disk.device), check=True)
    folder = tmp_path / "mounted"
    folder.mkdir()
    subprocess.run(("mount", partition_path(disk.device, 3), folder), check=True)
    try:
        with pytest.raises(GuardError, match="monté"):
            disk.install(image)
        assert (folder / "usr/share/doc/needle").read_bytes() == NEEDLE
    finally:
        subprocess.run(("umount", folder), check=True)


@pytest.mark.parametrize(
    ("place", "name"),
    [(0x10, "mbr-code"), (MIB + 600, "core"), (2 * MIB + 3, "esp-boot"), (446, "flag")],
)
def test_the_boot_check_sees_one_wrong_byte_on_the_disk(
    disk: Bench, image: ProfileImage, monkeypatch: pytest.MonkeyPatch, place: int, name: str
) -> None:
    def spoil(title: str, share: float | None) -> None:
        if title == "Contrôle du démarrage" and share is None:
            with disk.file.open("r+b") as file:
                file.seek(place)
                byte = file.read(1)
                file.seek(place)
                file.write(bytes([byte[0] ^ 0x81]))

    result = disk.install(image, tell=spoil)
    assert result.result is InstallVerdict.FAILED
    assert {check.name for check in result.checks if not check.ok} & {"mbr", "grub-bios", "grub-uefi"}


def test_partitions_that_do_not_show_fail_in_time(
    disk: Bench, image: ProfileImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partition, "PATIENCE_S", 0.3)
    monkeypatch.setattr(partition, "SECTOR", 256)  # the kernel's numbers then never are the ones that were meant
    result = disk.install(image)
    assert (
        result.result is InstallVerdict.FAILED and result.reason is not None and "n'apparaissent pas" in result.reason
    )


def test_an_interrupt_is_its_own_result_and_lets_go_of_everything(disk: Bench, image: ProfileImage) -> None:
    def stop(title: str, share: float | None) -> None:
        if title == "Réglages":
            raise KeyboardInterrupt

    assert disk.install(image, tell=stop).result is InstallVerdict.INTERRUPTED
    assert disk.mounts() == []
    assert disk.install(image).result is InstallVerdict.OK


@pytest.mark.parametrize("at", ["Partitions", "Copie du système", "Contrôle des fichiers"])
def test_a_wish_to_stop_is_heard_at_every_step(disk: Bench, image: ProfileImage, at: str) -> None:
    cancel = threading.Event()
    result = disk.install(image, tell=lambda title, share: cancel.set() if title == at else None, cancel=cancel)
    assert result.result is InstallVerdict.INTERRUPTED
    assert disk.mounts() == [] and disk.look()[0].uses == ()


def test_the_boot_sector_is_not_written_on_a_disk_without_the_new_table() -> None:
    from recond.core.errors import InstallFailed

    with pytest.raises(InstallFailed, match="table de partitions"):
        bootsector.mbr_for(bytes(512), b"", 2048)
