"""A disk's own knobs for early writing: set for the time of a copy, put back whatever happens, done without when not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from recond.install import writeout


@pytest.fixture
def knobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in ((writeout.SHARE, "1000000\n"), (writeout.STRICT, "0\n"), (writeout.LIMIT, "7\n")):
        (tmp_path / name).write_text(value)
    monkeypatch.setattr(writeout, "_knobs", lambda device: tmp_path)
    return tmp_path


def values(folder: Path) -> tuple[str, str]:
    return ((folder / writeout.STRICT).read_text().strip(), (folder / writeout.SHARE).read_text().strip())


def test_set_and_put_back_when_the_copy_fails_too(knobs: Path) -> None:
    with pytest.raises(OSError, match="torn out"), writeout.early("/dev/sdx3"):
        assert values(knobs)[0] == "1"
        assert int((knobs / writeout.LIMIT).read_text()) == writeout.UNWRITTEN_BYTES
        (knobs / writeout.SHARE).write_text("3127")  # what the kernel makes of the limit
        raise OSError("torn out")
    assert values(knobs) == ("0", "1000000")


def test_an_older_kernel_copies_as_always(knobs: Path) -> None:
    (knobs / writeout.STRICT).unlink()
    with writeout.early("/dev/sdx3"):
        assert (knobs / writeout.LIMIT).read_text() == "7\n", "half of the knobs are worse than none"


def test_what_a_killed_one_left_is_put_right(knobs: Path) -> None:
    (knobs / writeout.STRICT).write_text("1\n")
    (knobs / writeout.SHARE).write_text("70214\n")
    with writeout.early("/dev/sdx3"):
        pass
    assert values(knobs) == ("0", "1000000")


def test_no_limit_no_strictness(knobs: Path) -> None:
    (knobs / writeout.LIMIT).unlink()
    (knobs / writeout.LIMIT).mkdir()  # as the kernel refuses a limit above what all disks together may hold back
    with writeout.early("/dev/sdx3"):
        assert values(knobs) == ("0", "1000000")


def test_a_disk_torn_out_meanwhile_is_not_this_places_to_tell(knobs: Path) -> None:
    with writeout.early("/dev/sdx3"):
        for name in (writeout.SHARE, writeout.STRICT, writeout.LIMIT):
            (knobs / name).unlink()
        knobs.rmdir()


@pytest.mark.parametrize("device", ["/dev/none-such", "/dev/null"])
def test_no_disk_has_no_knobs(device: str) -> None:
    with writeout.early(device):
        pass
    assert writeout._knobs(device) is None
