"""The firmware layer: files that network, graphics and sound chips need; unpacked, never installed, and chosen.

Debian's packages hold 480 MB, mostly for access points, data centres and phones. Kept is what the drivers of the base layer
name, as corrected by base/firmware-keep.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

from recipe.base import Base, bootstrap
from recipe.common import (
    HERE,
    RecipeError,
    alone,
    cache,
    compression,
    digest,
    keep_newest,
    run,
    say,
    scratch,
    squash,
    words,
)
from recipe.mirror import RELEASE

NAMED = re.compile(rb"(?<=\0)firmware=([!-~]+)(?=\0)")
"""How a kernel module says which firmware it may ask for (its section .modinfo, include/linux/module.h)."""


def firmware(made: Base, fresh: bool = False) -> Path:
    """Return the firmware layer for this base, from the cache unless one of its lists changed."""
    packages, rules = HERE / "base/firmware", HERE / "base/firmware-keep"
    key = digest(packages, rules, HERE / "recipe/firmware.py", made.key, RELEASE, compression())
    target = cache() / f"firmware-{key}.squashfs"
    with alone(target) as missing:
        if fresh or missing:
            say("firmware of network, graphics and sound chips (a few minutes)")
            with scratch() as work:
                tar, root = work / "firmware.tar", work / "root"
                bootstrap(tar, "extract", words(packages), [], "main non-free-firmware")
                root.mkdir()
                wanted = ["./usr/lib/firmware/*", "./usr/share/doc/*/copyright"]
                run(["tar", "-xf", tar, "-C", root, "--wildcards", *wanted])
                _choose(root / "usr/lib/firmware", named(made), read_rules(rules))
                squash(root, target, tight=True)
            keep_newest("firmware-*.squashfs", 2)
    return target


def named(made: Base) -> set[str]:
    """Return the firmware files (some with wildcards) that the base layer's kernel modules name."""
    found: set[str] = set()
    for module in sorted((made.outside / "modules").rglob("*.ko")):
        found |= {name.decode() for name in NAMED.findall(module.read_bytes())}
    return found


def read_rules(path: Path) -> list[tuple[bool, str]]:
    """Return (keep, pattern) of each line of base/firmware-keep. Raises RecipeError for a line that is none."""
    rules = []
    for line in words(path):
        sign, _, pattern = line.partition(" ")
        if sign not in ("+", "-") or not pattern:
            raise RecipeError(f"{path.name}: {line!r} must be + or -, a blank, and a pattern")
        rules.append((sign == "+", pattern.strip()))
    return rules


def kept(name: str, wanted: set[str], rules: list[tuple[bool, str]]) -> bool:
    """Tell whether a file (its path below /usr/lib/firmware) goes onto the stick."""
    keep = name in wanted or any(fnmatchcase(name, pattern) for pattern in wanted if "*" in pattern)
    for says, pattern in rules:
        if fnmatchcase(name, pattern):
            keep = says
    return keep


def _choose(folder: Path, wanted: set[str], rules: list[tuple[bool, str]]) -> None:
    # A kept link leads to a file that may be known to the drivers by the link's name only.
    folder = folder.resolve()
    files = [path for path in folder.rglob("*") if path.is_symlink() or path.is_file()]
    stays = {path for path in files if kept(str(path.relative_to(folder)), wanted, rules)}
    stays |= {path.resolve() for path in stays if path.is_symlink()}
    for path in files:
        if path not in stays:
            path.unlink()
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
            path.rmdir()
