"""What every command is handed: the data folder, the host, and how to speak to the person in front."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from recond.core.ports import Host

if TYPE_CHECKING:
    from rich.console import Console


def default_data() -> Path:
    """Return the data folder when none is named: see docs/contracts.md."""
    named = os.environ.get("RECOND_DATA")
    if named:
        return Path(named)
    if os.geteuid() == 0:
        return Path("/var/lib/recond")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "recond"


def cache_folder() -> Path:
    """Return where big builds are kept: see docs/contracts.md."""
    named = os.environ.get("RECOND_CACHE")
    return Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "recond"


@dataclass
class Context:
    """The global options, and what is made from them when a command first asks."""

    data: Path = field(default_factory=default_data)
    replay: Path | None = None
    lang: str = "fr"
    simple: bool = False
    quiet: bool = False
    silent: bool = False
    operator: str | None = None
    profiles: Path | None = None
    _host: Host | None = None

    @property
    def host(self) -> Host:
        """Return the machine: the real one, or a recording with `--replay`."""
        if self._host is None:
            if self.replay is not None:
                from recond.host.record import ReplayHost

                self._host = ReplayHost(self.replay)
            else:
                from recond.host.local import LocalHost

                # Loaded only with --log: an audit on a 2010 PC feels every import, and every sum of what a program said.
                log = sys.modules.get("recond.cli.parts.logfile")
                self._host = LocalHost(journal=log.called if log else None)
        return self._host

    @property
    def console(self) -> Console:
        """Return the console for results, shown with `--quiet` too. Markup is off: "[sda]" would vanish as untrusted text."""
        from recond.ui.console import make_console

        return make_console(simple=self.simple)

    @property
    def interactive(self) -> bool:
        """Tell whether a person can answer questions."""
        return sys.stdin.isatty() and sys.stdout.isatty()

    def image_folders(self) -> tuple[Path, ...]:
        """Return where profile images are looked for, in order: see docs/contracts.md."""
        folders = [self.profiles] if self.profiles else []
        named = os.environ.get("RECOND_PROFILES")
        if named:
            folders.append(Path(named))
        return (*folders, self.data / "profiles", cache_folder() / "profiles")

    def journal_calls(self, folder: Path) -> None:
        """From now on, write every call of a program into `folder`/commands.ndjson."""
        from recond.host.local import LocalHost

        if isinstance(self.host, LocalHost):
            from recond.host.journal import CallJournal

            journal = CallJournal(folder / "commands.ndjson")
            log = sys.modules.get("recond.cli.parts.logfile")

            def both(call: dict[str, object]) -> None:
                journal(call)
                if log:
                    log.called(call)

            self.host.journal = both
