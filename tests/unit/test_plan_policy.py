"""Which method for which disk, and why; and the plan that comes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recond.core.disk import Bus, Disk, Medium, Use
from recond.core.errors import GuardError, UsageError
from recond.core.guard import Surroundings
from recond.core.plan import Plan, same_id
from recond.core.policy import Offer, choose
from recond.core.progress import Meter, Phase, Progress
from recond.core.verdict import Level, VerifyMode
from recond.erase import registry
from recond.flow.wipe import make_plan
from tests.unit.erase_fakes import FakeHost, disk_of
from tests.unit.test_erase_nvme import Controller

FORMAT = Offer("nvme-format", Level.PURGE, 20)
AES = Offer("overwrite-aes", Level.CLEAR, 90)
ZERO = Offer("overwrite-zero", Level.CLEAR, None)
NO_FORMAT = replace(FORMAT, unsupported="le disque ne propose pas la commande Format")
DISK = disk_of(1 << 30)


@pytest.mark.parametrize(
    ("wanted", "asked", "offers", "name", "shortfall"),
    [
        (Level.CLEAR, None, (AES, ZERO, FORMAT), "nvme-format", False),
        (Level.PURGE, None, (AES, ZERO, FORMAT), "nvme-format", False),
        (Level.CLEAR, None, (AES, ZERO, NO_FORMAT), "overwrite-aes", False),
        (Level.PURGE, None, (AES, ZERO, NO_FORMAT), "overwrite-aes", True),
        (Level.CLEAR, "overwrite-zero", (AES, ZERO, FORMAT), "overwrite-zero", False),
        (Level.CLEAR, "nvme-format", (AES, ZERO, NO_FORMAT), None, False),
        (Level.PURGE, "overwrite-aes", (AES, ZERO, FORMAT), None, False),
        (Level.PURGE, "nvme-format", (AES, ZERO, FORMAT), "nvme-format", False),
        (Level.CLEAR, None, (ZERO,), None, False),
        (Level.CLEAR, "shred", (AES,), None, False),
    ],
)
def test_choice(wanted: Level, asked: str | None, offers: tuple[Offer, ...], name: str | None, shortfall: bool) -> None:
    choice = choose(DISK, wanted, asked, offers)
    assert (choice.offer.name if choice.offer else None) == name
    assert (choice.shortfall is not None) is shortfall
    if choice.offer is None or shortfall:
        assert choice.why, "a no is always said with its reason"


def around(*disks: Disk) -> Surroundings:
    return Surroundings(disks)


def plan_for(*disks: Disk, host: FakeHost | None = None, level: Level = Level.CLEAR, **options: object) -> Plan:
    return make_plan(host or FakeHost(), disks, around(*disks), level=level, **options)  # type: ignore[arg-type]


def nvme() -> tuple[Disk, FakeHost]:
    return disk_of(1 << 30, bus=Bus.NVME, name="nvme0n1"), Controller().host()


def test_an_nvme_disk_formats_itself_and_an_old_one_is_overwritten() -> None:
    disk, host = nvme()
    assert plan_for(disk, host=host).items[0].method == "nvme-format"
    assert plan_for(disk, host=host).items[0].level is Level.PURGE
    host.programs = lambda command: (1, b"")
    plan = plan_for(disk, host=host)
    assert (plan.items[0].method, plan.items[0].level) == ("overwrite-aes", Level.CLEAR)
    assert any("nvme-format" in why for why in plan.why[0])


def test_making_a_plan_sends_nothing_that_destroys() -> None:
    disk, host = nvme()
    plan_for(disk, host=host)
    assert {argv[1] for argv in host.calls} == {"id-ctrl", "id-ns"}


@pytest.mark.parametrize("medium", [Medium.HDD, Medium.SSD])
def test_other_disks_are_overwritten_and_purge_is_not_claimed(medium: Medium) -> None:
    disk = replace(disk_of(1 << 30), medium=medium)
    plan = plan_for(disk, level=Level.PURGE)
    assert (plan.items[0].method, plan.items[0].level) == ("overwrite-aes", Level.CLEAR)
    assert plan.shortfalls[0] is not None and "purge" in plan.shortfalls[0]
    assert plan_for(disk).shortfalls == (None,)


def test_a_method_that_cannot_be_used_protects_the_disk_and_says_why() -> None:
    disk, sata = disk_of(1 << 30), disk_of(1 << 30, name="sdb")
    nvme_disk, host = nvme()
    plan = plan_for(disk, sata, nvme_disk, host=host, method="nvme-format")
    assert [one.name for one in plan.disks] == ["nvme0n1"]
    assert [(one.disk.name, one.refusals[0].rule) for one in plan.protected] == [
        ("sda", "no-method"),
        ("sdb", "no-method"),
    ]
    with pytest.raises(GuardError, match="nvme-format"):
        plan_for(disk, method="nvme-format")
    with pytest.raises(GuardError, match="n'atteint que"):
        plan_for(disk, method="overwrite-zero", level=Level.PURGE)


def test_an_unknown_method_names_those_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        plan_for(disk_of(1 << 30), method="gutmann")
    assert caught.value.hint is not None and "overwrite-aes" in caught.value.hint


def test_protected_disks_are_listed_with_every_reason() -> None:
    held = replace(disk_of(1 << 30, name="sdb"), uses=(Use("mount", "/srv"),), read_only=True)
    plan = plan_for(disk_of(1 << 30), held)
    assert [one.rule for one in plan.protected[0].refusals] == ["in-use-mount", "read-only"]
    with pytest.raises(GuardError, match="/srv"):
        plan_for(held)


def test_nothing_to_do_is_an_error() -> None:
    with pytest.raises(GuardError, match="aucun disque"):
        plan_for()


def test_disks_asked_for_by_name() -> None:
    one, two = disk_of(1 << 30), disk_of(1 << 30, name="sdb")
    plan = plan_for(one, two, only=frozenset({"/dev/sdb"}))
    assert [disk.name for disk in plan.disks] == ["sdb"]
    assert plan.protected[0].refusals[0].rule == "not-asked"
    with pytest.raises(GuardError, match="introuvable"):
        plan_for(one, two, only=frozenset({"sdb", "sdc"}))
    with pytest.raises(GuardError, match="ne peut pas"):
        plan_for(one, replace(two, read_only=True), only=frozenset({"sda", "sdb"}))


@pytest.mark.parametrize(
    "change",
    [
        {"method": "overwrite-zero"},
        {"verify": VerifyMode.SAMPLE},
        {"level": Level.PURGE, "method": None, "size": 2 << 30},
        {"serial": True},
        {"size": 2 << 30},
        {"more": True},
    ],
)
def test_whatever_is_done_otherwise_has_another_number(change: dict[str, object]) -> None:
    plan = plan_for(disk_of(1 << 30))
    disks = [disk_of(int(str(change.get("size", 1 << 30))), name="sdx" if change.get("serial") else "sda")]
    if change.get("more"):
        disks.append(disk_of(1 << 30, name="sdb"))
    options = {key: change[key] for key in ("method", "verify") if key in change}
    assert plan_for(*disks, **options).id != plan.id  # type: ignore[arg-type]


def test_the_number_does_not_depend_on_names_or_order() -> None:
    one, two = disk_of(1 << 30), disk_of(1 << 30, name="sdb")
    moved = replace(one, name="sdc", path="/dev/sdc")
    assert plan_for(one, two).id == plan_for(two, moved).id
    plan = plan_for(one)
    assert same_id(plan.id.lower().replace("-", ""), plan) and not same_id("", plan)


def test_methods_are_found_and_each_says_what_a_screen_and_a_certificate_need() -> None:
    names = [method.name for method in registry.methods()]
    assert names == sorted(names) and {"nvme-format", "overwrite-aes", "overwrite-zero"} <= set(names)
    for method in registry.methods():
        reached = method.reaches(disk_of(1 << 30))
        assert method.title and reached.basis and reached.caveats
        assert registry.method(method.name) is method


def test_progress_knows_its_fraction_speed_and_end() -> None:
    meter = Meter()
    assert meter.add(0.0, 0) is None
    assert meter.add(2.0, 200) == 100.0
    for second in range(3, 30):
        rate = meter.add(float(second), 200 + (second - 2) * 50)
    assert rate == pytest.approx(50.0)
    progress = Progress("sda", Phase.WRITE, 250, 1000, 50.0)
    assert (progress.fraction, progress.left_s) == (0.25, 15.0)
    assert Progress("sda", Phase.ERASE).fraction is None and Progress("sda", Phase.ERASE).left_s is None
    assert all(phase.shown for phase in Phase)
