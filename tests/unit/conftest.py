"""A real host whose /sys and /proc are a folder of the test: real files, real links."""

from __future__ import annotations

from pathlib import Path

from recond.core.ports import UdevDevice
from recond.host.local import LocalHost


class RootedHost(LocalHost):
    """Reads everything below `root`; knows no devices."""

    def __init__(self, root: Path, files: dict[str, str | bytes]) -> None:
        super().__init__()
        self.root = root
        for name, content in files.items():
            path = root / name.lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def make_link(self, name: str, target: str) -> None:
        """Make a symbolic link to a folder below the root, which is made too."""
        path, folder = self.root / name.lstrip("/"), self.root / target.lstrip("/")
        folder.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(folder)

    def read(self, path: str, limit: int = 1 << 20) -> bytes | None:
        return super().read(f"{self.root}{path}", limit)

    def names(self, path: str) -> tuple[str, ...]:
        return super().names(f"{self.root}{path}")

    def link(self, path: str) -> str | None:
        found = super().link(f"{self.root}{path}")
        return found.removeprefix(str(self.root)) if found else None

    def udev(self, subsystem: str, devtype: str | None = None) -> tuple[UdevDevice, ...]:
        return ()
