"""The label and the card of the machine, drawn from the record alone: it can claim nothing that was not recorded."""

from __future__ import annotations

from pathlib import Path

from recond.core.errors import EnvironmentFault, ExitCode
from recond.core.labeldata import LabelData, label_from_card
from recond.flow.chain import Chain
from recond.label import render


def draw(chain: Chain, *, tell: bool = True) -> Path | None:
    """Draw the machine's label as the record stands now; return its PNG. A failed label never stops the chain.

    Called before the first byte is written too (`tell` False): whoever finds the PC after a power cut reads NON EFFACE.
    """
    card = chain.store.save_card(chain.record.uid)
    data: LabelData = label_from_card(card, url=chain.store.public_url())
    try:
        path = chain.store.write_label(data.tag, render.png(data))
        sheet = chain.store.write_label(data.tag, render.sheet([data]), suffix=".pdf")
    except (OSError, EnvironmentFault) as error:
        chain.talk.note(f"étiquette non dessinée : {error}", good=False)
        chain.record.emit("label.printed", {"printer": "png", "outcome": "failed", "file": None})
        chain.codes.append(ExitCode.LABEL_PENDING)
        return None
    if tell:
        chain.record.emit("label.printed", {"printer": "png", "outcome": "sent", "file": path.name})
        chain.talk.note(f"étiquette {path} (planche A4 : {sheet.name})", good=True)
    return path
