"""The erase methods, found by looking through this package: no list to keep."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import recond.erase
from recond.core.errors import UsageError
from recond.core.words import N_
from recond.erase.method import Method


@cache
def methods() -> tuple[Method, ...]:
    """Return every method, sorted by name."""
    found: list[Method] = []
    for module in pkgutil.iter_modules(recond.erase.__path__, "recond.erase."):
        if not module.ispkg:
            method = getattr(importlib.import_module(module.name), "METHOD", None)
            if method is not None:
                found.append(method)
    return tuple(sorted(found, key=lambda method: method.name))


def method(name: str) -> Method:
    """Return the method of that name. Raises UsageError with the names there are."""
    for one in methods():
        if one.name == name:
            return one
    raise UsageError(
        N_("méthode d'effacement inconnue : {name}").format(name=name),
        N_("au choix : {names}").format(names=", ".join(m.name for m in methods())),
    )
