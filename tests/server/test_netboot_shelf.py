"""Which systems a server offers to PCs without a stick: those that the image's key signed, whole, and no others."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import pytest

from recond.core.gpt import Gpt, Part
from recond.core.signing import public_of
from recond.core.stick import StickLayout
from recond.core.stickimage import StickImage
from recond.core.vouch import signature_file
from recond.flow.netboot_shelf import fill
from recond.flow.stick_image import ImageFile
from recond.host.local import LocalHost
from recond.server import netboot_images

SEED = bytes(range(32))
MIB = 1 << 20


def put(folder: Path, name: str, *, seed: bytes | None = SEED, content: bytes = b"a system") -> None:
    """Write a system with its description, signed by that key; None = not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    described = json.dumps({
        "schema": "recond.profile-image/1", "name": name, "version": "13", "size_bytes": len(content), "files": 1,
        "sha256": hashlib.sha256(content).hexdigest(), "unpacked_bytes": 10,
    }).encode()  # fmt: skip
    (folder / f"{name}.squashfs").write_bytes(content)
    (folder / f"{name}.json").write_bytes(described)
    if seed is not None:
        (folder / f"{name}.json.sig").write_bytes(signature_file(seed, described))


@pytest.fixture
def image(tmp_path: Path) -> ImageFile:
    """A stick's image with one system on its data partition."""
    tree = tmp_path / "tree"
    put(tree / "profiles", "debian-base", content=b"of the image")
    layer = b'{"schema":"recond.profile-layer/1"}'
    (tree / "profiles/common-desktop-1.json").write_bytes(layer)
    (tree / "profiles/common-desktop-1.json.sig").write_bytes(signature_file(SEED, layer))
    path = tmp_path / "stick.img"
    with path.open("wb") as file:
        file.truncate(9 * MIB)
    subprocess.run(("mkfs.ext4", "-q", "-F", "-d", tree, "-E", f"offset={MIB}", path, "8192k"), check=True)
    part = Part(3, MIB, 8 * MIB, "", "RECOND-DATA", b"")
    layout = StickLayout(Gpt("", (part,)), part, part, part)
    return ImageFile(path, 9 * MIB, layout, StickImage("one", "", ""), public_of(SEED))


def test_the_image_s_own_systems_are_copied_once(image: ImageFile, tmp_path: Path) -> None:
    copied: list[str] = []
    for _ in range(2):
        shelf = fill(LocalHost(), image, (), tmp_path / "place", copied.append)
        assert shelf.names == ["debian-base"] and shelf.left_out == []
        assert set(shelf.files) == {"debian-base.json", "debian-base.json.sig", "debian-base.squashfs"}
        assert shelf.files["debian-base.squashfs"].read_bytes() == b"of the image"
    assert copied == ["debian-base.squashfs (0 Mo)"]
    (tmp_path / "place/debian-base.squashfs").write_bytes(b"of the imagE")
    (tmp_path / "place/old.squashfs").write_bytes(b"of another image")
    shelf = fill(LocalHost(), image, (), tmp_path / "place", copied.append)
    assert shelf.files["debian-base.squashfs"].read_bytes() == b"of the image" and len(copied) == 2
    assert not (tmp_path / "place/old.squashfs").exists()


def test_a_folder_s_systems_come_first_when_the_image_s_key_signed_them(image: ImageFile, tmp_path: Path) -> None:
    folder = tmp_path / "profiles"
    put(folder, "debian-base", content=b"newer")
    put(folder, "debian-xfce")
    put(folder, "unsigned", seed=None)
    put(folder, "foreign", seed=bytes(32))
    put(folder, "broken")
    (folder / "broken.squashfs").write_bytes(b"a sYstem")
    before = {path: path.read_bytes() for path in folder.iterdir()}
    shelf = fill(LocalHost(), image, (folder, tmp_path / "nowhere"), tmp_path / "place")
    assert shelf.names == ["debian-base", "debian-xfce"]
    assert shelf.files["debian-base.squashfs"].read_bytes() == b"newer"
    told = " ".join(shelf.left_out)
    assert "foreign est signé par une autre clé" in told and "broken.squashfs est abîmée" in told
    assert not any("unsigned" in name or "foreign" in name or "broken" in name for name in shelf.files)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_an_image_whose_file_is_damaged_offers_it_not(image: ImageFile, tmp_path: Path) -> None:
    data = image.path.read_bytes()
    image.path.write_bytes(data.replace(b"of the image", b"of the IMAGE"))
    shelf = fill(LocalHost(), image, (), tmp_path / "place")
    assert shelf.names == [] and "n'a pas le contenu annoncé" in shelf.left_out[0]


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        (None, (0, 10)),
        ("bytes=0-", (0, 10)),
        ("bytes=4-", (4, 6)),
        ("bytes=4-6", (4, 3)),
        ("bytes=4-600", (4, 6)),
        ("bytes=9-9", (9, 1)),
        ("bytes=10-", None),
        ("bytes=6-4", None),
        ("bytes=-3", (0, 10)),
        ("bytes=0-1,3-4", (0, 10)),
        ("lines=1-2", (0, 10)),
    ],
)
def test_a_range(header: str | None, meant: tuple[int, int] | None) -> None:
    """What this server does not know it answers whole (RFC 9110, 14.2)."""
    assert netboot_images.asked(header, 10) == meant
