"""The readers of sysfs on real files: battery, firmware, network, kind of machine, boot medium; and of /proc/cpuinfo."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from recond.core.guard import refusals
from recond.core.machine import Chassis, Switch, Verdict
from recond.core.ports import Counts, Host
from recond.probe.battery import read_batteries
from recond.probe.cpu import LEVELS, read_cpu
from recond.probe.dmi import Array, Board, Dmi, Module
from recond.probe.firmware import SECURE_BOOT, read_firmware
from recond.probe.memory import read_memory
from recond.probe.network import read_networks
from recond.probe.surroundings import read_surroundings
from recond.probe.system import read_system, vote

Rooted = Callable[[dict[str, str | bytes]], Host]
GIB = 1 << 30
BATTERY = "/sys/class/power_supply/BAT1"


def test_a_battery_that_counts_energy(rooted: Rooted) -> None:
    files = {"type": "Battery\n", "present": "1\n", "energy_full_design": "57020000\n", "energy_full": "40480000\n"}
    host = rooted({f"{BATTERY}/{name}": text for name, text in files.items()})
    (found,) = read_batteries(host)
    assert (found.design_mwh, found.full_mwh, found.health_pct, found.cycles) == (57020, 40480, 71, None)
    assert found.health.verdict is Verdict.WATCH


def test_a_battery_that_counts_charge(rooted: Rooted) -> None:
    files = {
        "type": "Battery", "charge_full_design": "4400000", "charge_full": "4000000", "voltage_min_design": "11100000",
        "cycle_count": "312", "serial_number": "0000",
    }  # fmt: skip
    host = rooted({f"{BATTERY}/{name}": text + "\n" for name, text in files.items()})
    (found,) = read_batteries(host)
    assert (found.design_mwh, found.full_mwh, found.health_pct, found.cycles) == (48840, 44400, 91, 312)
    assert found.serial is None, "a placeholder serial identifies nothing"


@pytest.mark.parametrize("extra", [{"scope": "Device"}, {"present": "0"}, {"type": "UPS"}, {"type": "Mains"}])
def test_what_is_not_the_machines_battery(rooted: Rooted, extra: dict[str, str]) -> None:
    files = {"type": "Battery", "energy_full_design": "50000000", "energy_full": "50000000"} | extra
    host = rooted({f"{BATTERY}/{name}": text + "\n" for name, text in files.items()})
    assert read_batteries(host) == ()


@pytest.mark.parametrize(
    ("variable", "expected"),
    [(b"\x06\0\0\0\x01", Switch.ON), (b"\x06\0\0\0\x00", Switch.OFF), (b"\x06\0", Switch.UNKNOWN)],
)
def test_secure_boot(rooted: Rooted, variable: bytes, expected: Switch) -> None:
    host = rooted(
        {
            "/sys/firmware/efi/fw_platform_size": "64\n",
            f"/sys/firmware/efi/efivars/{SECURE_BOOT}": variable,
            "/sys/class/tpm/tpm0/tpm_version_major": "2\n",
        },
    )
    found = read_firmware(host, Dmi())
    assert (found.uefi, found.uefi_bits, found.secure_boot, found.tpm_version) == (True, 64, expected, "2.0")


def test_a_bios_machine_says_nothing_of_secure_boot_unless_it_has_no_uefi_at_all(rooted: Rooted) -> None:
    host = rooted({"/sys/class/net/x": ""})
    assert read_firmware(host, Dmi(has_uefi=True)).secure_boot is Switch.UNKNOWN
    assert read_firmware(host, Dmi(has_uefi=False)).secure_boot is Switch.UNSUPPORTED
    assert read_firmware(host, Dmi()).tpm_version is None


def test_network_cards_have_a_device_behind_them(rooted: Rooted, tmp_path: Path) -> None:
    host = rooted(
        {
            "/sys/class/net/lo/address": "00:00:00:00:00:00\n",
            "/sys/devices/pci0/0000:02:00.0/vendor": "0x8086\n",
            "/sys/devices/pci0/0000:02:00.0/device": "0x24f3\n",
            "/sys/class/net/wlp2s0/address": "aa:bb:cc:dd:ee:01\n",
            "/sys/class/net/wlp2s0/addr_assign_type": "0\n",
            "/sys/class/net/wlp2s0/uevent": "DEVTYPE=wlan\n",
            "/sys/class/net/wlp2s0/wireless/x": "",
        },
    )
    card, net = tmp_path / "sys/devices/pci0/0000:02:00.0", tmp_path / "sys/class/net/wlp2s0"
    (tmp_path / "sys/bus/pci/drivers/iwlwifi").mkdir(parents=True)
    (net / "device").symlink_to(card)
    (card / "subsystem").symlink_to(tmp_path / "sys/bus/pci")
    (card / "driver").symlink_to(tmp_path / "sys/bus/pci/drivers/iwlwifi")
    (found,) = read_networks(host)
    assert (found.name, found.kind, found.bus, found.driver) == ("wlp2s0", "wifi", "pci", "iwlwifi")
    assert (found.chip, found.permanent, found.mac) == ("8086:24f3", True, "aa:bb:cc:dd:ee:01")


@pytest.mark.parametrize(
    ("chassis", "evidence", "expected"),
    [
        (10, (), Chassis.LAPTOP),
        (3, ("batterie", "capot"), Chassis.LAPTOP),
        (3, ("batterie",), Chassis.DESKTOP),
        (13, ("écran intégré",), Chassis.AIO),
        (1, ("batterie",), Chassis.LAPTOP),
        (1, (), Chassis.UNKNOWN),
        (None, (), Chassis.UNKNOWN),
        (32, ("batterie", "écran intégré"), Chassis.TABLET),
    ],
)
def test_the_chassis_type_is_only_one_vote(chassis: int | None, evidence: tuple[str, ...], expected: Chassis) -> None:
    assert vote(chassis, evidence)[0] is expected


def test_the_base_board_rescues_a_placeholder_and_placeholders_never_identify(rooted: Rooted) -> None:
    dmi = Dmi(
        system=Board("To be filled by O.E.M.", "To Be Filled By O.E.M.", "Default string", "System Serial Number"),
        uuid="03000200-0400-0500-0006-000700080009",
        board=Board("ASRock", "B450M Pro4-F", None, "M80-C9004400123"),
    )
    found = read_system(rooted({"/x": ""}), dmi, has_battery=False)
    assert (found.model, found.identity_source) == ("ASRock B450M Pro4-F", "baseboard")
    assert (found.serial, found.uuid, found.version) == (None, None, None)
    assert found.board_serial == "M80-C9004400123"


def test_a_lenovo_is_named_as_it_is_sold(rooted: Rooted) -> None:
    dmi = Dmi(system=Board("LENOVO", "20BX0011FR", "ThinkPad T450s", "PC012345"))
    assert read_system(rooted({"/x": ""}), dmi, has_battery=True).model == "LENOVO ThinkPad T450s"


def test_memory_leaves_flash_out_and_falls_back_on_what_the_system_sees() -> None:
    slots = [
        Module("A1", 4 * GIB, "DDR3", array=1),
        Module("A2", 0, array=1),
        Module("ROM", 16 << 20, "Flash", array=1),
        Module("F", 8 << 20, None, array=2),
    ]
    dmi = Dmi(arrays=[Array(1, True, 2 * GIB, 2), Array(2, False)], modules=slots)
    found, notes = read_memory(dmi, int(3.8 * GIB))
    assert (found.total_bytes, found.slots, found.slots_used, found.max_bytes) == (4 * GIB, 2, 1, 4 * GIB)
    assert notes == ()
    silent, _ = read_memory(Dmi(modules=[Module("A1", 0)]), 3 * GIB)
    assert silent.total_bytes == 3 * GIB
    lying, notes = read_memory(dmi, 8 * GIB)
    assert lying.total_bytes == 8 * GIB and "le système voit 8 Go" in notes[0]
    _, notes = read_memory(Dmi(modules=[Module("A", 8 * GIB), Module("B", 8 * GIB)]), 8 * GIB)
    assert "vérifier les barrettes" in notes[0]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("4C4C4544-0042-3510-8056-B4C04F333232", "4c4c4544-0042-3510-8056-b4c04f333232"),
        ("Not Settable", None),
        ("ffffffff-ffff-ffff-ffff-ffffffffffff", None),
        ("--", None),
    ],
)
def test_uuids(rooted: Rooted, said: str, expected: str | None) -> None:
    assert read_system(rooted({"/x": ""}), Dmi(uuid=said), has_battery=False).uuid == expected


@pytest.mark.parametrize("level", [0, 1, 2, 3, 4])
def test_processor_levels(level: int) -> None:
    flags = sorted({flag for step in LEVELS[:level] for flag in step} | {"tsc"})
    data = f"processor\t: 0\nmodel name\t: Essai\nphysical id\t: 0\nflags\t\t: {' '.join(flags)}\n\n".encode()
    found = read_cpu(data, Counts(0, 4, 2, 2400.4), Dmi())
    assert (found.level, found.is_64bit, found.threads, found.max_mhz) == (level or None, level > 0, 4, 2400)


def test_no_cpuinfo_is_unknown_not_32_bits() -> None:
    assert read_cpu(None, Counts(0, None, None, None), Dmi()).is_64bit is None


GOOD = {"schema": "recond.boot-medium/1", "name": "sdb", "serial": "S1", "wwn": "", "ptuuid": "ab", "size_bytes": 5}


@pytest.mark.parametrize(
    ("files", "known", "live"),
    [
        ({}, False, False),
        ({"/etc/recond-stick": ""}, False, True),
        ({"/run/recond/boot-medium.json": json.dumps(GOOD)}, True, False),
        ({"/run/recond/boot-medium.json": "{"}, False, True),
        ({"/run/recond/boot-medium.json": '{"schema": "other/1", "name": "sdb"}'}, False, True),
        ({"/run/recond/boot-medium.json": '{"schema": "recond.boot-medium/1", "name": ""}'}, False, True),
    ],
)
def test_the_boot_mediums_record(rooted: Rooted, files: dict[str, str | bytes], known: bool, live: bool) -> None:
    found = read_surroundings(rooted({"/x": "", **files}), ())
    assert (found.boot_medium is not None, found.live_system) == (known, live)
    if known:
        assert found.boot_medium is not None
        assert (found.boot_medium.wwn, found.boot_medium.ptuuid) == (None, "ab")


def test_a_broken_record_of_the_boot_medium_protects_every_disk(rooted: Rooted) -> None:
    from recond.core.disk import Bus, Disk, DiskIdentity

    disk = Disk("sda", "/dev/sda", "/sys/x", DiskIdentity("M", "S", None, 10**9), bus=Bus.SATA)
    around = read_surroundings(rooted({"/run/recond/boot-medium.json": "?"}), (disk,))
    assert [refusal.rule for refusal in refusals(disk, around)] == ["boot-medium-unknown"]
