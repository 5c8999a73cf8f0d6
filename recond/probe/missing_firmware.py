"""Files of firmware that drivers asked for in vain, from the kernel's log: without them a Wi-Fi card is there and mute.

Sources: drivers/base/firmware_loader/main.c ("Direct firmware load for X failed with error -2") and Debian's variant of it
("firmware: failed to load X (-2)", "firmware: direct-loading firmware X").
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from recond.core.text import clean

LINE = re.compile(
    r"^(?:<\d+>)?(?:\[[ \d.]+\](?:\[[ \w]+\])? )?(?P<who>\S+(?: \S+)?): (?:firmware: )?"
    r"(?:Direct firmware load for (?P<failed>\S+) failed with error -\d+|failed to load (?P<debian>\S+) \(-\d+\)"
    r"|(?P<loaded>direct-loading firmware \S+|loaded firmware version .*|Found device firmware: .*))"
)
OPTIONAL = re.compile(r"iwl-debug-yoyo\.bin|^regulatory\.db|^iwlwifi-.*\.(?:iwlmvm|dbg-cfg)\.ini$")
"""Files that nothing needs: drivers try them on every PC."""

MAX_FILES = 8


def parse(log: str | None) -> Mapping[str, tuple[str, ...]]:
    """Return the missing files by who asked for them: a place ("0000:02:00.0", "1-7", "hci0"). None = no log: nothing known.

    A driver that tries older files in turn and finds one is content: what it missed before does not count.
    """
    missing: dict[str, list[str]] = {}
    for line in (log or "").splitlines():
        found = LINE.match(line[:400])
        if found is None:
            continue
        who = found["who"].rsplit(" ", 1)[-1]
        if found["loaded"]:
            missing.pop(who, None)
            continue
        file = clean(found["failed"] or found["debian"])
        if file and not OPTIONAL.search(file) and len(files := missing.setdefault(who, [])) < MAX_FILES:
            files += [file] if file not in files else []
    return {who: tuple(files) for who, files in missing.items() if files}
