"""Health, consent, passwords, and a lot's word: what must be so before a drive's own erase is sent."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from recond.cli.parts.talk import by_lot
from recond.core import certificate
from recond.core.certificate import Context, Issuer
from recond.core.errors import EnvironmentFault, GuardError
from recond.core.guard import Surroundings
from recond.core.labeldata import label_from_card
from recond.core.plan import Deed, Plan
from recond.core.policy import Offer, choose
from recond.core.ports import Command, Completed
from recond.core.settings import Arm, Lot
from recond.core.verdict import Level, WipeVerdict
from recond.flow.methods import answers
from recond.flow.wipe import make_plan
from recond.sink.passwords import Passwords
from tests.drives.ata import AtaDrive
from tests.drives.session import Bench
from tests.unit.erase_fakes import FakeHost, disk_of

AES = Offer("overwrite-aes", Level.CLEAR, 90)
CRYPTO = Offer("ata-sanitize-crypto", Level.PURGE, 10)
BLOCK = Offer("ata-sanitize-block", Level.PURGE, 12)
SECURE = Offer("ata-security-normal", Level.CLEAR, 22)
DISK = disk_of(1 << 30)


def test_what_follows_a_failure_reaches_the_level_first_and_an_overwrite_is_last() -> None:
    choice = choose(DISK, Level.PURGE, None, (AES, SECURE, BLOCK, CRYPTO))
    assert [choice.offer, *choice.then] == [CRYPTO, BLOCK, SECURE, AES]
    assert choose(DISK, Level.PURGE, None, (AES, SECURE)).shortfall is not None
    assert choose(DISK, Level.CLEAR, "overwrite-aes", (AES, CRYPTO)).then == (), "a method asked for is never replaced"


def test_a_disk_that_smart_condemns_waits_for_its_name() -> None:
    no = choose(DISK, Level.CLEAR, None, (AES,), failing="secteurs en attente : 512")
    assert no.offer is None and "à détruire" in no.why[0] and "512" in no.why[0]
    assert choose(DISK, Level.CLEAR, None, (AES,), failing="secteurs", named=True).offer == AES


def test_a_condemned_disk_is_protected_and_the_others_are_wiped() -> None:
    other = disk_of(1 << 30, name="sdb")
    both = Surroundings((DISK, other))
    plan = make_plan(FakeHost(), (DISK, other), both, level=Level.CLEAR, failing={DISK.identity: "panne"})  # type: ignore[arg-type]
    assert [disk.name for disk in plan.disks] == ["sdb"]
    assert [one.refusals[0].rule for one in plan.protected] == ["failing"]
    host, only = FakeHost(), frozenset({"sda"})
    named = make_plan(host, (DISK, other), both, level=Level.CLEAR, failing={DISK.identity: "panne"}, only=only)  # type: ignore[arg-type]
    assert [disk.name for disk in named.disks] == ["sda"]


@pytest.mark.parametrize("arm", [Arm.ONCE, Arm.EACH])
def test_a_lots_word_does_not_hold_for_a_lower_level(arm: Arm) -> None:
    lot = Lot("L", level=Level.PURGE, arm=arm)
    spent: list[Lot] = []
    answer = by_lot(lambda: lot, spent.append)
    short = Plan(Deed.WIPE, (), shortfalls=(None, "niveau purge demandé, non atteignable"))
    with pytest.raises(GuardError, match="non atteignable"):
        answer(short)
    assert spent == [], "nothing was confirmed, so nothing is spent"
    assert answer(Plan(Deed.WIPE, (), shortfalls=(None,))) is not None


def test_passwords_outlive_the_run_and_are_never_written_over(tmp_path: Path) -> None:
    shelf = Passwords(tmp_path / "passwords")
    shelf.keep("k", "one")
    shelf.keep("k", "two")
    shelf.keep("k", "two")
    assert Passwords(tmp_path / "passwords").known("k") == ("two", "one")
    (tmp_path / "passwords/k.json").write_bytes(b"{broken")
    with pytest.raises(EnvironmentFault):
        shelf.keep("k", "three")
    assert (tmp_path / "passwords/k.json").read_bytes() == b"{broken"


def test_a_drive_left_locked_has_its_password_on_certificate_and_label() -> None:
    bench = Bench(AtaDrive(frozenset({"stuck"}), features=frozenset({"security"})))
    result = bench.wipe()
    password = bench.vault.known(bench.drive.disk.key)[0]
    assert result.verdict is WipeVerdict.FAILED and result.observed.locked == password
    issuer = Issuer("Atelier", None, None, "stk_1", "recond")
    made = certificate.build(result, issuer, Context("run", "plan", "uid", None, 1, None))
    assert certificate.check(made) == () and any(password in caveat for caveat in made["caveats"])
    disk = {"model": "M", "serial": "S", "wwn": None, "size_bytes": 1, "internal": True, "wipe": "FAILED"}
    audited = {"disk": {"identity": disk, "bus": "sata", "removable": False, "medium": "ssd"}}
    card = {"tag": "PC-000001", "machine": {"disks": [audited]}, "disks": [{**disk, "caveats": made["caveats"]}]}
    assert password in str(label_from_card(card).why)


def test_a_fallback_is_on_the_certificate_with_the_evidence() -> None:
    drive = AtaDrive(frozenset({"fails-at-57"}), features=frozenset({"crypto", "security"}))
    result = Bench(drive).wipe(level=Level.PURGE)
    made = certificate.build(
        result, Issuer("Atelier", None, None, "stk_1", "recond"), Context("run", "plan", "uid", None, 1, None)
    )
    assert certificate.check(made) == ()
    assert made["attempts"][0]["method"] == "ata-sanitize-crypto" and made["attempts"][0]["verdict"] == "FAILED"
    assert "NON atteint" in made["shortfall"] and made["evidence"] in ("simulated", "emulated")
    claimed = {**json.loads(json.dumps(made)), "verdict": "ERASED"}
    claimed["observed"]["hidden"] = "present"
    assert certificate.check(claimed) != ()


class OneDisk(FakeHost):
    """A host on which no disk is found."""

    def udev(self, subsystem: str, devtype: str | None = None) -> tuple[()]:
        return ()

    def run(self, command: Command, warrant: object | None = None) -> Completed:
        return Completed(command.argv, 1, b"", b"", 0.0)


def test_every_method_tells_its_evidence_and_none_claims_hardware() -> None:
    known, disks = answers(OneDisk())  # type: ignore[arg-type]
    assert disks == [] and len(known) >= 14
    assert {one["evidence"] for one in known} <= {"simulated", "emulated"}
    table = (Path(__file__).resolve().parents[2] / "docs/erase-methods.md").read_text()
    rows = {cells[1].strip(" `"): cells for line in table.splitlines() if len(cells := line.split("|")) == 9}
    for one in known:
        simulated, emulated, real = (cell.strip() for cell in rows[one["name"]][5:8])
        assert (simulated, emulated.partition(",")[0] == "yes", real) == (
            "yes",
            one["evidence"] == "emulated",
            "not yet",
        )


class BootedFrom(FakeHost):
    """A host that remembers that it was booted from the disk of this serial number."""

    def read(self, path: str, limit: int = 1 << 20) -> bytes | None:
        record = {"schema": "recond.boot-medium/1", "serial": "SN-sda"}
        return json.dumps(record).encode() if path == "/run/recond/boot-medium.json" else None


def test_a_method_that_a_disk_can_use_says_beside_it_that_the_disk_is_protected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = disk_of(1 << 30, name="sdb")
    monkeypatch.setattr("recond.flow.methods.read_disks", lambda host: (DISK, other))
    _, disks = answers(BootedFrom())  # type: ignore[arg-type]
    assert [bool(one["protected"]) for one in disks] == [True, False], disks
    assert all(any(method["usable"] for method in one["methods"]) for one in disks)


def test_another_order_of_fallbacks_is_another_plan() -> None:
    plan = make_plan(FakeHost(), (DISK,), Surroundings((DISK,)), level=Level.CLEAR)  # type: ignore[arg-type]
    item = replace(plan.items[0], then=("overwrite-zero",))
    assert replace(plan, items=(item,)).id != plan.id
