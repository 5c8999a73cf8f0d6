"""The label as bytes, for the chain: what it keeps of every machine whether or not a label printer is at hand."""

from __future__ import annotations

from collections.abc import Sequence

from recond.core.labeldata import LabelData
from recond.label.media import find_media
from recond.label.printers import png as png_printer
from recond.label.printers import sheet as sheet_printer

DEFAULT_MEDIA = "l7160"


def png(label: LabelData, media: str = DEFAULT_MEDIA) -> bytes:
    """Return the label as a 1-bit PNG at 300 dpi. Raises UsageError for an unknown medium."""
    return png_printer.encode(label, find_media(media))


def sheet(labels: Sequence[LabelData], media: str = DEFAULT_MEDIA, start: int = 1) -> bytes:
    """Return A4 sheets as a PDF, the first label at place `start`. Raises UsageError for a wrong medium or place."""
    return sheet_printer.encode(labels, find_media(media), start)
