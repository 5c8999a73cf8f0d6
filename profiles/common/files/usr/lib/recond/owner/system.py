"""The computer as the first questions see it: a root of files and programs that run. A practice changes a folder only."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path


class Failed(Exception):
    """A program of the system failed; the text is its last words."""


@dataclass
class System:
    """`root`: where its files are. `practice`: programs are noted in the folder's `commands.log` instead of being run,
    but for those that the folder brings itself in its usr/bin."""

    root: Path = Path("/")
    practice: bool = False
    hear: Callable[[str], None] = field(default=lambda text: None)

    def path(self, name: str) -> Path:
        """Return where a file of the system is."""
        return self.root / name.lstrip("/")

    def read(self, name: str) -> str:
        """Return a file's text, empty when there is none."""
        try:
            return self.path(name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def write(self, name: str, text: str, mode: int = 0o644) -> None:
        """Write a whole file so that a power cut leaves the old one or the new one, never half of one."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink() and self.root == Path("/"):
            path = path.resolve()
        partial = path.with_name(f".{path.name}.new")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(descriptor, mode)
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        partial.replace(path)
        self._settle(path.parent)

    def remove(self, name: str) -> None:
        """Remove a file if it is there."""
        path = self.path(name)
        if path.exists():
            path.unlink()
            self._settle(path.parent)

    @staticmethod
    def _settle(folder: Path) -> None:
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def run(self, argv: Sequence[str], text: str | None = None, timeout_s: float = 120) -> str:
        """Run a program and return what it says. Raises Failed with its last words.

        `text` goes to its standard input: in its words, a secret could be read by every program.
        """
        if self.practice:
            self.note(" ".join(argv))
            own = self.path(f"usr/bin/{argv[0]}")
            if not os.access(own, os.X_OK):
                return ""
            argv = [str(own), *argv[1:]]
        try:
            done = subprocess.run(
                list(argv),
                input=text or "",
                text=True,
                check=True,
                capture_output=True,
                timeout=timeout_s,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
            )
        except subprocess.CalledProcessError as error:
            raise Failed(f"{argv[0]}: {(error.stderr or error.stdout).strip() or error.returncode}") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Failed(f"{argv[0]}: {error}") from error
        return done.stdout

    def note(self, text: str) -> None:
        """Write down what is going on in a practice; nothing on a computer that is meant."""
        if self.practice:
            with self.path("commands.log").open("a", encoding="utf-8") as log:
                log.write(text + "\n")

    def has(self, program: str) -> bool:
        """Tell whether a program is there."""
        return any(self.path(f"{folder}/{program}").exists() for folder in ("usr/bin", "usr/sbin", "bin", "sbin"))
