"""What PCs fetch over the network: real HTTP on loopback, a real database, and a code that enrols one PC once."""

from __future__ import annotations

import ipaddress
import json
import subprocess
import sys
from pathlib import Path

import requests

from tests.server.test_tls import recond

PROGRAM = """
import ipaddress, json, sys, time
from pathlib import Path
from recond.core.netboot import Offer
from recond.server import config, netboot, tls
data, folder, network = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
config.setup(data)
offer = Offer("lo", ipaddress.IPv4Interface(network), 0)
system = netboot.System(folder / "vmlinuz", folder / "initrd", {"base.squashfs": folder / "base.squashfs"}, "quiet",
    {"debian-base.squashfs": folder / "base.squashfs"}, ["debian-base"])
welcome = netboot.Welcome(data, sys.argv[4], tls.pin(data), "tag_prefix = 'MDL'", "MDL")
line = netboot.Line(offer, system, welcome, lambda text: None)
print(line.server_address[1], flush=True)
line.serve_forever()
"""


class Offered:
    """The offer, in a process of its own (Django is set up once in a process)."""

    def __init__(
        self, data: Path, folder: Path, network: str = "127.0.0.1/8", url: str = "https://127.0.0.1:1"
    ) -> None:
        for name, size in (("vmlinuz", 5000), ("initrd", 3001), ("base.squashfs", 70_001)):
            (folder / name).write_bytes(name.encode() * (size // len(name)))
        command = (sys.executable, "-c", PROGRAM, str(data), str(folder), network, url)
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = f"http://127.0.0.1:{self.process.stdout.readline().strip()}"

    def __enter__(self) -> Offered:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.wait()


def unpacked(archive: bytes, folder: Path) -> Path:
    folder.mkdir()
    subprocess.run(("cpio", "-idm", "--quiet"), input=archive, cwd=folder, check=True)
    return folder / "netboot"


def test_each_pc_gets_the_system_a_code_and_tags_of_its_own(tmp_path: Path) -> None:
    told, tags = [], []
    with Offered(tmp_path / "data", tmp_path) as offered:
        script = requests.get(f"{offered.url}/boot.ipxe", timeout=10).text
        assert script.startswith("#!ipxe\n") and "/initrd?mac=${netX/mac}" in script
        assert requests.get(f"{offered.url}/vmlinuz", timeout=10).content == (tmp_path / "vmlinuz").read_bytes()
        for number in range(2):
            answer = requests.get(f"{offered.url}/initrd?mac=52:54:00:00:00:0{number}", timeout=20)
            assert answer.status_code == 200 and int(answer.headers["Content-Length"]) == len(answer.content)
            initrd = (tmp_path / "initrd").read_bytes()
            assert answer.content.endswith(initrd) and (len(answer.content) - len(initrd)) % 512 == 0
            found = unpacked(answer.content[: -len(initrd)], tmp_path / f"pc{number}")
            assert (found / "base.squashfs").read_bytes() == (tmp_path / "base.squashfs").read_bytes()
            told.append(json.loads((found / "settings.json").read_text())["code"])
            there = json.loads((found / "data/profiles/source.json").read_text())
            assert there == {"schema": "recond.image-source/1", "url": "http://127.0.0.1:0/profiles"}  # the offer's own
            tags.append(json.loads((found / "data/stick.json").read_text())["next_tag"])
        for path in ("/../data/secret-key", "/data", "/initrd/../vmlinuz", "/api/v1/health"):
            assert requests.get(offered.url + path, timeout=10).status_code in (200, 404)
            assert b"secret" not in requests.get(offered.url + path, timeout=10).content
        assert requests.post(offered.url + "/initrd", timeout=10).status_code == 501
    assert len(set(told)) == 2 and tags == [7000, 7010]


def test_the_systems_to_install_come_by_name_alone_whole_or_in_parts(tmp_path: Path) -> None:
    with Offered(tmp_path / "data", tmp_path) as offered:
        url, whole = f"{offered.url}/profiles", (tmp_path / "base.squashfs").read_bytes()
        assert requests.get(f"{url}/index.json", timeout=10).json()["images"] == ["debian-base"]
        assert requests.get(f"{url}/debian-base.squashfs", timeout=10).content == whole
        part = requests.get(f"{url}/debian-base.squashfs", headers={"Range": "bytes=60000-"}, timeout=10)
        assert (part.status_code, part.content) == (206, whole[60000:])
        assert part.headers["Content-Range"] == f"bytes 60000-{len(whole) - 1}/{len(whole)}"
        beyond = requests.get(f"{url}/debian-base.squashfs", headers={"Range": f"bytes={len(whole)}-"}, timeout=10)
        assert beyond.status_code == 416 and beyond.headers["Content-Range"] == f"bytes */{len(whole)}"
        for name in ("base.squashfs", "%2e%2e/vmlinuz", "%2e%2e/data/secret-key", "", "debian-base.squashfs/"):
            assert requests.get(f"{url}/{name}", timeout=10).status_code == 404


def test_the_code_enrols_once_at_the_right_server_only(tmp_path: Path) -> None:
    data = tmp_path / "server"
    url = recond(data, "serve", "--tls", "--port", "0", "--detach").split()[2].rstrip("/")
    try:
        with Offered(data / "server", tmp_path, url=url) as offered:
            answer = requests.get(f"{offered.url}/initrd?mac=52:54:00:00:00:01", timeout=20).content
        size = (tmp_path / "initrd").stat().st_size
        said = json.loads((unpacked(answer[:-size], tmp_path / "pc") / "settings.json").read_text())
        assert said["url"] == url
        assert "enrôlée" in recond(tmp_path / "one", "enrol", said["url"], said["code"])
        assert "refuse ce code" in recond(tmp_path / "two", "enrol", said["url"], said["code"], code=7)
        held = json.loads((tmp_path / "one/enrolment.json").read_text())
        assert held["name"] == "démarré par le réseau 52:54:00:00:00:01" and held["pin"]
    finally:
        recond(data, "serve", "--stop")


def test_a_machine_of_another_network_gets_nothing(tmp_path: Path) -> None:
    with Offered(tmp_path / "data", tmp_path, network="127.0.0.1/32") as offered:
        assert requests.get(f"{offered.url}/boot.ipxe", timeout=10).status_code == 200
        session = requests.Session()
        session.mount("http://", From("127.0.0.2"))
        for path in ("/boot.ipxe", "/vmlinuz", "/initrd"):
            assert session.get(offered.url + path, timeout=10).status_code == 403


class From(requests.adapters.HTTPAdapter):
    """Connect from this address."""

    def __init__(self, address: str) -> None:
        self.address = str(ipaddress.IPv4Address(address))
        super().__init__()

    def init_poolmanager(self, *args: object, **kwargs: object) -> None:
        super().init_poolmanager(*args, source_address=(self.address, 0), **kwargs)  # type: ignore[arg-type]
