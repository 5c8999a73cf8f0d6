"""Images that the workshop's server offers to a PC started over the network: their signed descriptions, fetched anew each time.

A folder of images with `source.json` in it (`recond serve --netboot` puts one into the PC's data folder) stands for those of the
server. Only descriptions are fetched here; `recond.install.fetch` fetches the rest, and a signature is demanded of all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from recond.core.ports import Host
from recond.core.profile import NAME
from recond.core.vouch import ENDING
from recond.core.words import N_
from recond.install import remote

SOURCE, LIST = "source.json", "index.json"
SOURCE_SCHEMA, LIST_SCHEMA = "recond.image-source/1", "recond.image-list/1"
PLACE = ".served"
MOST = 64
LIST_LIMIT, DESCRIPTION_LIMIT, SIGNATURE_LIMIT = 64 << 10, 8 << 20, 4096


def with_served(host: Host, folders: tuple[Path, ...], errors: list[str]) -> Iterator[tuple[Path, str | None]]:
    """Yield each folder with None, and after one that has a source the server's descriptions with where the images are.
    What goes wrong is added to `errors`; then nothing of that server is offered."""
    for folder in folders:
        yield folder, None
        if SOURCE not in host.names(str(folder)):
            continue
        try:
            url = _address(host, folder / SOURCE)
        except ValueError as error:
            errors.append(
                N_("{path}: ce n'est pas une source d'images ({error})").format(path=folder / SOURCE, error=error)
            )
            continue
        try:
            _refresh(host, url, folder / PLACE)
        except (remote.Unreachable, remote.Wrong, ValueError) as error:
            errors.append(
                N_("les systèmes du serveur {url} ne sont pas proposés : {error}").format(url=url, error=error)
            )
            continue
        except OSError as error:
            errors.append(f"{folder / PLACE} : {error.strerror or error}")
            continue
        yield folder / PLACE, url


def _address(host: Host, path: Path) -> str:
    said = json.loads(host.read(str(path)) or b"")
    if not isinstance(said, dict) or said.get("schema") != SOURCE_SCHEMA:
        raise ValueError("schema")
    url = str(said.get("url"))
    if not url.startswith("http://"):
        raise ValueError("url")
    return url.rstrip("/")


def _refresh(host: Host, url: str, place: Path) -> None:
    def clock() -> float:
        return host.moment().mono_s

    said = json.loads(remote.small(f"{url}/{LIST}", LIST_LIMIT, clock))
    if not isinstance(said, dict) or said.get("schema") != LIST_SCHEMA or not isinstance(said.get("images"), list):
        raise ValueError(N_("sa liste ne se lit pas"))
    names = [one for one in said["images"] if isinstance(one, str) and NAME.match(one)][:MOST]
    place.mkdir(exist_ok=True)
    wanted = {f"{name}.json": DESCRIPTION_LIMIT for name in names}
    wanted |= {f"{name}.json{ENDING}": SIGNATURE_LIMIT for name in names}
    for name, limit in wanted.items():
        _write(place / name, remote.small(f"{url}/{name}", limit, clock))
    for path in place.iterdir():
        if path.name not in wanted and not path.name.startswith("."):
            path.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    # Renamed into place: another recond of this PC may be reading. Nothing of it has to outlive a power cut.
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(data)
    partial.replace(path)
