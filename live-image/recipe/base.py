"""The base layer: Debian with kernel and tools, made by mmdebstrap, kept in the cache under a hash of its recipe."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from recipe.common import (
    EPOCH,
    HERE,
    alone,
    cache,
    compression,
    digest,
    finished,
    keep_newest,
    run,
    say,
    scratch,
    words,
)
from recipe.mirror import RELEASE, apt_options, sources

TRIMMED = ("/usr/share/man/*", "/usr/share/info/*", "/usr/share/doc/*", "/usr/share/locale/*", "/usr/share/lintian/*")
KEPT = ("/usr/share/doc/*/copyright", "/usr/share/locale/fr/*")


@dataclass(frozen=True)
class Base:
    """The base layer as kept. `outside` holds vmlinuz, modules/VERSION, loaders/ (GRUB, shim, busybox), fr.bmap;
    `tools` the parts of the stick's root that the build itself runs (its Python, GRUB's image maker's libraries)."""

    layer: Path
    outside: Path
    tools: Path
    key: str


def base(fresh: bool = False) -> Base:
    """Return the base layer, from the cache unless its recipe changed or `fresh` is asked for (newer Debian packages)."""
    folder = HERE / "base"
    parts = [folder / name for name in ("packages", "loaders", "modules-left-out", "customise.sh")]
    key = digest(*parts, RELEASE, compression(), EPOCH)
    home = cache() / f"base-{key}"
    with alone(home) as missing:
        if fresh or missing:
            say(f"Debian {RELEASE}: base system (about a minute)")
            if home.exists():
                run(["rm", "-rf", home])
            with finished(home) as partial:
                _make(partial)
            keep_newest("base-*", 3)
    return Base(home / "base.squashfs", home / "outside", home / "tools", key)


def bootstrap(target: Path, variant: str, packages: list[str], extra: list[str], components: str = "main") -> None:
    """Run mmdebstrap into a tar file. INITRD=No: Debian's own initrd is not made, the stick has its own."""
    mode = "root" if os.geteuid() == 0 else "unshare"
    env = {"INITRD": "No", "TMPDIR": str(target.parent)}
    options = ["--quiet", f"--mode={mode}", f"--variant={variant}", f"--include={','.join(packages)}", *apt_options()]
    run(["mmdebstrap", *options, *extra, RELEASE, target, *sources(components)], env=env)


def _make(home: Path) -> None:
    folder = HERE / "base"
    home.mkdir()
    with scratch() as work:
        tar, out = work / "base.tar", work / "out.tar"
        hooks = [
            # Recommends stay out; update-initramfs must not run: its answer would be thrown away.
            '--essential-hook=mkdir -p "$1/etc/initramfs-tools"',
            '--essential-hook=echo update_initramfs=no > "$1/etc/initramfs-tools/update-initramfs.conf"',
            "--dpkgopt=force-confold",
            *(f"--dpkgopt=path-exclude={path}" for path in TRIMMED),
            *(f"--dpkgopt=path-include={path}" for path in KEPT),
            f'--customize-hook=RECOND_LOADERS="{" ".join(words(folder / "loaders"))}"'
            f' RECOND_LEFT_OUT="{folder / "modules-left-out"}" {folder / "customise.sh"} "$1"',
            f"--customize-hook=tar-out /recond-out {out}",
            '--customize-hook=rm -rf "$1/recond-out"',
        ]
        bootstrap(tar, "minbase", words(folder / "packages"), hooks)
        say("base system: packing")
        run(["tar", "-xf", out, "-C", home])
        (home / "recond-out").rename(home / "outside")
        _layer_from_tar(tar, home / "base.squashfs")
    _take_tools(home)


def _layer_from_tar(tar: Path, target: Path) -> None:
    # Standard input is the tar file, and run() feeds text only: the shell joins the two. -tar keeps the owners in it.
    options = f"-tar -noappend -no-progress -quiet -b 256K -comp zstd -Xcompression-level {compression()}"
    run(["sh", "-c", f'exec mksquashfs - "$1" {options} < "$2"', "sh", target, tar])


def _take_tools(home: Path) -> None:
    parts = ["usr/bin/python3.13", "usr/lib/python3.13", "usr/lib/x86_64-linux-gnu", "usr/lib64"]
    run(["unsquashfs", "-quiet", "-no-progress", "-no-xattrs", "-d", home / "tools", home / "base.squashfs", *parts])


def on_stick_libraries(made: Base, program: Path) -> list[str | Path]:
    """Return the words that start one of the stick's programs on the build host, with the stick's own libraries."""
    libraries = made.tools / "usr/lib/x86_64-linux-gnu"
    more = made.outside / "loaders/usr/lib/x86_64-linux-gnu"
    loader = libraries / "ld-linux-x86-64.so.2"
    return [loader, "--library-path", f"{libraries}:{more}", program]
