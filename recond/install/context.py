"""What the steps of one installation share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath

from recond.core.disk import Disk
from recond.core.errors import InstallFailed
from recond.core.installing import Check, InstallSettings, Layout, Part, partition_path
from recond.core.ports import Command, Completed, Host, Warrant, must
from recond.core.profile import ProfileImage
from recond.core.words import N_, joined


class Access(StrEnum):
    """How the disk is held while a step runs. HELD: by the warrant alone, which gives the device. LENT: let go for tools
    that want the disk or a partition for themselves. WRITING, READING: lent, and the root mounted at `Context.root`."""

    HELD = "held"
    LENT = "lent"
    WRITING = "writing"
    READING = "reading"


@dataclass
class Context:
    """One installation. `folder` is its private place (see mounts.py). `tell(share)` says how far a step is, 0 to 1."""

    host: Host
    warrant: Warrant
    disk: Disk
    image: ProfileImage
    settings: InstallSettings
    layout: Layout
    folder: Path
    root_uuid: str
    esp_id: str
    """Eight hexadecimal digits: the serial number of the FAT file system."""
    tell: Callable[[float], None] = lambda share: None
    changed: set[str] = field(default_factory=set)
    """Files of the image that differ on this machine, relative to the root: the manifest does not hold for them."""
    share: float = 0.0
    """How far the step under way is, for programs that say nothing themselves."""
    unpacked_ns: int | None = None
    """Change time of the last file unpacked from a live system: what is newer was changed on purpose. None = no live one."""
    manifest: object = None
    """The image's list of files while it is being read, see manifest.py."""
    owned: frozenset[str] | None = None
    """Paths of a live system's remaining packages, once they were read."""
    received: Path | None = None
    """Where the image lies that was fetched over the network, until it is unpacked; None = it was not."""
    partitioned: bool = False
    """Whether the new table is written: from then on its partitions must show whenever the disk is lent."""
    kernel: str | None = None
    boot_code: bytes = b""
    core_image: bytes = b""
    checks: list[Check] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def root(self) -> Path:
        """Return where the root file system is mounted while it is."""
        return self.folder / "root"

    @property
    def esp_tree(self) -> Path:
        """Return the folder of the files that go into the EFI system partition."""
        return self.folder / "esp"

    @property
    def esp_image(self) -> Path:
        """Return the sparse file that holds the EFI system partition until it is written to the disk."""
        return self.folder / "esp.img"

    @property
    def esp_uuid(self) -> str:
        """Return the FAT's serial number as fstab and blkid write it: "1A2B-3C4D"."""
        return f"{self.esp_id[:4]}-{self.esp_id[4:]}".upper()

    @property
    def bios_possible(self) -> bool:
        """Tell whether a BIOS can start this disk: it reads sectors of 512 bytes only."""
        return self.disk.logical_block_bytes == 512

    def path(self, part: Part) -> str:
        """Return the device of one partition."""
        return partition_path(self.disk.path, part.number)

    def change(self, *argv: str, on: str, timeout_s: float = 60, stdin: bytes | None = None) -> Completed:
        """Run a tool that changes the device `on`, under the warrant. Raises InstallFailed unless it ends with 0."""
        done = self.host.run(Command(argv, timeout_s=timeout_s, destroys=on, stdin=stdin), self.warrant)
        if not done.ok:
            raise InstallFailed(joined(": ", (self.disk.describe(), done.explain())), HINT)
        return done

    def look(self, *argv: str, timeout_s: float = 60) -> Completed:
        """Run a tool that only reads. Raises CommandFailed unless it ends with 0."""
        return must(self.host, Command(argv, timeout_s=timeout_s))

    def write(self, name: str, text: str, mode: int = 0o644) -> None:
        """Write a file of the new system, in the place of whatever had that name. `name` is relative to the root."""
        target = self.inside(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.write_text(text)
        target.chmod(mode)
        self.changed.add(name)

    def inside(self, name: str) -> Path:
        """Return a name's place in the new system. Raises InstallFailed when a link in the image leads out of it: what is
        written there would land in the running system."""
        target = self.root / PurePosixPath(name)
        if not target.parent.resolve().is_relative_to(self.root.resolve()):
            raise InstallFailed(
                N_("l'image {name} contient un lien qui sort du système : {name2}").format(
                    name=self.image.name, name2=name
                ),
                HINT,
            )
        return target

    def check(self, name: str, ok: bool, text: str) -> None:
        """Keep what a check found."""
        self.checks.append(Check(name, ok, text))


HINT = N_(
    "le système n'est pas utilisable sur ce disque : relancez l'installation ; si cela revient, changez le disque"
)
