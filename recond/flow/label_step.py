"""The label, the A4 sheets and the card of the machine, drawn from the record alone: they can claim nothing else."""

from __future__ import annotations

import contextlib
from pathlib import Path

from recond.core.errors import EnvironmentFault, ExitCode, RecondError
from recond.core.labeldata import LabelData, LabelOutcome, internal_verdicts, label_from_card, outcome_of
from recond.core.projection import is_finished
from recond.core.words import N_
from recond.flow import papers
from recond.flow.chain import Chain
from recond.flow.printing import no_printer, order_of, print_cards
from recond.label.media import find_media
from recond.label.printers import Job, Printed, PrintOutcome, find_printer, print_labels

KINDS = ("png", "sheet")
"""The label as a picture, and as an A4 sheet for any printer."""


def draw(chain: Chain, *, tell: bool = True) -> Path | None:
    """Draw the machine's label as the record stands now; return its picture. A failed label never stops the chain.

    Called before the first byte is written too (`tell` False): whoever finds the PC after a power cut reads NON EFFACE.
    """
    data = label_of(chain)
    folder = chain.store.folder / "labels"
    try:
        done = [_print(kind, data, folder) for kind in KINDS]
    except EnvironmentFault as error:
        chain.talk.note(N_("étiquette non dessinée : {message}").format(message=error.message), good=False)
        if tell:
            chain.record.emit("label.printed", {"printer": KINDS[0], "outcome": PrintOutcome.FAILED, "file": None})
            chain.codes.append(ExitCode.LABEL_PENDING)
        return None
    if tell:
        for kind, printed in zip(KINDS, done, strict=True):
            file = printed.files[0]
            # The picture goes with the record, so that the server's page shows the label that is on the machine.
            pieces = (chain.store.keep_piece(file),) if kind == KINDS[0] else ()
            chain.record.emit("label.printed", {"printer": kind, "outcome": printed.outcome, "file": file.name}, pieces)
        chain.talk.note(
            N_("étiquette {replace} : {files}").format(replace=data.outcome.replace("_", " "), files=done[0].files[0]),
            good=True,
        )
        _on_paper(chain)
        _sheets(chain)
    return done[0].files[0]


def _on_paper(chain: Chain) -> None:
    """Print the label on the workshop's printer when it has one. What fails waits in the queue and stops nothing."""
    if chain.practice_file is not None:
        return
    card = chain.store.save_card(chain.record.uid)
    try:
        order = order_of(chain.store, chain.host)
        if order is None:
            return
        (done,) = print_cards(chain.store, chain.host, [card], order)
    except RecondError as error:
        # A name mistyped in recond.toml must not cost the machine its record.
        chain.talk.fault(error)
        chain.codes.append(ExitCode.LABEL_PENDING)
        with contextlib.suppress(RecondError):  # a full stick: the picture and the record are what is left
            no_printer(chain.store, chain.host, card, error.message)
        return
    good = {PrintOutcome.PRINTED: True, PrintOutcome.FAILED: False}.get(done.outcome)
    chain.paper = done.outcome in (PrintOutcome.PRINTED, PrintOutcome.SENT)
    chain.talk.note(N_("étiquette : {text}").format(text=done.text), good=good)
    chain.record.emit("label.printed", {"printer": order.printer.key, "outcome": done.outcome, "file": None})
    if done.outcome is PrintOutcome.FAILED:
        chain.codes.append(ExitCode.LABEL_PENDING)


def _sheets(chain: Chain) -> None:
    """Draw the A4 sheets: the machine's own and, when it is PRÊT, the new owner's. They stop nothing."""
    if chain.docked is not None:
        return
    try:
        made = papers.keep(chain.store, chain.host, chain.store.save_card(chain.record.uid))
    except RecondError as error:
        chain.talk.note(
            N_("feuilles A4 non dessinées : {message} ; plus tard : recond papers").format(message=error.message),
            good=False,
        )
        return
    for kind, path in made.items():
        chain.talk.note(N_("{kind} : {path}").format(kind=kind, path=path), good=True)


def label_of(chain: Chain) -> LabelData:
    """Return what the label says now."""
    card = chain.store.save_card(chain.record.uid)
    today = chain.host.moment().wall.date()
    return label_from_card(card, chain.store.public_url(), today, chain.settings.lang)


def _print(kind: str, data: LabelData, folder: Path) -> Printed:
    printer = find_printer(kind)
    return print_labels([data], printer, find_media(printer.default_media), Job(folder))


def set_state(chain: Chain) -> None:
    """Record where the machine stands now that the chain is through."""
    card = chain.store.save_card(chain.record.uid)
    erased = outcome_of(internal_verdicts(card)) is LabelOutcome.ERASED
    # Finished and not ready: something of `core.destiny` holds it back, and a person takes it aside.
    state = "ready" if card["ready"] else "wiped" if erased and not is_finished(card) else "aside"
    chain.record.emit("state.set", {"state": state})
