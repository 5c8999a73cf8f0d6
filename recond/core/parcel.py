"""What a person carries between a stick and the server: a parcel of events with their attachments, and the receipt back.

A parcel is a ZIP file: `events.ndjson` and `blobs/SHA256`. A plain file of events, one JSON a line, is read too. A receipt
(`recond.receipt/1`) is signed by the server's key: on its strength alone a stick counts its events as sent.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from recond.core import canonical, signing
from recond.core.words import N_

EVENTS, BLOBS = "events.ndjson", "blobs/"
SHA256 = re.compile(r"[0-9a-f]{64}")
MAX_LINE, MAX_BLOB = 8 << 20, 16 << 20
"""Bytes of one event and of one attachment, as the server takes them; what is larger is passed over and told."""

RECEIPT = "recond.receipt/1"
LONG_AGO = (1980, 1, 1, 0, 0, 0)


class ParcelFault(ValueError):
    """Why a file is no parcel, in French."""


@dataclass(frozen=True, slots=True)
class Packed:
    """What went into a parcel; `missing`: attachments that the stick no longer has."""

    events: int
    blobs: int
    missing: int


def pack(target: BinaryIO, events: Iterable[bytes], blob: Callable[[str], bytes | None]) -> Packed:
    """Write a parcel of these events (JSON each) and the attachments that they name. Raises OSError."""
    count, pieces = 0, dict[str, None]()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(zipfile.ZipInfo(EVENTS, LONG_AGO), "w") as lines:
            for event in events:
                lines.write(event.replace(b"\n", b" ") + b"\n")
                count += 1
                pieces.update(dict.fromkeys(named(event)))
        held = 0
        for sha256 in pieces:
            data = blob(sha256)
            if data is not None:
                archive.writestr(zipfile.ZipInfo(BLOBS + sha256, LONG_AGO), data)
                held += 1
    return Packed(count, held, len(pieces) - held)


def named(event: bytes) -> list[str]:
    """Return the attachments that an event names, [] for one that cannot be read."""
    try:
        found = json.loads(event).get("attachments") or ()
        return [one["sha256"] for one in found if SHA256.fullmatch(one["sha256"])]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def events(file: BinaryIO) -> Iterator[bytes]:
    """Return each event's line. Raises ParcelFault for a file that is no parcel, or one that is cut off."""
    file.seek(0)
    if file.read(4) != b"PK\x03\x04":
        file.seek(0)
        yield from _lines(file)
        return
    with _opened(file) as archive, _member(archive, EVENTS) as lines:
        yield from _lines(lines)


def blobs(file: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Return each attachment that is what its name says; a plain file of events has none. Raises ParcelFault."""
    file.seek(0)
    if file.read(4) != b"PK\x03\x04":
        return
    with _opened(file) as archive:
        for name in archive.namelist():
            sha256 = name.removeprefix(BLOBS)
            if not name.startswith(BLOBS) or not SHA256.fullmatch(sha256):
                continue
            with _member(archive, name) as inside:
                # What the archive says of a size is not believed: no more than this is ever unpacked.
                data = _read(inside, MAX_BLOB + 1)
            if len(data) <= MAX_BLOB and hashlib.sha256(data).hexdigest() == sha256:
                yield sha256, data


def _opened(file: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise ParcelFault(N_("le fichier est coupé ou abîmé ({error})").format(error=error)) from error


def _member(archive: zipfile.ZipFile, name: str) -> Any:
    try:
        return archive.open(name)
    except KeyError as error:
        raise ParcelFault(N_("ce fichier ZIP n'est pas de recond push --to-file")) from error
    # What zipfile raises of a member that is encrypted (RuntimeError), or packed in a way it does not know (a subclass of it).
    except (zipfile.BadZipFile, RuntimeError, OSError) as error:
        raise ParcelFault(N_("le fichier est abîmé ({error})").format(error=error)) from error


def _read(inside: BinaryIO, limit: int) -> bytes:
    try:
        return inside.read(limit)
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error) as error:
        raise ParcelFault(N_("une pièce jointe est abîmée ({error})").format(error=error)) from error


def _lines(file: BinaryIO) -> Iterator[bytes]:
    while True:
        try:
            line = file.readline(MAX_LINE + 1)
        except (zipfile.BadZipFile, OSError, EOFError, zlib.error) as error:
            raise ParcelFault(N_("le fichier est abîmé ({error})").format(error=error)) from error
        if not line:
            return
        if len(line) > MAX_LINE and not line.endswith(b"\n"):
            raise ParcelFault(
                N_("une ligne de plus de {max_line} Mo : ce n'est pas un fichier de recond").format(
                    max_line=MAX_LINE >> 20
                )
            )
        if line.strip():
            yield line.strip()


def receipt(ids: Iterable[str], received: str, seed: bytes) -> dict[str, object]:
    """Return the server's word that it holds these events. `received`: its clock; `seed`: its private key."""
    said: dict[str, object] = {
        "schema": RECEIPT,
        "received": received,
        "events": sorted(set(ids)),
        "signer": signing.public_of(seed),
    }
    return {**said, "signature": signing.sign(seed, _signed(said))}


def read_receipt(said: Mapping[str, Any], key: str | None) -> list[str]:
    """Return the events that the server holds. `key`: the server's own, as the enrolment told it. Raises ParcelFault."""
    ids = said.get("events")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise ParcelFault(N_("ce reçu ne nomme pas d'événements"))
    if key is None or said.get("signer") != key:
        raise ParcelFault(N_("ce reçu n'est pas signé du serveur de cette clé"))
    if not signing.is_signed(key, str(said.get("signature")), _signed(said)):
        raise ParcelFault(N_("ce reçu a été modifié depuis sa signature"))
    return ids


def _signed(said: Mapping[str, Any]) -> bytes:
    rest = {name: value for name, value in said.items() if name != "signature"}
    return f"{RECEIPT}\n".encode() + canonical.encode(rest)
