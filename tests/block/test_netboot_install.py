"""An installation from the workshop's server: the real HTTP side of `recond serve --netboot`, a practice disk, and every way
in which the network or the server must not make an installation that is called done."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from recond.core.errors import ConfigurationFault, EnvironmentFault
from recond.core.installing import InstallVerdict, layout, needed_bytes
from recond.core.profile import ProfileImage
from recond.core.signing import public_of
from recond.core.vouch import KEY_FILE, signature_file
from recond.flow import install
from recond.host.local import LocalHost
from recond.install import fetch, remote
from tests.block.install_bench import MIB, Bench, bench, make_image

pytestmark = pytest.mark.root

SEED = bytes(range(32))
PROGRAM = """
import ipaddress, sys
from pathlib import Path
from recond.core.netboot import Offer
from recond.server import netboot
folder = Path(sys.argv[1])
names = [path.name.removesuffix(".json") for path in folder.glob("*.json")]
files = {path.name: path for path in folder.iterdir() if path.is_file()}
system = netboot.System(folder, folder, {}, "quiet", files, names)
welcome = netboot.Welcome(folder, "", "", "", "MDL")
offer = Offer("lo", ipaddress.IPv4Interface("127.0.0.1/8"), int(sys.argv[2]))
line = netboot.Line(offer, system, welcome)
print(line.server_address[1], flush=True)
line.serve_forever()
"""


class NetHost(LocalHost):
    """This machine as a PC whose system came over the network: with the workshop's public key in it; None = none."""

    key: str | None = public_of(SEED)

    def read(self, path: str, limit: int = 1 << 20) -> bytes | None:
        if path == KEY_FILE:
            return self.key.encode() if self.key else None
        return super().read(path, limit)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    make_image(folder, bulk_mib=24)
    return folder


@pytest.fixture
def shelf(made: Path, tmp_path: Path) -> Path:
    """The server's folder: a system and its signature, for one test to spoil."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name in ("tiny.json", "tiny.squashfs"):
        (folder / name).write_bytes((made / name).read_bytes())
    sign(folder)
    return folder


def sign(folder: Path, seed: bytes = SEED) -> None:
    (folder / "tiny.json.sig").write_bytes(signature_file(seed, (folder / "tiny.json").read_bytes()))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Bench]:
    with bench(tmp_path) as one:
        one.host = NetHost()
        yield one


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = (sys.executable, "-c", PROGRAM, str(folder), str(port))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process, f"http://127.0.0.1:{process.stdout.readline().strip()}/profiles"
    finally:
        process.kill()
        process.wait()


def offered(host: LocalHost, url: str, tmp_path: Path) -> tuple[list[ProfileImage], str]:
    """Return what a PC that was told this source offers, and what it says of the rest."""
    folder = tmp_path / "pc"
    folder.mkdir(exist_ok=True)
    (folder / "source.json").write_text(json.dumps({"schema": "recond.image-source/1", "url": url}))
    offers, errors = install.find_images(host, (folder,))
    return [one.image for one in offers], " ".join(errors)


def test_a_hostile_list_or_description_is_only_an_error(shelf: Path, disk: Bench, tmp_path: Path) -> None:
    deep = "[" * 60_000
    (shelf / "index.json").write_text(deep)
    (shelf / "evil.json").write_text(deep)
    (shelf / "evil.json.sig").write_bytes(signature_file(bytes(32), deep.encode()))
    with plain(shelf) as url:
        found, errors = offered(disk.host, url, tmp_path)
        assert found == [] and "ne sont pas proposés" in errors
        names = ["../pc/source", "evil", "absent", "tiny", 7, "\x1b[2J"]
        (shelf / "index.json").write_text(json.dumps({"schema": "recond.image-list/1", "images": names}))
        found, errors = offered(disk.host, url, tmp_path)
    assert [one.name for one in found] == ["tiny"]
    assert "evil est signé par une autre clé" in errors and "absent : le serveur n'a pas" in errors


def untouched(disk: Bench) -> bool:
    return disk.file.stat().st_blocks == 0


def left_behind(disk: Bench) -> bytes:
    return disk.file.read_bytes()


def test_a_system_of_the_server_is_installed_and_nothing_of_the_fetching_is_left(
    shelf: Path, disk: Bench, tmp_path: Path
) -> None:
    told: dict[str, float] = {}
    with serving(shelf) as (_, url):
        (image,), errors = offered(disk.host, url, tmp_path)
        assert errors == "" and image.origin == url and not Path(image.path).exists()
        result = disk.install(image, tell=lambda title, share: told.update({title: share or 0.0}), check_all=True)
    assert (result.result, result.reason) == (InstallVerdict.OK, None)
    assert told["Réception du système"] == 1.0
    assert any(url in note for note in result.notes) and any("signée par la clé" in note for note in result.notes)
    files = subprocess.run(
        ("debugfs", "-R", "ls -p /", f"{disk.file}?offset={root_start(disk)}"),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "/usr/" in files and fetch.FOLDER not in files
    assert disk.mounts() == []


def root_start(disk: Bench) -> int:
    return layout(disk.file.stat().st_size).root.start_bytes


def test_it_needs_the_room_of_the_image_too(shelf: Path, disk: Bench, made: Path, tmp_path: Path) -> None:
    local = next(one.image for one in install.find_images(LocalHost(), (made,))[0])
    with serving(shelf) as (_, url):
        (image,), _errors = offered(disk.host, url, tmp_path)
    assert needed_bytes(image) - needed_bytes(local) > image.size_bytes


@pytest.mark.parametrize("spoiled", ["no signature", "another key", "another description"])
def test_what_the_workshop_did_not_sign_is_not_offered(spoiled: str, shelf: Path, disk: Bench, tmp_path: Path) -> None:
    with serving(shelf) as (_, url):
        (image,), _errors = offered(disk.host, url, tmp_path)
        if spoiled == "no signature":
            (shelf / "tiny.json.sig").write_bytes(b"")
        elif spoiled == "another key":
            sign(shelf, bytes(32))
        else:
            text = (shelf / "tiny.json").read_text()
            (shelf / "tiny.json").write_text(text.replace("13-20260101", "13-20260102"))
        found, errors = offered(disk.host, url, tmp_path)
        assert found == [] and "sign" in errors
        # Chosen before, its description changed since: still nothing is written.
        with pytest.raises(ConfigurationFault, match=r"sign|ne se lit plus"):
            disk.install(image)
    assert untouched(disk)


def test_a_pc_without_the_workshop_s_key_takes_nothing_from_the_network(
    shelf: Path, disk: Bench, tmp_path: Path
) -> None:
    disk.host.key = None  # type: ignore[attr-defined]
    with serving(shelf) as (_, url):
        found, errors = offered(disk.host, url, tmp_path)
    assert found == [] and "vient du réseau" in errors


@pytest.mark.parametrize("place", [0.1, 0.5, 0.999])
def test_a_flipped_byte_is_never_an_installed_system(place: float, shelf: Path, disk: Bench, tmp_path: Path) -> None:
    path = shelf / "tiny.squashfs"
    data = bytearray(path.read_bytes())
    data[int(len(data) * place)] ^= 1
    path.write_bytes(data)
    with serving(shelf) as (_, url):
        (image,), _errors = offered(disk.host, url, tmp_path)
        result = disk.install(image)
    assert result.result is InstallVerdict.FAILED and "abîmée" in (result.reason or "")
    assert left_behind(disk)[:440] == bytes(440), "no boot code: the disk starts nothing"


def test_a_file_cut_short_is_refused_before_the_disk(shelf: Path, disk: Bench, tmp_path: Path) -> None:
    path = shelf / "tiny.squashfs"
    path.write_bytes(path.read_bytes()[:-4096])
    with serving(shelf) as (_, url):
        (image,), _errors = offered(disk.host, url, tmp_path)
        with pytest.raises(ConfigurationFault, match="plus court"):
            disk.install(image)
    assert untouched(disk)


def test_a_server_that_is_gone_beforehand_is_refused_before_the_disk(shelf: Path, disk: Bench, tmp_path: Path) -> None:
    with serving(shelf) as (_, url):
        (image,), _errors = offered(disk.host, url, tmp_path)
    with pytest.raises(EnvironmentFault, match="injoignable"):
        disk.install(image)
    assert untouched(disk)
    found, errors = offered(disk.host, url, tmp_path)
    assert found == [] and "ne sont pas proposés" in errors


class Slow:
    """Stands between the PC and the server and lets a part through; then it does what it is told."""

    def __init__(self, url: str, *, let_through: int, then: str) -> None:
        self.port = int(url.split(":")[2].split("/")[0])
        self.let_through, self.then = let_through, then
        self.connections = 0
        self.door = socket.create_server(("127.0.0.1", 0))
        self.over = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.door.getsockname()[1]}/profiles"

    def _serve(self) -> None:
        while not self.over.is_set():
            try:
                client, _ = self.door.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(client,), daemon=True).start()

    def _one(self, client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection(("127.0.0.1", self.port)) as server:
            asked = client.recv(65536)
            server.sendall(asked)
            big = b".squashfs" in asked
            self.connections += big
            left = self.let_through if big else 1 << 30
            while left > 0 and (piece := server.recv(min(65536, left))):
                client.sendall(piece)
                left -= len(piece)
            if left == 0 and self.then == "stall":
                self.over.wait(60)
            while left == 0 and self.then == "drip" and not self.over.wait(0.05):
                client.sendall(server.recv(1))

    def close(self) -> None:
        self.over.set()
        self.door.close()


@pytest.mark.parametrize("then", ["stall", "drip"])
def test_a_server_that_stalls_has_a_deadline(
    then: str, shelf: Path, disk: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "PATIENCE_S", 3.0)
    monkeypatch.setattr(remote, "SILENCE_S", 1.0)
    with serving(shelf) as (_, url):
        slow = Slow(url, let_through=300_000, then=then)
        try:
            (image,), _errors = offered(disk.host, slow.url, tmp_path)
            begun = time.monotonic()
            result = disk.install(image)
        finally:
            slow.close()
    assert result.result is InstallVerdict.FAILED and "n'envoie plus l'image" in (result.reason or "")
    assert time.monotonic() - begun < 30


def test_a_line_that_breaks_again_and_again_is_gone_on_with(shelf: Path, disk: Bench, tmp_path: Path) -> None:
    with serving(shelf) as (_, url):
        slow = Slow(url, let_through=9 * MIB, then="cut")
        try:
            (image,), _errors = offered(disk.host, slow.url, tmp_path)
            result = disk.install(image)
        finally:
            slow.close()
    assert result.result is InstallVerdict.OK
    assert slow.connections == 1 + 3, "one to ask, and each went on where the one before broke"


def test_a_server_stopped_in_the_middle_and_the_installation_done_again(
    shelf: Path, disk: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "PATIENCE_S", 3.0)
    with serving(shelf) as (server, url):
        slow = Slow(url, let_through=9 * MIB, then="cut")
        (image,), _errors = offered(disk.host, slow.url, tmp_path)

        def stop(title: str, share: float | None) -> None:
            if title == fetch.TITLE and share and share > 0.2 and server.poll() is None:
                server.send_signal(signal.SIGKILL)
                server.wait()

        result = disk.install(image, tell=stop)
        slow.close()
    assert result.result is InstallVerdict.FAILED and "n'envoie plus l'image" in (result.reason or "")
    assert disk.mounts() == []
    with serving(shelf) as (_, url):
        (image,), _errors = offered(disk.host, url, tmp_path)
        assert disk.install(image).result is InstallVerdict.OK


class NoRanges(SimpleHTTPRequestHandler):
    """Python's own file server: it answers with the whole file whatever range is asked for. The first answer breaks off."""

    broken = 0

    def copyfile(self, source, outputfile) -> None:  # type: ignore[no-untyped-def]
        if self.path.endswith(".squashfs") and type(self).broken < 2:
            type(self).broken += 1
            outputfile.write(source.read(3 * MIB))
            self.close_connection = True
        else:
            super().copyfile(source, outputfile)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def plain(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), lambda *words: NoRanges(*words, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_server_that_knows_no_ranges_begins_again(shelf: Path, disk: Bench, tmp_path: Path) -> None:
    (shelf / "index.json").write_text(json.dumps({"schema": "recond.image-list/1", "images": ["tiny"]}))
    NoRanges.broken = 0
    with plain(shelf) as url:
        (image,), errors = offered(disk.host, url, tmp_path)
        assert errors == ""
        assert disk.install(image).result is InstallVerdict.OK
    assert NoRanges.broken == 2
