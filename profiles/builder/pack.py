"""Pack a root: the manifest inside, one squashfs file, and the JSON that describes it (docs/contracts.md)."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

from recipe.common import RecipeError, compression, run, say, sha256

from builder.root import Made, stamps
from builder.source import Source

BLOCK = 4096
REMOVED_MOST = 2000
"""A profile that takes more files than this out of its layer was not built upon it."""


def pack(source: Source, root: Path, target: Path, made: Made, under: dict[str, object] | None) -> dict[str, object]:
    """Write the squashfs to `target` and return its description. `under`: what is told of the layer, with its `file`.

    Of a profile upon a layer only what is new or changed is packed; the manifest names every file of the whole system.
    """
    version = f"{made.debian_version.split('.')[0]}-{datetime.now(UTC):%Y%m%d}"
    inside = root / "usr/share/recond"
    inside.mkdir(parents=True, exist_ok=True)
    (inside / "profile.json").write_text(json.dumps({"name": source.name, "version": version}) + "\n")
    files, unpacked = _write_manifest(root, inside / "manifest.txt.gz")
    said: dict[str, object] = {"schema": "recond.profile-image/1", "profile": source.toml}
    if source.layer:
        said = {"schema": "recond.profile-layer/1"}
    elif under is not None:
        said["layers"] = [{key: under[key] for key in ("file", "sha256", "size_bytes")}]
        said["removed"] = _leave_new(root, made)
    say(f"profile {source.name}: packing")
    packing = ["-noappend", "-no-progress", "-quiet", "-b", "256K", "-comp", "zstd"]
    run(["mksquashfs", root, target, *packing, "-Xcompression-level", compression()])
    return {
        **said,
        "name": source.name,
        "version": version,
        "sha256": sha256(target),
        "size_bytes": target.stat().st_size,
        "unpacked_bytes": unpacked,
        "files": files,
        "source_hash": source.key,
        "debian": made.suite,
    }


def _leave_new(root: Path, made: Made) -> list[str]:
    # Remove from the root what the layer holds already, untouched; return what the layer has and the profile has not.
    after = stamps(root)
    removed = sorted(path for path in made.before if path not in after)
    if len(removed) > REMOVED_MOST:
        raise RecipeError(f"{len(removed)} files of the layer are gone: build it again (--fresh) with today's packages")
    for path, stamp in after.items():
        if made.before.get(path) == stamp:
            (root / path).unlink()
    return removed


def _write_manifest(root: Path, target: Path) -> tuple[int, int]:
    # Every regular file; the manifest cannot hold its own hash. Sizes are rounded up to blocks as ext4 keeps them.
    lines = []
    unpacked = 0
    target.unlink(missing_ok=True)  # the layer's own
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
