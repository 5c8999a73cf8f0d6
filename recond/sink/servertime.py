"""Keeping what the server's clock said, for this boot: under /run, where the stick's start made recond's folder."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from recond.core import servertime


def note(date: str | None, path: Path = Path(servertime.PATH)) -> None:
    """Keep the Date of an answer of the workshop's own server. Where nothing can be kept, nothing is."""
    if not path.parent.is_dir():
        return  # not the stick
    with contextlib.suppress(OSError):
        up = servertime.uptime_s(Path(servertime.UPTIME).read_bytes())
        found = servertime.of_header(date)
        if up is None or found is None:
            return
        new = path.with_name(f".{path.name}.{os.getpid()}")
        new.write_text(servertime.kept(found, up))
        new.replace(path)
