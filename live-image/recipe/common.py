"""What every part of the recipe uses: running tools, the cache, content hashes, messages."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
"""live-image/"""

CHECKOUT = HERE.parent

EPOCH = "1790000000"
"""Every time stamp of the image: the same sources and Debian packages give the same bytes."""


class RecipeError(Exception):
    """The image cannot be built; the text says why and what to do."""


def say(text: str) -> None:
    """Tell the person at the keyboard what is being done."""
    print(f"image: {text}", file=sys.stderr, flush=True)


def fast() -> bool:
    """Whether a test image is wanted: quick to pack, without firmware."""
    return os.environ.get("FAST", "") not in ("", "0")


def compression() -> str:
    """Return the zstd level of the layers: 15 for what is shipped, 3 for test images (3 times quicker to make)."""
    return "3" if fast() else "15"


def run(argv: Sequence[str | Path], *, env: dict[str, str] | None = None, text: str | None = None) -> str:
    """Run a tool to its end and return what it printed. Raises RecipeError with its last words when it fails."""
    words = [str(word) for word in argv]
    surroundings = {**os.environ, "LC_ALL": "C.UTF-8", "SOURCE_DATE_EPOCH": EPOCH, **(env or {})}
    try:
        done = subprocess.run(words, env=surroundings, input=text, capture_output=True, text=True, errors="replace")
    except FileNotFoundError:
        raise RecipeError(f"{words[0]} is missing: install the packages of live-image/host-packages") from None
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-25:])
        raise RecipeError(f"{words[0]} failed (exit {done.returncode}): {' '.join(words)[:400]}\n{last}")
    return done.stdout


def cache() -> Path:
    """Return the folder of everything built, made when missing."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    root = Path(os.environ.get("RECOND_CACHE") or Path(base) / "recond") / "image"
    root.mkdir(parents=True, exist_ok=True)
    return root


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder for the time of one step: TMPDIR when it is set, else /var/tmp, which is a disk and not memory."""
    place = os.environ.get("TMPDIR") or "/var/tmp"
    with tempfile.TemporaryDirectory(prefix="recond-image-", dir=place) as name:
        Path(name).chmod(0o755)  # mmdebstrap and apt work there under other users
        yield Path(name)


@contextmanager
def alone(target: Path) -> Iterator[bool]:
    """Hold the right to make this file or folder of the cache: two builds at once would both make it.

    Gives whether it still has to be made, after waiting for whoever is making it.
    """
    with (cache() / f".{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not target.exists()


@contextmanager
def finished(final: Path) -> Iterator[Path]:
    """Give a name beside `final` to build under; it takes its final name only when the block ends without error."""
    partial = final.with_name(f".{final.name}.{os.getpid()}")
    try:
        yield partial
        partial.replace(final)
    finally:
        if partial.is_dir():
            shutil.rmtree(partial)
        else:
            partial.unlink(missing_ok=True)


def digest(*parts: str | bytes | Path) -> str:
    """Return a hash of texts and of files or folders (names, modes, contents), 16 hexadecimal digits."""
    total = hashlib.sha256()
    for part in parts:
        for piece in _pieces(part):
            total.update(len(piece).to_bytes(8, "big"))
            total.update(piece)
    return total.hexdigest()[:16]


def _pieces(part: str | bytes | Path) -> Iterable[bytes]:
    if isinstance(part, bytes):
        yield part
    elif isinstance(part, str):
        yield part.encode()
    elif part.is_symlink():
        yield str(part.readlink()).encode()
    elif part.is_dir():
        for inner in sorted(part.rglob("*")):
            # What is compiled from a source beside it says nothing of its own, and may be of an earlier one.
            if "__pycache__" in inner.parts or inner.suffix == ".mo" or (inner.is_dir() and not inner.is_symlink()):
                continue
            yield str(inner.relative_to(part)).encode()
            yield from _pieces(inner)
    else:
        yield str(part.stat().st_mode & 0o111).encode()
        yield part.read_bytes()


def sha256(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def words(path: Path) -> list[str]:
    """Return the words of a list file: one a line, `#` starts a comment."""
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    return [line for line in lines if line]


def keep_newest(pattern: str, count: int) -> None:
    """Remove from the cache all but the newest things whose name fits, so that it does not grow without end."""
    found = sorted(cache().glob(pattern), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in found[count:]:
        if old.is_dir():
            shutil.rmtree(old)
        else:
            old.unlink()


def squash(folder: Path, target: Path, *, tight: bool = False) -> None:
    """Pack a folder, everything owned by root, as a squashfs layer. `tight`: large blocks packed harder, for what is read
    seldom (slower to make, and to read a small part of)."""
    block, level = ("1M", "19") if tight and not fast() else ("256K", compression())
    options = ["-all-root", "-noappend", "-no-progress", "-quiet", "-b", block, "-comp", "zstd"]
    with finished(target) as partial:
        run(["mksquashfs", folder, partial, *options, "-Xcompression-level", level])
