"""A data folder copied onto another stick: a name, tags, a key of its own; no enrolment, nothing armed."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Mapping
from dataclasses import replace
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from recond.core.errors import EnvironmentFault
from recond.core.settings import Arm, Lot
from recond.host.local import LocalHost
from recond.sink.ownstick import BOOT_MEDIUM, FIRST_RANGE, is_copy
from recond.sink.store import Store

FIRST = {"name": "sdb", "serial": "AA04012700007654", "wwn": None, "ptuuid": "one", "size_bytes": 15_000_000_000}
SECOND = {**FIRST, "serial": "AA04012700009999"}


class Booted(LocalHost):
    """This machine, as if booted from a stick with these marks (None: not from a stick)."""

    def __init__(self, medium: Mapping[str, object] | None) -> None:
        super().__init__()
        self.medium = medium

    def read(self, path: str, limit: int = 1 << 20) -> bytes | None:
        if path != BOOT_MEDIUM:
            return super().read(path, limit)
        return None if self.medium is None else json.dumps({"schema": "recond.boot-medium/1", **self.medium}).encode()


@pytest.fixture
def first(tmp_path: Path) -> Store:
    store = Store(tmp_path, Booted(FIRST))
    (tmp_path / "enrolment.json").write_text('{"token": "of the first"}')
    (tmp_path / "signing-key.json").write_text('{"seed": "of the first"}')
    store.save_lot(Lot("LOT-1", arm=Arm.EACH, autostart=True))
    return store


def test_the_same_stick_stays_itself(first: Store) -> None:
    assert first.next_tag("PC") == "PC-0001-8"
    again = Store(first.folder, Booted({**FIRST, "name": "sdc", "ptuuid": "two"}))
    assert (again.stick_id, again.copied_from, again.next_tag("PC")[:7]) == (first.stick_id, None, "PC-0002")
    assert (first.folder / "enrolment.json").exists()
    assert (first.folder / "autostart").exists()


def test_a_copy_is_another_stick_from_its_first_start(first: Store) -> None:
    copy = Store(first.folder, Booted(SECOND))
    assert copy.stick_id != first.stick_id
    assert copy.copied_from == first.stick_id
    assert int(copy.next_tag("PC").split("-")[1]) >= FIRST_RANGE
    assert not (copy.folder / "enrolment.json").exists()
    assert not (copy.folder / "signing-key.json").exists()
    assert (copy.folder / f"from-{first.stick_id}/enrolment.json").exists()
    assert copy.lot("LOT-1") == replace(first.lot("LOT-1"), arm=Arm.NONE, autostart=False)
    assert not (copy.folder / "autostart").exists()
    # From then on it is itself, and the first stick's content is no copy of it.
    assert Store(copy.folder, Booted(SECOND)).stick_id == copy.stick_id


def test_off_the_stick_nothing_is_concluded(first: Store) -> None:
    assert Store(first.folder, Booted(None)).stick_id == first.stick_id


@pytest.mark.parametrize(
    ("change", "copy"),
    [
        ({"serial": "OTHER"}, True),
        ({"size_bytes": 16_000_000_000}, True),
        ({"serial": None}, False),
        ({"wwn": "0x5000"}, False),
        ({}, False),
    ],
)
def test_only_a_mark_known_of_both_makes_a_copy(change: dict[str, object], copy: bool) -> None:
    assert is_copy(FIRST, {**FIRST, **change}) is copy


def test_a_stick_that_cannot_be_read_is_not_taken_for_a_wrong_file(first: Store) -> None:
    (first.folder / "stick.json").unlink()
    (first.folder / "stick.json").mkdir()  # reading it fails with an OSError, as on a stick that was pulled out
    with pytest.raises(EnvironmentFault, match="ne se lit pas") as told:
        Store(first.folder, Booted(FIRST))
    assert "renommez" not in (told.value.hint or "")


def _named(folder: Path, together: Barrier) -> None:
    together.wait(60)
    name = Store(folder, LocalHost()).stick_id
    (folder / f"named-{os.getpid()}").write_text(name)


def test_consoles_that_start_together_on_a_new_stick_agree_on_its_name(tmp_path: Path) -> None:
    """recond starts on the screen and on each serial line at once: none may fail, and there is one name."""
    fork = multiprocessing.get_context("fork")
    for number in range(10):
        folder = tmp_path / str(number)
        together = fork.Barrier(4)
        consoles = [fork.Process(target=_named, args=(folder, together)) for _ in range(4)]
        for one in consoles:
            one.start()
        for one in consoles:
            one.join(60)
        assert [one.exitcode for one in consoles] == [0] * 4
        names = {path.read_text() for path in folder.glob("named-*")}
        assert names == {Store(folder, LocalHost()).stick_id}
