"""A PC with an empty disk, no stick and no other system, starts over the workshop's network from `recond serve --netboot`.

Two network namespaces: the server in one; in the other the PC and the box that gives addresses and knows nothing of recond.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from recond.core.projection import project
from scripts.vmlab import MIB, Drive, VirtualPC, donor_disk
from tests.vm.test_stick_boots import ASSISTANT, CHECKOUT

pytestmark = [pytest.mark.root, pytest.mark.vm, pytest.mark.timeout(1500)]

START_S = 700.0
SERVER, BOX, MAC = "192.168.77.1", "192.168.77.254", "52:54:00:7a:11:02"


@pytest.fixture(scope="module")
def image() -> Path:
    """The test image; RECOND_TEST_STICK names another."""
    if frozen := os.environ.get("RECOND_TEST_STICK"):
        return Path(frozen)
    profiles = Path(os.environ.get("RECOND_CACHE") or Path.home() / ".cache/recond") / "profiles"
    words = [str(CHECKOUT / "live-image/build"), "--profiles", str(profiles), "--kernel-args", "mitigations=off"]
    build = subprocess.run(words, env={**os.environ, "FAST": "1"}, capture_output=True, text=True)
    assert build.returncode == 0, build.stderr
    return Path(build.stdout.split()[-1])


def ip(*words: str) -> None:
    subprocess.run(("ip", *words), check=True)


def within(space: str, *words: str) -> tuple[str, ...]:
    return ("ip", "netns", "exec", space, *words)


@dataclass
class Net:
    """The names of the two namespaces; the PC's cable ends at `tap` in `lan`, the server's at `port` in `server`."""

    server: str
    lan: str
    port: str = "port0"
    tap: str = "tap0"


@contextmanager
def workshop(folder: Path) -> Iterator[Net]:
    """Lay the network: server, switch, box with its own DHCP server."""
    net = Net(f"recond-srv-{os.getpid()}", f"recond-lan-{os.getpid()}")
    for space in (net.server, net.lan):
        ip("netns", "add", space)
    try:
        ip("link", "add", net.port, "netns", net.server, "type", "veth", "peer", "name", "wall", "netns", net.lan)
        ip("-n", net.server, "address", "add", f"{SERVER}/24", "dev", net.port)
        ip("-n", net.lan, "link", "add", "switch", "type", "bridge")
        ip("-n", net.lan, "address", "add", f"{BOX}/24", "dev", "switch")
        subprocess.run(within(net.lan, "ip", "tuntap", "add", net.tap, "mode", "tap"), check=True)
        for name in ("wall", net.tap):
            ip("-n", net.lan, "link", "set", name, "master", "switch")
        for name in ("lo", "wall", net.tap, "switch"):
            ip("-n", net.lan, "link", "set", name, "up")
        for name in ("lo", net.port):
            ip("-n", net.server, "link", "set", name, "up")
        given = ("--dhcp-range=192.168.77.100,192.168.77.200,1h", f"--dhcp-leasefile={folder}/leases")
        files = (f"--pid-file={folder}/box.pid", f"--log-facility={folder}/box.log", "--conf-file=/dev/null")
        box = ("dnsmasq", "--keep-in-foreground", "--port=0", "--interface=switch", "--bind-interfaces", "--log-dhcp")
        process = subprocess.Popen(within(net.lan, *box, *given, *files))
        try:
            yield net
        finally:
            process.terminate()
            process.wait(10)
    finally:
        for space in (net.server, net.lan):
            subprocess.run(("ip", "netns", "delete", space), check=False)


@contextmanager
def serving(net: Net, data: Path, image: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the workshop's server with its offer; it is there when this returns."""
    words = ("--data", str(data), "serve", "--netboot", net.port, "--netboot-confirm", net.port)
    command = within(net.server, sys.executable, "-m", "recond", *words, "--netboot-image", str(image))
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, cwd=CHECKOUT, env={**os.environ, "PYTHONUNBUFFERED": "1"}
        )
        try:
            for _ in range(240):
                assert process.poll() is None, log.read_text()
                if "proposé sur" in log.read_text():
                    break
                time.sleep(0.5)
            else:
                raise AssertionError(log.read_text())
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


class NetPC(VirtualPC):
    """A PC whose only way to start is the network."""

    def __init__(self, net: Net, folder: Path, drives: list[Drive], firmware: str, card: str) -> None:
        super().__init__(folder, drives, firmware, memory_mib=2048)
        self.net, self.card = net, card

    def command(self) -> list[str]:
        words = super().command()
        line = words.index("-netdev")
        words[line + 1] = f"tap,id=net,ifname={self.net.tap},script=no,downscript=no"
        words[line + 3] = f"{self.card},netdev=net,mac={MAC},bootindex=0"
        return [*within(self.net.lan), *words]


def events(data: Path) -> list[dict[str, object]]:
    done = subprocess.run(
        (sys.executable, "-m", "recond", "--data", str(data), "serve", "--dump"),
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def audit(pc: VirtualPC, process: subprocess.Popen[bytes]) -> None:
    """Begin to recondition the PC, see the plan, say no; the record has begun by then."""
    homes = pc.said().count(ASSISTANT)
    pc.keys("R\r")
    pc.wait_for("Étiquette de ce PC", process, 60)
    time.sleep(2)  # an Enter that comes at once is taken for the key's bounce
    pc.keys("\r")
    begun = time.monotonic()
    while pc.said().count(ASSISTANT) <= homes:
        assert process.poll() is None and time.monotonic() - begun < 400, pc.tail()
        time.sleep(1)
    time.sleep(2)
    pc.keys("\r")


@pytest.mark.parametrize(("firmware", "card"), [("bios", "e1000e"), ("uefi", "virtio-net-pci,romfile=")])
def test_a_pc_with_an_empty_disk_starts_over_the_network(image: Path, tmp_path: Path, firmware: str, card: str) -> None:
    """In UEFI without the card's own iPXE: the firmware's boot code fetches iPXE by TFTP, as on a real PC."""
    data, log, disk = tmp_path / "data", tmp_path / "serve.log", tmp_path / "empty.img"
    data.mkdir()
    (data / "recond.toml").write_text('organisation = "La Maison du libre"\ntag_prefix = "MDL"\n')
    with disk.open("wb") as file:
        file.truncate(256 * MIB)
    with workshop(tmp_path) as net:
        pc = NetPC(net, tmp_path / "pc", [Drive(disk, "sata", "EMPTY001")], firmware, card)
        with serving(net, data, image, log), pc.running() as process:
            pc.wait_for("DEMARRE PAR LE RESEAU", process, START_S)
            pc.wait_for("Ce PC est relie au serveur", process, 200)
            pc.wait_for(ASSISTANT, process, 200)
            audit(pc, process)
            pc.wait_for("Entrée : retour au menu", process, 200)
            time.sleep(2)
            pc.keys("X\r")
            pc.wait_for("Toutes les fiches de ce PC sont au serveur", process, 120)
            pc.wait_off(process, 120)
            said = log.read_text()
    assert "a reçu le système entier" in said
    found = events(data)
    assert {"run.started", "audit.hardware", "run.ended"} <= {str(one["type"]) for one in found}
    assert {str(one["machine"]["tag"])[:8] for one in found} == {"MDL-7000"}  # type: ignore[index]
    with disk.open("rb") as file:
        while piece := file.read(MIB):
            assert not any(piece), "nothing is written without the word"


@pytest.mark.parametrize(("firmware", "card"), [("bios", "e1000e"), ("uefi", "virtio-net-pci,romfile=")])
def test_a_donor_s_pc_without_any_stick_ends_ready(image: Path, tmp_path: Path, firmware: str, card: str) -> None:
    """Audit, wipe, and the installation of debian-base from the server; then the PC's own disk starts it, alone."""
    data, log, disk = tmp_path / "data", tmp_path / "serve.log", tmp_path / "nvme.img"
    data.mkdir()
    (data / "recond.toml").write_text('organisation = "La Maison du libre"\ntag_prefix = "MDL"\n')
    donor_disk(disk, 4096, b"DONNEES-DU-DONATEUR")
    begun = time.monotonic()
    with workshop(tmp_path) as net:
        pc = NetPC(net, tmp_path / "pc", [Drive(disk, "nvme", "S4EUNX0M512345")], firmware, card)
        with serving(net, data, image, log), pc.running() as process:
            pc.wait_for("Ce PC est relie au serveur", process, START_S)
            pc.wait_for(ASSISTANT, process, 200)
            print(f"{firmware}: assistant after {time.monotonic() - begun:.0f} s")
            pc.keys("R\r")
            pc.wait_for("Étiquette de ce PC", process, 60)
            time.sleep(2)  # an Enter that comes at once is taken for the key's bounce
            pc.keys("\r")
            pc.wait_for("DETRUIRE  puis", process, 300)
            pc.keys("DETRUIRE\r")
            print(f"wiped, system on its way after {pc.wait_for('Réception du système', process, 400):.0f} s more")
            pc.wait_for("Entrée : retour au menu", process, 600)
            print(f"{firmware}: end after {time.monotonic() - begun:.0f} s")
            time.sleep(2)
            pc.keys("X\r")
            pc.wait_for("Toutes les fiches de ce PC sont au serveur", process, 120)
            pc.wait_off(process, 120)
    done = events(data)
    card_now = project(done)
    assert card_now["ready"] is True, log.read_text() + pc.tail()
    assert [one["payload"]["verdict"] for one in done if one["type"] == "wipe.disk"] == ["ERASED"]  # type: ignore[index]
    (installed,) = (one["payload"] for one in done if one["type"] == "install.completed")
    assert installed["result"] == "ok"  # type: ignore[index]
    assert any(f"http://{SERVER}:8018/profiles" in note for note in installed["notes"])  # type: ignore[index]
    with disk.open("rb") as file:
        while piece := file.read(64 * MIB):  # the marks lie at whole half mebibytes
            assert b"DONNEES-DU-DONATEUR" not in piece
    alone = VirtualPC(tmp_path / "alone", [Drive(disk, "nvme", "S4EUNX0M512345")], firmware, memory_mib=1024)
    with alone.running() as process:
        name = str(done[0]["machine"]["tag"]).lower()  # type: ignore[index]
        print(f"alone: login after {alone.wait_for(f'{name} login:', process, 500):.0f} s")


def test_power_off_waits_for_the_server_and_says_what_would_be_lost(image: Path, tmp_path: Path) -> None:
    data, log, disk = tmp_path / "data", tmp_path / "serve.log", tmp_path / "empty.img"
    with disk.open("wb") as file:
        file.truncate(64 * MIB)
    with workshop(tmp_path) as net:
        pc = NetPC(net, tmp_path / "pc", [Drive(disk, "sata", "EMPTY001")], "bios", "e1000e")
        with serving(net, data, image, log) as server, pc.running() as process:
            pc.wait_for("Ce PC est relie au serveur", process, START_S)
            pc.wait_for(ASSISTANT, process, 200)
            server.send_signal(signal.SIGTERM)
            server.wait(30)
            audit(pc, process)
            pc.wait_for("Entrée : retour au menu", process, 200)
            time.sleep(2)
            pc.keys("X\r")
            pc.wait_for("PERDUS si on l'éteint", process, 120)
            time.sleep(5)
            assert process.poll() is None, "it does not go by itself"
            pc.keys("PERDRE\r")
            pc.wait_off(process, 120)
    assert events(data) == []
