"""An image profile from the ISO to the installed disk: what is refused, what is removed, and what its programs can reach."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import pytest

from recond.core.errors import ConfigurationFault, RecondError, UsageError
from recond.core.installing import InstallVerdict, partition_path
from recond.core.profile import ProfileImage
from recond.flow import install
from recond.flow.live_source import look
from recond.flow.profile_add import add
from recond.host.local import LocalHost
from tests.block.install_bench import bench
from tests.block.live_iso import live_root, make_donor, make_iso, names_in

pytestmark = pytest.mark.root


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return (folder of profiles with the donor and the added system, the ISO)."""
    home = tmp_path_factory.mktemp("profiles")
    make_donor(home)
    work = tmp_path_factory.mktemp("iso")
    iso = make_iso(work, live_root(work))
    added(home, iso)
    return home, iso


def donor_of(home: Path) -> ProfileImage | None:
    offers, _ = install.find_images(LocalHost(), (home,))
    return next((one.image for one in offers if one.image.name == "donor"), None)


def added(home: Path, source: Path, name: str | None = "essai", *, replace: bool = False) -> Path:
    return add(LocalHost(), source, home, donor_of(home), name=name, replace=replace, tell=lambda title, share: None)


def image_of(home: Path) -> ProfileImage:
    offers, errors = install.find_images(LocalHost(), (home,))
    assert errors == ()
    return next(one.image for one in offers if one.image.live)


def test_what_add_writes(made: tuple[Path, Path]) -> None:
    home, iso = made
    image, folder = image_of(home), made[0] / "essai"
    told = tomllib.loads((folder / "profile.toml").read_text())
    assert (told["kind"], told["title"], told["image"]["file"]) == ("image", "Essai Linux 7", iso.name)
    assert image.live is not None and image.live.squashfs == "live/filesystem.squashfs"
    with Path(image.path).open("rb") as file:
        file.seek(image.live.offset_bytes)
        assert file.read(4) == b"hsqs"
    assert {"usr/bin/live-thing", "boot/vmlinuz-6.1-amd64"} <= names_in(folder / "manifest.txt.gz")
    assert len(names_in(folder / "manifest.txt.gz")) == image.files
    assert not list(home.glob(".*")), "no leftovers"


def test_it_is_installed_and_is_no_live_system_any_more(made: tuple[Path, Path], tmp_path: Path) -> None:
    with bench(tmp_path, 900) as disk:
        result = disk.install(image_of(made[0]))
        assert (result.result, result.reason) == (InstallVerdict.OK, None)
        assert any("live-boot" in note for note in result.notes)
        root = tmp_path / "root"
        root.mkdir()
        subprocess.run(("partx", "--update", disk.device), check=True)
        subprocess.run(("mount", "-o", "ro", partition_path(disk.device, 3), root), check=True)
        try:
            assert "remove live-boot" in (root / "apt-was-asked").read_text()
            assert not (root / "usr/bin/live-thing").exists() and not (root / "usr/sbin/policy-rc.d").exists()
            assert (root / "boot/initrd.img-6.1-amd64").read_text() == "new\n"
            assert (root / "usr/lib/recond/welcome").exists() and (root / "boot/grub/i386-pc/core.img").exists()
            assert "owner.done" in (root / "usr/lib/recond/first-console").read_text()
            devices, _, rest = (root / "seen-from-the-box").read_text().partition("---")
        finally:
            subprocess.run(("umount", root), check=True)
    # The image's programs saw no disk, could make none, mount nothing, and had no network.
    assert set(devices.split()) <= {"full", "null", "random", "tty", "urandom", "zero"}
    assert "Operation not permitted" in rest and "eth" not in rest
    assert [line.split(":")[0].strip() for line in rest.splitlines() if ":" in line and "|" not in line][-1] == "lo"


def test_a_file_that_changed_since_fails_the_check(made: tuple[Path, Path], tmp_path: Path) -> None:
    image = image_of(made[0])
    with bench(tmp_path, 900) as disk:

        def spoil(title: str, share: float | None) -> None:
            if title == "Contrôle du démarrage" and share is None:
                data = bytearray(disk.file.read_bytes())
                at = data.index(b"what a package that stays has")
                data[at] ^= 1
                with disk.file.open("r+b") as file:
                    file.seek(at)
                    file.write(data[at : at + 1])

        result = disk.install(image, tell=spoil)
    assert result.result is InstallVerdict.FAILED and result.reason and "usr/share/tool/data" in result.reason


@pytest.mark.parametrize("name", ["essai-live-7.iso", "kit.squashfs", "manifest.txt.gz"])
def test_one_flipped_byte_is_refused_before_the_first_write(made: tuple[Path, Path], tmp_path: Path, name: str) -> None:
    home = tmp_path / "profiles"
    subprocess.run(("cp", "--recursive", made[0], home), check=True)
    with (home / "essai" / name).open("r+b") as file:
        file.seek(-100, 2)
        byte = file.read(1)
        file.seek(-100, 2)
        file.write(bytes([byte[0] ^ 1]))
    with bench(tmp_path, 900) as disk:
        with pytest.raises(ConfigurationFault, match="abîmé") as refused:
            disk.install(image_of(home))
        assert refused.value.code == 7 and disk.file.stat().st_blocks == 0


def test_layers_and_other_files_are_refused_with_their_names(made: tuple[Path, Path], tmp_path: Path) -> None:
    layered = make_iso(tmp_path, tmp_path, ("casper/minimal.squashfs", "casper/minimal.standard.squashfs"))
    with pytest.raises(ConfigurationFault, match=r"plusieurs couches.*minimal\.standard\.squashfs"):
        look(layered)
    text = tmp_path / "a.iso"
    text.write_text("not an ISO" * 10000)
    with pytest.raises(ConfigurationFault, match="ISO 9660"):
        look(text)
    cut = tmp_path / "cut.iso"
    cut.write_bytes(made[1].read_bytes()[:100_000])
    with pytest.raises(ConfigurationFault, match=r"coupé : il manque \d+ octets"):
        added(made[0], cut, "cut")
    assert not (made[0] / "cut").exists()


def test_a_system_that_cannot_become_one_is_refused_with_every_reason(made: tuple[Path, Path], tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "usr/lib").mkdir(parents=True)
    (root / "usr/lib/os-release").write_text("NAME=x\n")
    iso = make_iso(tmp_path, root)
    with pytest.raises(ConfigurationFault, match=r"dpkg.*Python 3.*initramfs.*noyau"):
        added(made[0], iso, "autre")
    assert not (made[0] / "autre").exists() and not list(made[0].glob(".*"))


def test_a_name_that_is_taken_or_wrong(made: tuple[Path, Path]) -> None:
    home, iso = made
    with pytest.raises(UsageError, match="existe déjà"):
        added(home, iso)
    with pytest.raises(UsageError, match="ne peut pas être un nom"):
        added(home, iso, "Mon Système")
    assert added(home, iso, replace=True) == home / "essai"
    assert image_of(home).name == "essai"


def test_a_folder_with_its_own_profile_toml_is_finished_or_its_errors_told(
    made: tuple[Path, Path], tmp_path: Path
) -> None:
    home, iso = made
    folder = tmp_path / "ecole"
    folder.mkdir()
    subprocess.run(("cp", iso, folder / iso.name), check=True)
    text = (home / "essai/profile.toml").read_text().replace('name = "essai"', 'name = "ecole"')
    (folder / "profile.toml").write_text(text.replace("ram_gib = 2", "ram_gib = 0"))
    with pytest.raises(RecondError, match=r"needs\.ram_gib"):
        add(LocalHost(), folder, tmp_path, donor_of(home), name=None, replace=False, tell=lambda title, share: None)
    (folder / "profile.toml").write_text(text)
    add(LocalHost(), folder, tmp_path, donor_of(home), name=None, replace=False, tell=lambda title, share: None)
    assert image_of(tmp_path).name == "ecole"
    (folder / "profile.toml").write_text(text.replace("squashfs = ", "squash = "))
    offers, errors = install.find_images(LocalHost(), (tmp_path,))
    assert offers == () and "image.squash: clé inconnue" in errors[0]
