"""The server's settings for mypy's Django plugin: the real ones, over a folder that is never opened."""

from __future__ import annotations

from pathlib import Path

from recond.server.config import values

globals().update(values(Path("unused"), "only-for-type-checking"))
