"""The machine as the audit found it. Units are in the names; None = it could not be measured."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from recond.core.disk import Disk


class Chassis(StrEnum):
    """What kind of computer it is."""

    LAPTOP = "laptop"
    DESKTOP = "desktop"
    AIO = "aio"
    MINI = "mini"
    TABLET = "tablet"
    SERVER = "server"
    UNKNOWN = "unknown"


class Switch(StrEnum):
    """A firmware setting that is on, off, absent or could not be read."""

    ON = "on"
    OFF = "off"
    UNSUPPORTED = "unsupported"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """Health of one part. PASS reads "no sign of failure found", never "healthy"."""

    PASS = "pass"
    WATCH = "watch"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict: the rule's name, the value met and the limit it was held against, and the French sentence."""

    rule: str
    value: str
    limit: str
    text: str


@dataclass(frozen=True, slots=True)
class Health:
    """A verdict, always with reasons (a PASS says what was read)."""

    verdict: Verdict
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class System:
    """Maker and model as sold, placeholders removed. `identity_source` says which table won: system, baseboard, none."""

    manufacturer: str | None = None
    product: str | None = None
    version: str | None = None
    sku: str | None = None
    serial: str | None = None
    uuid: str | None = None
    board_manufacturer: str | None = None
    board_product: str | None = None
    board_serial: str | None = None
    chassis_serial: str | None = None
    chassis: Chassis = Chassis.UNKNOWN
    chassis_evidence: tuple[str, ...] = ()
    identity_source: str = "none"

    @property
    def model(self) -> str | None:
        """Return maker and product as one name for screens and labels, or None."""
        # Lenovo sells by the version ("ThinkPad T450s"); its product is an order number ("20BX0011FR").
        sold = self.version if (self.manufacturer or "").upper() == "LENOVO" and self.version else None
        name = sold or self.product or self.board_product
        maker = self.manufacturer
        if maker and name and name.upper().split()[:1] == maker.upper().split()[:1]:
            maker = None  # "HP HP EliteBook", "Dell Inc. Dell G15"
        parts = [part for part in (maker, name) if part]
        return parts[0] if len(parts) == 1 else " ".join(parts) or None


class Absolute(StrEnum):
    """Absolute (Computrace), the theft protection in the firmware, which its former owner can still use to lock the PC."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class WindowsKey:
    """The Windows key in the firmware (ACPI table MSDM): `present` None = not readable. Never more than its last five."""

    present: bool | None = None
    last5: str | None = None


@dataclass(frozen=True, slots=True)
class Firmware:
    """BIOS or UEFI. `setup_mode` on: the Secure Boot keys are open to whoever comes. Passwords: None = not known."""

    vendor: str | None = None
    version: str | None = None
    date: str | None = None
    uefi: bool | None = None
    uefi_bits: int | None = None
    secure_boot: Switch = Switch.UNKNOWN
    tpm_version: str | None = None
    admin_password: bool | None = None
    power_on_password: bool | None = None
    setup_mode: Switch = Switch.UNKNOWN
    absolute: Absolute = Absolute.UNKNOWN
    windows_key: WindowsKey = WindowsKey()


@dataclass(frozen=True, slots=True)
class Cpu:
    """The processor. `level` is the x86-64 micro-architecture level 1..4 of the psABI, None = 32 bits or unknown."""

    model: str | None = None
    sockets: int | None = None
    cores: int | None = None
    threads: int | None = None
    max_mhz: int | None = None
    level: int | None = None
    is_64bit: bool | None = None
    has_aes: bool | None = None


@dataclass(frozen=True, slots=True)
class MemoryModule:
    """One fitted module (SMBIOS type 17; type 6 on old machines). `is_soldered` None = the firmware does not say."""

    slot: str | None
    size_bytes: int
    type: str | None = None
    form: str | None = None
    speed_mts: int | None = None
    manufacturer: str | None = None
    part: str | None = None
    is_soldered: bool | None = None


@dataclass(frozen=True, slots=True)
class MemoryErrors:
    """What the running kernel counted: `uncorrected` and `corrected` by EDAC (None = no EDAC here), `machine_checks` in
    the kernel's log since this boot (None = the log could not be read)."""

    uncorrected: int | None = None
    corrected: int | None = None
    machine_checks: int | None = None


@dataclass(frozen=True, slots=True)
class MemoryTest:
    """A memory test by memtester: how many of the `total_bytes` were tested to the end, and the failures it printed.

    `why_not`: why it did not end (deadline, stopped, tool missing); then nothing may be called tested.
    """

    tested_bytes: int
    total_bytes: int
    failures: tuple[str, ...] = ()
    why_not: str | None = None

    @property
    def share_pct(self) -> int:
        """Return which part of the memory was tested, in per cent, rounded down."""
        return 100 * self.tested_bytes // self.total_bytes if self.total_bytes else 0


@dataclass(frozen=True, slots=True)
class Memory:
    """Main memory. `total_bytes`: the modules' sum, else what the system sees; `max_bytes` is a lower bound."""

    total_bytes: int | None = None
    os_visible_bytes: int | None = None
    slots: int | None = None
    slots_used: int | None = None
    max_bytes: int | None = None
    modules: tuple[MemoryModule, ...] = ()
    errors: MemoryErrors = MemoryErrors()
    test: MemoryTest | None = None
    health: Health = Health(Verdict.UNKNOWN, ())


@dataclass(frozen=True, slots=True)
class Smart:
    """What the drive says of itself. Hours, degrees Celsius, counts; None = not said.

    `rotation_rpm` 0 = it does not spin. Attributes at or below their threshold now: `failing_prefail` predict a failure,
    `failing_now` tell of age. `selftest`, the last one: passed, aborted, failed or running; `selftest_note`: why the one
    that this audit asked for did not end. `used_disagrees`: two sources of the wear differ. `unreadable`: values that were
    there and are no number. `why_not`: why nothing was read.
    """

    available: bool = False
    passed: bool | None = None
    exit_status: int | None = None
    protocol: str | None = None
    device_type: str | None = None
    hours: int | None = None
    cycles: int | None = None
    temperature_c: int | None = None
    reallocated: int | None = None
    pending: int | None = None
    uncorrectable: int | None = None
    reported: int | None = None
    spin_retry: int | None = None
    end_to_end: int | None = None
    end_to_end_failing: bool | None = None
    crc: int | None = None
    used_pct: int | None = None
    used_source: str | None = None
    used_disagrees: bool = False
    spare_pct: int | None = None
    spare_threshold_pct: int | None = None
    media_errors: int | None = None
    critical_warning: int | None = None
    grown_defects: int | None = None
    failing_now: tuple[str, ...] = ()
    failing_prefail: tuple[str, ...] = ()
    rotation_rpm: int | None = None
    selftest: str | None = None
    selftest_note: str | None = None
    unreadable: tuple[str, ...] = ()
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class Ata:
    """What an ATA drive says of its own lock (IDENTIFY word 128) and of sectors it hides from the system.

    `hpa_sectors`, `dco_sectors`: hidden by a Host Protected Area or by Device Configuration Overlay; 0 = none, None = not
    known, then `why_not` says why.
    """

    security_supported: bool | None = None
    security_enabled: bool | None = None
    locked: bool | None = None
    frozen: bool | None = None
    hpa_sectors: int | None = None
    dco_sectors: int | None = None
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class AuditedDisk:
    """A disk with its SMART reading and its verdict. `ata` None = it is no ATA drive, or hides behind a bridge."""

    disk: Disk
    smart: Smart
    health: Health
    ata: Ata | None = None


@dataclass(frozen=True, slots=True)
class Battery:
    """One battery of the machine (not of a mouse)."""

    name: str
    design_mwh: int | None = None
    full_mwh: int | None = None
    health_pct: int | None = None
    cycles: int | None = None
    serial: str | None = None
    health: Health = Health(Verdict.UNKNOWN, ())


@dataclass(frozen=True, slots=True)
class Network:
    """One network interface with hardware behind it."""

    name: str
    kind: str
    mac: str | None = None
    driver: str | None = None
    bus: str | None = None
    chip: str | None = None
    permanent: bool = False
    chip_name: str | None = None
    firmware_missing: tuple[str, ...] = ()
    has_interface: bool = True


@dataclass(frozen=True, slots=True)
class Display:
    """One screen by its EDID. `connector` as the kernel names it ("eDP-1"); millimetres are of the picture.

    `is_builtin`: the panel of a portable. `year` of making, or of the model. `why_not`: why the EDID says nothing.
    """

    connector: str
    maker: str | None = None
    maker_id: str | None = None
    model: str | None = None
    product_code: str | None = None
    serial: str | None = None
    year: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    inches: float | None = None
    native_width: int | None = None
    native_height: int | None = None
    is_builtin: bool = False
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """One part of the machine besides disks and network. `ids` "8086:5916" (vendor and product), `place` its address.

    `driver` None = no driver took it here. `firmware_missing`: the files its driver asked for in vain (kernel's log).
    """

    name: str | None = None
    bus: str | None = None
    place: str | None = None
    ids: str | None = None
    driver: str | None = None
    firmware_missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A field that nobody could fill and why, in French: "system.serial", "le firmware n'a qu'un texte de remplissage"."""

    field: str
    why: str


@dataclass(frozen=True, slots=True)
class Machine:
    """The whole machine. `unknown` holds what did not answer and why, one sentence each; `hidden_disks` one for each
    controller behind which there are disks that nobody can see, or may be. `gaps`: the fields left empty, with their
    reasons. Of the parts (screens to optical drives), None = nobody could look, () = none seen."""

    schema: str = "recond.machine/1"
    system: System = System()
    firmware: Firmware = Firmware()
    cpu: Cpu = Cpu()
    memory: Memory = Memory()
    disks: tuple[AuditedDisk, ...] = ()
    batteries: tuple[Battery, ...] = ()
    networks: tuple[Network, ...] = ()
    unknown: tuple[str, ...] = ()
    hidden_disks: tuple[str, ...] = ()
    displays: tuple[Display, ...] | None = None
    gpus: tuple[Device, ...] | None = None
    sound: tuple[Device, ...] | None = None
    webcams: tuple[Device, ...] | None = None
    touchscreens: tuple[Device, ...] | None = None
    touchpads: tuple[Device, ...] | None = None
    card_readers: tuple[Device, ...] | None = None
    bluetooth: tuple[Device, ...] | None = None
    fingerprint: tuple[Device, ...] | None = None
    optical: tuple[Device, ...] | None = None
    gaps: tuple[Gap, ...] = ()
