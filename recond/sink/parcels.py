"""Carrying records by hand: a parcel made of this stick's outbox, another stick's parcel taken along, the server's receipt."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from recond.core import canonical, parcel
from recond.core.errors import ConfigurationFault, EnvironmentFault, UsageError
from recond.core.words import N_, joined
from recond.sink import files
from recond.sink.journal import Journal
from recond.sink.outbox import Outbox

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a parcel's events, or of a receipt's (`confirmed`, else None)."""

    added: int = 0
    already: int = 0
    blobs: int = 0
    refused: tuple[str, ...] = ()
    confirmed: int | None = None


def pack(outbox: Outbox, target: Path, *, every: bool) -> parcel.Packed:
    """Write a parcel of what waits (`every`: of all that was ever queued). Raises EnvironmentFault."""
    paths = outbox.everything() if every else outbox.waiting()
    partial = target.with_name(target.name + files.PARTIAL)
    try:
        with partial.open("wb") as file:
            packed = parcel.pack(file, (path.read_bytes() for path in paths), outbox.blobs.read)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(target)
        files.sync_folder(target.parent)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise files.cannot_keep(target, error) from error
    return packed


def take(folder: Path, outbox: Outbox, path: Path) -> Taken:
    """Take in a file: another stick's parcel (its events then wait here too, and are known as machines met), or the server's
    receipt for this stick's own. Raises UsageError for a file of neither kind, EnvironmentFault."""
    try:
        with path.open("rb") as file:
            said = _receipt(file)
            if said is not None:
                return _confirm(folder, outbox, said, path)
            return _take_parcel(folder, outbox, file)
    except parcel.ParcelFault as fault:
        raise UsageError(
            joined(": ", (path, fault)), N_("refaites-le : recond push --to-file F, sur l'autre clé")
        ) from fault
    except OSError as error:
        raise EnvironmentFault(
            N_("{path} ne se lit pas : {strerror}").format(path=path, strerror=error.strerror), N_("vérifiez le chemin")
        ) from error


def _take_parcel(folder: Path, outbox: Outbox, file: BinaryIO) -> Taken:
    blobs = 0
    # Attachments first: an event that waits here has what it names.
    for _unused, data in parcel.blobs(file):
        outbox.blobs.keep(data, "")
        blobs += 1
    added = already = 0
    refused = []
    for line in parcel.events(file):
        item = _event(line)
        if item is None:
            refused.append(
                N_("ce n'est pas un événement : {decode}").format(decode=line[:60].decode("utf-8", "replace"))
            )
            continue
        held = outbox.find(item["id"])
        if held is not None:
            same = held.read_bytes() == canonical.encode(item)
            already += same
            if not same:
                refused.append(N_("{id} : un autre événement de ce nom est déjà ici").format(id=item["id"]))
            continue
        # Beside this stick's own journal, never in it: a run begun on another stick is not gone on with here.
        Journal(folder / "imported", item["run"]).append(item)
        outbox.put(item)
        added += 1
    return Taken(added, already, blobs, tuple(refused))


def _event(line: bytes) -> dict[str, Any] | None:
    try:
        item = json.loads(line)
        names = (item["id"], item["run"], item["machine"]["uid"])
        good = item["schema"] == "recond.event/1" and all(isinstance(one, str) and UUID.fullmatch(one) for one in names)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return item if good and isinstance(item.get("payload"), dict) else None


def _receipt(file: BinaryIO) -> dict[str, Any] | None:
    head = file.read(1)
    file.seek(0)
    if head != b"{":
        return None
    data = file.read(64 << 20)
    file.seek(0)
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and said.get("schema") == parcel.RECEIPT else None


def _confirm(folder: Path, outbox: Outbox, said: dict[str, Any], path: Path) -> Taken:
    """Count as sent what the server signed that it holds; nothing else moves it there."""
    try:
        key = json.loads((folder / "enrolment.json").read_bytes()).get("signing_key")
    except (OSError, ValueError, AttributeError):
        key = None
    if key is None:
        raise ConfigurationFault(
            N_("{path} est un reçu, et cette clé n'est reliée à aucun serveur : rien n'est compté comme envoyé").format(
                path=path
            ),
            N_("reliez-la d'abord à ce serveur (recond enrol), puis recommencez"),
        )
    moved = 0
    for name in parcel.read_receipt(said, str(key)):
        waiting = outbox.folder / f"{name}.json"
        if UUID.fullmatch(name) and waiting.exists():
            outbox.sent(waiting)
            moved += 1
    return Taken(confirmed=moved)
