"""A controller that hides disks is found, and the machine is then never called erased."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from recond.core.labeldata import LabelOutcome, internal_verdicts, label_from_card, outcome_of
from recond.core.machine import Machine
from recond.core.projection import project
from recond.host.local import LocalHost
from recond.probe import hidden_disks
from tests.unit.test_claims import audit, wiped
from tests.unit.test_run_state import ONE, event


@pytest.mark.parametrize(
    ("code", "driver", "remapped", "word"),
    [
        ("0x010601", "ahci", None, None),
        ("0x010601", "ahci", "0", None),
        ("0x010601", "ahci", "1", "NVMe caché"),
        ("0x010400", "ahci", "1", "NVMe caché"),
        ("0x010400", "ahci", None, None),
        ("0x010400", "vmd", None, None),
        ("0x010400", None, None, "pas de pilote"),
        ("0x010802", None, None, "pas de pilote"),
        ("0x010400", "megaraid_sas", None, "megaraid_sas"),
        ("0x030000", None, None, None),
    ],
)
def test_controllers(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    driver: str | None,
    remapped: str | None,
    word: str | None,
) -> None:
    place = tmp_path / "devices/0000:00:17.0"
    place.mkdir(parents=True)
    (place / "class").write_text(code + "\n")
    if driver is not None:
        (tmp_path / driver).mkdir()
        (place / "driver").symlink_to(tmp_path / driver)
    if remapped is not None:
        (place / "remapped_nvme").write_text(remapped + "\n")
    monkeypatch.setattr(hidden_disks, "PCI", str(tmp_path / "devices"))
    found = hidden_disks.read_hidden(LocalHost())
    assert (word is None and found == ()) or (word is not None and len(found) == 1 and word in found[0])


def test_a_machine_with_hidden_disks_is_never_erased_nor_without_disks() -> None:
    seen: dict[str, Any] = audit(ONE)
    seen["payload"]["machine"]["hidden_disks"] = ["1 disque caché"]
    card = project([event("run.started", kind="run"), seen, *wiped()])
    assert outcome_of(internal_verdicts(card)) is LabelOutcome.NOT_ERASED and not card["ready"]
    why = label_from_card(card).why
    assert why is not None and "cach" in why
    none = project([event("audit.hardware", machine=replace(Machine(), hidden_disks=("1 disque caché",)))])
    assert outcome_of(internal_verdicts(none)) is LabelOutcome.NOT_ERASED
