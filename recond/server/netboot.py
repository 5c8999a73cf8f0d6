"""What PCs fetch when they start over the network: iPXE's script, the kernel, and one archive with the whole system.

Plain HTTP, as boot ROMs speak nothing else that a workshop's own certificate could serve: whoever controls the workshop's
network can start those PCs with something else (so can every boot server). What crosses it is no secret but one: the
one-time code, which gives a key that may append and look up only, is worth a quarter of an hour, and is used at once.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO
from urllib.parse import parse_qs, urlsplit

from recond.core import netboot
from recond.core.identity import make_tag
from recond.server import keep, netboot_images

NAME = "démarré par le réseau"
"""How the keys of such PCs begin in the list of sticks."""

KEY_DAYS = 7
AT_ONCE = 6
"""Archives sent at a time; more PCs are told to come back, and iPXE does."""

FIRST_TAG, TAGS_EACH = 7000, 10
CHUNK = 1 << 20
STALLED_S = 60.0
MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class System:
    """What is offered: kernel, initrd, the files that the initrd finds under /netboot, the kernel's words."""

    kernel: Path
    initrd: Path
    carried: dict[str, Path]
    arguments: str
    images: dict[str, Path] = field(default_factory=dict)
    """Files of the systems that may be installed, by name."""
    image_names: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Welcome:
    """What a PC is told besides: the server's address (https) and pin, and the workshop's recond.toml ("" = none)."""

    data: Path
    url: str
    pin: str
    settings: str
    tag_prefix: str

    def files(self, mac: str) -> dict[str, bytes]:
        """Return the small files for one PC, with a code of its own and tags of its own. Writes to the database."""
        from django.db import connection

        from recond.server import manage

        try:
            code = manage.code(f"{NAME} {mac}", self.pin)
            first = self._tags()
        finally:
            connection.close()
        told = {"schema": netboot.SCHEMA, "url": self.url, "code": code}
        stick = {"schema": "recond.stick/1", "stick": f"stk_{secrets.token_hex(4)}", "next_tag": first}
        found = {"netboot/settings.json": told, "netboot/data/stick.json": stick}
        small = {name: json.dumps(content).encode() for name, content in found.items()}
        if self.settings:
            small["netboot/data/recond.toml"] = self.settings.encode()
        return small

    def _tags(self) -> int:
        """Return the first of ten numbers that no PC was ever given, by this server or in any record it has."""
        from recond.server.models import Card

        path = self.data / "netboot-tags"
        with TAGS:
            try:
                number = int(path.read_text(encoding="ascii"))
            except (OSError, ValueError):
                number = FIRST_TAG
            while Card.objects.filter(
                tag__in=[make_tag(self.tag_prefix, n) for n in range(number, number + TAGS_EACH)]
            ).exists():
                number += TAGS_EACH
            keep.write(path, str(number + TAGS_EACH).encode("ascii"))
            return number


TAGS = threading.Lock()


def retire() -> int:
    """Take their rights from the keys of PCs that were started over the network a week ago; return how many."""
    from django.utils import timezone

    from recond.server.models import Stick

    old = timezone.now() - timedelta(days=KEY_DAYS)
    found = Stick.objects.filter(name__startswith=NAME, created_at__lt=old, revoked_at=None)
    return found.update(revoked_at=timezone.now())


class Line(ThreadingHTTPServer):
    """The HTTP server, on one address. `tell` is told in French which PC fetches what."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self, offer: netboot.Offer, system: System, welcome: Welcome, tell: Callable[[str], None] = lambda text: None
    ) -> None:
        self.offer, self.system, self.welcome, self.tell = offer, system, welcome, tell
        self.room = threading.Semaphore(AT_ONCE)
        super().__init__((str(offer.address.ip), offer.port), Answer)

    def start(self) -> None:
        """Serve in a thread of its own."""
        threading.Thread(target=self.serve_forever, name="netboot", daemon=True).start()

    def handle_error(self, request: object, client_address: object) -> None:
        """A PC that was switched off in the middle is no fault of this server; anything else goes to the log."""
        LOG.info("netboot: %s", client_address, exc_info=True)


class Answer(BaseHTTPRequestHandler):
    """One request of a PC."""

    server: Line
    timeout = STALLED_S
    server_version = "recond"
    sys_version = ""
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer to a PC of this network, and to no other machine."""
        if IPv4Address(self.client_address[0]) not in self.server.offer.address.network:
            self._text(403, "this offer is for the PCs of its own network\n")
            return
        parts = urlsplit(self.path)
        if parts.path == "/boot.ipxe":
            self.server.tell(f"{self.client_address[0]} démarre par le réseau")
            self._text(200, netboot.ipxe_script(self.server.offer, self.server.system.arguments))
        elif parts.path == "/vmlinuz":
            size = self.server.system.kernel.stat().st_size
            self._head(200, size, "application/octet-stream")
            with self.server.system.kernel.open("rb") as file:
                self._send(file)
        elif parts.path == "/initrd":
            self._initrd((parse_qs(parts.query).get("mac") or [""])[0].lower())
        elif parts.path == netboot_images.PREFIX + netboot_images.LIST:
            self._text(200, netboot_images.listed(self.server.system.image_names).decode(), "application/json")
        elif image := netboot_images.named(parts.path, self.server.system.images):
            self._image(image)
        else:
            self._text(404, "nothing here\n")

    def _image(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                part = netboot_images.asked(self.headers.get("Range"), size)
                if part is None:
                    self._head(416, 0, "application/octet-stream", {"Content-Range": f"bytes */{size}"})
                    return
                start, length = part
                if start == 0 and size > CHUNK:
                    self.server.tell(f"{self.client_address[0]} reçoit {path.name} ({size >> 20} Mo)")
                range_told = {"Content-Range": f"bytes {start}-{start + length - 1}/{size}"}
                partly = self.headers.get("Range") is not None and length != size
                self._head(206 if partly else 200, length, "application/octet-stream", range_told if partly else {})
                file.seek(start)
                self._send(file, length)
        except ConnectionError:
            self.close_connection = True  # a PC that only asked for the size, or was switched off
        except OSError as error:
            self.server.tell(f"{path.name} : {error.strerror or error}")
            self.close_connection = True

    def _initrd(self, mac: str) -> None:
        system, here = self.server.system, self.client_address[0]
        who = mac if MAC.fullmatch(mac) else here
        if not self.server.room.acquire(blocking=False):
            self._text(503, "too many PCs at a time\n")
            return
        try:
            small = self.server.welcome.files(who)
            if system.images:
                small[f"netboot/data/profiles/{netboot_images.SOURCE}"] = netboot_images.source(self.server.offer.url)
            lead, carried, size = _layout(small, system)
            self._head(200, size, "application/octet-stream")
            self.server.tell(f"{here} reçoit le système ({size >> 20} Mo)")
            self.wfile.write(lead)
            for prefix, path in carried:
                self.wfile.write(prefix)
                if path is not None:
                    with path.open("rb") as file:
                        self._send(file)
            with system.initrd.open("rb") as file:
                self._send(file)
            self.server.tell(f"{here} a reçu le système entier")
        except OSError as error:
            self.server.tell(f"{here} : envoi interrompu ({error.strerror or error}) ; ce PC le redemandera")
            self.close_connection = True
        finally:
            self.server.room.release()

    def _send(self, file: BinaryIO, most: int | None = None) -> None:
        while chunk := file.read(CHUNK if most is None else min(CHUNK, most)):
            self.wfile.write(chunk)
            most = None if most is None else most - len(chunk)

    def _text(self, status: int, text: str, kind: str = "text/plain; charset=utf-8") -> None:
        data = text.encode()
        self._head(status, len(data), kind)
        self.wfile.write(data)

    def _head(self, status: int, size: int, kind: str, more: Mapping[str, str] = MappingProxyType({})) -> None:
        self.send_response(status)
        for name, value in more.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(size))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()

    def log_message(self, form: str, *values: object) -> None:
        """Keep the standard error free: `tell` says what a person wants to know."""
        with suppress(Exception):
            LOG.info(form, *values)


def _layout(small: dict[str, bytes], system: System) -> tuple[bytes, list[tuple[bytes, Path | None]], int]:
    """Return the archive before the stick's own initrd: its start, then (bytes, file) pieces, and the size of everything."""
    lead = netboot.small_archive(small)
    pieces: list[tuple[bytes, Path | None]] = []
    length, fill = len(lead), b""
    for number, (name, path) in enumerate(sorted(system.carried.items()), 5000):
        size = path.stat().st_size
        prefix = fill + netboot.archive_head(f"netboot/{name}", size, 0o100600, number)
        pieces.append((prefix, path))
        length += len(prefix) + size
        fill = bytes(-size % 4)
    length += len(fill)
    end = netboot.archive_end(length)
    pieces.append((fill + end, None))
    return lead, pieces, length + len(end) + system.initrd.stat().st_size
