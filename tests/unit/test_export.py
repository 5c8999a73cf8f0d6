"""Exports: what GLPI's schema asks for, what a spreadsheet does with a hostile name, and no placeholder in any of them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
import typer
from jsonschema import Draft7Validator

from recond.cli import export as command
from recond.cli.app import common
from recond.core import canonical
from recond.core.errors import UsageError
from recond.core.event import Actor
from recond.flow.audit import audit
from recond.flow.record import Recorder
from recond.host.local import LocalHost
from recond.host.record import ReplayHost
from recond.sink.exports import all_exports, table
from recond.sink.exports import export as find
from recond.sink.exports.glpi import inventory
from recond.sink.store import Store

MACHINES = Path(__file__).resolve().parents[1] / "machines"
TAGS = {"PC-0001-8": "qemu-clean", "PC-0002-6": "qemu-uefi", "PC-0003-4": "vm-without-dmi"}
WHOLE = {"type": "integer", "minimum": 1}
DATE = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
ITEMS = {
    "memories": {"capacity": WHOLE, "numslots": WHOLE, "speed": {"type": "string"}},
    "storages": {
        "disksize": WHOLE,
        "interface": {"enum": ["SCSI", "HDC", "IDE", "USB", "1394", "SATA", "SAS", "ATAPI"]},
    },
    "networks": {"description": {"type": "string"}, "status": {"enum": ["up", "down"]}},
    "batteries": {"capacity": WHOLE, "real_capacity": WHOLE},
    "monitors": {key: {"type": "string"} for key in ("caption", "manufacturer", "serial", "description", "port")},
    "videos": {key: {"type": "string"} for key in ("name", "chipset", "pcislot")},
    "sounds": {key: {"type": "string"} for key in ("name", "description")},
    "usbdevices": {key: {"type": "string"} for key in ("name", "vendorid", "productid")},
    "cpus": {"name": {"type": "string"}, "speed": WHOLE, "core": WHOLE, "thread": WHOLE},
}
LISTS = {
    name: {
        "type": "array",
        "items": {"type": "object", "properties": fields, "additionalProperties": {"not": {"type": "null"}}},
    }
    for name, fields in ITEMS.items()
}
GLPI = {
    "type": "object",
    "required": ["deviceid", "content"],
    "properties": {
        "deviceid": {"type": "string", "pattern": "^recond-[0-9a-f-]{36}$"},
        "tag": {"type": "string"},
        "content": {
            "type": "object",
            "required": ["versionclient"],
            "properties": {
                "versionclient": {"type": "string"},
                "bios": {"type": "object", "properties": {"bdate": DATE}, "additionalProperties": {"type": "string"}},
                "hardware": {
                    "type": "object",
                    "properties": {"memory": WHOLE},
                    "additionalProperties": {"type": "string"},
                },
                **LISTS,
            },
            "additionalProperties": False,
        },
    },
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three recorded machines, audited and recorded; one carries what a hostile vendor and an old record may hold."""
    folder = tmp_path_factory.mktemp("data")
    host = LocalHost()
    store = Store(folder, host)
    for tag, name in TAGS.items():
        run = Recorder(host, store, Actor("LM", store.stick_id, "recond test"), tag=tag, lot="2026-07-CD44-01")
        run.emit("run.started", {"kind": "audit", "tag": tag, "lot": "2026-07-CD44-01"})
        machine: Any = canonical.plain(audit(ReplayHost(MACHINES / name)))
        if name == "qemu-clean":
            machine["batteries"] = [{"name": "BAT0", "design_mwh": 50000, "full_mwh": 35500, "health_pct": 71}]
            machine["system"]["product"] = "=cmd|'/C calc'!A0;Durand"
        if name == "qemu-uefi":
            machine["system"] |= {"serial": "To Be Filled By O.E.M.", "product": "System Product Name"}
        run.emit("audit.hardware", {"machine": machine})
        run.emit("grade.set", {"grade": "B", "reason": "batterie 71 %", "raise": None})
        store.save_card(run.uid)
    return folder


def recond(data: Path, *words: str) -> None:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.callback()(common)
    command.register(app)
    app(args=["--data", str(data), *words], prog_name="recond", standalone_mode=False)


def lines(content: bytes, separator: str) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=separator))


def test_exports_are_found_by_scanning() -> None:
    assert [one.key for one in all_exports()] == ["csv", "glpi", "snipeit"]
    with pytest.raises(UsageError, match="export inconnu"):
        find("excel")


def test_glpi_gets_what_its_schema_asks_for(data: Path, tmp_path: Path) -> None:
    recond(data, "export", "glpi", "--out", str(tmp_path))
    made = {path.stem: json.loads(path.read_text()) for path in tmp_path.glob("*.json")}
    assert made.keys() == TAGS.keys()
    cards = {card["tag"]: card for card in Store(data, LocalHost()).cards()}
    for tag, one in made.items():
        assert [error.message for error in Draft7Validator(GLPI).iter_errors(one)] == []
        assert one["deviceid"] == f"recond-{cards[tag]['uid']}" and one["tag"] == "2026-07-CD44-01"
        assert one["content"]["bios"]["assettag"] == tag
    clean = made["PC-0001-8"]["content"]
    assert clean["hardware"]["memory"] == 3000
    assert clean["batteries"][0]["capacity"] == 50000
    own = [disk["disk"] for disk in cards["PC-0001-8"]["machine"]["disks"] if disk["disk"]["bus"] != "usb"]
    assert [disk["disksize"] for disk in clean["storages"]] == [round(d["identity"]["size_bytes"] / 10**6) for d in own]
    assert "STICK0001" not in json.dumps(clean)


def test_no_placeholder_leaves_the_stick(data: Path, tmp_path: Path) -> None:
    for key in ("glpi", "csv", "snipeit"):
        recond(data, "export", key, "--out", str(tmp_path))
    for path in tmp_path.iterdir():
        assert not any(word in path.read_text() for word in ("O.E.M.", "System Product Name", "null")), path.name


def test_the_french_table_opens_in_a_spreadsheet_and_runs_nothing(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = lines(find("csv").make(Store(data, LocalHost()).cards())[0][1], ";")
    assert [row["Étiquette"] for row in rows] == list(TAGS)
    assert rows[0]["Modèle"].startswith("'=cmd")
    assert rows[0]["Batterie (%)"] == "71" and rows[0]["Mémoire (Go)"] == "2,9"
    assert {row["Effacement"] for row in rows} == {"NON EFFACÉ"} and {row["État"] for row in rows} == {"pas prête"}
    assert rows[2]["N° de série"] == ""
    recond(data, "export", "csv", "PC-0002-6", "--out", "-")
    assert "PC-0002-6" in capsys.readouterr().out


def test_snipeit_is_matched_by_its_tag(data: Path) -> None:
    rows = lines(find("snipeit").make(Store(data, LocalHost()).cards())[0][1], ",")
    assert [row["Asset Tag"] for row in rows] == list(TAGS)
    assert {row["Status"] for row in rows} == {"Pending"}


@pytest.mark.parametrize("cell", ["=1+1", "+33 6", "@SUM(A1)", "-cmd", "\t=1", "\r\n=1"])
def test_a_formula_is_text(cell: str) -> None:
    assert lines(table(("a", "b"), [(cell, "-12,5")], ";"), ";") == [{"a": "'" + " ".join(cell.split()), "b": "-12,5"}]


def test_what_is_not_there_is_said(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="PC-9999"):
        recond(data, "export", "csv", "PC-9999-1")
    with pytest.raises(UsageError, match="pas de fiche"):
        recond(tmp_path, "export", "csv")
    with pytest.raises(UsageError, match="3 fichiers"):
        recond(data, "export", "glpi", "--out", "-")


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in MACHINES.glob("*/calls.ndjson")), ids=lambda path: path.name
)
def test_every_recorded_machine_is_an_inventory(folder: Path) -> None:
    card = {
        "uid": "01a207c8-a640-7241-952c-46866c03e57b",
        "tag": "PC-0001-8",
        "lot": "L",
        "machine": canonical.plain(audit(ReplayHost(folder))),
    }
    made = json.loads(json.dumps(inventory(card)))
    assert [error.message for error in Draft7Validator(GLPI).iter_errors(made)] == []
    assert made["content"]["cpus"] and made["content"]["hardware"]["name"] == "PC-0001-8"
    assert "O.E.M." not in json.dumps(made)
