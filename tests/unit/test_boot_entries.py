"""Old boot entries of recond go when their partition is gone; nobody else's is ever touched. Outputs as efibootmgr gives them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from recond.core.bootentries import dead, read
from recond.core.disk import Bus
from recond.core.ports import Command, Completed
from recond.install import nvram

GONE, GONE_TOO = "0f1e2d3c-1111-4222-8333-444455556666", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
HERE, STICK = "7b0b4b1e-53c8-4ddd-9f4a-0123456789ab", "5a5a5a5a-0000-4000-8000-000000000001"
WINDOWS = "d0d0d0d0-1234-4321-8888-99990000ffff"
DATA = "57494e444f5753000100000088000000780000004200430044004f0042004a004500430054003d00"
V17 = f"""BootCurrent: 0007
Timeout: 1 seconds
BootOrder: 0003,0001,0000,0002,0004,0005,0006,0007
Boot0000* Windows Boot Manager\tHD(1,GPT,{WINDOWS},0x800,0x32000)/File(\\EFI\\Microsoft\\Boot\\bootmgfw.efi){DATA}
Boot0001* debian\tHD(2,GPT,{GONE},0x1000,0x100000)/File(\\EFI\\debian\\shimx64.efi)
Boot0002* debian\tHD(2,GPT,{HERE.upper()},0x1000,0x100000)/File(\\EFI\\debian\\shimx64.efi)
Boot0003* debian\tHD(2,GPT,{GONE_TOO},0x1000,0x100000)/File(\\EFI\\DEBIAN\\SHIMX64.EFI)
Boot0004* debian\tHD(1,GPT,{GONE},0x800,0x32000)/File(\\EFI\\debian\\grubx64.efi)
Boot0005  ubuntu\tHD(1,GPT,{GONE},0x800,0x32000)/File(\\EFI\\debian\\shimx64.efi)
Boot0006* debian\tHD(1,MBR,0x1b2c3d4e,0x800,0x32000)/File(\\EFI\\debian\\shimx64.efi)
Boot0007* UEFI: USB DISK\tPciRoot(0x0)/Pci(0x14,0x0)/USB(3,0)/HD(2,GPT,{STICK},0x1000,0x90000)
"""
V18 = V17.replace("/File(\\", "/\\").replace(".efi)", ".efi").replace(".EFI)", ".EFI")
"""efibootmgr 18 and later write the file without "File()"."""
EMPTY = "BootCurrent: 0000\nTimeout: 0 seconds\nNo BootOrder is set; firmware will attempt recovery\n"


@pytest.mark.parametrize("text", [V17, V18], ids=["17", "18"])
def test_only_our_own_whose_partition_is_gone_are_dead(text: str) -> None:
    entries = read(text)
    assert len(entries) == 8 and entries[0].label == "Windows Boot Manager" and entries[0].partition == WINDOWS
    assert [one.number for one in dead(entries, (HERE, STICK))] == ["0001", "0003"]
    assert [one.number for one in dead(entries, (HERE, STICK, GONE))] == ["0003"]


def test_where_nobody_can_tell_nothing_is_dead() -> None:
    assert dead(read(V18), ()) == () and read(EMPTY) == () and read("") == ()


class Firmware:
    """A PC whose efibootmgr does what it is asked, or refuses."""

    def __init__(self, partitions: tuple[str, ...], *, obeys: bool = True) -> None:
        self.partitions, self.obeys = partitions, obeys
        self.lines = V18.splitlines()
        self.deleted: list[str] = []

    def names(self, path: str) -> tuple[str, ...]:
        return self.partitions if path == nvram.PARTITIONS else ("BootOrder-8be4df61",)

    def run(self, command: Command) -> Completed:
        if "--delete-bootnum" in command.argv:
            number = command.argv[2]
            self.deleted.append(number)
            if self.obeys:
                self.lines = [line for line in self.lines if not line.startswith(f"Boot{number}")]
        elif "--create" in command.argv:
            self.lines.append(
                "Boot0008* debian\tHD(2,GPT,99999999-0000-4000-8000-000000000009,0x1,0x2)/\\EFI\\debian\\shimx64.efi"
            )
        return Completed(command.argv, 0, "\n".join(self.lines).encode(), b"", 0.1, None)


def installed(firmware: Firmware) -> Any:
    ctx = SimpleNamespace(host=firmware, notes=[], checks=[], settings=SimpleNamespace(nvram=True))
    ctx.disk, ctx.layout = (
        SimpleNamespace(bus=Bus.SATA, path="/dev/sda"),
        SimpleNamespace(esp=SimpleNamespace(number=2)),
    )
    ctx.check = lambda name, ok, text: ctx.checks.append((name, ok))
    nvram.run(ctx)  # type: ignore[arg-type]
    return ctx


def test_a_reinstalled_pc_keeps_one_entry_of_ours_and_all_of_others() -> None:
    firmware = Firmware((HERE, STICK))
    ctx = installed(firmware)
    assert firmware.deleted == ["0001", "0003"] and ctx.checks == [("nvram", True)]
    assert [one.number for one in read("\n".join(firmware.lines))] == [
        "0000",
        "0002",
        "0004",
        "0005",
        "0006",
        "0007",
        "0008",
    ]
    assert ctx.notes == ["anciennes entrées de recond ôtées de la carte mère : 2"]


def test_a_firmware_that_keeps_them_is_not_said_to_have_dropped_them() -> None:
    ctx = installed(Firmware((HERE, STICK), obeys=False))
    assert ctx.notes == [] and ctx.checks == [("nvram", True)]


def test_without_any_partition_seen_nothing_is_removed() -> None:
    firmware = Firmware(())
    installed(firmware)
    assert firmware.deleted == []
