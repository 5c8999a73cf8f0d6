"""A label that does not come out is not lost: it waits, `recond label reprint` prints it, and the record says which did."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from recond.core import canonical
from recond.core.errors import ExitCode, UsageError
from recond.core.event import Actor
from recond.core.settings import read_settings
from recond.flow.printing import order_of
from recond.flow.record import Recorder
from recond.host.local import LocalHost
from recond.label.printers import zpl
from recond.sink.labelqueue import LabelQueue, Waiting
from recond.sink.store import Store
from tests.unit.test_label_command import DISK, recond
from tests.unit.test_label_zpl import READY, decode, printer

TAGS = ("PC-0001-8", "PC-0002-6", "PC-0003-4")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three machines whose runs have ended."""
    host, folder = LocalHost(), tmp_path / "data"
    store = Store(folder, host)
    for tag in TAGS:
        record = Recorder(host, store, Actor("LM", store.stick_id, "recond test"), tag=tag)
        record.emit("run.started", {"kind": "run", "tag": tag, "lot": None})
        disk = {"bus": "sata", "removable": False, "medium": "hdd", "identity": DISK}
        record.emit("audit.hardware", {"machine": {"system": {"product": tag}, "disks": [{"disk": disk}]}})
        record.emit("run.ended", {"result": "ok", "exit_code": 0})
        store.save_card(record.uid)
    return folder


def waiting(data: Path) -> list[str]:
    return [one.tag for one in LabelQueue(data).all()]


def labels_of(data: Path, tag: str) -> list[str]:
    card = Store(data, LocalHost()).find_card(tag)
    assert card is not None
    return [f"{one['printer']} {one['outcome']}" for one in card["labels"]]


def out_of_paper(got: bytes, asked: int) -> bytes:
    return READY.replace(b"\x02030,0", b"\x02030,1")


def test_no_paper_then_paper(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with printer(out_of_paper) as (target, got):
        assert recond(data, "label", TAGS[0], "--printer", f"zpl@{target}") == ExitCode.LABEL_PENDING
    said = capsys.readouterr().out
    assert "[ECHEC]" in said and "mettez un rouleau" in said and "recond label reprint" in said
    assert not got and waiting(data) == [TAGS[0]] and labels_of(data, TAGS[0]) == []
    (kept,) = LabelQueue(data).all()
    assert kept.printer == f"zpl@{target}" and "plus d'étiquettes" in kept.why
    with printer(lambda got, asked: READY) as (now, got):
        assert recond(data, "label", "reprint", "--printer", f"zpl@{now}") == ExitCode.OK
    assert len(decode(bytes(got))) == 1
    assert waiting(data) == [] and labels_of(data, TAGS[0]) == ["zpl printed"]
    capsys.readouterr()
    assert recond(data, "label", "reprint") == ExitCode.OK
    assert "aucune étiquette n'attend" in capsys.readouterr().out


def test_of_three_labels_those_that_came_out_do_not_wait(data: Path) -> None:
    seen: list[bytes] = []

    def second_fails(got: bytes, asked: int) -> bytes:
        seen.append(got)
        return READY if asked <= 2 else out_of_paper(got, asked)

    # One connection a label: the first printer prints, then its roll is empty.
    with printer(second_fails) as (target, _):
        code = recond(data, "label", TAGS[0], "--printer", f"zpl@{target}")
        assert code == ExitCode.OK
    assert recond(data, "label", *TAGS, "--printer", f"zpl@{target}") == ExitCode.LABEL_PENDING
    assert waiting(data) == list(TAGS), "nothing was tried on a printer that is not there, and nothing is lost"
    with printer(lambda got, asked: READY) as (now, _):
        assert recond(data, "label", TAGS[1], "--printer", f"zpl@{now}") == ExitCode.OK
    assert waiting(data) == [TAGS[0], TAGS[2]], "printed by hand, it waits no more"


def test_what_is_recorded_is_chained_to_the_run(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zpl, "ANSWER_S", 0.2)
    with printer(lambda got, asked: b"") as (target, _):
        assert recond(data, "label", TAGS[0], "--printer", f"zpl@{target}") == ExitCode.OK
    assert labels_of(data, TAGS[0]) == ["zpl sent"]
    store = Store(data, LocalHost())
    card = store.find_card(TAGS[0])
    assert card is not None and card["ended"] == 0, "the run has still ended"
    events = store.events(card["run"])
    assert [one["type"] for one in events][-2:] == ["run.ended", "label.printed"]
    assert [one["seq"] for one in events] == [1, 2, 3, 4]
    assert events[-1]["prev"] == canonical.digest(events[-2])
    assert events[-1]["actor"]["operator"] == "LM"


def test_a_run_that_is_not_over_is_not_written_to(data: Path) -> None:
    """Another recond may be writing its journal at this moment; that run records its own label at its end."""
    host = LocalHost()
    store = Store(data, host)
    record = Recorder(host, store, Actor("LM", store.stick_id, "recond test"), tag="PC-0009-1")
    record.emit("run.started", {"kind": "run", "tag": "PC-0009-1", "lot": None})
    store.save_card(record.uid)
    with printer(lambda got, asked: READY) as (target, _):
        assert recond(data, "label", "PC-0009-1", "--printer", f"zpl@{target}") == ExitCode.OK
    assert [one["type"] for one in store.events(record.run)] == ["run.started"]


def test_a_file_or_a_picture_waits_for_nobody(data: Path, tmp_path: Path) -> None:
    assert recond(data, "label", TAGS[0]) == ExitCode.OK
    out = tmp_path / "x.zpl"
    assert recond(data, "label", TAGS[0], "--printer", "zpl", "--out", str(out)) == ExitCode.OK
    assert len(decode(out.read_bytes())) == 1
    assert recond(data, "label", TAGS[0], "--printer", "screen") == ExitCode.OK
    assert waiting(data) == [] and labels_of(data, TAGS[0]) == []


def test_the_workshops_printer_is_taken_when_none_is_named(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with printer(lambda got, asked: READY) as (target, got):
        text = f'printer = "zpl@{target}"\nmedia = "z102x51"\n'
        (data / "recond.toml").write_text(text, encoding="utf-8")
        assert recond(data, "label", TAGS[0]) == ExitCode.OK
    (page,) = decode(bytes(got))
    assert page.size == (815, 408)
    assert "[ OK ] imprimée par" in capsys.readouterr().out
    assert read_settings("x", tomllib.loads(text))[0].media == "z102x51"


def test_the_test_page_is_recorded_nowhere(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with printer(lambda got, asked: READY) as (target, got):
        assert recond(data, "label", "--test", "--printer", f"zpl@{target}") == ExitCode.OK
    assert len(decode(bytes(got))) == 1
    out = data / "essai.pdf"
    assert recond(data, "label", "--test", "--printer", "sheet", "--out", str(out), "--start", "20") == ExitCode.OK
    assert out.read_bytes().count(b"/Subtype /Image") == 2, "places 20 and 21 of 21"
    assert recond(data, "label", "--test") == ExitCode.OK
    assert [path.name for path in (data / "labels").glob("*.png")] == ["ESSAI-1.png"], "a picture is one label"
    assert waiting(data) == [] and labels_of(data, TAGS[0]) == []


def test_reprint_goes_alone(data: Path) -> None:
    with pytest.raises(UsageError, match="va seul"):
        recond(data, "label", "reprint", TAGS[0])


def test_a_damaged_note_hides_no_other(data: Path) -> None:
    queue = LabelQueue(data)
    queue.put(Waiting("u1", "PC-0001-8", "zpl@x", "z57x32", "why", "2026-11-23T10:00:00"))
    (data / "labels" / "waiting" / "u2.json").write_text('{"tag": ', encoding="utf-8")
    (data / "labels" / "waiting" / "u3.json").write_text(json.dumps({"tag": "x"}), encoding="utf-8")
    queue.put(Waiting("../../u4", "PC-0004-2", "zpl@x", "z57x32", "why", "2026-11-23T09:00:00"))
    assert [one.tag for one in queue.all()] == ["PC-0004-2", "PC-0001-8"]
    assert (data / "labels" / "waiting" / "u4.json").exists(), "a uid cannot choose the folder"


def test_doctor_tells_of_the_printer_and_of_what_waits(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    LabelQueue(data).put(Waiting("u1", "PC-0001-8", "zpl@x", "z57x32", "why", "2026-11-23T10:00:00"))
    for text, words in (
        ("", "[ OK ]  étiquettes : en fichiers"),
        ('printer = "zpl@127.0.0.1"\n', "[ OK ]  étiquettes : zpl@127.0.0.1, z57x32"),
        ('printer = "laser"\n', "[ECHEC] étiquettes : imprimante inconnue"),
        ('printer = "zpl@127.0.0.1"\nmedia = "l7160"\n', "[ECHEC] étiquettes : zpl@127.0.0.1, c'est une planche A4"),
    ):
        (data / "recond.toml").write_text(text, encoding="utf-8")
        recond(data, "doctor")
        said = capsys.readouterr().out
        assert words in said, said
        assert "1 étiquette(s) en attente : PC-0001-8" in said or "ECHEC" in words


def test_a_name_mistyped_in_the_settings_costs_a_run_its_paper_and_nothing_else(data: Path) -> None:
    (data / "recond.toml").write_text('printer = "laser"\n', encoding="utf-8")
    with pytest.raises(UsageError, match="imprimante inconnue"):
        order_of(Store(data, LocalHost()), LocalHost())
