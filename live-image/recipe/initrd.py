"""The initrd: busybox, the modules that reach the stick, and live-image/initrd/init. About 3 MB."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from recipe.base import Base
from recipe.common import EPOCH, HERE, alone, cache, digest, finished, keep_newest, run, say, scratch, words

APPLETS = ("sh", "modprobe", "mount", "umount", "switch_root")


@dataclass(frozen=True)
class Entry:
    """One file of a cpio archive; `content` is the data, the link's target, or empty for a folder."""

    name: str
    mode: int
    content: bytes = b""


def initrd(made: Base) -> Path:
    """Return the initrd for this base (without the image's name, which `identity` adds)."""
    target = cache() / f"initrd-{digest(HERE / 'initrd', HERE / 'recipe/initrd.py', made.key)}.zst"
    with alone(target) as missing:
        if missing:
            say("initrd")
            with scratch() as work, finished(target) as partial:
                (work / "initrd").write_bytes(cpio(list(_content(made, work))))
                run(["zstd", "-q", "-15", work / "initrd", "-o", partial])
            keep_newest("initrd-*.zst", 3)
    return target


def identity(image: str, layers: dict[str, str]) -> bytes:
    """Return a second archive, to be put after the first: the name of the image whose files this initrd may take, and the
    SHA-256 of each layer, as sha256sum reads it."""
    sums = "".join(f"{digest}  {name}.squashfs\n" for name, digest in sorted(layers.items()))
    return cpio(
        [
            Entry("etc", stat.S_IFDIR | 0o755),
            Entry("etc/recond-image", stat.S_IFREG | 0o644, f"{image}\n".encode()),
            Entry("etc/recond-layers", stat.S_IFREG | 0o644, sums.encode()),
        ]
    )


def cpio(entries: list[Entry]) -> bytes:
    """Return a "newc" archive as the kernel unpacks it (Documentation/driver-api/early-userspace/buffer-format)."""
    out = bytearray()
    for number, entry in enumerate([*entries, Entry("TRAILER!!!", 0)], start=1):
        name = entry.name.encode() + b"\0"
        links = 2 if stat.S_ISDIR(entry.mode) else 1
        fields = (number, entry.mode, 0, 0, links, int(EPOCH), len(entry.content), 0, 0, 0, 0, len(name), 0)
        out += b"070701" + b"".join(b"%08X" % field for field in fields) + name
        out += bytes(-len(out) % 4) + entry.content
        out += bytes(-len(out) % 4)
    return bytes(out + bytes(-len(out) % 512))


def _content(made: Base, work: Path) -> Iterator[Entry]:
    for folder in ("bin", "dev", "etc", "proc", "sys", "run", "root", "lib", "usr", "usr/share"):
        yield Entry(folder, stat.S_IFDIR | 0o755)
    yield _file("bin/busybox", made.outside / "loaders/usr/bin/busybox", 0o755)
    for applet in APPLETS:
        yield Entry(f"bin/{applet}", stat.S_IFLNK | 0o777, b"busybox")
    yield _file("init", HERE / "initrd/init", 0o755)
    yield _file("usr/share/fr.bmap", made.outside / "fr.bmap", 0o644)
    yield from _modules(made, work)


def _file(name: str, source: Path, mode: int) -> Entry:
    return Entry(name, stat.S_IFREG | mode, source.read_bytes())


def _modules(made: Base, work: Path) -> Iterator[Entry]:
    (tree,) = (made.outside / "modules").iterdir()
    place = f"lib/modules/{tree.name}"
    chosen = sorted(_wanted_modules(tree))
    own = work / place
    for name in chosen:
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / name).write_bytes((tree / name).read_bytes())
    # busybox's own depmod, for its own modprobe; it writes beside the modules.
    run([made.outside / "loaders/usr/bin/busybox", "depmod", "-b", work, tree.name])
    folders = {parent for name in chosen for parent in Path(place, name).parents} - {Path(), Path("lib")}
    for folder in sorted(folders):
        yield Entry(str(folder), stat.S_IFDIR | 0o755)
    for name in [*chosen, "modules.dep", "modules.alias", "modules.symbols"]:
        yield _file(f"{place}/{name}", own / name, 0o644)


def _wanted_modules(tree: Path) -> set[str]:
    """Return the files of the listed modules and of all they depend on, relative to the module folder."""
    needs: dict[str, list[str]] = {}
    for line in (tree / "modules.dep").read_text().splitlines():
        file, _, others = line.partition(":")
        needs[file] = others.split()
    by_name = {Path(file).name.split(".ko")[0].replace("-", "_"): file for file in needs}
    chosen: set[str] = set()
    for word in words(HERE / "initrd/modules"):
        if module := by_name.get(word.replace("-", "_")):
            chosen |= {module, *needs[module]}
    return chosen
