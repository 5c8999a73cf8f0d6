"""Files that survive: whole or not at all, on a stick that is full, read-only or gone."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from recond.core.errors import EnvironmentFault, ExitCode
from recond.sink import files
from recond.sink.blobs import Blobs
from recond.sink.outbox import Outbox

ID = "01a207c8-a640-7241-952c-46866c03e57b"


def test_written_whole_and_flushed_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a" / "b" / "card.json"
    seen: list[tuple[str, bool]] = []
    real = os.fsync

    def fsync(fd: int) -> None:
        seen.append((Path(f"/proc/self/fd/{fd}").readlink().name, target.exists()))
        real(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    files.write(target, b"x" * 100_000)
    # The bytes before the name, the name's folder last.
    assert seen == [("card.json.partial", False), ("b", True)]
    assert target.read_bytes() == b"x" * 100_000 and [one.name for one in target.parent.iterdir()] == ["card.json"]


def test_a_full_stick_is_said_and_the_old_file_is_still_there(tmp_path: Path) -> None:
    target = tmp_path / "card.json"
    files.write(target, b"old")
    (tmp_path / "card.json.partial").symlink_to("/dev/full")
    with pytest.raises(EnvironmentFault) as caught:
        files.write(target, b"new")
    assert caught.value.code is ExitCode.ENVIRONMENT
    assert "No space left" in caught.value.message and "pleine" in (caught.value.hint or "")
    assert target.read_bytes() == b"old"
    (tmp_path / "log").symlink_to("/dev/full")
    with pytest.raises(EnvironmentFault, match="No space left"):
        files.append(tmp_path / "log", b"x")


@pytest.mark.parametrize("number", [errno.EROFS, errno.EIO, errno.EACCES, errno.ENOENT])
def test_every_error_of_the_stick_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def fail(*args: object, **kwargs: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", fail)
    acts: tuple[Callable[[], None], ...] = (
        lambda: files.write(tmp_path / "a", b"x"),
        lambda: files.append(tmp_path / "a", b"x"),
        lambda: Outbox(tmp_path / "outbox").put({"id": ID}),
    )
    for act in acts:
        with pytest.raises(EnvironmentFault) as caught:
            act()
        assert caught.value.hint and str(tmp_path) in caught.value.message


def test_the_outbox_knows_what_it_ever_held(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox")
    assert not outbox.holds(ID) and outbox.waiting() == []
    outbox.put({"id": ID, "n": 1})
    assert outbox.holds(ID)
    outbox.sent(outbox.waiting()[0])
    assert outbox.holds(ID) and outbox.waiting() == []
    assert outbox.requeue_all() == 1
    outbox.quarantine(outbox.waiting()[0], "rejeté : « pourquoi »")
    assert outbox.holds(ID) and outbox.reason(outbox.quarantined()[0]) == "rejeté : « pourquoi »"
    assert [path.stem for path in outbox.everything()] == [ID]
    # A file that a power cut left unfinished is nobody's event.
    (tmp_path / "outbox" / "x.json.partial").write_bytes(b"{")
    assert outbox.waiting() == []


def test_an_attachment_is_what_its_name_says_or_nothing(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    told = blobs.keep(b"label", "MDL.png")
    assert told == blobs.keep(b"label", "MDL.png")
    assert (told["name"], told["bytes"]) == ("MDL.png", 5)
    sha256 = str(told["sha256"])
    assert blobs.read(sha256) == b"label"
    (tmp_path / sha256).write_bytes(b"lab")
    assert blobs.read(sha256) is None
    assert blobs.read("../" + sha256) is None and blobs.read("0" * 64) is None
    blobs.keep(b"label", "MDL.png")
    assert blobs.read(sha256) == b"label"
