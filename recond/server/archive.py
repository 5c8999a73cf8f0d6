"""The whole server in one file, and back: rows, attachments, keys. The same file is read by SQLite and by PostgreSQL.

A tar (gzip) that holds `rows.jsonl` (Django's serialisation, one row a line), the attachments, the server's own keys, and
`manifest.json` with the number of rows and the SHA-256 of every file: it is read first and everything is held against it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.core import serializers
from django.core.management.color import no_style
from django.db import connection, models, transaction

from recond.core.errors import ConfigurationFault, EnvironmentFault
from recond.core.words import N_
from recond.server import cards, keep, own, status

SCHEMA = "recond.server-backup/1"
KEYS = ("secret-key", "tls-certificate.pem", "tls-key.pem", "signing-key")
LEFT_OUT = ("Session", "ContentType", "Permission")
"""Tables that are not kept: logins end with a restoration, and the two others are made by Django itself."""


def backup(target: Path, where: str | None = None) -> dict[str, int]:
    """Write everything to `target`, whole or not at all; the server may run meanwhile. Returns what is in it.

    `where`: what the page of the server's health says of it instead of the path. Raises EnvironmentFault when the file
    cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            rows = Path(folder) / "rows.jsonl"
            # One view of the database for all tables: what arrives meanwhile is in the next backup.
            with transaction.atomic():
                _repeatable()
                counts = _write_rows(rows)
            # Attachments come before the events that name them, so those of the rows above are all there already.
            files = dict(_files()) | {"rows.jsonl": rows}
            manifest = {
                "schema": SCHEMA,
                "rows": counts,
                "files": {name: _sha256(path) for name, path in files.items()},
            }
            draft = Path(folder) / "backup.tar.gz"
            with tarfile.open(draft, "w:gz", compresslevel=6) as tar:
                _add_bytes(tar, "manifest.json", json.dumps(manifest, indent=1).encode())
                for name, path in sorted(files.items()):
                    tar.add(path, name, recursive=False)
            draft.chmod(0o600)
            with draft.open("rb") as file:
                os.fsync(file.fileno())
            draft.replace(target)
    except OSError as error:
        raise EnvironmentFault(
            N_("la sauvegarde {target} ne s'écrit pas : {error}").format(target=target, error=error.strerror or error),
            N_("donnez un autre chemin, ou faites de la place"),
        ) from error
    # The backup is whole: that it cannot be noted (a data folder that cannot be written) takes nothing from it.
    with suppress(OSError):
        status.note(status.LAST_BACKUP, where=where or str(target), bytes=target.stat().st_size)
    return counts


def restore(source: Path) -> dict[str, int]:
    """Fill this empty server from a backup; nothing is changed unless all of it is right. Returns what was in it.

    Raises ConfigurationFault for a server that has something in it or a damaged file, EnvironmentFault for one that
    cannot be read.
    """
    if any(model.objects.exists() for model in _tables()):  # type: ignore[attr-defined]
        raise ConfigurationFault(
            N_("ce serveur n'est pas vide : une restauration n'écrase rien"),
            N_("donnez un dossier neuf (recond --data NOUVEAU serve --restore F) ou une base neuve"),
        )
    try:
        with tempfile.TemporaryDirectory(dir=own.data()) as folder:
            counts, names = _unpack(source, Path(folder))
            with transaction.atomic():
                _load_rows(Path(folder) / "rows.jsonl", counts)
            # A backup of an older recond: what its cards did not have yet is drawn from their events.
            cards.refresh()
            for name in names:
                if name != "rows.jsonl":
                    keep.write(own.data() / name, (Path(folder) / name).read_bytes())
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, serializers.base.DeserializationError) as error:
        raise ConfigurationFault(
            N_("{source} n'est pas une sauvegarde entière de recond : {error}").format(source=source, error=error),
            N_("prenez-en une autre"),
        ) from error
    return counts


def _repeatable() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _tables() -> list[type[models.Model]]:
    found = [
        model for app in ("auth", "recond") for model in apps.get_app_config(app).get_models(include_auto_created=True)
    ]
    return [model for model in found if model.__name__ not in LEFT_OUT and "permission" not in model._meta.db_table]


def _write_rows(path: Path) -> dict[str, int]:
    counts: dict[str, int] = {}
    with path.open("w", encoding="utf-8") as file:
        for model in _tables():
            rows = model._default_manager.order_by("pk").iterator(chunk_size=1000)
            counts[model._meta.label] = 0
            for batch in _batches(rows):
                serializers.serialize("jsonl", batch, stream=file)
                counts[model._meta.label] += len(batch)
    return counts


def _batches(rows: Iterator[Any], size: int = 1000) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _files() -> Iterator[tuple[str, Path]]:
    data = own.data()
    for name in KEYS:
        if (data / name).is_file():
            yield name, data / name
    for path in sorted((data / "blobs").glob("*")):
        if not path.name.startswith("."):
            yield f"blobs/{path.name}", path


def _unpack(source: Path, folder: Path) -> tuple[dict[str, int], list[str]]:
    with tarfile.open(source, "r:gz") as tar:
        first = tar.next()
        if first is None or first.name != "manifest.json":
            raise ValueError("elle n'a pas de liste de son contenu")
        manifest = json.loads(_content(tar, first).read())
        if manifest["schema"] != SCHEMA:
            raise ValueError(f"sa forme {manifest['schema']!r} n'est pas connue")
        wanted = dict(manifest["files"])
        while (member := tar.next()) is not None:
            if member.name not in wanted or not member.isfile() or not _ours(member.name):
                raise ValueError(f"{member.name[:80]} n'y a pas sa place")
            target = folder / member.name
            target.parent.mkdir(exist_ok=True)
            with target.open("wb") as file:
                shutil.copyfileobj(_content(tar, member), file, 1 << 20)
            if _sha256(target) != wanted.pop(member.name):
                raise ValueError(f"{member.name} est abîmé")
        if wanted:
            raise ValueError(f"il manque {', '.join(sorted(wanted)[:5])}")
    return dict(manifest["rows"]), sorted(manifest["files"])


def _ours(name: str) -> bool:
    # Names from a file lead nowhere else than where recond keeps such a thing.
    folder, _, blob = name.rpartition("/")
    return name in (*KEYS, "rows.jsonl") or (folder == "blobs" and len(blob) == 64 and blob.isalnum())


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    file = tar.extractfile(member)
    if file is None:
        raise ValueError(f"{member.name[:80]} n'est pas un fichier")
    return file


def _load_rows(path: Path, counts: dict[str, int]) -> None:
    found = dict.fromkeys(counts, 0)
    with path.open(encoding="utf-8") as file:
        for item in serializers.deserialize("jsonl", file, ignorenonexistent=True):
            item.save()
            label = item.object._meta.label
            found[label] = found.get(label, 0) + 1
    if found != counts:
        raise ValueError("le nombre de fiches n'est pas celui annoncé")
    with connection.cursor() as cursor:
        # Rows came with their numbers: the next new row must not take one of them (PostgreSQL counts apart).
        for sql in connection.ops.sequence_reset_sql(no_style(), _tables()):
            cursor.execute(sql)


def _add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
