"""The server's countersignatures, kept beside the certificates: certificates/countersigned/NAME.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recond.core import certproof
from recond.sink import files

FOLDER = "countersigned"


def word_of(certificate: Path) -> dict[str, Any] | None:
    """Return the countersignature kept beside a certificate's file, None when there is none.

    One that does not read counts as changed, not as absent.
    """
    try:
        data = (certificate.parent / FOLDER / certificate.name).read_bytes()
    except OSError:
        return None
    try:
        return certproof.load(data)
    except ValueError:
        return {}


def waiting(folder: Path) -> list[Path]:
    """Return the signed certificates of a folder that no server has countersigned yet."""
    return [path for path in sorted(folder.glob("*.json")) if word_of(path) is None and _is_signed(path)]


def keep(certificate: Path, word: Mapping[str, Any]) -> None:
    """Keep a countersignature. Raises EnvironmentFault."""
    path = certificate.parent / FOLDER / certificate.name
    files.write(path, json.dumps(word, ensure_ascii=False, indent=1).encode() + b"\n")


def _is_signed(path: Path) -> bool:
    try:
        return not certproof.signature_faults(certproof.load(path.read_bytes()))
    except (OSError, ValueError):
        return False
