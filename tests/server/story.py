"""Events of machines, made by the same functions as the stick's, for tests that send them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from recond.core import canonical, event
from recond.core.disk import Bus, Disk, DiskIdentity, Medium
from recond.core.event import Actor, Moment
from recond.core.identity import make_tag
from recond.core.machine import (
    AuditedDisk,
    Battery,
    Chassis,
    Cpu,
    Firmware,
    Health,
    Machine,
    Memory,
    Reason,
    Smart,
    Switch,
    System,
    Verdict,
)
from recond.core.words import N_

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NVME = DiskIdentity("SAMSUNG MZVLB256HAHQ-000L7", "S4DYNX0R123456", "eui.0025385b9150a2c1", 256_060_514_304)
HDD = DiskIdentity("WDC WD5000LPLX-60ZNTT1", "WD-WX71A1234567", "0x50014ee6b0c1d2e3", 500_107_862_016)


def disk(
    identity: DiskIdentity, verdict: Verdict = Verdict.PASS, said: str = N_("aucun signe de panne")
) -> AuditedDisk:
    """Return an audited internal disk."""
    nvme = identity is NVME
    found = Disk(
        name="nvme0n1" if nvme else "sda",
        path="/dev/nvme0n1" if nvme else "/dev/sda",
        sys_path="/sys/block/x",
        identity=identity,
        bus=Bus.NVME if nvme else Bus.SATA,
        medium=Medium.NVME if nvme else Medium.HDD,
    )
    return AuditedDisk(found, Smart(available=True, passed=True), Health(verdict, (Reason("smart", "0", "0", said),)))


def machine(*disks: AuditedDisk, product: str = "20L5CTO1WW", version: str = "ThinkPad T480") -> Machine:
    """Return a whole machine as an audit finds it."""
    return Machine(
        system=System(
            manufacturer="LENOVO", product=product, version=version, serial="PF0XK3B2", chassis=Chassis.LAPTOP,
            uuid="4c4c4544-0042-3510-8054-b7c04f564d32", identity_source="system",
        ),
        firmware=Firmware("LENOVO", "N24ET61W (1.36)", "2020-07-02", True, 64, Switch.ON, "2.0", False),
        cpu=Cpu("Intel(R) Core(TM) i5-8350U CPU @ 1.70GHz", 1, 4, 8, 3600, 3, True, True),
        memory=Memory(total_bytes=8 << 30, os_visible_bytes=8_200_000_000, slots=2, slots_used=1),
        disks=disks,
        batteries=(Battery("BAT0", 48_000, 41_900, 87, 212, "1234"),),
    )  # fmt: skip


class Story:
    """The events of one run of one machine, chained as the stick chains them."""

    def __init__(self, number: int = 42, *, lot: str | None = "2026-07-CD44-01", uid: str | None = None) -> None:
        self.start = START + timedelta(minutes=number)
        self.uid = uid or self.new_id()
        self.tag = make_tag("MDL", number)
        self.run = self.new_id()
        self.lot = lot
        self.events: list[dict[str, Any]] = []

    def new_id(self) -> str:
        """Return a new UUIDv7."""
        return event.uuid7(self.start, os.urandom(10))

    def add(
        self, kind: str, payload: Mapping[str, object], attachments: tuple[Mapping[str, object], ...] = ()
    ) -> Story:
        """Add an event."""
        seq = len(self.events) + 1
        self.events.append(
            event.make(
                event_id=self.new_id(),
                kind=kind,
                run=self.run,
                seq=seq,
                prev=canonical.digest(self.events[-1]) if self.events else None,
                uid=self.uid,
                tag=self.tag,
                moment=Moment(self.start + timedelta(seconds=30 * seq), "b00t", 30.0 * seq),
                actor=Actor("LM", "stk_7f3a19c2", "recond 0.1.0"),
                lot=self.lot,
                payload=payload,
                attachments=attachments,
            )
        )
        return self

    def audit(self, found: Machine) -> Story:
        """Begin the run and record the audit."""
        self.add("run.started", {"kind": "run", "tag": self.tag, "lot": self.lot})
        self.add("audit.hardware", {"machine": found})
        for one in found.disks:
            said = {"disk": one.disk.identity, "verdict": one.health.verdict, "reasons": one.health.reasons}
            self.add("audit.disk_health", said)
        return self.add("grade.set", {"grade": "B", "reason": N_("batterie {pct} %").format(pct=87), "raise": None})

    def wipe(self, identity: DiskIdentity, verdict: str | None = "ERASED", **other: object) -> Story:
        """Record a wipe; `verdict` None = it was cut off."""
        told: dict[str, object] = {
            "plan_id": "4F2A-91C3",
            "disk": identity,
            "method": "overwrite-aes",
            "level": "clear",
        }
        self.add("wipe.started", told)
        if verdict is None:
            return self
        size = identity.size_bytes
        end: dict[str, object] = {
            "verdict": verdict, "bad_ranges": [], "bytes_written": size, "bytes_verified": size,
            "certificate": "5d" * 32, "caveats": ["secteurs réalloués non atteints"], **other,
        }  # fmt: skip
        return self.add("wipe.disk", {**told, **end})

    def install(self, identity: DiskIdentity, result: str = "ok") -> Story:
        """Record an installation."""
        profile = {"name": "debian-base", "version": "13-20261123", "sha256": "ab" * 32}
        told = {"disk": identity, "profile": profile}
        self.add("install.started", told)
        checks = [{"name": "files", "ok": True, "text": "31 204 fichiers relus, tous conformes"}]
        return self.add("install.completed", {**told, "result": result, "checks": checks, "hostname": "pc-mdl-0042-7"})

    def end(self, state: str = "ready", code: int = 0) -> Story:
        """Record where the machine stands and that the run is over."""
        self.add("label.printed", {"printer": "png", "outcome": "saved", "file": f"{self.tag}.png"})
        self.add("state.set", {"state": state})
        return self.add("run.ended", {"result": "ok" if code == 0 else "failed", "exit_code": code})


def whole(number: int) -> Story:
    """Return the story of a machine that went all the way."""
    found = machine(disk(NVME), disk(HDD))
    return Story(number).audit(found).wipe(NVME).wipe(HDD).install(NVME).end()
