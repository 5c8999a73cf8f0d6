"""The list of an image's files with their SHA-256, read while the disk is still being written to."""

from __future__ import annotations

import gzip
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from recond.install.context import Context

PLACE = "usr/share/recond/manifest.txt.gz"
Entries = list[tuple[str, str]]


def begin(ctx: Context) -> None:
    """Start to read it: a desktop has 100,000 files, and the processor has nothing to do while the disk writes."""
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="manifest")
    ctx.manifest = pool.submit(_read, ctx)
    pool.shutdown(wait=False)


def entries(ctx: Context) -> Entries:
    """Return (SHA-256, path) of every regular file. Raises ValueError, EOFError or OSError when the list is broken."""
    if isinstance(ctx.manifest, Future):
        found: Entries = ctx.manifest.result()
        return found
    return _read(ctx)


def _read(ctx: Context) -> Entries:
    live = ctx.image.live
    return read_manifest((Path(live.manifest) if live else ctx.root / PLACE).read_bytes())


def read_manifest(data: bytes) -> Entries:
    """Return what a manifest says. Raises ValueError, EOFError or OSError when it is broken."""
    found = []
    for line in gzip.decompress(data).decode("utf-8", "surrogateescape").splitlines():
        digest, _, name = line.partition("  ")
        if len(digest) != 64 or not name or name.startswith("/") or ".." in name.split("/"):
            raise ValueError(f"ligne inattendue : {line[:100]!r}")
        found.append((digest, name))
    return found
