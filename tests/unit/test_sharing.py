"""Disks behind one controller take turns; a disk behind another one does not wait for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from recond.core.sharing import ON_ONE_USB, controller
from recond.flow.wipe import _start_next
from tests.unit.erase_fakes import disk_of

DOCK = "/sys/devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1.{n}/2-1.{n}:1.0/host{n}/target{n}:0:0/{n}:0:0:0/block/sd{n}"
SATA = "/sys/devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0/block/sda"
NVME = "/sys/devices/pci0000:00/0000:00:1d.0/0000:02:00.0/nvme/nvme0/nvme0n1"


def test_the_controller_is_told_by_the_kernels_path() -> None:
    assert controller(DOCK.format(n=3)) == "/sys/devices/pci0000:00/0000:00:14.0/usb2"
    assert controller(SATA) == "/sys/devices/pci0000:00/0000:00:17.0"
    assert controller(NVME) == "/sys/devices/pci0000:00/0000:00:1d.0/0000:02:00.0"
    assert controller("/sys/devices/platform/soc/mmc_host/mmc0/mmc0:0001/block/mmcblk0") is None


class Work:
    """What the queue needs of a disk's work."""

    def __init__(self, path: str) -> None:
        self.disk = replace(disk_of(1 << 20), sys_path=path)
        self.word: str | None = None

    def start(self) -> None:
        self.word = "started"

    def abandon(self, error: str | None) -> None:
        self.word = "stopped"


def test_a_full_dock_does_not_hold_up_the_disk_behind_it() -> None:
    works: list[Any] = [Work(DOCK.format(n=n)) for n in range(ON_ONE_USB + 2)] + [Work(SATA)]
    waiting, left = list(works), []  # type: ignore[var-annotated]
    _start_next(waiting, left, 99, stopping=False)
    assert left == [*works[:ON_ONE_USB], works[-1]] and waiting == works[ON_ONE_USB:-1]
    left.remove(works[0])
    _start_next(waiting, left, 99, stopping=False)
    assert works[ON_ONE_USB] in left and works[ON_ONE_USB + 1] in waiting, "one ended, one begins"
    _start_next(waiting, left, 99, stopping=True)
    assert not waiting and works[ON_ONE_USB + 1].word == "stopped"
