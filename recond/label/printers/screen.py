"""No printer at all: the machine's code on the screen, for a phone, and what to write on a piece of tape by hand."""

from __future__ import annotations

from collections.abc import Sequence

from recond.core.labeldata import LabelData
from recond.core.words import N_, _, speaking
from recond.label.media import Media
from recond.label.printers import Job, Printed, PrintOutcome, Shown
from recond.label.qr import make_code
from recond.label.words import proof_words, tag_words

ROOM_MM, DPI = 1000.0, 300
"""In no hurry for millimetres: any address that a code can hold has room on a screen."""


class Screen:
    """The code of each machine, and the words to write by hand."""

    key = "screen"
    about = _("rien à imprimer : le code QR à l'écran et ce qu'il faut écrire à la main")
    default_media = "l7160"

    def refuses(self, media: Media) -> str | None:
        """A screen has no medium."""
        return None

    def print(self, labels: Sequence[LabelData], media: Media, job: Job) -> Printed:
        """Return what to show."""
        text = N_("à écrire à la main sur la machine : les mots à côté du code")
        return Printed(PrintOutcome.SHOWN, text, shown=tuple(_shown(label) for label in labels))


def _shown(label: LabelData) -> Shown:
    with speaking(label.lang):
        return _words(label)


def _words(label: LabelData) -> Shown:
    code, small = make_code(label.url, label.tag, ROOM_MM, DPI), make_code(None, label.tag, ROOM_MM, DPI)
    destiny = (label.destiny.replace("_", " "),) if label.destiny else ()
    words = (tag_words(label), label.outcome.replace("_", " "), *destiny, proof_words(label))
    return Shown(code.rows if code else (), small.rows if small else (), words)


PRINTER = Screen()
