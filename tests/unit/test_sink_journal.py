"""The journal after a power cut at any byte: what was whole is there, what was torn is kept aside, nothing is made up."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recond.core import canonical
from recond.core.errors import ConfigurationFault
from recond.sink.journal import BLOCK, Journal

RUN = "01a207c8-a640-7241-952c-46866c03e57b"


def events(count: int = 3) -> list[dict[str, Any]]:
    return [{"seq": number, "text": "é\n\\" * number} for number in range(1, count + 1)]


def written(folder: Path, items: list[dict[str, Any]]) -> Journal:
    journal = Journal(folder, RUN)
    journal.path.unlink(missing_ok=True)
    journal.path.with_suffix(".torn").unlink(missing_ok=True)
    for item in items:
        journal.append(item)
    return journal


def test_what_is_appended_is_read(tmp_path: Path) -> None:
    journal = written(tmp_path, events())
    assert journal.read() == events()
    assert journal.last() == events()[-1]
    assert journal.path.read_bytes() == b"".join(canonical.encode(item) + b"\n" for item in events())
    empty = Journal(tmp_path, "other")
    assert (empty.read(), empty.last(), empty.mend(), empty.names("x")) == ([], None, False, False)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_power_cut_at_any_byte(tmp_path: Path, data: st.DataObject) -> None:
    journal = written(tmp_path, events())
    full = journal.path.read_bytes()
    cut = data.draw(st.integers(0, len(full)))
    journal.path.write_bytes(full[:cut])
    whole = full[:cut].count(b"\n")
    torn = full[:cut].rpartition(b"\n")[2]
    assert journal.read() == events()[:whole]
    assert journal.last() == (events()[whole - 1] if whole else None)
    journal.append({"seq": whole + 1, "new": True})
    assert journal.read() == [*events()[:whole], {"seq": whole + 1, "new": True}]
    aside = journal.path.with_suffix(".torn")
    assert (aside.read_bytes() if aside.exists() else b"") == (torn + b"\n" if torn else b"")


def test_the_last_event_of_a_long_journal(tmp_path: Path) -> None:
    items: list[dict[str, Any]] = [
        {"seq": 1, "text": "x" * (3 * BLOCK)},
        {"seq": 2, "text": "y" * (2 * BLOCK + 7)},
        {"seq": 3},
    ]
    for count in (1, 2, 3):
        assert written(tmp_path, items[:count]).last() == items[count - 1]


@pytest.mark.parametrize("damage", [b"\0" * 20 + b"\n", b"[1]\n", b"{}}\n", b'{"a":1e999\n'])
def test_a_damaged_line_is_never_passed_over(tmp_path: Path, damage: bytes) -> None:
    journal = written(tmp_path, events())
    lines = journal.path.read_bytes().splitlines(keepends=True)
    journal.path.write_bytes(lines[0] + damage + lines[2])
    with pytest.raises(ConfigurationFault, match="ligne 2") as caught:
        journal.read()
    assert str(journal.path) in caught.value.message and caught.value.hint
    journal.path.write_bytes(lines[0] + damage)
    with pytest.raises(ConfigurationFault):
        journal.last()


def test_a_run_cannot_name_a_file_elsewhere(tmp_path: Path) -> None:
    assert Journal(tmp_path, "../../etc/passwd").path == tmp_path / "passwd.ndjson"


def test_the_bytes_are_flushed_before_append_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[str] = []
    real = os.fsync

    def fsync(fd: int) -> None:
        flushed.append(str(Path(f"/proc/self/fd/{fd}").readlink()))
        real(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    journal = written(tmp_path / "journal", events(1))
    assert flushed == [str(journal.path), str(journal.path.parent)]
    assert json.loads(journal.path.read_bytes()) == events(1)[0]
