"""The functional tests: one file a test, found by scanning this package, each with a `TEST`. A new test is a new file here
and its title in `core.functional`."""

from __future__ import annotations

import importlib
import pkgutil

from recond.core.functional import TITLES
from recond.flow.functional.bench import FunctionalTest


def all_tests() -> tuple[FunctionalTest, ...]:
    """Return every test in the order in which they are asked."""
    found = []
    for info in pkgutil.iter_modules(__path__):
        test = getattr(importlib.import_module(f"{__name__}.{info.name}"), "TEST", None)
        if isinstance(test, FunctionalTest):
            found.append(test)
    return tuple(sorted(found, key=lambda test: list(TITLES).index(test.name)))
