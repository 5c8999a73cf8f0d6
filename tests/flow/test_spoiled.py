"""A system whose image is damaged or signed by nobody we know: what the command answers, and that nothing says ready."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from recond.core.labeldata import label_from_card
from recond.core.projection import project
from recond.core.signing import public_of
from recond.core.vouch import KEY_FILE, signature_file
from tests.block.install_bench import NEEDLE, make_image
from tests.flow.conftest import Bench

pytestmark = pytest.mark.root

PRACTICE = ("practice", "--no-serve", "--size", "1024", "--keep-disk")
SEED, OTHER = bytes(range(32)), bytes(32)

UNDER_A_KEY = """
mount -t tmpfs none "$0" && cp -a /etc/. "$0" && cp "$1" "$0"/{name} && mount --bind "$0" /etc && shift && exec "$@"
"""
"""Run a program on a machine that has a workshop's key: an /etc of its own, in a mount namespace of its own."""


@pytest.fixture
def images(bench: Bench, tmp_path: Path) -> Path:
    """A folder with one small system, for this test alone to spoil."""
    folder = tmp_path / "images"
    folder.mkdir()
    make_image(folder)
    shutil.rmtree(folder / "tiny-root")
    bench.env["RECOND_PROFILES"] = str(folder)
    return folder


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[data.index(NEEDLE)] ^= 1
    path.write_bytes(data)


def under_a_key(bench: Bench, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run recond where /etc/recond-signing.pub is the key of SEED."""
    etc, key = folder / "etc", folder / "key"
    etc.mkdir(exist_ok=True)
    key.write_text(public_of(SEED) + "\n")
    script = UNDER_A_KEY.format(name=Path(KEY_FILE).name)
    argv = ("unshare", "--mount", "sh", "-c", script, str(etc), str(key), *bench.command("--simple", *words))
    return subprocess.run(argv, capture_output=True, text=True, env=bench.env, timeout=300, stdin=subprocess.DEVNULL)


def test_one_flipped_byte_ends_with_code_12_after_the_wipe_and_never_reads_ready(bench: Bench, images: Path) -> None:
    flip(images / "tiny.squashfs")
    done = bench.run(*PRACTICE)
    said = done.stdout + done.stderr
    assert done.returncode == 12, said
    assert "abîmée" in said and "->" in said, said
    events = bench.events()
    card = project(events)
    assert (card["ready"], [one["payload"]["verdict"] for one in events if one["type"] == "wipe.disk"]) == (
        False,
        ["ERASED"],
    )
    assert "install.started" not in [one["type"] for one in events] or card["install"]["result"] != "ok"
    assert label_from_card(card).os != "Essai"
    (kept,) = (bench.practice / "records").glob("*.json")
    assert json.loads(kept.read_text())["ready"] is False


@pytest.mark.parametrize(
    ("signer", "word"), [(None, "pas signé"), (OTHER, "autre clé"), (SEED, "fausse")], ids=["none", "other", "changed"]
)
def test_a_wrong_signature_is_never_installed(bench: Bench, images: Path, signer: bytes | None, word: str) -> None:
    described = (images / "tiny.json").read_bytes()
    if signer is not None:
        (images / "tiny.json.sig").write_bytes(signature_file(signer, described + b" "))
    # Asked for by its name: refused before anything is touched.
    named = under_a_key(bench, images.parent, "run", "--id", "PC-0001-8", "--profile", "tiny")
    said = named.stdout + named.stderr
    assert named.returncode == 7, said
    assert word in said and "rien n'a été touché" in said and "->" in said, said
    assert not list(bench.data.glob("records/*"))
    # Not asked for: told before the wipe; the erased machine goes without a system and the code does not deny the wipe.
    done = under_a_key(bench, images.parent, *PRACTICE)
    said = done.stdout + done.stderr
    assert done.returncode == 12, said
    assert word in said and "restera sans système" in said and "->" in said, said
    assert said.index(word) < said.index("Effacement"), said
    events = bench.events()
    assert project(events)["ready"] is False
    assert "install.started" not in [one["type"] for one in events]


def test_the_workshops_signature_installs_and_the_record_names_the_key(bench: Bench, images: Path) -> None:
    described = (images / "tiny.json").read_bytes()
    (images / "tiny.json.sig").write_bytes(signature_file(SEED, described))
    done = under_a_key(bench, images.parent, *PRACTICE)
    assert done.returncode == 0, done.stdout + done.stderr
    (end,) = (one["payload"] for one in bench.events() if one["type"] == "install.completed")
    assert any("image signée par la clé" in note for note in end["notes"]), end
