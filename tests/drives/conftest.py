"""The proof's sizes, brought down to a simulated disk's: every place of it is a mark or a sample, so a liar cannot be lucky.

On a real disk a sample can miss what a liar keeps below a part in a thousand; the certificate says "par sondage".
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from recond.erase.medium import markers, overwrite, passes, resume, sweep
from tests.drives.base import SLOT, SLOTS


@pytest.fixture(autouse=True, scope="module")
def small_proof() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(markers, "MARK", SLOT)
    patch.setattr(markers, "PAIRS", 64)
    patch.setattr(markers, "SAMPLES", SLOTS)
    patch.setattr(passes, "SMALL", SLOT)
    patch.setattr(resume, "CHUNK", 16 * SLOT)
    patch.setattr(sweep.chunks, "__defaults__", (16 * SLOT,))
    patch.setattr(overwrite, "SAVE_S", 0.0)
    patch.setattr(sweep, "THREADS", 1)
    yield
    patch.undo()
