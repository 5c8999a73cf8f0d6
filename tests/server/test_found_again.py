"""A server that got another address is found again by its sticks, and an impostor who answers is not followed (two namespaces)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.test_tls import outbox

pytestmark = pytest.mark.root
OLD, NEW, STICK = "192.168.78.1", "192.168.78.2", "192.168.78.50"


class Two:
    """A namespace for the server, one for the stick, a cable between them."""

    def __init__(self) -> None:
        self.server, self.stick = f"recond-s-{os.getpid()}", f"recond-k-{os.getpid()}"

    def ip(self, *words: str) -> None:
        subprocess.run(("ip", *words), check=True)

    def lay(self) -> None:
        for space in (self.server, self.stick):
            self.ip("netns", "add", space)
        self.ip(
            "link", "add", "srv0", "netns", self.server, "type", "veth", "peer", "name", "key0", "netns", self.stick
        )
        self.ip("-n", self.server, "address", "add", f"{OLD}/24", "dev", "srv0")
        self.ip("-n", self.stick, "address", "add", f"{STICK}/24", "dev", "key0")
        for space, name in ((self.server, "srv0"), (self.server, "lo"), (self.stick, "key0"), (self.stick, "lo")):
            self.ip("-n", space, "link", "set", name, "up")
        self.ip("-n", self.stick, "route", "add", "default", "via", OLD)

    def run(self, space: str, data: Path, *words: str) -> str:
        command = ("ip", "netns", "exec", space, sys.executable, "-m", "recond", "--data", str(data), *words)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    def serve(self, data: Path, address: str) -> None:
        said = self.run(self.server, data, "serve", "--host", address, "--mdns", "--detach")
        assert f"https://{address}:8017" in said, said


@pytest.fixture
def two() -> Iterator[Two]:
    made = Two()
    try:
        made.lay()
        yield made
    finally:
        for space in (made.server, made.stick):
            subprocess.run(("ip", "netns", "delete", space), check=False)


def test_found_at_its_new_address_and_nobody_else_is(two: Two, tmp_path: Path) -> None:
    data, other, stick = tmp_path / "server", tmp_path / "other", tmp_path / "stick"
    two.serve(data, OLD)
    stick.mkdir()
    two.run(two.server, data, "serve", "--enrol-file", str(stick / "enrolment.json"))
    outbox(stick / "outbox")
    assert "[ OK ]" in two.run(two.stick, stick, "push")
    two.run(two.server, data, "serve", "--stop")

    # Somebody else takes the old address: nothing is sent to them, and their own name is not asked for.
    two.serve(other, OLD)
    outbox(stick / "outbox")
    said = two.run(two.stick, stick, "push")
    assert "pas reconnu" in said and "retrouvé" not in said
    assert json.loads((stick / "enrolment.json").read_text())["url"] == f"https://{OLD}:8017"

    two.ip("-n", two.server, "address", "add", f"{NEW}/24", "dev", "srv0")
    two.serve(data, NEW)
    begun = time.monotonic()
    said = two.run(two.stick, stick, "push")
    assert f"serveur retrouvé (reconnu à son empreinte) : https://{NEW}:8017" in said and "[ OK ]" in said, said
    assert time.monotonic() - begun < 30
    for folder in (data, other):
        two.run(two.server, folder, "serve", "--stop")
