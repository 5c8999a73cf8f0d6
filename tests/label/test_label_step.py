"""The end of a run: pictures, paper on the workshop's printer, A4 sheets; a printer that fails costs the run nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from recond.core.errors import ExitCode, RecondError
from recond.core.event import Actor
from recond.flow import label_step
from recond.flow.chain import Chain
from recond.flow.record import Recorder
from recond.host.local import LocalHost
from recond.sink.labelqueue import LabelQueue
from recond.sink.store import Store
from tests.unit.test_label_command import DISK, recond
from tests.unit.test_label_zpl import READY, decode, printer

TAG = "PC-0001-8"


@dataclass
class Said:
    """A `flow.chain.Talk` that keeps what it was told; nothing here asks anything."""

    notes: list[tuple[str, bool | None]] = field(default_factory=list)
    faults: list[RecondError] = field(default_factory=list)

    def note(self, text: str, *, good: bool | None = None) -> None:
        self.notes.append((text, good))

    def fault(self, error: RecondError) -> None:
        self.faults.append(error)


def chain(tmp_path: Path, settings: str = "", *, practice: str | None = None) -> tuple[Chain, Said]:
    """A machine audited, its disk erased: at the end of its run."""
    host, said = LocalHost(), Said()
    store = Store(tmp_path / "data", host)
    (store.folder / "recond.toml").write_text(settings, encoding="utf-8")
    made = Chain(host, store, store.settings(), said, (), tag=TAG, practice_file=practice)  # type: ignore[arg-type]
    made.recorder = Recorder(host, store, Actor("LM", store.stick_id, "recond test"), tag=TAG)
    made.record.emit("run.started", {"kind": "run", "tag": TAG, "lot": None})
    disk = {"bus": "sata", "removable": False, "medium": "hdd", "identity": DISK}
    made.record.emit("audit.hardware", {"machine": {"system": {"product": "X"}, "disks": [{"disk": disk}]}})
    wipe = {"plan_id": "P", "disk": DISK, "method": "overwrite-aes", "level": "clear"}
    made.record.emit("wipe.started", wipe)
    made.record.emit("wipe.disk", {**wipe, "verdict": "ERASED"})
    return made, said


def printed(one: Chain) -> list[tuple[str, str]]:
    events = one.store.events(one.record.run)
    return [(e["payload"]["printer"], e["payload"]["outcome"]) for e in events if e["type"] == "label.printed"]


def test_the_label_comes_out_and_the_sheets_are_there(tmp_path: Path) -> None:
    with printer(lambda got, asked: READY) as (target, got):
        one, said = chain(tmp_path, f'printer = "zpl@{target}"\n')
        assert label_step.draw(one) is not None
    assert len(decode(bytes(got))) == 1
    assert printed(one) == [("png", "saved"), ("sheet", "saved"), ("zpl", "printed")]
    assert one.paper is True
    assert one.codes == [] and (f"étiquette : imprimée par {target}", True) in said.notes
    assert (one.store.folder / "papers" / f"{TAG}-fiche.pdf").exists()
    assert not (one.store.folder / "papers" / f"{TAG}-bienvenue.pdf").exists(), "no system is installed"


def test_no_paper_keeps_the_run_whole_and_the_label_waiting(tmp_path: Path) -> None:
    with printer(lambda got, asked: READY.replace(b"\x02030,0", b"\x02030,1")) as (target, _):
        one, said = chain(tmp_path, f'printer = "zpl@{target}"\n')
        assert label_step.draw(one) is not None, "the picture is there"
    assert printed(one)[-1] == ("zpl", "failed") and one.paper is False
    assert one.codes == [ExitCode.LABEL_PENDING]
    assert [waiting.tag for waiting in LabelQueue(one.store.folder).all()] == [TAG]
    assert any("mettez un rouleau" in text and good is False for text, good in said.notes)
    assert (one.store.folder / "papers" / f"{TAG}-fiche.pdf").exists()


@pytest.mark.parametrize(
    "settings", ['printer = "laser"\n', 'printer = "zpl@x"\nmedia = "l7160"\n', 'printer = "zpl"\n']
)
def test_a_wrong_setting_is_told_and_stops_nothing(tmp_path: Path, settings: str) -> None:
    one, said = chain(tmp_path, settings)
    assert label_step.draw(one) is not None
    assert one.codes == [ExitCode.LABEL_PENDING] and len(said.faults) == 1
    assert [waiting.tag for waiting in LabelQueue(one.store.folder).all()] == [TAG]
    with printer(lambda got, asked: READY) as (target, got):
        (one.store.folder / "recond.toml").write_text(f'printer = "zpl@{target}"\n', encoding="utf-8")
        assert recond(one.store.folder, "label", "reprint") == ExitCode.OK
    assert len(decode(bytes(got))) == 1, "it waited for the printer that the settings would name"
    assert LabelQueue(one.store.folder).all() == ()
    assert (one.store.folder / "papers" / f"{TAG}-fiche.pdf").exists()


def test_nothing_is_printed_before_the_end_nor_in_practice(tmp_path: Path) -> None:
    one, said = chain(tmp_path, 'printer = "zpl@192.0.2.1"\n')
    assert label_step.draw(one, tell=False) is not None
    assert said.notes == [] and printed(one) == [] and not (one.store.folder / "papers").exists()
    practice, said = chain(tmp_path / "practice", 'printer = "zpl@192.0.2.1"\n', practice="/disk.img")
    assert label_step.draw(practice) is not None
    assert printed(practice) == [("png", "saved"), ("sheet", "saved")] and practice.codes == []


def test_without_a_printer_no_paper_came_out(tmp_path: Path) -> None:
    one, _said = chain(tmp_path, "")
    assert label_step.draw(one) is not None
    assert one.paper is False and one.codes == []


def test_a_stick_that_keeps_nothing_any_more_does_not_break_the_end_of_the_run(tmp_path: Path) -> None:
    one, said = chain(tmp_path, 'printer = "laser"\n')
    (one.store.folder / "labels").mkdir()
    (one.store.folder / "labels" / "waiting").write_bytes(b"a file where the folder should be")
    (one.store.folder / "papers").write_bytes(b"here too")
    assert label_step.draw(one) is not None
    assert one.codes == [ExitCode.LABEL_PENDING] and len(said.faults) == 1
    assert any("feuilles A4 non dessinées" in text for text, _ in said.notes)
    with printer(lambda got, asked: READY) as (target, got):
        (one.store.folder / "recond.toml").write_text(f'printer = "zpl@{target}"\n', encoding="utf-8")
        label_step.draw(one)
    assert len(decode(bytes(got))) == 1, "what can still be done is done: the label comes out"
    assert printed(one)[-1] == ("zpl", "printed")
