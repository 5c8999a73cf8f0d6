"""The workshop's signing key: what vouches for an image and for the systems on it. Kept outside the checkout, made once.

A stick takes only what is signed by the key that its own image was made with (recond/core/vouch.py).
"""

from __future__ import annotations

import os
import secrets
import stat
import sys
from pathlib import Path

from recipe.common import CHECKOUT, RecipeError, say


def own_python() -> None:
    """Go on in the checkout's own Python, if this one lacks what signing needs. Call it before anything else."""
    ours = CHECKOUT / ".venv/bin/python"
    try:
        import cryptography  # noqa: F401
    except ImportError:
        if not ours.exists() or Path(sys.executable) == ours:
            sys.exit("recond's Python packages are missing: run scripts/setup run")
        os.execv(ours, [str(ours), *sys.argv])


def key_file() -> Path:
    """Return where the private key is: $RECOND_SIGNING_KEY, else recond/signing.key in the folder of configurations."""
    named = os.environ.get("RECOND_SIGNING_KEY")
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(named) if named else Path(base) / "recond/signing.key"


def seed() -> bytes:
    """Return the private key, made at its first use (mode 0600). Raises RecipeError when the file is not a key or is open to
    others: a key that somebody else may have read vouches for nothing."""
    path = key_file()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
        if owner := os.environ.get("SUDO_UID"):
            # `make image` runs this part as root; the key is the person's.
            for one in (path, path.parent):
                os.chown(one, int(owner), int(os.environ.get("SUDO_GID", owner)))
        say(f"a new signing key: {path}; keep a copy of it, sticks take updates from this key only")
    if not os.access(path, os.R_OK):
        raise RecipeError(f"{path} cannot be read here: run this as its owner, or name a key: RECOND_SIGNING_KEY=FILE")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise RecipeError(f"{path} can be read by others: chmod 600 {path}")
    try:
        key = bytes.fromhex(path.read_text().strip())
    except ValueError:
        key = b""
    if len(key) != 32:
        raise RecipeError(f"{path} is not a signing key (64 hexadecimal digits)")
    return key


def public() -> str:
    """Return the public key, in hexadecimal."""
    from recond.core.signing import public_of

    return public_of(seed())


def sign_file(path: Path, target: Path | None = None) -> Path:
    """Write beside a file (or at `target`) NAME.sig, the key's signature over its bytes. Returns that path."""
    from recond.core.vouch import signature_file

    target = target or path.with_name(path.name + ".sig")
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    partial.write_bytes(signature_file(seed(), path.read_bytes()))
    partial.replace(target)
    return target
