"""What a run's events say it reached, and whether an open run is this PC's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from recond.core import canonical
from recond.core.disk import Bus, Disk, DiskIdentity
from recond.core.identity import Known, contradict, is_another
from recond.core.machine import AuditedDisk, Health, Machine, Smart, System, Verdict
from recond.core.projection import RUNNING, project
from recond.core.runstate import read_run, same_pc
from recond.core.verdict import WipeVerdict

ONE = DiskIdentity("WDC WD5000", "WD-1", None, 500_000_000_000)
OTHER = DiskIdentity("SAMSUNG", "S-2", None, 256_000_000_000)


def machine(*disks: DiskIdentity, **system: Any) -> dict[str, Any]:
    """Return a recorded machine with these disks."""
    audited = tuple(
        AuditedDisk(Disk(f"sd{n}", f"/dev/sd{n}", f"/sys/{n}", one, bus=Bus.SATA), Smart(), Health(Verdict.UNKNOWN, ()))
        for n, one in enumerate(disks)
    )
    made = Machine(system=replace(System(manufacturer="Dell", product="OptiPlex"), **system), disks=audited)
    found = canonical.plain(made)
    assert isinstance(found, dict)
    return found


def event(name: str, run: str = "run-1", **payload: Any) -> dict[str, Any]:
    """Return an event as readers see it."""
    return {
        "type": name,
        "run": run,
        "machine": {"uid": "u", "tag": "MDL-0001-8"},
        "time": {"wall": "2026-11-23T10:00:00Z"},
        "lot": None,
        "payload": canonical.plain(payload),
    }


def begun(disk: DiskIdentity = ONE, **system: Any) -> list[dict[str, Any]]:
    """Return a run that was cut off in the wipe of `disk`."""
    return [
        event("run.started", kind="run"),
        event("audit.hardware", machine=machine(disk, **system)),
        event("wipe.started", plan_id="P", disk=disk, method="overwrite-aes", level="clear"),
    ]


def test_a_wipe_that_began_and_did_not_end_is_cut_off_and_shown_as_interrupted() -> None:
    events = begun()
    assert read_run(events).cut_off == (ONE,) and read_run(events).erased == frozenset()
    assert project(events)["disks"][0]["wipe"] == "INTERRUPTED"
    assert project(events, live_runs={"run-1"})["disks"][0]["wipe"] == RUNNING
    assert project(events)["ready"] is False


def test_a_second_wipe_that_is_cut_off_takes_back_the_first_ones_word() -> None:
    done = event("wipe.disk", plan_id="P", disk=ONE, method="overwrite-aes", level="clear", verdict="ERASED")
    again = event("wipe.started", run="run-2", plan_id="Q", disk=ONE, method="overwrite-aes", level="clear")
    assert read_run([*begun(), done]).wipes == {ONE: WipeVerdict.ERASED}
    assert project([*begun(), done, again])["disks"][0]["wipe"] == "INTERRUPTED"


def test_an_open_run_is_taken_up_only_on_the_very_same_disks() -> None:
    assert same_pc(machine(ONE), begun())
    assert same_pc(machine(ONE, OTHER), begun()), "a disk more is no other PC"
    assert not same_pc(machine(OTHER), begun())
    assert not same_pc(machine(), begun())


def test_a_disk_that_moved_to_another_pc_does_not_take_the_first_ones_record_along() -> None:
    assert not same_pc(machine(ONE, product="Latitude"), begun())
    assert not same_pc(machine(ONE, serial="ABC1234"), begun(serial="XYZ9876"))
    assert same_pc(machine(ONE, serial="To be filled by O.E.M."), begun(serial="XYZ9876")), "junk says nothing"


def test_a_run_that_had_not_begun_to_wipe_is_nobodys() -> None:
    assert not same_pc(machine(ONE), begun()[:2])


def test_machines_contradict_each_other_by_good_values_only() -> None:
    assert contradict(machine(serial="ABC1234"), machine(serial="XYZ9876"))
    assert not contradict(machine(serial="ABC1234"), machine(serial="ABC1234"))
    assert not contradict(machine(serial="ABC1234"), machine(serial="Default string"))
    assert not contradict(machine(serial="ABC1234"), machine(uuid="4c4c4544-0042-3510-8051-b4c04f4a3132"))


def test_nothing_is_ready_without_an_installed_system() -> None:
    done = event("wipe.disk", plan_id="P", disk=ONE, method="overwrite-aes", level="clear", verdict="ERASED")
    events = [*begun(), done]
    assert project(events)["ready"] is False
    ok = event("install.completed", disk=ONE, profile={"name": "debian-base"}, result="ok", hostname="h", checks=[])
    assert project([*events, ok])["ready"] is True
    failed = event(
        "install.completed", disk=ONE, profile={"name": "debian-base"}, result="failed", hostname="h", checks=[]
    )
    assert project([*events, failed])["ready"] is False


def test_a_disk_wiped_again_takes_the_installed_system_with_it() -> None:
    done = event("wipe.disk", plan_id="P", disk=ONE, method="overwrite-aes", level="clear", verdict="ERASED")
    start = event("install.started", disk=ONE, profile={"name": "debian-base"})
    ok = event("install.completed", disk=ONE, profile={"name": "debian-base"}, result="ok", hostname="h", checks=[])
    state = read_run([*begun(), done, start, ok])
    assert state.install == "ok" and state.installed_on == ONE
    again = read_run([*begun(), done, start, ok, begun()[-1]])
    assert again.install is None and again.installed_on is None


def test_a_sticker_read_from_another_machine_is_found_out_by_what_firmware_says() -> None:
    good = frozenset({("system-serial", "abc1234"), ("mac", "00:11:22:33:44:55")})
    card = Known("u", "MDL-0001-8", "Dell OptiPlex", good)
    one = Machine(system=System(manufacturer="Dell", product="OptiPlex", serial="ABC1234"))
    assert not is_another(one, card)
    assert is_another(replace(one, system=replace(one.system, serial="XYZ9876")), card)
    assert not is_another(replace(one, system=replace(one.system, serial="Default string")), card), "junk says nothing"
    board = Known("u", "MDL-0001-8", "Dell OptiPlex", good | {("board-serial", "cn-7016300")})
    changed = replace(one, system=replace(one.system, board_serial="CN-9999999"))
    assert not is_another(changed, board), "a board may be changed: the serial on the case is still the same"
