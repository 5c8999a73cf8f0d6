"""Printers, one file each: a file of this package with a `PRINTER` is one. Nothing else lists them.

A printer gets the facts and a medium, draws them by `recond.label.draw` at its own resolution, and says what became of it.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Protocol

from recond.core.errors import EnvironmentFault, UsageError
from recond.core.labeldata import LabelData
from recond.core.words import N_, aside
from recond.label.media import Media


class PrintOutcome(StrEnum):
    """What is known of a print. Only PRINTED was said by the printer itself; SAVED is a file that somebody has to print,
    SHOWN a code on the screen, for want of a printer."""

    PRINTED = "printed"
    SHOWN = "shown"
    SENT = "sent"
    SAVED = "saved"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """How to print: the file or folder named by the person (None = `folder`/TAG.ext), and the first free label of a sheet.

    `start` counts from 1, row by row. `target` is where a printer is reached ("tcp://192.168.1.50:9100", "/dev/usb/lp0").
    """

    folder: Path
    out: Path | None = None
    start: int = 1
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A machine's code for a screen: its modules by rows (True = black), those of a smaller code for a low screen, and the
    words beside it. Empty rows: the machine has no number that a code can hold."""

    rows: tuple[tuple[bool, ...], ...]
    small_rows: tuple[tuple[bool, ...], ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Printed:
    """What became of a job: the files made, one French sentence for the person, and what is to be shown on the screen."""

    outcome: PrintOutcome
    text: str
    files: tuple[Path, ...] = ()
    shown: tuple[Shown, ...] = ()


class Printer(Protocol):
    """One printer language."""

    @property
    def key(self) -> str:
        """Its name on the command line."""
        ...

    @property
    def about(self) -> str:
        """What it is, in French, for `recond list printers`."""
        ...

    @property
    def default_media(self) -> str:
        """The medium taken when none is named."""
        ...

    def refuses(self, media: Media) -> str | None:
        """Return why it cannot print on this medium, None when it can."""
        ...

    def print(self, labels: Sequence[LabelData], media: Media, job: Job) -> Printed:
        """Print the labels in this order. Raises UsageError or EnvironmentFault before anything was printed."""
        ...


@cache
def all_printers() -> tuple[Printer, ...]:
    """Return every printer of this package, sorted by name."""
    found: list[Printer] = []
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        if hasattr(module, "PRINTER"):
            found.append(module.PRINTER)
    return tuple(sorted(found, key=lambda printer: printer.key))


def find_printer(key: str) -> Printer:
    """Return the printer called `key`. Raises UsageError naming those that exist."""
    for printer in all_printers():
        if printer.key == key.strip().lower():
            return printer
    known = ", ".join(printer.key for printer in all_printers())
    raise UsageError(
        N_("imprimante inconnue : « {key} »").format(key=key),
        N_("choisissez parmi : {known} (recond list printers)").format(known=known),
    )


def print_labels(labels: Sequence[LabelData], printer: Printer, media: Media, job: Job) -> Printed:
    """Print, after checking that this printer takes this medium. Raises UsageError otherwise or when there is no label."""
    if not labels:
        raise UsageError(N_("aucune étiquette à imprimer"), N_("donnez au moins un numéro de machine"))
    reason = printer.refuses(media)
    if reason is not None:
        raise UsageError(
            N_("{key} n'imprime pas sur {key2} : {reason}").format(key=printer.key, key2=media.key, reason=reason),
            N_("choisissez un autre --media"),
        )
    return printer.print(labels, media, job)


def saved(path: Path, data: bytes) -> Printed:
    """Keep in a file what would have been sent to a printer. Raises EnvironmentFault."""
    save(path, data)
    return Printed(PrintOutcome.SAVED, N_("fichier pour l'imprimante enregistré : {path}").format(path=path), (path,))


def failed(fault: EnvironmentFault) -> Printed:
    """Return a print that did not reach the printer, with what to do next. It stops nothing else."""
    return Printed(PrintOutcome.FAILED, aside(fault.message, fault.hint) if fault.hint else fault.message)


def file_stem(label: LabelData) -> str:
    """Return the name of a label's file without its ending."""
    return stem(label.tag)


def stem(tag: str | None) -> str:
    """Return the beginning of the names of a machine's files; a tag is untrusted text and may hold a slash."""
    kept = "".join(char if char.isascii() and (char.isalnum() or char == "-") else "_" for char in tag or "")
    return kept or "sans-numero"


def save(path: Path, data: bytes) -> None:
    """Write a file whole or not at all (docs/contracts.md). Raises EnvironmentFault with the path and the reason."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise EnvironmentFault(
            N_("l'étiquette ne s'enregistre pas dans {path} : {strerror}").format(path=path, strerror=error.strerror),
            N_("vérifiez la place libre et le droit d'écrire, ou choisissez un autre --out"),
        ) from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
