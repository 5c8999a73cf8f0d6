"""Remove the fetched image again, once it is unpacked: the room is the new owner's."""

from __future__ import annotations

import shutil

from recond.core.words import N_
from recond.install.context import Access, Context

NAME = "fetched"
TITLE = N_("Rangement")
ORDER = 35
ACCESS = Access.WRITING
WEIGHT = 1


def wanted(ctx: Context) -> bool:
    """Only where `fetch` left something."""
    return ctx.received is not None


def run(ctx: Context) -> None:
    """Raises OSError when it does not let itself be removed."""
    assert ctx.received is not None
    shutil.rmtree(ctx.received)
    ctx.received = None
