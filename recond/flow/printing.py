"""Printing labels and losing none: what did not come out waits in the queue, what did is in the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from recond.core.errors import EnvironmentFault, RecondError
from recond.core.event import Actor
from recond.core.labeldata import LabelData, label_from_card
from recond.core.ports import Host
from recond.core.runstate import read_run
from recond.core.words import N_
from recond.flow.record import Recorder
from recond.label.detect import default_target
from recond.label.media import Media, find_media
from recond.label.printers import Job, Printed, Printer, PrintOutcome, find_printer, print_labels
from recond.sink.labelqueue import LabelQueue, Waiting
from recond.sink.store import Store

FILES = ("png", "sheet", "screen")
"""These make no print: there is nothing to wait for."""


@dataclass(frozen=True, slots=True)
class Order:
    """Where labels go: printer, its address (None = its default), medium, the file asked for, first place of a sheet."""

    printer: Printer
    target: str | None
    media: Media
    out: Path | None = None
    start: int = 1

    @property
    def is_print(self) -> bool:
        """Tell whether paper comes out, and can fail to."""
        return self.printer.key not in FILES and self.out is None

    @property
    def name(self) -> str:
        """Return the printer as --printer names it."""
        return f"{self.printer.key}@{self.target}" if self.target else self.printer.key


def make_order(
    host: Host, data: Path, printer: str, media: str | None, *, out: Path | None = None, start: int = 1
) -> Order:
    """Read "brother-ql@192.168.1.50" and a medium's name (None = the printer's own). Raises UsageError.

    A label printer without an address is the one that is plugged in here.
    """
    key, _, target = printer.partition("@")
    found = find_printer(key)
    if not target and out is None:
        target = default_target(host, found.key) or ""
    return Order(found, target or None, find_media(media or found.default_media, data), out, start)


def order_of(store: Store, host: Host) -> Order | None:
    """Return the workshop's own printer (recond.toml), None when it has none. Raises UsageError, ConfigurationFault."""
    settings = store.settings()
    return make_order(host, store.folder, settings.printer, settings.media) if settings.printer else None


def draw(store: Store, host: Host, card: Mapping[str, Any]) -> LabelData:
    """Return what the label of this card says today."""
    today = host.moment().wall.date()
    return label_from_card(card, store.public_url(), today, store.settings().lang)


def print_cards(store: Store, host: Host, cards: Sequence[Mapping[str, Any]], order: Order) -> tuple[Printed, ...]:
    """Print these machines' labels, and keep in the queue what did not come out; return what became of each job.

    On a roll each label is a job: when the third fails, the first two are known to be there. Raises UsageError.
    """
    labels = [draw(store, host, card) for card in cards]
    job = Job(store.folder / "labels", order.out, order.start, order.target)
    if not order.is_print:
        return (print_labels(labels, order.printer, order.media, job),)
    queue = LabelQueue(store.folder)
    groups = [[number] for number in range(len(cards))] if order.media.page is None else [list(range(len(cards)))]
    done: list[Printed] = []
    with queue.alone():
        for group in groups:
            stuck = done and done[-1].outcome is PrintOutcome.FAILED
            if not stuck:
                done.append(print_labels([labels[one] for one in group], order.printer, order.media, job))
            for one in group:
                settle(store, host, cards[one], order, done[-1])
    return tuple(done)


def settle(store: Store, host: Host, card: Mapping[str, Any], order: Order, printed: Printed) -> None:
    """Put the label in the queue when it did not come out, else take it out of there and record it."""
    queue, uid, tag = LabelQueue(store.folder), str(card["uid"]), str(card["tag"])
    if printed.outcome is PrintOutcome.FAILED:
        since = host.moment().wall.isoformat(timespec="seconds")
        queue.put(Waiting(uid, tag, order.name, order.media.key, printed.text, since))
        return
    queue.done(uid)
    record(store, host, card, order, printed)


def no_printer(store: Store, host: Host, card: Mapping[str, Any], why: str) -> None:
    """Keep a label for the workshop's printer, whichever that will be: what the settings name now is none."""
    since = host.moment().wall.isoformat(timespec="seconds")
    LabelQueue(store.folder).put(Waiting(str(card["uid"]), str(card["tag"]), "", "", why, since))


def did_not_come_out(store: Store, host: Host, card: Mapping[str, Any], order: Order, why: str) -> None:
    """Put a label back into the queue: the printer took it, and the person says that nothing came out."""
    settle(store, host, card, order, replace(Printed(PrintOutcome.FAILED, ""), text=why))


def record(store: Store, host: Host, card: Mapping[str, Any], order: Order, printed: Printed) -> None:
    """Add to the machine's last run that its label was printed, once that run has ended.

    A run that goes on now, here or after a power cut, writes its own journal and its own label at the end.
    """
    try:
        events = store.events(str(card["run"]))
        if not events or read_run(events).ended is None or events[0]["machine"]["uid"] != card["uid"]:
            return
        actor = Actor(**{**events[-1]["actor"], "stick": store.stick_id})
        recorder = Recorder.resume(host, store, actor, events)
        recorder.emit("label.printed", {"printer": order.printer.key, "outcome": printed.outcome, "file": None})
        store.save_card(str(card["uid"]))
    except (RecondError, KeyError, TypeError) as error:
        raise EnvironmentFault(
            N_("l'étiquette est sortie, mais la fiche ne le note pas : {error}").format(error=error),
            N_("voyez : recond doctor"),
        ) from error
