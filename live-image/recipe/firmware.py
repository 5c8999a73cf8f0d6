"""The firmware layer: files that network, graphics and sound chips need; unpacked, never installed."""

from __future__ import annotations

from pathlib import Path

from recipe.base import bootstrap
from recipe.common import HERE, alone, cache, compression, digest, keep_newest, run, say, scratch, squash, words
from recipe.mirror import RELEASE


def firmware(fresh: bool = False) -> Path:
    """Return the firmware layer, from the cache unless its package list changed."""
    packages = HERE / "base/firmware"
    target = cache() / f"firmware-{digest(packages, RELEASE, compression())}.squashfs"
    with alone(target) as missing:
        if fresh or missing:
            say("firmware of network, graphics and sound chips (a few minutes)")
            with scratch() as work:
                tar = work / "firmware.tar"
                bootstrap(tar, "extract", words(packages), [], "main non-free-firmware")
                (work / "root").mkdir()
                run(
                    [
                        "tar",
                        "-xf",
                        tar,
                        "-C",
                        work / "root",
                        "--wildcards",
                        "./usr/lib/firmware/*",
                        "./usr/share/doc/*/copyright",
                    ]
                )
                squash(work / "root", target)
            keep_newest("firmware-*.squashfs", 2)
    return target
