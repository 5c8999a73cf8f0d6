"""Certificates as files: what was named on the command line or lies in the data folder, and the keys known here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recond.core import certproof
from recond.core.errors import ConfigurationFault, UsageError
from recond.core.words import N_, _
from recond.sink import keys
from recond.sink.countersigned import word_of


@dataclass(frozen=True, slots=True)
class Read:
    """A certificate's file, what is in it, and the server's countersignature kept beside it."""

    path: Path
    content: dict[str, Any]
    word: dict[str, Any] | None


def read_certificates(data: Path, files: Sequence[Path]) -> list[Read]:
    """Read these files, or every certificate of the data folder. Raises ConfigurationFault for what is no JSON."""
    paths = list(files) or sorted((data / "certificates").glob("*.json"))
    if not paths:
        raise UsageError(
            N_("aucun certificat dans {data}").format(data=data / "certificates"),
            N_("nommez des fichiers, ou donnez --data"),
        )
    return [Read(path, _load(path), word_of(path)) for path in paths]


def _load(path: Path) -> dict[str, Any]:
    try:
        return certproof.load(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        why = (
            error.strerror
            if isinstance(error, OSError)
            else _("ce n'est pas du JSON ({error})").format(error=str(error)[:80])
        )
        raise ConfigurationFault(
            N_("{path} ne se lit pas : {why}").format(path=path, why=why),
            N_("donnez un fichier du dossier certificates/ des fiches"),
        ) from error


def known_keys(data: Path, named: Sequence[str]) -> dict[str, str]:
    """Return the public keys known here and whose they are: those named, this data folder's own, its server's.

    Raises UsageError for a name that is neither a key nor a file of keys.
    """
    known: dict[str, str] = {}
    own = keys.own_public(data)
    if own is not None:
        known[own] = N_("cette clé USB")
    server = _server_key(data)
    if server is not None:
        known[server] = N_("son serveur")
    for word in named:
        found = keys.named_keys(word) or _in_file(Path(word))
        known |= dict.fromkeys(found, N_("clé donnée"))
    return known


def _in_file(path: Path) -> list[str]:
    try:
        found = keys.named_keys(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        found = []
    if not found:
        raise UsageError(
            N_("« {path} » n'est ni une clé publique (64 chiffres hexadécimaux) ni un fichier qui en contient").format(
                path=str(path)[:80]
            ),
            N_("la liste des clés d'un serveur : recond serve --keys"),
        )
    return found


def _server_key(data: Path) -> str | None:
    """Return the key that the enrolment gave as the server's own."""
    try:
        key = json.loads((data / "enrolment.json").read_bytes()).get("signing_key")
    except (OSError, ValueError, AttributeError):
        return None
    return key if isinstance(key, str) and keys.named_keys(key) else None
