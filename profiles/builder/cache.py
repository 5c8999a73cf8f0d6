"""Where built images are kept: by the hash of their source, and under the plain name that recond looks for."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recipe.common import RecipeError, fast, finished, say, scratch

from builder.pack import pack
from builder.root import make_root
from builder.source import Source

KEPT = 3
"""Images kept of one profile, so that going back to an older source costs nothing and the cache does not grow."""


def folder() -> Path:
    """Return the cache's folder of images, made when missing (docs/contracts.md, "Cache")."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    home = Path(os.environ.get("RECOND_CACHE") or Path(base) / "recond") / "profiles"
    (home / "by-source").mkdir(parents=True, exist_ok=True)
    return home


class Store:
    """The images of one profile."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.home = folder()

    def image(self, fresh: bool = False) -> Path:
        """Return the image of the source as it is now, built when there is none yet (or `fresh` is asked for)."""
        with self._alone():
            stem = None if fresh else self._found()
            if stem is None:
                if os.geteuid() != 0:
                    raise RecipeError("building an image needs root: sudo profiles/build")
                stem = self._stem(fast())
                self._build(stem)
            plain = self.home / self.source.name
            for ending in (".squashfs", ".json"):
                _link(stem.with_name(stem.name + ending), plain.with_name(plain.name + ending))
            self._forget()
            return plain.with_name(plain.name + ".squashfs")

    def _stem(self, quick: bool) -> Path:
        return self.home / "by-source" / f"{self.source.name}-{self.source.key}{'-fast' if quick else ''}"

    def _found(self) -> Path | None:
        # A test run takes a well packed image just as gladly; what is shipped is never the quick one.
        for quick in (False, True) if fast() else (False,):
            stem = self._stem(quick)
            if stem.with_name(stem.name + ".json").exists() and stem.with_name(stem.name + ".squashfs").exists():
                return stem
        return None

    def _build(self, stem: Path) -> None:
        say(f"profile {self.source.name}: building (1 to 2 minutes for a console system)")
        with scratch() as work:
            root = work / "root"
            made = make_root(self.source, root)
            final = stem.with_name(stem.name + ".squashfs")
            with finished(final) as partial:
                described = pack(self.source, root, partial, made)
            with finished(stem.with_name(stem.name + ".json")) as partial:
                partial.write_text(json.dumps(described, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
        say(
            f"profile {self.source.name}: {described['size_bytes'] >> 20} MiB, unpacked {described['unpacked_bytes'] >> 20}"
        )

    def _forget(self) -> None:
        sidecars = (self.home / "by-source").glob(f"{self.source.name}-*.json")
        for old in sorted(sidecars, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
            old.with_suffix(".squashfs").unlink(missing_ok=True)
            old.unlink()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.home / "by-source" / f".{self.source.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _link(kept: Path, plain: Path) -> None:
    partial = plain.with_name(f".{plain.name}.{os.getpid()}")
    os.link(kept, partial)
    partial.replace(plain)
    partial.unlink(missing_ok=True)  # renaming a link onto another link of the same file leaves both
