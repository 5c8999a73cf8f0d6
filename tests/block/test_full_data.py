"""A stick whose data partition is full, or has become read-only: refused before anything is done, in so many words."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from recond.cli.parts.ending import why_stay_on

pytestmark = pytest.mark.root


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder on a file system of its own, 64 MB large."""
    folder = tmp_path / "data"
    folder.mkdir()
    subprocess.run(("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)), check=True)
    try:
        yield folder
    finally:
        subprocess.run(("umount", str(folder)), check=True)


def recond(data: Path, *words: str) -> tuple[int, str]:
    argv = (sys.executable, "-m", "recond", "--simple", "--data", str(data), *words)
    done = subprocess.run(argv, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout + done.stderr


def fill(data: Path) -> None:
    with pytest.raises(OSError, match="No space left"):
        (data / "filler").write_bytes(bytes(80 << 20))


def test_a_run_is_refused_while_the_record_cannot_be_kept(data: Path) -> None:
    code, said = recond(data, "doctor")
    assert code == 0 and "[ATT.]  dossier" in said, "64 MB are little for a day of work"
    fill(data)
    # Nobody is there to type a word: on any machine this goes no further than its first event.
    code, said = recond(data, "run", "--id", "PC-0001-8", "--no-selftest")
    assert code == 5, said
    assert "la clé est pleine" in said
    assert not list(data.glob("records/*")), "nothing is half kept"
    code, said = recond(data, "doctor")
    assert (code, "[ECHEC]" in said) == (5, True), said


def test_what_was_kept_before_is_still_readable_on_a_full_stick(data: Path) -> None:
    assert recond(data, "batch", "new", "LOT-1")[0] == 0
    fill(data)
    code, said = recond(data, "batch", "new", "LOT-2")
    assert (code, "la clé est pleine" in said) == (5, True), said
    code, said = recond(data, "batch", "status")
    assert (code, "LOT-1" in said, "LOT-2" in said) == (0, True, False), said


def test_a_stick_that_became_read_only_is_told(data: Path) -> None:
    assert recond(data, "batch", "new", "LOT-1")[0] == 0
    subprocess.run(("mount", "-o", "remount,ro", str(data)), check=True)
    for words in (("batch", "close", "LOT-1"), ("run", "--id", "PC-0001-8", "--no-selftest")):
        code, said = recond(data, *words)
        assert code == 5, said
        assert "protégée en écriture" in said
    assert recond(data, "doctor")[0] == 5


def test_a_pc_whose_stick_keeps_nothing_any_more_is_not_powered_off(data: Path) -> None:
    """A PC that is off reads as one that is done: what says so is asked before `recond run --poweroff` ends."""
    assert why_stay_on(data) is None
    assert not list(data.iterdir()), "the question leaves nothing behind"
    fill(data)
    subprocess.run(("mount", "-o", "remount,ro", str(data)), check=True)
    assert "Remettez une clé" in (why_stay_on(data) or "")
    subprocess.run(("mount", "-o", "remount,rw", str(data)), check=True)
    (data / "filler").unlink()
    assert why_stay_on(data) is None
