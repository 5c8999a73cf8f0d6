"""ACT: one file a step of an installation. A step is a module with NAME, TITLE, ORDER, ACCESS and `run(context)`; it may
have `wanted(context)`, when not every installation needs it.

Adding a step is adding a file: `steps()` finds it. `ACCESS` says how the disk is held while it runs, see `Access`.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from recond.core.words import N_
from recond.install.context import Access, Context


class Step(Protocol):
    """What each step's module offers. `TITLE` is shown to the volunteer; `run` raises RecondError or OSError."""

    NAME: str
    TITLE: str
    ORDER: int
    ACCESS: Access

    def run(self, ctx: Context) -> None:
        """Do it."""


def is_wanted(step: Step, ctx: Context) -> bool:
    """Tell whether this installation needs the step."""
    asked = getattr(step, "wanted", None)
    return asked is None or bool(asked(ctx))


def weights(*, live: bool, network: bool = False) -> dict[str, float]:
    """Return each step's title with its usual part of an installation's time (measured on an Xfce desktop and an SSD)."""
    left_out = (() if live else LIVE_ONLY) + (() if network else NETWORK_ONLY)
    known = [step for step in steps() if step.TITLE not in left_out]
    return {step.TITLE: float(getattr(step, "WEIGHT", 1)) for step in known}


LIVE_ONLY = (N_("Système live"),)
NETWORK_ONLY = (N_("Réception du système"), N_("Rangement"))


@cache
def steps() -> tuple[Step, ...]:
    """Return every step of this package in its order."""
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    found = [cast(Step, module) for module in modules if hasattr(module, "ORDER")]
    return tuple(sorted(found, key=lambda step: step.ORDER))
