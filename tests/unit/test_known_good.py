"""An image that was read whole while the disks were being erased is not read again; one that changed since is."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from recond.core.errors import ConfigurationFault
from recond.core.profile import ProfileImage
from recond.flow import known_good
from recond.install.unpack import verify_image

WHOLE = b"what the image holds" * 1000


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the images that were really read, in order."""
    read: list[str] = []

    def counted(image: ProfileImage, *told: object) -> None:
        read.append(image.name)
        verify_image(image)

    monkeypatch.setattr(known_good, "verify_image", counted)
    return read


def image(folder: Path, data: bytes = WHOLE) -> ProfileImage:
    path = folder / "small.squashfs"
    path.write_bytes(data)
    return ProfileImage(
        name="small", version="1", path=str(path), sha256=hashlib.sha256(WHOLE).hexdigest(), size_bytes=len(WHOLE),
        unpacked_bytes=1, files=1,
    )  # fmt: skip


def test_read_once(tmp_path: Path, readings: list[str]) -> None:
    one = image(tmp_path)
    known_good.begin(one)
    known_good.begin(one)
    known_good.demand(one)
    known_good.demand(one)
    assert readings == ["small"]


def test_never_begun_is_read_now(tmp_path: Path, readings: list[str]) -> None:
    known_good.demand(image(tmp_path))
    assert readings == ["small"]


def test_changed_since_is_read_again_and_refused(tmp_path: Path, readings: list[str]) -> None:
    one = image(tmp_path)
    known_good.begin(one)
    known_good.demand(one)
    Path(one.path).write_bytes(WHOLE[:-1] + b"?")
    with pytest.raises(ConfigurationFault, match="abîmée"):
        known_good.demand(one)
    assert readings == ["small", "small"]


def test_damaged_is_refused_when_demanded_and_may_be_mended(tmp_path: Path, readings: list[str]) -> None:
    one = image(tmp_path, WHOLE[:-1] + b"?")
    known_good.begin(one)
    with pytest.raises(ConfigurationFault, match="abîmée"):
        known_good.demand(one)
    Path(one.path).write_bytes(WHOLE)
    known_good.demand(one)
    assert readings == ["small", "small"]


def test_gone_is_refused(tmp_path: Path) -> None:
    one = image(tmp_path)
    known_good.begin(one)
    Path(one.path).unlink()
    with pytest.raises(ConfigurationFault, match="ne se lit pas"):
        known_good.demand(one)
