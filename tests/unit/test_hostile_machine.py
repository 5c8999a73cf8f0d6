"""A machine whose every file and every tool answers nonsense: the audit ends, nothing raises, and what reaches the screen,
the record and the exports is clean text."""

from __future__ import annotations

import io
import json
import random
import unicodedata
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from recond.core import canonical
from recond.core.disk import Bus, Disk, DiskIdentity, Medium
from recond.core.grade import grade
from recond.core.machine import Device, Display, Gap, Machine, Network, System, WindowsKey
from recond.core.ports import Command, Completed, Counts, Warrant
from recond.flow.audit import audit
from recond.host.local import LocalHost
from recond.probe import edid, missing_firmware
from recond.probe.pci import parse_lspci
from recond.sink.exports import all_exports
from recond.ui.audit import screen

FOLDERS = {
    "/sys/class/drm": ("card0-eDP-1", "card0-HDMI-A-1", "card1-[red]x\x1b", "version"),
    "/sys/bus/pci/devices": ("0000:00:02.0", "0000:02:00.0", "nonsense", "\x1b[2J"),
    "/sys/bus/usb/devices": ("1-1", "1-1:1.0", "1-1:1.1", "usb1", "2-4.1", "2-4.1:1.0"),
    "/sys/class/net": ("lo", "eth0", "wlp2s0", "\x1b]0;x\x07"),
    "/sys/class/power_supply": ("AC", "BAT0", "BAT1", "[bold]"),
    "/sys/class/video4linux": ("video0", "video1"),
    "/sys/class/bluetooth": ("hci0", "hci0:12"),
    "/sys/class": ("tpm", "drm"),
    "/sys/class/tpm": ("tpm0",),
    "/sys/block": ("sr0", "sda"),
    "/sys/firmware/efi": ("efivars", "fw_platform_size"),
    "/sys/firmware/acpi/tables": ("MSDM", "TPM2", "WPBT"),
    "/sys/class/firmware-attributes": ("thinklmi",),
    "/sys/class/dmi/id": ("sys_vendor", "product_name", "chassis_type", "product_uuid"),
    "/sys/devices/system/edac/mc": ("mc0", "mc1"),
}
TEXTS = (
    b"", b"\x1b[2J\x1b]0;owned\x07", "[bold red]x[/] \u202eeuqram".encode(), b"\xff\xfe\x00\x80", b"A" * 5000, b"9" * 4000,
    b"-1", b"0x", b"0xffffffffffffffffffff", b"Battery", b"connected", b"1", b"0", b"45000000", b"bios-admin", b"nan",
    b"Enabled", b"0x030000", b"0x028000", b"0e", b"01", b"e0", b"a: b: c\nd: e", "é\u2028\x85ñ\u0007".encode(), b"0x8086",
    b"processor\t: 0\nmodel name\t: \x1b[1mX\nflags\t: lm\n\n", b"I: Bus=0018\nN: Name=\"\x1b[5m\"\nH: Handlers=event5\n"
    b"B: PROP=5\nB: KEY=e520 10000 0 0 0 0\nB: ABS=2e0800000000003\n", b'0000:00:02.0 "a" "\x1b[2J" "b[/]"\n',
    b"\x00\xff\xff\xff\xff\xff\xff\x00" + bytes(120), b'{"smartctl": {"exit_status": 0}}', b"[]",
    b"[ 1.0] iwlwifi 0000:02:00.0: Direct firmware load for \x1b[2Jx failed with error -2\n",
    b"Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: \x1b[2J[red]\n\tProduct Name: \xff\xfe Very\n",
)  # fmt: skip


class HostileHost(LocalHost):
    """Answers every question by chance, the same for one seed; touches nothing of the real machine."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.seed = seed

    def _chance(self, *what: object) -> random.Random:
        return random.Random(f"{self.seed} {what}")

    def run(self, command: Command, warrant: Warrant | None = None) -> Completed:
        dice = self._chance("run", command.argv)
        why = dice.choice((None, None, None, "timeout", "missing"))
        status = None if why else dice.choice((0, 0, 0, 1, 4, 255))
        out = dice.choice(TEXTS) + dice.choice(TEXTS)
        return Completed(command.argv, status, b"" if why else out, dice.choice(TEXTS), 0.1, why)

    def read(self, path: str, limit: int = 1 << 20) -> bytes | None:
        dice = self._chance("read", path)
        return dice.choice((None, dice.randbytes(dice.randrange(300)), *(dice.choice(TEXTS) for _ in range(6))))

    def names(self, path: str) -> tuple[str, ...]:
        dice = self._chance("names", path)
        there = FOLDERS.get(path, ("mc0", "ue_count", "\x1b[2J", "a"))
        return tuple(name for name in there if dice.random() < 0.8)

    def link(self, path: str) -> str | None:
        return self._chance("link", path).choice((None, "/sys/devices/pci0/\x1b[2J", "/sys/bus/usb/1-1/hci0", "/"))

    def udev(self, subsystem: str, devtype: str | None = None) -> tuple[Any, ...]:
        return ()

    def counts(self) -> Counts:
        dice = self._chance("counts")
        return Counts(dice.choice((0, 1, 8 << 30, 1 << 60)), dice.choice((None, 1, 64)), dice.choice((None, 1)), None)

    def is_root(self) -> bool:
        return self.seed % 2 == 0


DISKS = tuple(
    Disk(name, f"/dev/{name}", "/sys/none", DiskIdentity("M", name, None, 10**9), bus=bus, medium=Medium.UNKNOWN)
    for name, bus in (("sda", Bus.SATA), ("sdb", Bus.USB), ("nvme0n1", Bus.NVME))
)


def shown(machine: Machine) -> str:
    """Return the audit's screen as a terminal with colours would get it, the colours taken out."""
    out = io.StringIO()
    console = Console(file=out, width=79, markup=False, emoji=False, highlight=False, color_system=None)
    console.print(screen(machine, grade(machine)))
    return out.getvalue()


def assert_clean(text: str) -> None:
    """Only printable letters and line ends."""
    bad = {char for char in text if char != "\n" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn")}
    assert not bad, bad


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1 << 32))
def test_a_hostile_machine_is_audited_to_the_end(seed: int) -> None:
    machine = audit(HostileHost(seed), disks=DISKS)
    assert_clean(shown(machine))
    record = json.loads(canonical.encode(machine))
    for value in texts(record):
        assert_clean(value)
        assert len(value) < 2000
    card = {"uid": "u", "tag": "PC-0001-8", "machine": record, "disks": [], "lot": None}
    for one in all_exports():
        for _, data in one.make([card]):
            assert b"\x1b" not in data


def texts(value: object) -> list[str]:
    """Return every text in nested JSON."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts(item)]
    return [text for item in value for text in texts(item)] if isinstance(value, list) else []


words = st.text(max_size=300)


@settings(max_examples=60, deadline=None)
@given(words, words, words, st.integers(), st.floats(0, 1e6))
def test_whatever_a_part_is_called_the_screen_stays_whole(
    one: str, two: str, why: str, number: int, inches: float
) -> None:
    part = Device(one, "usb", two, one, two, (one,))
    machine = Machine(
        system=System(manufacturer=one, product=two, serial=why),
        displays=(Display(two, one, two, one, native_width=number, native_height=1, inches=inches, why_not=why),) * 3,
        gpus=(part,) * 3,
        networks=(Network(one, "wifi", None, two, "pci", one, False, two, (why,), has_interface=False),),
        webcams=(part,),
        unknown=(one, why),
        gaps=tuple(Gap("system.serial", f"{why} {n}") for n in range(5)),
    )
    out = shown(machine)
    assert all(len(line) <= 79 for line in out.split("\n"))
    assert "\x1b" not in out
    assert WindowsKey().last5 is None


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_of_a_screen(data: bytes, valid: bool) -> None:
    if valid and len(data) >= 119:
        block = edid.HEADER + data[:119]
        data = block + bytes([-sum(block) % 256]) + data[119:]
    found = edid.parse(data, "DP-1")
    assert found.why_not is not None or len(data) >= edid.BLOCK
    for text in texts(json.loads(canonical.encode(found))):
        assert_clean(text)
    if found.inches is not None:
        assert 0 < found.inches < 300


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=600))
def test_any_log_and_any_list_of_names(text: str) -> None:
    for files in missing_firmware.parse(text).values():
        for file in files:
            assert_clean(file)
    for name in parse_lspci(text.encode("utf-8", "replace")).values():
        assert_clean(name)
