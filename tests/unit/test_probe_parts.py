"""Screens, buses and what hangs on them, drives' locks: the readers on real files laid out as the kernel does."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

import pytest

from recond.core.hdparm import parse_max_sectors, parse_real_sectors
from recond.core.machine import Absolute, Ata, Machine, System
from recond.core.ports import Command, Completed, Warrant
from recond.host.record import RecordingHost, ReplayHost
from recond.host.run import destroys
from recond.probe import acpi, ata, edid, firmware_settings, missing_firmware
from recond.probe.dmi import Board, Dmi
from recond.probe.firmware import read_firmware
from recond.probe.gaps import read_gaps
from recond.probe.parts import with_parts
from recond.probe.pci import parse_lspci
from tests.conftest import RootedHost

LSPCI = b"""0000:00:02.0 "VGA compatible controller" "Intel Corporation" "HD Graphics 620" -r02 -p00 "Lenovo" "Device 2245"
0000:02:00.0 "Network controller" "Intel Corporation" "Wireless 8265 / 8275" -r78 "Intel Corporation" "Dual Band"
0000:03:00.0 "Unassigned class [ff00]" "Realtek Semiconductor Co., Ltd." "RTS522A \\"PCIe\\" Card Reader" -r01 "L" "D"
0000:04:00.0 "Ethernet controller" "Intel Corporation" "Device 15d7" -r21 "Lenovo" "Device 2245"
"""


class Answering(RootedHost):
    """A host on files that also answers programs, each with a status and what it prints; others are not installed."""

    def __init__(self, root: Path, files: dict[str, str | bytes], answers: Mapping[str, tuple[int, bytes]]) -> None:
        super().__init__(root, files)
        self.answers = answers

    def run(self, command: Command, warrant: Warrant | None = None) -> Completed:
        status, said = self.answers.get(" ".join(command.argv), (None, b""))
        why = "missing" if status is None else None
        return Completed(command.argv, status, said, b"", 0.0, why)

    def ln(self, path: str, target: str) -> None:
        """Make a symbolic link inside the root, and what it leads to."""
        (self.root / target.lstrip("/")).mkdir(parents=True, exist_ok=True)
        link = self.root / path.lstrip("/")
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(self.root / target.lstrip("/"))


def make_edid(name: bytes = b"P2419H", *, cm: tuple[int, int] = (53, 30), mm: tuple[int, int] = (527, 296)) -> bytes:
    """Return the EDID of a 1920x1080 screen made by Dell in 2019, serial number in words."""
    block = bytearray(128)
    block[:8] = edid.HEADER
    block[8:10] = struct.pack(">H", (4 << 10) | (5 << 5) | 12)  # D, E, L
    block[10:18] = struct.pack("<HIBB", 0xA0C7, 0x4C523156, 23, 2019 - 1990)
    block[18:20] = bytes((1, 4))
    block[21], block[22] = cm
    block[54:72] = bytes((2, 58, 128, 24, 113, 56, 45, 64, 88, 44, 69, 0)) + bytes(
        (mm[0] & 255, mm[1] & 255, (mm[0] >> 8) << 4 | mm[1] >> 8, 0, 0, 30)
    )
    for at, tag, text in ((72, 0xFF, b"7VRLXV3"), (90, 0xFC, name)):
        block[at : at + 18] = b"\0\0\0" + bytes((tag, 0)) + (text + b"\n").ljust(13)[:13]
    block[127] = -sum(block) % 256
    return bytes(block)


def test_a_screen_by_its_edid() -> None:
    found = edid.parse(make_edid(), "DP-1")
    assert (found.maker, found.maker_id, found.model, found.serial, found.year) == (
        "Dell",
        "DEL",
        "P2419H",
        "7VRLXV3",
        2019,
    )
    assert (found.native_width, found.native_height, found.inches) == (1920, 1080, 23.8)
    assert (found.width_mm, found.height_mm, found.product_code, found.why_not) == (527, 296, "a0c7", None)


@pytest.mark.parametrize(
    ("cm", "mm", "size"),
    [
        ((53, 30), (160, 90), (530, 300)),
        ((53, 30), (708, 398), (530, 300)),
        ((0, 0), (309, 174), (309, 174)),
        ((0, 0), (0, 0), (None, None)),
        ((79, 0), (0, 0), (None, None)),
    ],
)
def test_sizes_that_are_only_a_ratio_or_contradict_each_other(
    cm: tuple[int, int], mm: tuple[int, int], size: tuple[int | None, int | None]
) -> None:
    found = edid.parse(make_edid(cm=cm, mm=mm), "DP-1")
    assert (found.width_mm, found.height_mm) == size


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "ne donne pas d'EDID"),
        (make_edid()[:100], "coupé : 100 octets"),
        (b"\1" + make_edid()[1:], "sans son en-tête"),
        (make_edid()[:20] + b"\xaa" + make_edid()[21:], "somme de contrôle"),
    ],
)
def test_an_edid_that_is_not_believed_says_why(data: bytes, why: str) -> None:
    found = edid.parse(data, "DP-1")
    assert why in (found.why_not or "")
    assert (found.maker, found.native_width) == (None, None)


def test_extensions_are_not_read_and_names_are_made_safe() -> None:
    found = edid.parse(make_edid(b"\x1b[31mX\x07") + b"\xff" * 128, "HDMI-A-1")
    assert found.why_not is None and found.model == "[31mX"


def laptop(tmp_path: Path) -> Answering:
    """Return a laptop's sysfs: Intel graphics and Wi-Fi without its firmware, webcam, Bluetooth, a reader without driver."""
    pci, usb, drm = "/sys/bus/pci/devices", "/sys/bus/usb/devices", "/sys/class/drm"
    files: dict[str, str | bytes] = {}
    for place, code, ids in (
        ("0000:00:02.0", "0x030000", ("0x8086", "0x5916")),
        ("0000:02:00.0", "0x028000", ("0x8086", "0x24fd")),
        ("0000:03:00.0", "0xff0000", ("0x10ec", "0x522a")),
        ("0000:04:00.0", "0x020000", ("0x8086", "0x15d7")),
    ):
        files |= {f"{pci}/{place}/class": code, f"{pci}/{place}/vendor": ids[0], f"{pci}/{place}/device": ids[1]}
    for place, ids, name, codes in (
        ("1-5", ("13d3", "5673"), ("SunplusIT Inc", "Integrated Camera"), ("0e0100", "0e0200")),
        ("1-7", ("8087", "0a2b"), (None, None), ("e00101",)),
        ("1-9", ("138a", "0097"), (None, None), ("ff0000",)),
        ("usb1", ("1d6b", "0002"), ("Linux", "xHCI Host Controller"), ("090000",)),
    ):
        files |= {f"{usb}/{place}/idVendor": ids[0], f"{usb}/{place}/idProduct": ids[1]}
        files |= {
            f"{usb}/{place}/{key}": text for key, text in zip(("manufacturer", "product"), name, strict=True) if text
        }
        for number, code in enumerate(codes):
            parts = zip(("Class", "SubClass", "Protocol"), (code[:2], code[2:4], code[4:]), strict=True)
            files |= {f"{usb}/{place}:1.{number}/bInterface{part}": text for part, text in parts}
    files |= {
        f"{drm}/card0-eDP-1/status": "connected\n", f"{drm}/card0-eDP-1/edid": b"", f"{drm}/card0-eDP-1/modes": "1920x1080\n",
        f"{drm}/card0-HDMI-A-1/status": "disconnected\n", f"{drm}/version": "drm 1.1.0\n",
        f"{drm}/card0-DP-1/status": "connected\n", f"{drm}/card0-DP-1/edid": make_edid(),
        "/sys/class/net/enp0s31f6/address": "54:e1:ad:00:00:01\n", "/sys/class/net/enp0s31f6/addr_assign_type": "0\n",
        "/sys/block/sr0/device/vendor": "HL-DT-ST", "/sys/block/sr0/device/model": "DVDRAM GUD0N   ",
        "/proc/bus/input/devices": INPUTS,
    }  # fmt: skip
    host = Answering(tmp_path, files, {"lspci -D -mm": (0, LSPCI)})
    host.ln("/sys/class/net/enp0s31f6/device", f"{pci}/0000:04:00.0")
    host.ln(f"{pci}/0000:00:02.0/driver", "/sys/bus/pci/drivers/i915")
    host.ln(f"{pci}/0000:02:00.0/driver", "/sys/bus/pci/drivers/iwlwifi")
    host.ln("/sys/class/bluetooth/hci0", f"{usb}/1-7/1-7:1.0/bluetooth/hci0")
    return host


INPUTS = """I: Bus=0018 Vendor=06cb Product=7e7e Version=0100
N: Name="SYNA7DB5:01 06CB:7E7E Touchpad"
H: Handlers=mouse0 event5
B: PROP=5
B: EV=1b
B: KEY=e520 10000 0 0 0 0
B: ABS=2e0800000000003

I: Bus=0018 Vendor=056a Product=5146 Version=0100
N: Name="Wacom Pen and multitouch sensor Finger"
H: Handlers=event7
B: PROP=2
B: EV=1b
B: KEY=400 0 0 0 0 0
B: ABS=260800000000003
"""

LOG = """[    3.1] iwlwifi 0000:02:00.0: firmware: failed to load iwlwifi-8265-36.ucode (-2)
[    3.2] iwlwifi 0000:02:00.0: Direct firmware load for iwlwifi-8265-36.ucode failed with error -2
[    3.3] iwlwifi 0000:02:00.0: Direct firmware load for iwlwifi-8265-35.ucode failed with error -2
[    3.4] iwlwifi 0000:02:00.0: no suitable firmware found!
[    3.5] platform regulatory.0: Direct firmware load for regulatory.db failed with error -2
[    3.6] i915 0000:00:02.0: Direct firmware load for i915/kbl_dmc_ver1_05.bin failed with error -2
[    3.7] i915 0000:00:02.0: firmware: direct-loading firmware i915/kbl_dmc_ver1_04.bin
[    4.0] Bluetooth: hci0: Direct firmware load for intel/ibt-12-16.sfi failed with error -2
"""


def test_a_laptops_parts(tmp_path: Path) -> None:
    found = with_parts(laptop(tmp_path), Machine(), LOG)
    assert [(one.name, one.driver, one.firmware_missing) for one in found.gpus or ()] == [
        ("Intel Corporation HD Graphics 620", "i915", ())
    ]
    assert [(one.connector, one.model, one.native_width, one.is_builtin) for one in found.displays or ()] == [
        ("DP-1", "P2419H", 1920, False),
        ("eDP-1", None, 1920, True),
    ]
    assert [one.name for one in found.webcams or ()] == ["SunplusIT Inc Integrated Camera"]
    assert [(one.ids, one.firmware_missing) for one in found.bluetooth or ()] == [
        ("8087:0a2b", ("intel/ibt-12-16.sfi",))
    ]
    assert [one.ids for one in found.fingerprint or ()] == ["138a:0097"]
    assert [one.name for one in found.card_readers or ()] == [
        'Realtek Semiconductor Co., Ltd. RTS522A "PCIe" Card Reader'
    ]
    assert [one.name for one in found.optical or ()] == ["HL-DT-ST DVDRAM GUD0N"]
    assert [one.name for one in found.touchpads or ()] == ["SYNA7DB5:01 06CB:7E7E Touchpad"]
    assert [one.name for one in found.touchscreens or ()] == ["Wacom Pen and multitouch sensor Finger"]


def test_a_card_without_its_firmware_is_there_without_an_interface(tmp_path: Path) -> None:
    wired, wifi = with_parts(laptop(tmp_path), Machine(), LOG).networks
    assert (wired.name, wired.has_interface, wired.chip_name, wired.firmware_missing) == ("enp0s31f6", True, None, ())
    assert (wifi.name, wifi.kind, wifi.has_interface, wifi.mac) == ("0000:02:00.0", "wifi", False, None)
    assert wifi.firmware_missing == ("iwlwifi-8265-36.ucode", "iwlwifi-8265-35.ucode")
    assert wifi.chip_name == "Intel Corporation Wireless 8265 / 8275"


def test_a_driver_that_found_an_older_file_misses_nothing() -> None:
    loaded = LOG.replace("no suitable firmware found!", "loaded firmware version 34.0.1 op_mode iwlmvm")
    assert "0000:02:00.0" not in missing_firmware.parse(loaded)
    assert missing_firmware.parse(None) == {}


def test_where_nobody_could_look_nothing_is_said_to_be_absent(tmp_path: Path) -> None:
    host = Answering(tmp_path, {"/x": ""}, {})
    found = with_parts(host, Machine(), None)
    unseen = (found.displays, found.gpus, found.sound, found.webcams, found.touchscreens, found.bluetooth)
    assert unseen == (None,) * 6
    fields = {gap.field for gap in read_gaps(host, found, Dmi())}
    assert {"displays", "gpus", "sound", "webcams", "touchscreens", "bluetooth", "system.serial"} <= fields


def test_a_gap_names_the_text_that_is_no_serial_number(tmp_path: Path) -> None:
    dmi = Dmi("raw", system=Board("LENOVO", "20BX", None, "To Be Filled By O.E.M."))
    why = {gap.field: gap.why for gap in read_gaps(Answering(tmp_path, {}, {}), Machine(system=System()), dmi)}
    assert why["system.serial"] == "le firmware n'a qu'un texte de remplissage : « To Be Filled By O.E.M. »"


def test_names_of_lspci() -> None:
    found = parse_lspci(LSPCI + b'nonsense "a\n\xff\xfe "b" "c" "d\x1b[2J"\n')
    assert found["0000:00:02.0"] == "Intel Corporation HD Graphics 620"
    assert "0000:04:00.0" not in found, "a device without a name in the list has none"
    assert not any("\x1b" in name for name in found.values())


MSDM = bytes(36) + struct.pack("<5I", 1, 0, 1, 0, 29) + b"XY7T9-N4K2P-HW8QD-3VBMR-F6GC2"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, (None, None)),
        ({"DSDT": b"x"}, (False, None)),
        ({"MSDM": MSDM}, (True, "F6GC2")),
        ({"MSDM": MSDM[:56] + bytes(29)}, (False, None)),
        ({"MSDM": b""}, (False, None)),
    ],
)
def test_the_windows_key_is_kept_by_its_last_five_only(
    tmp_path: Path, files: dict[str, bytes], expected: tuple[bool | None, str | None]
) -> None:
    host = Answering(tmp_path, {f"/sys/firmware/acpi/tables/{name}": data for name, data in files.items()}, {})
    found = acpi.windows_key(host)
    assert (found.present, found.last5) == expected


def test_a_recording_never_holds_the_whole_key(tmp_path: Path) -> None:
    host = Answering(tmp_path / "root", {"/sys/firmware/acpi/tables/MSDM": MSDM}, {})
    recording = RecordingHost(host, tmp_path / "made")
    assert acpi.windows_key(recording).last5 == "F6GC2"
    assert acpi.windows_key(ReplayHost(tmp_path / "made")).last5 == "F6GC2"
    assert "XY7T9" not in (tmp_path / "made" / "calls.ndjson").read_text()


@pytest.mark.parametrize(
    ("driver", "name", "value", "expected"),
    [
        ("hp-bioscfg", "Absolute Persistence Module Current State", "Active", Absolute.ACTIVE),
        ("hp-bioscfg", "Absolute Persistence Module Current State", "Inactive", Absolute.INACTIVE),
        ("dell-wmi-sysman", "Absolute", "Enabled", Absolute.UNKNOWN),
        ("dell-wmi-sysman", "Absolute", "PermanentlyDisabled", Absolute.INACTIVE),
        ("thinklmi", "ComputraceModuleActivation", "Disable", Absolute.INACTIVE),
        ("thinklmi", "AbsolutePersistenceModuleActivation", "Enable", Absolute.UNKNOWN),
    ],
)
def test_absolute_is_active_only_where_the_firmware_says_so(
    tmp_path: Path, driver: str, name: str, value: str, expected: Absolute
) -> None:
    path = f"/sys/class/firmware-attributes/{driver}/attributes/{name}/current_value"
    state, why = firmware_settings.absolute(Answering(tmp_path, {path: value + "\n"}, {}))
    assert state is expected
    assert (why is not None) == (expected is Absolute.UNKNOWN), "what is unknown has its reason"


@pytest.mark.parametrize(("is_set", "table", "expected"), [("1", False, True), ("0", True, False), ("", True, True)])
def test_the_makers_own_settings_know_the_password_better(
    tmp_path: Path, is_set: str, table: bool, expected: bool
) -> None:
    folder = "/sys/class/firmware-attributes/thinklmi/authentication/Admin"
    files: dict[str, str | bytes] = {f"{folder}/role": "bios-admin\n", f"{folder}/is_enabled": f"{is_set}\n"}
    found = read_firmware(Answering(tmp_path, files, {}), Dmi(admin_password=table))
    assert found.admin_password is expected


def test_tpm_by_the_tables_where_the_kernel_has_no_driver(tmp_path: Path) -> None:
    acpi_only = Answering(tmp_path, {"/sys/firmware/acpi/tables/TPM2": b"x"}, {})
    assert read_firmware(acpi_only, Dmi()).tpm_version == "2.0"
    assert read_firmware(acpi_only, Dmi(tpm_version="1.2")).tpm_version == "1.2"


@pytest.mark.parametrize(
    ("state", "text", "expected"),
    [
        (0x0029, "", Ata(True, False, False, True)),
        (None, "ATA Security is:  Disabled, NOT FROZEN [SEC1]", Ata(True, False, False, False)),
        (None, "ATA Security is:  ENABLED, PW level HIGH, **LOCKED** [SEC5]", Ata(True, True, True, False)),
        (None, "ATA Security is:  ENABLED, PW level MAX, not locked, frozen [SEC4]", Ata(True, True, False, True)),
        (None, "ATA Security is:  Unavailable", Ata(False, False, False, False)),
        (None, "", Ata()),
    ],
)
def test_a_drives_lock(state: int | None, text: str, expected: Ata) -> None:
    said = {"smartctl": {"output": ["x", text]}, **({"ata_security": {"state": state}} if state else {})}
    assert ata.lock_of(said) == expected


HPA = b"\n/dev/sda:\n max sectors   = 312500000/312581808, HPA is enabled\n"
DCO = b"\n/dev/sda:\nDCO Checksum verified.\nDCO Revision: 0x0002\n\tReal max sectors: 312581808\n"


@pytest.mark.parametrize(
    ("area", "overlay", "hpa", "dco", "why"),
    [
        ((0, HPA), (0, DCO), 81808, 0, None),
        ((0, HPA.replace(b"312500000", b"312581808")), (5, b""), 0, None, "DCO"),
        ((0, b" max sectors   = 0/1, HPA setting seems invalid (buggy kernel device driver?)"), (0, DCO), None, None, "HPA"),
        ((0, b" max sectors   = 1953525168/14715056(1844674407332161348?), HPA setting invalid"), (0, DCO), None, None, "HPA"),
        ((None, b""), (None, b""), None, None, "hdparm n'est pas installé"),
    ],
)  # fmt: skip
def test_hidden_sectors_are_counted_or_their_absence_is_not_claimed(
    tmp_path: Path,
    area: tuple[int | None, bytes],
    overlay: tuple[int | None, bytes],
    hpa: int | None,
    dco: int | None,
    why: str | None,
) -> None:
    answers = {"hdparm -N /dev/sda": area, "hdparm --dco-identify /dev/sda": overlay}
    host = Answering(tmp_path, {}, {key: value for key, value in answers.items() if value[0] is not None})  # type: ignore[misc]
    found = ata.hidden_of(host, "/dev/sda", Ata())
    assert (found.hpa_sectors, found.dco_sectors) == (hpa, dco)
    assert (found.why_not is None) == (why is None) and (why or "") in (found.why_not or "")


def test_what_hdparm_prints_is_believed_only_where_it_makes_sense() -> None:
    assert parse_max_sectors("max sectors = 5/4, HPA is disabled") is None
    assert parse_real_sectors("\tReal max sectors: 1000\n") is None, "without its revision it is no configuration"
    assert parse_real_sectors("DCO Revision: 0x0001\n\tReal max sectors: 1\n") is None


@pytest.mark.parametrize(
    ("argv", "changes"),
    [
        (("hdparm", "-N", "/dev/sda"), False),
        (("hdparm", "--dco-identify", "/dev/sda"), False),
        (("hdparm", "-N", "p1000", "/dev/sda"), True),
        (("hdparm", "-Np1000", "/dev/sda"), True),
        (("hdparm", "-N"), True),
        (("hdparm", "--dco-restore", "/dev/sda"), True),
    ],
)
def test_asking_for_the_sectors_destroys_nothing_and_setting_them_does(argv: tuple[str, ...], changes: bool) -> None:
    assert destroys(argv) is changes
