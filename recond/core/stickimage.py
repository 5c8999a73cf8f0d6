"""The description of a stick's image, `recond.image/1`: which files its boot partition holds, with size and SHA-256."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from recond.core.errors import ConfigurationFault
from recond.core.words import N_

SCHEMA = "recond.image/1"
PLACE = "recond/image.json"
"""Where it lies on the boot partition; its signature lies beside it."""

HEX = re.compile(r"[0-9a-f]{64}")
AGAIN = N_("prenez une image entière (make image)")


@dataclass(frozen=True, slots=True)
class FileMark:
    """What one file must be."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class StickImage:
    """An image's description. `image`: its name, a hash of all that is in it; `disk`: the disk GUID that its copies start
    with; `version`: of recond; `files` by their path on the boot partition."""

    image: str
    disk: str
    version: str
    files: Mapping[str, FileMark] = field(default_factory=dict)


def read_stick_image(data: bytes) -> StickImage:
    """Read image.json. Raises ConfigurationFault when it is not the description of a stick's image."""
    try:
        said = json.loads(data)
        if said["schema"] != SCHEMA:
            raise ValueError("schema")
        files = {str(path): _mark(path, mark) for path, mark in said["files"].items()}
        return StickImage(str(said["image"]), str(said["disk"]), str(said["version"]), files)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationFault(
            N_("la description de l'image ne se lit pas ({place}) : {error}").format(place=PLACE, error=error), AGAIN
        ) from error


def _mark(path: str, mark: Mapping[str, object]) -> FileMark:
    size, digest = mark["size_bytes"], mark["sha256"]
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts:
        raise ValueError(f"chemin {path!r}")
    if not isinstance(size, int) or size < 0 or not isinstance(digest, str) or not HEX.fullmatch(digest):
        raise ValueError(f"{path} : taille ou SHA-256")
    return FileMark(digest, size)
