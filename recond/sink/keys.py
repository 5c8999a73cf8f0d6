"""This stick's own signing key: made at its first use, kept in the data folder, never sent anywhere."""

from __future__ import annotations

import json
from pathlib import Path

from recond.core import signing
from recond.core.errors import ConfigurationFault
from recond.core.ports import Host
from recond.core.words import N_
from recond.sink import files

SCHEMA = "recond.signing-key/1"
NAME = "signing-key.json"


def own_seed(folder: Path, host: Host) -> bytes:
    """Return the private key of DATA, made (readable by its owner only, flushed) when there is none yet.

    Raises ConfigurationFault for a file that is there and is no key: making another in its place would make this stick's
    older certificates look foreign. EnvironmentFault when it cannot be kept.
    """
    path = folder / NAME
    seed = _read(path)
    if seed is None:
        seed = host.random(signing.SEED_BYTES)
        kept = {"schema": SCHEMA, "seed": seed.hex(), "public": signing.public_of(seed)}
        files.write(path, json.dumps(kept, indent=1).encode() + b"\n", 0o600)
    return seed


def own_public(folder: Path) -> str | None:
    """Return the public key of DATA, None when there is none yet. Raises ConfigurationFault as `own_seed` does."""
    seed = _read(folder / NAME)
    return signing.public_of(seed) if seed is not None else None


def _read(path: Path) -> bytes | None:
    try:
        data = json.loads(path.read_bytes())
        seed = bytes.fromhex(data["seed"])
        if data["schema"] != SCHEMA or data["public"] != signing.public_of(seed):
            raise ValueError("la clé privée et la clé publique ne vont pas ensemble")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationFault(
            N_("{path} ne se lit pas comme clé de signature : {error}").format(path=path, error=error),
            N_("remettez ce fichier d'une sauvegarde ; ou renommez-le : une nouvelle clé sera faite"),
        ) from error
    return seed


def named_keys(text: str) -> list[str]:
    """Return the public keys (64 hexadecimal digits) in a text: `--key`, or a file of them."""
    return [word for word in text.lower().split() if signing.HEX_KEY.fullmatch(word)]
