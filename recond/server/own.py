"""recond's own settings, with their types (Django's settings have none)."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def data() -> Path:
    """Return the server's data folder."""
    return Path(getattr(settings, "RECOND_DATA"))  # noqa: B009
