"""`recond label` on a data folder as the chain leaves it: files made from the record, wrong wishes said in French."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from PIL import Image

from recond.cli import doctor, label, papers
from recond.cli import list as lists
from recond.cli.app import common
from recond.core.errors import ExitCode, UsageError
from recond.core.event import Actor
from recond.flow.record import Recorder
from recond.host.local import LocalHost
from recond.sink.store import Store

TAGS = ("PC-0001-8", "PC-0002-6")
DISK = {"model": "WDC WD5000", "serial": "WD-1234567", "wwn": None, "size_bytes": 500 * 10**9}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder with one machine erased, then one whose wipe was cut off."""
    host = LocalHost()
    folder = tmp_path / "data"
    store = Store(folder, host)
    for tag, verdict in zip(TAGS, ("ERASED", None), strict=True):
        record = Recorder(host, store, Actor("LM", store.stick_id, "recond test"), tag=tag, lot="2026-07-CD44-01")
        record.emit("run.started", {"kind": "run", "tag": tag, "lot": None})
        disk = {"bus": "sata", "removable": False, "medium": "hdd", "identity": DISK}
        system = {"manufacturer": "Dell Inc.", "product": "Latitude 5490", "chassis": "laptop"}
        record.emit("audit.hardware", {"machine": {"system": system, "disks": [{"disk": disk}]}})
        wipe = {"plan_id": "P", "disk": DISK, "method": "overwrite-aes", "level": "clear"}
        record.emit("wipe.started", wipe)
        if verdict:
            record.emit("wipe.disk", {**wipe, "verdict": verdict})
        store.save_card(record.uid)
    return folder


def recond(data: Path, *words: str) -> int:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.callback()(common)
    label.register(app)
    lists.register(app)
    papers.register(app)
    doctor.register(app)
    answer = app(args=["--data", str(data), *words], prog_name="recond", standalone_mode=False)
    return answer if isinstance(answer, int) else 0


def test_the_last_machine_is_the_default(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert recond(data, "label") == ExitCode.OK
    said = capsys.readouterr().out
    assert "PC-0002-6   NON EFFACE" in said
    with Image.open(data / "labels" / "PC-0002-6.png") as image:
        assert (image.mode, image.size) == ("1", (750, 450))


def test_several_machines_on_a_used_sheet(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "sheet.pdf"
    words = ["label", *TAGS, "--printer", "sheet", "--media", "l7163", "--start", "14", "--out", str(out)]
    assert recond(data, *words) == ExitCode.OK
    said = capsys.readouterr().out
    assert "PC-0001-8   EFFACE" in said and "PC-0002-6   NON EFFACE" in said and str(out) in said
    assert out.read_bytes().count(b"/Type /Page ") == 2, "the first label takes the last place of the first sheet"


def test_a_machine_that_is_not_here_is_named(data: Path) -> None:
    with pytest.raises(UsageError) as wrong:
        recond(data, "label", "PC-0099-9")
    assert "PC-0099-9" in wrong.value.message and "PC-0002-6" in str(wrong.value.hint)
    assert not (data / "labels").exists()


def test_a_printer_that_does_not_answer_leaves_the_label_pending(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = data / "no-printer"
    assert recond(data, "label", "last", "--printer", f"brother-ql@{missing}") == ExitCode.LABEL_PENDING
    assert "[ECHEC]" in capsys.readouterr().out


def test_the_record_cannot_be_made_to_say_erased_by_its_card(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = data / "records" / "PC-0002-6.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    card["disks"][0]["wipe"] = "ERASED"
    path.write_text(json.dumps(card), encoding="utf-8")
    recond(data, "label", "PC-0002-6")
    assert "NON EFFACE" in capsys.readouterr().out, "the label follows the events, the card is only a copy"


def test_media_and_printers_are_listed(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert recond(data, "list", "media") == 0
    assert recond(data, "list", "printers", "--no-network") == 0
    said = capsys.readouterr().out
    for word in ("l7160", "l7163", "dk62", "png", "sheet", "brother-ql", "zpl"):
        assert word in said
