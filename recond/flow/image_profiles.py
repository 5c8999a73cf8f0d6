"""Image profiles: a live ISO in a folder of the stick, read for an installation, or made by `recond profile add`."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from recond.core.liveimage import FACTS, KIT, MANIFEST, is_image_profile, read_facts, read_table
from recond.core.ports import Host
from recond.core.profile import Profile, ProfileImage, read_profile
from recond.core.words import N_, joined


def read_folder(host: Host, folder: Path) -> tuple[ProfileImage | None, Profile | None, tuple[str, ...]]:
    """Read one folder. Returns the image and its profile, or what is wrong with it; nothing at all when the folder is not
    that of an image profile."""
    where = f"{folder}/profile.toml"
    try:
        data = tomllib.loads((host.read(where) or b"").decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return None, None, (N_("{where}: {error}").format(where=where, error=error),)
    if not is_image_profile(data):
        return None, None, ()
    profile, errors = read_profile(folder.name, data)
    table, more = read_table(where, data)
    if profile is None or table is None:
        return None, None, (*(joined("", (f"{folder.parent}/", error)) for error in errors), *more)
    there = host.names(str(folder))
    missing = [name for name in (table.file, FACTS, MANIFEST, KIT) if name not in there]
    if missing:
        lacking = ", ".join(missing)
        return (
            None,
            None,
            (
                N_("{folder}: il manque {lacking} ; refaites : recond profile add FICHIER.iso").format(
                    folder=folder, lacking=lacking
                ),
            ),
        )
    try:
        told = json.loads(host.read(f"{folder}/{FACTS}") or b"")
    except ValueError as error:
        return (
            None,
            None,
            (N_("{folder}/{facts}: ce n'est pas du JSON ({error})").format(folder=folder, facts=FACTS, error=error),),
        )
    facts, root, wrong = read_facts(f"{folder}/{FACTS}", told if isinstance(told, dict) else {}, table)
    if root is None:
        return None, None, wrong
    image = ProfileImage(
        name=profile.name,
        version=str(facts["version"]),
        sha256=table.sha256,
        size_bytes=int(facts["size_bytes"]),
        unpacked_bytes=int(facts["unpacked_bytes"]),
        files=int(facts["files"]),
        path=str(folder / table.file),
        live=root,
    )
    return image, profile, ()
