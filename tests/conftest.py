"""Rules for every test: unit tests may not start a process nor open a block device."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from recond.core import words
from recond.core.ports import UdevDevice
from recond.host.local import LocalHost
from tests.apart import keep_apart
from tests.leaks import leaks_below

os.environ["RECOND_LANG"] = "fr"
"""Tests read French words unless they ask otherwise, whatever the language of who runs them; set before anything speaks."""

SHARED = Path(__file__).resolve().parents[2] / "shared"
"""The workplace's corpus of real machines' outputs; tests that read it skip when it is not there."""


def pytest_configure(config: pytest.Config) -> None:
    """See `tests.apart`: a worker of xdist works beside others. Without root the tests that take the lock do not run."""
    if hasattr(config, "workerinput") and os.geteuid() == 0:
        keep_apart()


@pytest.fixture(autouse=True)
def _unit_tests_touch_nothing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "/tests/unit/" not in str(request.path) or request.node.get_closest_marker("root"):
        return

    def no_process(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a unit test may not start a process")

    real_open = os.open

    def no_block_device(path: Any, *args: Any, **kwargs: Any) -> int:
        if isinstance(path, str | os.PathLike) and Path(path).exists() and stat.S_ISBLK(Path(path).stat().st_mode):
            raise AssertionError(f"a unit test may not open a block device: {path}")
        return real_open(path, *args, **kwargs)

    monkeypatch.setattr(subprocess, "Popen", no_process)
    monkeypatch.setattr(os, "open", no_block_device)


@pytest.fixture(autouse=True)
def _french_again() -> Iterator[None]:
    """A test that asked for English, or called a command that did, asked for itself alone."""
    before = words._now["lang"]
    yield
    words._now["lang"] = before
    os.environ["RECOND_LANG"] = "fr"


KEEP_RECORDS = ("/tests/block/", "/tests/flow/", "/tests/label/", "/tests/screens/")


@pytest.fixture(autouse=True)
def _records_are_in_no_language(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever journal, card, certificate or queue a chain left behind in these tests holds codes, not French."""
    looked_at = any(place in str(request.path) for place in KEEP_RECORDS) and "tmp_path" in request.fixturenames
    folder: Path | None = request.getfixturevalue("tmp_path") if looked_at else None
    yield
    if folder is not None and not request.node.get_closest_marker("french_records"):
        found = list(leaks_below(folder))
        assert not found, "\n".join(": ".join(one) for one in found[:20])


@pytest.fixture
def corpus() -> Path:
    """Return the folder of real outputs, or skip."""
    folder = SHARED / "corpus"
    if not folder.is_dir():
        pytest.skip("the shared corpus is not here")
    return folder


class RootedHost(LocalHost):
    """Reads everything below `root`; knows no devices."""

    def __init__(self, root: Path, files: dict[str, str | bytes]) -> None:
        super().__init__()
        self.root = root
        for name, content in files.items():
            path = root / name.lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def read(self, path: str, limit: int = 1 << 20) -> bytes | None:
        return super().read(f"{self.root}{path}", limit)

    def names(self, path: str) -> tuple[str, ...]:
        return super().names(f"{self.root}{path}")

    def link(self, path: str) -> str | None:
        found = super().link(f"{self.root}{path}")
        return found.removeprefix(str(self.root)) if found else None

    def udev(self, subsystem: str, devtype: str | None = None) -> tuple[UdevDevice, ...]:
        return ()


@pytest.fixture
def rooted(tmp_path: Path) -> Callable[[dict[str, str | bytes]], LocalHost]:
    """Return a maker of hosts that see `tmp_path` as "/", with these files in it."""
    return lambda files: RootedHost(tmp_path, files)
