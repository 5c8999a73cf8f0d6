"""Images that the workshop's server offers to a PC started over the network: their signed descriptions, fetched anew each time.

A folder of images with `source.json` in it (`recond serve --netboot` puts one into the PC's data folder) stands for those of the
server. Only descriptions are fetched here; `recond.install.fetch` fetches the rest, and a signature is demanded of all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from recond.core.errors import ConfigurationFault
from recond.core.ports import Host
from recond.core.profile import NAME
from recond.core.vouch import ENDING
from recond.core.words import N_, joined
from recond.flow.signed import demand_key
from recond.install import remote

SOURCE, LIST = "source.json", "index.json"
SOURCE_SCHEMA, LIST_SCHEMA = "recond.image-source/1", "recond.image-list/1"
PLACE = ".served"
MOST = 64
LIST_LIMIT, DESCRIPTION_LIMIT, SIGNATURE_LIMIT = 64 << 10, 1 << 20, 4096


def with_served(host: Host, folders: tuple[Path, ...], errors: list[str]) -> Iterator[tuple[Path, str | None]]:
    """Yield each folder with None, and after one that has a source the server's descriptions with where the images are.

    What goes wrong is added to `errors`. Of a description that the workshop's key did not sign not a word is read.
    """
    for folder in folders:
        yield folder, None
        if SOURCE not in host.names(str(folder)):
            continue
        try:
            url = _address(host, folder / SOURCE)
        except (ValueError, RecursionError) as error:
            text = N_("{path}: ce n'est pas une source d'images ({error})")
            errors.append(text.format(path=folder / SOURCE, error=error))
            continue
        try:
            errors += _refresh(host, url, folder / PLACE)
        except (remote.Unreachable, remote.Wrong, ValueError, RecursionError) as error:
            text = N_("les systèmes du serveur {url} ne sont pas proposés : {error}")
            errors.append(text.format(url=url, error=error))
        except OSError as error:
            errors.append(joined(": ", (folder / PLACE, error.strerror or error)))
        else:
            yield folder / PLACE, url


def _address(host: Host, path: Path) -> str:
    said = json.loads(host.read(str(path)) or b"")
    if not isinstance(said, dict) or said.get("schema") != SOURCE_SCHEMA:
        raise ValueError("schema")
    url = str(said.get("url"))
    if not url.startswith("http://"):
        raise ValueError("url")
    return url.rstrip("/")


def _refresh(host: Host, url: str, place: Path) -> list[str]:
    """Fetch the list and what it names; return why some are left out. Raises Unreachable, Wrong, ValueError, OSError."""

    def got(name: str, limit: int) -> bytes:
        return remote.small(f"{url}/{name}", limit, lambda: host.moment().mono_s)

    said = json.loads(got(LIST, LIST_LIMIT))
    if not isinstance(said, dict) or said.get("schema") != LIST_SCHEMA or not isinstance(said.get("images"), list):
        raise ValueError(N_("sa liste ne se lit pas"))
    names = [one for one in said["images"] if isinstance(one, str) and NAME.match(one)][:MOST]
    place.mkdir(exist_ok=True)
    kept: set[str] = set()
    left_out: list[str] = []
    for name in names:
        file = f"{name}.json"
        try:
            described, signature = got(file, DESCRIPTION_LIMIT), got(file + ENDING, SIGNATURE_LIMIT)
            demand_key(host, name, described, signature)
        except remote.Wrong as error:
            left_out.append(joined(": ", (name, error)))
        except ConfigurationFault as error:
            left_out.append(error.message)
        else:
            _write(place / file, described)
            _write(place / (file + ENDING), signature)
            kept |= {file, file + ENDING}
    for path in place.iterdir():
        if path.name not in kept and not path.name.startswith("."):
            path.unlink(missing_ok=True)
    return left_out


def _write(path: Path, data: bytes) -> None:
    # Renamed into place: another recond of this PC may be reading. Nothing of it has to outlive a power cut.
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(data)
    partial.replace(path)
