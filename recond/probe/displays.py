"""The screens that are plugged in or built in, from the kernel's connectors (/sys/class/drm)."""

from __future__ import annotations

import re
from dataclasses import replace

from recond.core.machine import Display
from recond.core.ports import Host
from recond.probe import edid
from recond.probe.sysfs import text

FOLDER = "/sys/class/drm"
CONNECTOR = re.compile(r"card\d+-([\w-]+)")
BUILT_IN = ("eDP-", "LVDS-", "DSI-")
EDID_LIMIT = 256 * edid.BLOCK
"""An EDID has at most 255 extensions."""


def read_displays(host: Host) -> tuple[Display, ...] | None:
    """Return the screens connected, None when no graphics driver shows its connectors."""
    there = [(name, found[1]) for name in host.names(FOLDER) if (found := CONNECTOR.fullmatch(name))]
    if not there:
        return None
    return tuple(
        _read_one(host, name, connector)
        for name, connector in there
        if text(host, f"{FOLDER}/{name}/status") == "connected"
    )


def _read_one(host: Host, name: str, connector: str) -> Display:
    data = host.read(f"{FOLDER}/{name}/edid", EDID_LIMIT) or b""
    found = edid.parse(data, connector, is_builtin=connector.startswith(BUILT_IN))
    if found.native_width is not None:
        return found
    # Without a timing the kernel's first mode is its preferred one.
    mode = re.match(
        r"(\d{3,5})x(\d{3,5})", (host.read(f"{FOLDER}/{name}/modes", 4096) or b"").decode("ascii", "replace")
    )
    return replace(found, native_width=int(mode[1]), native_height=int(mode[2])) if mode else found
