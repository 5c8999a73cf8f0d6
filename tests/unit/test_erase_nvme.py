"""NVMe Format on a simulated controller that holds a real medium: honest ones, limited ones and liars."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from recond.core.disk import Bus
from recond.core.errors import PlanChanged
from recond.core.ports import Command
from recond.core.verdict import MIN_MARKERS, Observed, WipeVerdict
from recond.erase.nvme_format import METHOD
from tests.unit.erase_fakes import OLD, FakeHost, FakeWarrant, MemoryDrive, MemoryStates, disk_of, job_for

MIB = 1 << 20


class Controller:
    """An NVMe controller with one namespace. `erase(ses)` does to the medium what this drive really does."""

    def __init__(self, size: int = 8 * MIB) -> None:
        self.drive = MemoryDrive(size)
        self.ctrl: dict[str, Any] = {"oacs": 0x17, "fna": 0x4, "nn": 1}
        self.ns: dict[str, Any] = {"flbas": 0, "dps": 0, "lbafs": [{"ms": 0, "ds": 9, "rp": 0}]}
        self.spaces: list[int] = [1]
        self.accepts: set[int] = {1, 2}
        self.formats: list[tuple[str, ...]] = []
        self.erase: Callable[[int], None] = self.honest

    def honest(self, ses: int) -> None:
        if ses == 2:
            self.drive.medium[:] = bytes(n * 97 % 251 for n in range(256)) * (len(self.drive.medium) // 256)
        elif ses == 1:
            self.drive.medium[:] = bytes(len(self.drive.medium))

    def host(self) -> FakeHost:
        host = FakeHost()
        host.links["/sys/block/nvme0n1/device"] = "/sys/devices/nvme0"
        host.folders["/sys/devices/nvme0"] = ("device", "nvme0n1", "power", "uevent")
        host.programs = self.answer
        return host

    def answer(self, command: Command) -> tuple[int, bytes]:
        match command.argv[1]:
            case "id-ctrl":
                return 0, json.dumps(self.ctrl).encode()
            case "id-ns":
                return 0, json.dumps(self.ns).encode()
            case "list-ns":
                return 0, json.dumps({"nsid_list": [{"nsid": n} for n in self.spaces]}).encode()
            case "format":
                self.formats.append(command.argv)
                assert command.destroys == "/dev/nvme0n1"
                ses = int(next(word for word in command.argv if word.startswith("--ses="))[6:])
                if ses not in self.accepts:
                    return 1, b""
                self.erase(ses)
                return 0, b""
        return 1, b""

    def wipe(self) -> tuple[Observed, WipeVerdict]:
        disk = disk_of(len(self.drive.medium), bus=Bus.NVME, name="nvme0n1")
        seen = METHOD.wipe(job_for(self.drive, method="nvme-format", disk=disk, host=self.host()))
        return seen, METHOD.judge(seen)


def test_an_honest_drive_is_erased_by_its_key_and_proved_by_marks() -> None:
    controller = Controller()
    seen, verdict = controller.wipe()
    assert verdict is WipeVerdict.ERASED
    assert controller.drive.old_bytes_left == 0
    assert seen.markers_written >= MIN_MARKERS and seen.markers_survived == 0
    (argv,) = controller.formats
    assert argv == ("nvme", "format", "/dev/nvme0n1", "--ses=2", "--lbaf=0", "--timeout=7200000")


def test_user_data_erase_where_the_drive_has_no_key_and_metadata_stay_as_they_are() -> None:
    controller = Controller()
    controller.ctrl["fna"] = 0
    controller.ns = {"flbas": 0x12, "dps": 0x9, "lbafs": [{}, {}, {}]}
    _, verdict = controller.wipe()
    assert verdict is WipeVerdict.ERASED
    assert controller.formats[0][3:] == ("--ses=1", "--lbaf=2", "--timeout=7200000", "--ms=1", "--pi=1", "--pil=1")


def test_a_refused_crypto_erase_is_followed_by_a_user_data_erase() -> None:
    controller = Controller()
    controller.accepts = {1}
    _, verdict = controller.wipe()
    assert verdict is WipeVerdict.ERASED
    assert [argv[3] for argv in controller.formats] == ["--ses=2", "--ses=1"]


def test_a_drive_that_takes_no_format_is_failed_and_says_so() -> None:
    controller = Controller()
    controller.accepts = set()
    seen, verdict = controller.wipe()
    assert verdict is WipeVerdict.FAILED and seen.error is not None and not seen.accepted


def test_status_0_with_the_data_kept_is_failed() -> None:
    controller = Controller()
    controller.erase = lambda ses: None
    seen, verdict = controller.wipe()
    assert verdict is WipeVerdict.FAILED
    assert seen.markers_survived == seen.markers_written >= MIN_MARKERS
    assert controller.drive.old_bytes_left > 0


def test_a_drive_that_drops_the_marks_and_keeps_the_donors_data_is_failed() -> None:
    class Forgets(MemoryDrive):
        """Keeps writes in a volatile cache that a format empties, and erases nothing else."""

        def __init__(self, size: int) -> None:
            super().__init__(size)
            self.below: dict[int, bytes] = {}

        def store(self, offset: int, data: bytes) -> None:
            self.below.setdefault(offset, bytes(self.medium[offset : offset + len(data)]))
            super().store(offset, data)

        def forget(self) -> None:
            for offset, data in self.below.items():
                self.medium[offset : offset + len(data)] = data

    controller = Controller()
    controller.drive = forgets = Forgets(8 * MIB)
    controller.erase = lambda ses: forgets.forget()
    seen, verdict = controller.wipe()
    assert seen.markers_survived == 0
    assert verdict is WipeVerdict.FAILED and seen.mismatches


def test_a_drive_that_never_stored_the_marks_proves_nothing() -> None:
    class Drops(MemoryDrive):
        def store(self, offset: int, data: bytes) -> None:
            return

    controller = Controller()
    controller.drive = Drops(8 * MIB)
    seen, verdict = controller.wipe()
    assert verdict is WipeVerdict.UNPROVEN and seen.markers_written == 0


@pytest.mark.parametrize("kept", [0.001, 0.02, 0.5, 0.999])
def test_a_drive_that_keeps_a_part_is_found_out_by_what_it_keeps(kept: float) -> None:
    controller = Controller(32 * MIB)
    size = len(controller.drive.medium)

    def part(ses: int) -> None:
        controller.drive.medium[int(size * kept) // 4096 * 4096 :] = bytes(size - int(size * kept) // 4096 * 4096)

    controller.erase = part
    _, verdict = controller.wipe()
    # Below one stratum a sample may miss it; from one per cent on, 1,024 strata cannot.
    assert verdict is WipeVerdict.FAILED or kept < 0.01


def test_a_mark_of_which_sixteen_bytes_are_left_has_survived() -> None:
    controller = Controller()
    keep: list[bytes] = []

    def nearly(ses: int) -> None:
        old = bytes(controller.drive.medium)
        controller.honest(1)
        # Find one mark: a block that is not the donor's.
        at = next(at for at in range(0, len(old), 4096) if not old.startswith(OLD, at))
        keep.append(old[at + 64 : at + 80])
        controller.drive.medium[at + 64 : at + 80] = keep[0]

    controller.erase = nearly
    seen, verdict = controller.wipe()
    assert keep and seen.markers_survived == 1 and verdict is WipeVerdict.FAILED


def test_places_that_cannot_be_read_afterwards_are_not_called_erased() -> None:
    controller = Controller()

    def breaks(ses: int) -> None:
        controller.honest(ses)
        controller.drive.read_errors = dict.fromkeys(range(0, 2 * MIB, 4096), 5)

    controller.erase = breaks
    seen, verdict = controller.wipe()
    assert verdict is WipeVerdict.UNPROVEN and seen.markers_unread > 0


def test_a_disk_that_is_another_after_the_format_is_failed() -> None:
    controller = Controller()
    disk = disk_of(8 * MIB, bus=Bus.NVME, name="nvme0n1")

    class Swapped(FakeWarrant):
        def lend(self) -> Any:
            raise PlanChanged("ce n'est plus le même disque")

    job = job_for(controller.drive, method="nvme-format", disk=disk, host=controller.host())
    job.warrant = Swapped(disk, controller.drive)
    seen = METHOD.wipe(job)
    assert METHOD.judge(seen) is WipeVerdict.FAILED and controller.formats == []


def test_a_stop_before_the_format_sends_nothing() -> None:
    controller = Controller()
    stop = threading.Event()
    stop.set()
    disk = disk_of(8 * MIB, bus=Bus.NVME, name="nvme0n1")
    job = job_for(
        controller.drive, method="nvme-format", disk=disk, host=controller.host(), stop=stop, states=MemoryStates()
    )
    assert METHOD.judge(METHOD.wipe(job)) is WipeVerdict.INTERRUPTED
    assert controller.formats == [] and controller.drive.writes == 0


Change = Callable[[Controller, FakeHost], None]


def _two_in_sysfs(controller: Controller, host: FakeHost) -> None:
    host.folders["/sys/devices/nvme0"] = ("nvme0n1", "nvme0n2")


def _hidden_second(controller: Controller, host: FakeHost) -> None:
    controller.ctrl["nn"] = 32
    controller.spaces = [1, 2]


def _no_controller(controller: Controller, host: FakeHost) -> None:
    host.links.clear()


def _silent(controller: Controller, host: FakeHost) -> None:
    host.programs = lambda command: (1, b"")


def _no_list(controller: Controller, host: FakeHost) -> None:
    controller.ctrl["nn"] = 32
    host.programs = lambda command: (1, b"") if command.argv[1] == "list-ns" else controller.answer(command)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda c, h: c.ctrl.update(oacs=0x15), "Format"),
        (lambda c, h: c.ctrl.pop("oacs"), "incomplète"),
        (lambda c, h: c.ctrl.update(fna="4"), "incomplète"),
        (lambda c, h: c.ns.pop("flbas"), "incomplète"),
        (lambda c, h: c.ns.update(flbas=3), "format d'adressage"),
        (lambda c, h: setattr(h, "programs", lambda command: (0, b"not json")), "illisible"),
        (lambda c, h: setattr(h, "programs", lambda command: (0, b"[]")), "inattendue"),
        (_two_in_sysfs, "plusieurs espaces"),
        (_hidden_second, "2 espaces"),
        (_no_list, "impossible de savoir"),
        (_no_controller, "sysfs"),
        (_silent, "échoué"),
    ],
)
def test_what_is_odd_or_would_hit_something_else_is_refused_with_its_reason(change: Change, word: str) -> None:
    controller = Controller()
    host = controller.host()
    change(controller, host)
    disk = disk_of(8 * MIB, bus=Bus.NVME, name="nvme0n1")
    no = METHOD.supports(host, disk)  # type: ignore[arg-type]
    assert no is not None and word in no.reason
    job = job_for(controller.drive, method="nvme-format", disk=disk, host=host)
    assert METHOD.judge(METHOD.wipe(job)) is not WipeVerdict.ERASED
    assert controller.formats == []


def test_a_drive_with_one_of_many_possible_namespaces_is_supported() -> None:
    controller = Controller()
    controller.ctrl["nn"] = 256
    disk = disk_of(8 * MIB, bus=Bus.NVME, name="nvme0n1")
    assert METHOD.supports(controller.host(), disk) is None  # type: ignore[arg-type]


def test_other_disks_are_not_asked() -> None:
    host = FakeHost()
    no = METHOD.supports(host, disk_of(MIB))  # type: ignore[arg-type]
    assert no is not None and host.calls == []


def test_every_call_is_noted_for_the_certificate() -> None:
    controller = Controller()
    disk = disk_of(8 * MIB, bus=Bus.NVME, name="nvme0n1")
    job = job_for(controller.drive, method="nvme-format", disk=disk, host=controller.host())
    METHOD.wipe(job)
    assert [(call.argv[1], call.status) for call in job.commands] == [("format", 0)]


def test_nothing_more_is_sent_once_the_disk_was_given_up() -> None:
    controller = Controller()
    stop = threading.Event()

    def refuse(command: Command) -> tuple[int, bytes]:
        if command.argv[1] == "format":
            controller.formats.append(command.argv)
            stop.set()
            return 1, b""
        return Controller.answer(controller, command)

    host = controller.host()
    host.programs = refuse
    disk = disk_of(len(controller.drive.medium), bus=Bus.NVME, name="nvme0n1")
    seen = METHOD.wipe(job_for(controller.drive, method="nvme-format", disk=disk, host=host, stop=stop))
    assert [argv[3] for argv in controller.formats] == ["--ses=2"]
    assert METHOD.judge(seen) is WipeVerdict.INTERRUPTED
