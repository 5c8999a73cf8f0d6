"""Pack a root: the manifest inside, one squashfs file, and the JSON that describes it (docs/contracts.md)."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

from recipe.common import compression, run, say, sha256

from builder.root import Made
from builder.source import Source

BLOCK = 4096


def pack(source: Source, root: Path, target: Path, made: Made) -> dict[str, object]:
    """Write the squashfs to `target` and return its description, recond.profile-image/1."""
    version = f"{made.debian_version.split('.')[0]}-{datetime.now(UTC):%Y%m%d}"
    inside = root / "usr/share/recond"
    inside.mkdir(parents=True, exist_ok=True)
    (inside / "profile.json").write_text(json.dumps({"name": source.name, "version": version}) + "\n")
    files, unpacked = _write_manifest(root, inside / "manifest.txt.gz")
    say(f"profile {source.name}: packing")
    packing = ["-noappend", "-no-progress", "-quiet", "-b", "256K", "-comp", "zstd"]
    run(["mksquashfs", root, target, *packing, "-Xcompression-level", compression()])
    told = {key: value for key, value in source.toml.items() if key != "build"}
    return {
        "schema": "recond.profile-image/1",
        "name": source.name,
        "version": version,
        "sha256": sha256(target),
        "size_bytes": target.stat().st_size,
        "unpacked_bytes": unpacked,
        "files": files,
        "source_hash": source.key,
        "debian": made.suite,
        "profile": told,
    }


def _write_manifest(root: Path, target: Path) -> tuple[int, int]:
    # Every regular file; the manifest cannot hold its own hash. Sizes are rounded up to blocks as ext4 keeps them.
    lines = []
    unpacked = 0
    for path in sorted(root.rglob("*")):
        if path.is_symlink():
            continue
        if path.is_dir():
            unpacked += BLOCK
        elif path.is_file():
            name = str(path.relative_to(root))
            if "\n" in name:
                continue
            lines.append(f"{sha256(path)}  {name}\n")
            unpacked += -(-path.stat().st_size // BLOCK) * BLOCK
    with gzip.GzipFile(target, "wb", mtime=0) as stream:
        stream.write("".join(lines).encode())
    return len(lines), unpacked + target.stat().st_size
