"""A short sleep opens frozen drives: only when allowed, only where the PC can, and never in a station."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from recond.core.ports import Command, Completed, Warrant
from recond.erase.method import SUSPEND
from recond.flow.unfreeze import MEM_SLEEP, unfreeze
from tests.drives.ata import AtaDrive
from tests.drives.session import SimHost


class Sleeper(SimHost):
    """A PC that sleeps when told, after which its drives are open, or frozen again by a stubborn firmware."""

    def __init__(self, drive: AtaDrive, modes: bytes, *, stubborn: bool = False) -> None:
        super().__init__(drive)
        self.modes = modes
        self.stubborn = stubborn

    def read(self, path: str, limit: int = 1 << 20) -> bytes | None:
        return self.modes if path == MEM_SLEEP else None

    def run(self, command: Command, warrant: Warrant | None = None) -> Completed:
        if command.argv[0] != "rtcwake":
            return super().run(command, warrant)
        self.calls.append(command.argv)
        assert isinstance(self.drive, AtaDrive)
        self.drive.frozen = self.stubborn
        return Completed(command.argv, 0, b"", b"", 8.0)


def _chain(host: SimHost, *, allowed: bool = True, docked: bool = False) -> tuple[Any, list[str]]:
    said: list[str] = []
    talk = SimpleNamespace(note=lambda text, good=None: said.append(text))
    words = frozenset({SUSPEND}) if allowed else frozenset()
    return SimpleNamespace(host=host, talk=talk, allowed=words, docked=host.drive.disk if docked else None), said


@pytest.mark.parametrize(
    ("modes", "allowed", "docked", "frozen", "slept"),
    [
        (b"s2idle [deep]\n", True, False, True, True),
        (b"[s2idle] deep\n", True, False, True, False),
        (b"[s2idle]\n", True, False, True, False),
        (b"s2idle [deep]\n", False, False, True, False),
        (b"s2idle [deep]\n", True, True, True, False),
        (b"s2idle [deep]\n", True, False, False, False),
    ],
)
def test_it_sleeps_only_when_all_is_as_it_must_be(
    modes: bytes, allowed: bool, docked: bool, frozen: bool, slept: bool
) -> None:
    host = Sleeper(AtaDrive(frozen=frozen), modes)
    chain, _ = _chain(host, allowed=allowed, docked=docked)
    unfreeze(chain, (host.drive.disk,))
    assert (("rtcwake", "-m", "mem", "-s", "8") in host.calls) is slept


def test_what_came_of_it_is_said() -> None:
    for stubborn, word in ((False, "dégelés"), (True, "encore gelé")):
        host = Sleeper(AtaDrive(frozen=True), b"[deep]", stubborn=stubborn)
        chain, said = _chain(host)
        unfreeze(chain, (host.drive.disk,))
        assert word in said[-1]
