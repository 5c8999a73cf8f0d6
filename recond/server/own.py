"""recond's own settings, with their types (Django's settings have none)."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def data() -> Path:
    """Return the server's data folder."""
    return Path(getattr(settings, "RECOND_DATA"))  # noqa: B009


def is_local() -> bool:
    """Tell whether only this machine can connect to the server."""
    return getattr(settings, "RECOND_LOCAL") is True  # noqa: B009
