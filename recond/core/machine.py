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
        if maker and name and name.upper().split()[0] == maker.upper().split()[0]:
            maker = None  # "HP HP EliteBook", "Dell Inc. Dell G15"
        parts = [part for part in (maker, name) if part]
        return " ".join(parts) or None


@dataclass(frozen=True, slots=True)
class Firmware:
    """BIOS or UEFI."""

    vendor: str | None = None
    version: str | None = None
    date: str | None = None
    uefi: bool | None = None
    uefi_bits: int | None = None
    secure_boot: Switch = Switch.UNKNOWN
    tpm_version: str | None = None
    admin_password: bool | None = None


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
    """One fitted module (SMBIOS type 17)."""

    slot: str | None
    size_bytes: int
    type: str | None = None
    form: str | None = None
    speed_mts: int | None = None
    manufacturer: str | None = None
    part: str | None = None


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
    that this audit asked for did not end. `used_disagrees`: two sources of the wear differ. `why_not`: why nothing was read.
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
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class AuditedDisk:
    """A disk with its SMART reading and its verdict."""

    disk: Disk
    smart: Smart
    health: Health


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


@dataclass(frozen=True, slots=True)
class Machine:
    """The whole machine. `unknown` holds what did not answer and why, one sentence each; `hidden_disks` one for each
    controller behind which there are disks that nobody can see, or may be."""

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
