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


BUILT: set[str] = set()
"""What this run of the builder has built."""


class Store:
    """The images of one profile, or of a layer that profiles share."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.home = folder()
        self.under: Path | None = None

    def image(self, fresh: bool = False) -> Path:
        """Return the image of the source as it is now, built when there is none yet (or `fresh` is asked for).

        The layer underneath comes first; `fresh` builds it again only when it is older than this run of the builder.
        """
        if self.source.under is not None:
            self.under = Store(self.source.under).image(fresh and self.source.under.name not in BUILT)
        with self._alone():
            stem = None if fresh else self._found()
            if stem is None:
                if os.geteuid() != 0:
                    raise RecipeError("building an image needs root: sudo profiles/build")
                stem = self._stem(fast())
                self._build(stem)
                BUILT.add(self.source.name)
            plain = self.home / self.source.name
            if self.source.layer:
                # Two builds of a layer may both be needed, by different profiles: its name says which one it is.
                told = json.loads(_with(stem, ".json").read_text())
                plain = plain.with_name(f"{plain.name}-{told['sha256'][:12]}")
            for ending in (".squashfs", ".json"):
                _link(_with(stem, ending), _with(plain, ending))
            self._forget()
            if not self.source.layer:
                self._drop_unused_layers()
            return _with(plain, ".squashfs")

    def _stem(self, quick: bool) -> Path:
        name = f"{self.source.name}-{self.source.key}"
        if self.under is not None:
            name += f"-{self.under.stem.rpartition('-')[2]}"
        return self.home / "by-source" / f"{name}{'-fast' if quick else ''}"

    def _found(self) -> Path | None:
        # A test run takes a well packed image just as gladly; what is shipped is never the quick one.
        for quick in (False, True) if fast() else (False,):
            stem = self._stem(quick)
            if _with(stem, ".json").exists() and _with(stem, ".squashfs").exists():
                return stem
        return None

    def _build(self, stem: Path) -> None:
        say(
            f"profile {self.source.name}: building (1 to 2 minutes for a console system, 10 to 20 for what desktops share)"
        )
        below: dict[str, object] | None = None
        if self.under is not None:
            below = {**json.loads(self.under.with_suffix(".json").read_text()), "file": self.under.name}
        with scratch() as work:
            root = work / "root"
            made = make_root(self.source, root, self.home.parent / "debs", self.under)
            with finished(_with(stem, ".squashfs")) as partial:
                described = pack(self.source, root, partial, made, below)
            with finished(_with(stem, ".json")) as partial:
                partial.write_text(json.dumps(described, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
        say(
            f"profile {self.source.name}: {described['size_bytes'] >> 20} MiB, unpacked {described['unpacked_bytes'] >> 20}"
        )

    def _forget(self) -> None:
        sidecars = (self.home / "by-source").glob(f"{self.source.name}-*.json")
        for old in sorted(sidecars, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
            old.with_suffix(".squashfs").unlink(missing_ok=True)
            old.unlink()

    def _drop_unused_layers(self) -> None:
        # A layer that no profile names any more would only fill the stick.
        told = [json.loads(path.read_text()) for path in self.home.glob("*.json")]
        wanted = {one["file"] for data in told for one in data.get("layers", ())}
        for data in told:
            name = f"{data['name']}-{data['sha256'][:12]}"
            if data.get("schema") == "recond.profile-layer/1" and f"{name}.squashfs" not in wanted:
                for ending in (".squashfs", ".json"):
                    _with(self.home / name, ending).unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.home / "by-source" / f".{self.source.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _with(stem: Path, ending: str) -> Path:
    return stem.with_name(stem.name + ending)


def _link(kept: Path, plain: Path) -> None:
    partial = plain.with_name(f".{plain.name}.{os.getpid()}")
    os.link(kept, partial)
    partial.replace(plain)
    partial.unlink(missing_ok=True)  # renaming a link onto another link of the same file leaves both
