"""On a stick with a workshop's key, only what that key signed is offered and installed; elsewhere the record says so."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from recond.core.errors import ConfigurationFault
from recond.core.signing import key_id, public_of
from recond.core.vouch import KEY_FILE, signature_file
from recond.flow.install import find_images
from recond.flow.signed import UNSIGNED, demand_signature
from recond.host.local import LocalHost

SEED = bytes(range(32))
DESCRIBED = {
    "schema": "recond.profile-image/1", "name": "debian-base", "version": "13", "sha256": "0" * 64, "size_bytes": 10,
    "unpacked_bytes": 10, "files": 1, "source_hash": "x", "debian": "trixie",
    "profile": {"name": "debian-base", "title": "Debian", "description": "console",
                "needs": {"ram_gib": 0.5, "disk_gib": 3}},
}  # fmt: skip


class Stick(LocalHost):
    """This machine with a key file of its own; None = none."""

    def __init__(self, key: str | None) -> None:
        super().__init__()
        self.key = key

    def read(self, path: str, limit: int = 1 << 20) -> bytes | None:
        if path == KEY_FILE:
            return self.key.encode() if self.key else None
        return super().read(path, limit)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    described = json.dumps(DESCRIBED).encode()
    (tmp_path / "debian-base.json").write_bytes(described)
    (tmp_path / "debian-base.squashfs").write_bytes(b"0123456789")
    (tmp_path / "debian-base.json.sig").write_bytes(signature_file(SEED, described))
    return tmp_path


def offered(host: LocalHost, folder: Path) -> tuple[list[str], str]:
    offers, errors = find_images(host, (folder,))
    return [offer.image.name for offer in offers], " ".join(errors)


def test_a_signed_image_is_offered_and_the_record_names_the_key(folder: Path) -> None:
    host = Stick(public_of(SEED))
    assert offered(host, folder) == (["debian-base"], "")
    (image,) = (offer.image for offer in find_images(host, (folder,))[0])
    assert key_id(public_of(SEED)) in demand_signature(host, image)


def test_without_a_key_an_unsigned_image_is_offered_and_the_record_says_so(folder: Path) -> None:
    (folder / "debian-base.json.sig").unlink()
    host = Stick(None)
    assert offered(host, folder) == (["debian-base"], "")
    assert demand_signature(host, find_images(host, (folder,))[0][0].image) == UNSIGNED


def test_missing_wrong_and_foreign_signatures_are_not_even_offered(folder: Path) -> None:
    sig, described = folder / "debian-base.json.sig", (folder / "debian-base.json").read_bytes()
    host = Stick(public_of(SEED))
    sig.write_bytes(signature_file(bytes(32), described))
    assert offered(host, folder)[0] == [] and "autre clé" in offered(host, folder)[1]
    sig.write_bytes(signature_file(SEED, described + b" "))
    assert offered(host, folder)[0] == [] and "fausse" in offered(host, folder)[1]
    sig.unlink()
    assert offered(host, folder)[0] == [] and "pas signé" in offered(host, folder)[1]


def test_a_description_changed_after_the_choice_is_refused(folder: Path) -> None:
    host = Stick(public_of(SEED))
    (image,) = (offer.image for offer in find_images(host, (folder,))[0])
    with pytest.raises(ConfigurationFault, match="pas celle de l'image choisie"):
        demand_signature(host, replace(image, sha256="1" * 64))
