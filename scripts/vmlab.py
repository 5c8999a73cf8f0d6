"""A virtual donated PC in QEMU, for `scripts/vm` and tests/vm: no KVM needed, no network but a forward to loopback."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MIB = 1 << 20
OVMF = Path("/usr/share/OVMF")
FIRMWARES = {
    "uefi": (("OVMF_CODE_4M.fd", "OVMF_VARS_4M.fd"), ("OVMF_CODE.fd", "OVMF_VARS.fd")),
    "secure": (("OVMF_CODE_4M.ms.fd", "OVMF_VARS_4M.ms.fd"), ("OVMF_CODE_4M.secboot.fd", "OVMF_VARS_4M.ms.fd")),
    "uefi32": (("OVMF32_CODE_4M.secboot.fd", "OVMF32_VARS_4M.fd"),),
}
"""Code and fresh variables, as Debian's packages ovmf and ovmf-ia32 name them."""

SMM = ("secure", "uefi32")
"""Firmwares that keep their variables behind system management mode."""

GUEST_SERVER = "10.0.2.100"
"""The address at which the guest finds the workshop's server: a forward of QEMU's user-mode network to loopback."""

SMBIOS = (
    "type=0,vendor=Dell Inc.,version=A29,date=06/28/2018",
    "type=1,manufacturer=Dell Inc.,product=OptiPlex 7010,version=01,serial=VM7QK52,"
    "uuid=4c4c4544-0056-4d10-8051-b7c04f4b3532,sku=05CC,family=OptiPlex",
    "type=2,manufacturer=Dell Inc.,product=0GY6Y8,serial=/VM7QK52/CN7220034A0BCD/",
    "type=3,manufacturer=Dell Inc.,serial=VM7QK52",
    "type=4,manufacturer=Intel(R) Corporation,version=Intel(R) Core(TM) i5-3470 CPU @ 3.20GHz",
    "type=17,loc_pfx=DIMM,manufacturer=Hynix,speed=1600,serial=0F1E2D3C,part=HMT351U6CFR8C-PB",
)


@dataclass
class Drive:
    """One disk of the virtual PC: a raw file behind an NVMe, SATA or USB device."""

    path: Path
    kind: str
    serial: str
    boot: int | None = None
    model: str = "QEMU HARDDISK"

    def arguments(self, number: int) -> list[str]:
        """Return QEMU's arguments for this drive."""
        boot = f",bootindex={self.boot}" if self.boot is not None else ""
        # discard=ignore: a format or a trim must not punch holes and so look like an erase of the file.
        args = ["-drive", f"if=none,id=d{number},format=raw,cache=unsafe,file={self.path}"]
        device = {
            "nvme": f"nvme,drive=d{number},serial={self.serial}",
            "sata": f"ide-hd,drive=d{number},bus=ide.{number},serial={self.serial},model={self.model},rotation_rate=7200",
            "ssd": f"ide-hd,drive=d{number},bus=ide.{number},serial={self.serial},model={self.model},rotation_rate=1",
            # 4Kn: no BIOS reads it; eMMC is seen as a card by the firmware and as mmcblk0 by the system.
            "nvme4k": f"nvme,drive=d{number},serial={self.serial},logical_block_size=4096,physical_block_size=4096",
            "mmc": f"sd-card,drive=d{number},bus=sd-bus",
            # Its id, dev<number>, is what the monitor's device_del pulls out.
            "usb": f"usb-storage,bus=xhci.0,id=dev{number},drive=d{number},serial={self.serial},removable=on",
        }[self.kind]
        if self.kind == "mmc":
            return [*args, "-device", "sdhci-pci", "-device", device]
        return [*args, "-device", device + boot]


@dataclass
class VirtualPC:
    """The PC. `folder` gets its serial log and its monitor's socket.

    `firmware`: bios, uefi, secure (UEFI that enforces Secure Boot with Microsoft's keys) or uefi32 (32-bit UEFI).
    """

    folder: Path
    drives: list[Drive]
    firmware: str = "uefi"
    memory_mib: int = 2048
    server_port: int | None = None
    extra: list[str] = field(default_factory=list)
    cpu: str = "Nehalem"

    @property
    def serial_log(self) -> Path:
        """Return the file with everything that the serial line said."""
        return self.folder / "serial.log"

    def command(self) -> list[str]:
        """Return QEMU's whole command line."""
        machine = "q35,smm=on" if self.firmware in SMM else "q35"
        args = ["qemu-system-x86_64", "-machine", machine, "-accel", "tcg,thread=multi", "-cpu", self.cpu, "-smp", "2"]
        args += ["-m", str(self.memory_mib), "-display", "none", "-nodefaults", "-vga", "std", "-no-reboot"]
        args += [
            "-chardev",
            f"socket,id=tty,path={self.folder}/serial.sock,server=on,wait=off,logfile={self.serial_log}",
        ]
        args += ["-serial", "chardev:tty", "-qmp", f"unix:{self.folder}/qmp.sock,server=on,wait=off"]
        args += ["-device", "qemu-xhci,id=xhci", "-rtc", "base=utc"]
        for text in SMBIOS:
            args += ["-smbios", text]
        if self.firmware != "bios":
            args += self._ovmf()
        if self.firmware in SMM:
            args += ["-global", "driver=cfi.pflash01,property=secure,value=on"]
        # A program for each connection: QEMU opens a forward to a plain port once, at its start, and never again.
        program = f"{sys.executable} {Path(__file__).with_name('vmforward.py')} {self.server_port}"
        forward = f",guestfwd=tcp:{GUEST_SERVER}:8017-cmd:{program}" if self.server_port else ""
        args += ["-netdev", f"user,id=net,restrict=on{forward}", "-device", "e1000e,netdev=net,mac=52:54:00:7a:11:02"]
        for number, drive in enumerate(self.drives):
            args += drive.arguments(number)
        return args + self.extra

    def _ovmf(self) -> list[str]:
        pairs = FIRMWARES[self.firmware]
        found = next((pair for pair in pairs if all((OVMF / name).exists() for name in pair)), None)
        if found is None:
            raise SystemExit("OVMF is missing: install the packages ovmf and ovmf-ia32 (scripts/setup vm)")
        code, fresh = (OVMF / name for name in found)
        variables = self.folder / "efivars.fd"
        if not variables.exists():
            shutil.copy(fresh, variables)
        return [
            "-drive",
            f"if=pflash,format=raw,unit=0,readonly=on,file={code}",
            "-drive",
            f"if=pflash,format=raw,unit=1,file={variables}",
        ]

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Power the PC on for the time of a `with`; it is killed at the end if it still runs."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in ("serial.log", "serial.sock", "qmp.sock"):
            (self.folder / name).unlink(missing_ok=True)
        with (self.folder / "qemu.log").open("wb") as log:
            process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            try:
                self._answers(process)
                yield process
            finally:
                process.kill()
                process.wait()

    def _answers(self, process: subprocess.Popen[bytes], deadline_s: float = 20.0) -> None:
        """Wait until the serial line and the monitor can be connected to, or QEMU has ended (its log says why)."""
        end = time.monotonic() + deadline_s
        sockets = [self.folder / name for name in ("serial.sock", "qmp.sock")]
        while process.poll() is None and time.monotonic() < end and not all(one.exists() for one in sockets):
            time.sleep(0.05)

    def said(self) -> str:
        """Return what the serial line said until now."""
        with contextlib.suppress(OSError):
            return self.serial_log.read_bytes().decode("utf-8", "replace")
        return ""

    def wait_for(self, text: str, process: subprocess.Popen[bytes], deadline_s: float) -> float:
        """Wait until the serial line says `text`; return the seconds it took. Raises SystemExit with the last lines."""
        start = time.monotonic()
        while text not in self.said():
            if process.poll() is not None:
                raise SystemExit(f"the virtual PC stopped before it said {text!r}\n{self.tail()}")
            if time.monotonic() - start > deadline_s:
                self.screenshot("timeout.ppm")
                raise SystemExit(f"the virtual PC did not say {text!r} in {deadline_s:.0f} s\n{self.tail()}")
            time.sleep(0.5)
        return time.monotonic() - start

    def wait_off(self, process: subprocess.Popen[bytes], deadline_s: float) -> float:
        """Wait until the PC powers itself off; return the seconds it took. Raises SystemExit with the last lines."""
        start = time.monotonic()
        while process.poll() is None:
            if time.monotonic() - start > deadline_s:
                self.screenshot("timeout.ppm")
                raise SystemExit(f"the virtual PC did not power off in {deadline_s:.0f} s\n{self.tail()}")
            time.sleep(0.5)
        return time.monotonic() - start

    def tail(self, lines: int = 40) -> str:
        """Return the last lines of the serial line, and of QEMU's own complaints."""
        with contextlib.suppress(OSError):
            complaints = (self.folder / "qemu.log").read_text(errors="replace")
            return "\n".join([*self.said().splitlines()[-lines:], complaints])
        return self.said()[-2000:]

    def keys(self, text: str) -> None:
        """Type on the serial line."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.folder / "serial.sock"))
            line.sendall(text.encode())
            time.sleep(0.5)

    def asked(self, text: str, process: subprocess.Popen[bytes], deadline_s: float, typed: str) -> None:
        """Wait for a question on the serial line and answer it."""
        self.wait_for(text, process, deadline_s)
        self.keys(typed)

    def shell(self, command: str, process: subprocess.Popen[bytes], deadline_s: float = 120) -> tuple[int, str]:
        """Run a command in the shell that the serial line shows; return its exit status and what it printed."""
        mark = f"fin-{time.monotonic_ns()}"
        # The echo of what is typed must not look like the end of it.
        self.keys(f"{command}; echo {mark[:4]}''{mark[4:]}=$?=\n")
        self.wait_for(f"{mark}=", process, deadline_s)
        time.sleep(0.3)
        before, _, after = self.said().partition(f"{mark}=")
        return int(after.split("=")[0]), before.rpartition(f"{mark[4:]}=$?=")[2].strip()

    def qmp(self, execute: str, **arguments: Any) -> Any:
        """Send one command to QEMU's monitor and return its answer."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.folder / "qmp.sock"))
            stream = line.makefile("rwb")
            stream.readline()
            for request in ({"execute": "qmp_capabilities"}, {"execute": execute, "arguments": arguments}):
                stream.write(json.dumps(request).encode() + b"\n")
                stream.flush()
                answer = json.loads(stream.readline())
                while "event" in answer:
                    answer = json.loads(stream.readline())
            return answer

    def screenshot(self, name: str) -> Path:
        """Save what the PC's screen shows as a PPM file in its folder."""
        path = self.folder / name
        with contextlib.suppress(OSError, ValueError):
            self.qmp("screendump", filename=str(path))
        return path


def partitions(image: Path) -> list[dict[str, int]]:
    """Return start and size in bytes of each partition of a raw image."""
    done = subprocess.run(("sfdisk", "--json", str(image)), capture_output=True, check=True)
    table = json.loads(done.stdout)["partitiontable"]
    unit = int(table.get("sectorsize", 512))
    return [{"start": part["start"] * unit, "size": part["size"] * unit} for part in table["partitions"]]


@contextmanager
def mounted(image: Path, part: dict[str, int], folder: Path, *, read_only: bool = False) -> Iterator[Path]:
    """Mount one partition of a raw image file for the time of a `with`."""
    folder.mkdir(parents=True, exist_ok=True)
    options = f"loop,offset={part['start']},sizelimit={part['size']}" + (",ro" if read_only else "")
    subprocess.run(("mount", "-o", options, str(image), str(folder)), check=True)
    try:
        yield folder
    finally:
        subprocess.run(("umount", str(folder)), check=True)


def donor_disk(path: Path, size_mib: int, marker: bytes) -> None:
    """Make a donor's disk: a partition table, an ext4 file system with files, and a marked block in every MiB."""
    from recond.flow.practice_disk import block_of

    path.unlink(missing_ok=True)
    with path.open("wb") as file:
        file.truncate(size_mib * MIB)
    table = f"label: gpt\nstart=2048, size={(size_mib - 2) * 2048}, type=linux\n"
    subprocess.run(("sfdisk", "--quiet", str(path)), input=table.encode(), check=True)
    ext = ("mkfs.ext4", "-q", "-F", "-L", "donateur", "-E", f"offset={MIB}", str(path), f"{(size_mib - 2) * 1024}k")
    subprocess.run(ext, check=True)
    assert block_of(0).startswith(marker)
    with path.open("r+b") as file:
        for number in range(1, size_mib):
            file.seek(number * MIB + 512 * 1024)
            file.write(block_of(number))
        file.seek(size_mib * MIB - 40 * 1024)
        file.write(block_of(0))
