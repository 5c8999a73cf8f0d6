"""The systems that PCs started over the network may install: those of the stick's image, and of the server's own folders.

Only what the key of the offered image signed: the PCs would refuse the rest, so it is not offered and the reason is told.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from recond.core.errors import ConfigurationFault, EnvironmentFault
from recond.core.liveimage import FACTS
from recond.core.ports import Command, Host
from recond.core.profile import NAME, Layer, ProfileImage, read_image
from recond.core.vouch import ENDING, check_image_signature
from recond.core.words import N_, joined
from recond.flow.stick_image import ImageFile

COPY_S = 1800.0
INSIDE = "/profiles"
"""On the image's data partition, see docs/contracts.md."""


@dataclass
class Shelf:
    """`files` by the name that PCs ask for; `names` of the systems; `left_out`: why others are not offered, in French."""

    files: dict[str, Path] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def fill(
    host: Host,
    image: ImageFile,
    folders: tuple[Path, ...],
    place: Path,
    tell: Callable[[str], None] = lambda text: None,
) -> Shelf:
    """Check every file against its signed description; what lies only in the stick's image is copied to `place` once.

    Raises EnvironmentFault when the copies cannot be written.
    """
    shelf = Shelf()
    try:
        place.mkdir(parents=True, exist_ok=True)
        for path in _signed_beside(host, folders, shelf):
            _add(shelf, path, image.signer, partial(_lying, folders=(path.parent, *folders)))
        inside = _Inside(host, image, place, folders, tell)
        for name in inside.names():
            if name not in shelf.names:
                _add(shelf, inside.described(name), image.signer, inside.file)
        for path in place.iterdir():
            if path not in shelf.files.values():
                path.unlink()
    except OSError as error:
        raise EnvironmentFault(
            N_("{shelf} ne s'écrit pas : {strerror}").format(shelf=place, strerror=error.strerror),
            N_("faites de la place"),
        ) from error
    return shelf


def _signed_beside(host: Host, folders: tuple[Path, ...], shelf: Shelf) -> list[Path]:
    # The first folder that has a name wins it, as for an installation from here.
    found: dict[str, Path] = {}
    for folder in folders:
        for name in host.names(str(folder)):
            stem = name.removesuffix(f".json{ENDING}")
            if stem != name and NAME.match(stem) and (folder / f"{stem}.json").is_file():
                found.setdefault(stem, folder / f"{stem}.json")
            elif FACTS in host.names(str(folder / name)):
                shelf.left_out.append(N_("{name} : un profil d'image ne s'installe que d'une clé").format(name=name))
    return [found[name] for name in sorted(found)]


def _add(shelf: Shelf, path: Path, signer: str, find: Callable[[Layer], Path]) -> None:
    """Offer the system of one description, or say why not. `find` returns where a file lies, found good."""
    signature = path.with_name(path.name + ENDING)
    try:
        described = path.read_bytes()
        check_image_signature(path.stem, described, signature.read_bytes(), signer)
        system = _read(path, described, shelf)
        if system is None:
            return
        files = {Path(part.path).name: find(part) for part in system.files_to_read}
    except ConfigurationFault as error:
        shelf.left_out.append(error.message)
    except FileNotFoundError as error:
        shelf.left_out.append(joined(": ", (error.filename, error.strerror)))
    else:
        shelf.files |= {path.name: path, signature.name: signature, **files}
        shelf.names.append(path.stem)


def _read(path: Path, described: bytes, shelf: Shelf) -> ProfileImage | None:
    try:
        data = json.loads(described)
    except ValueError as error:
        shelf.left_out.append(N_("{path}: ce n'est pas du JSON ({error})").format(path=path, error=error))
        return None
    if not isinstance(data, dict) or not str(data.get("schema", "")).startswith("recond.profile-image/"):
        return None  # the note of a layer that desktops share is no system
    system, errors = read_image(str(path), data)
    shelf.left_out += errors
    return system


def _lying(part: Layer, folders: tuple[Path, ...]) -> Path:
    name = Path(part.path).name
    found = next((folder / name for folder in folders if _is(folder / name, part)), None)
    if found is None:
        raise ConfigurationFault(
            N_("l'image {path} est abîmée : son SHA-256 n'est pas celui attendu").format(path=part.path)
        )
    return found


def _is(path: Path, part: Layer) -> bool:
    if not path.is_file() or path.stat().st_size != part.size_bytes:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == part.sha256


@dataclass
class _Inside:
    """The stick's image: its data partition, read by debugfs without a mount."""

    host: Host
    image: ImageFile
    place: Path
    folders: tuple[Path, ...]
    tell: Callable[[str], None]

    def names(self) -> list[str]:
        """Return the systems that have a signature there."""
        # Lines of "ls -p" are /inode/mode/user/group/name/size/.
        done = self._debugfs(f"ls -p {INSIDE}", 60.0)
        files = [line.split("/")[5] for line in done.decode("utf-8", "replace").splitlines() if line.count("/") >= 7]
        stems = [name.removesuffix(f".json{ENDING}") for name in files if name.endswith(f".json{ENDING}")]
        return sorted(stem for stem in stems if NAME.match(stem))

    def described(self, name: str) -> Path:
        """Copy a description and its signature; return the description's place."""
        for file in (f"{name}.json", f"{name}.json{ENDING}"):
            self._copy(file)
        return self.place / f"{name}.json"

    def file(self, part: Layer) -> Path:
        """Return where a file lies already, else copy it. Raises ConfigurationFault when it is not what was signed."""
        name = Path(part.path).name
        for folder in (self.place, *self.folders):
            if _is(folder / name, part):
                return folder / name
        self.tell(f"{name} ({part.size_bytes >> 20} Mo)")
        self._copy(name)
        if not _is(self.place / name, part):
            raise ConfigurationFault(
                N_("{path} : {path2} n'a pas le contenu annoncé").format(path=self.image.path, path2=name),
                N_("place libre ? sinon prenez une image entière : make image"),
            )
        return self.place / name

    def _copy(self, name: str) -> None:
        target = self.place / name
        target.unlink(missing_ok=True)
        self._debugfs(f'dump {INSIDE}/{name} "{target}"', COPY_S)

    def _debugfs(self, request: str, timeout_s: float) -> bytes:
        volume = f"{self.image.path}?offset={self.image.layout.data.start}"
        done = self.host.run(Command(("debugfs", "-R", request, volume), timeout_s=timeout_s))
        if not done.ok:
            raise EnvironmentFault(
                N_("{path} ne se copie pas de l'image : {explain}").format(path=INSIDE, explain=done.explain()),
                "apt install e2fsprogs",
            )
        return done.stdout
