"""The label as a PNG at 300 dpi: the preview, and what any program can print."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from recond.core.errors import UsageError
from recond.core.labeldata import LabelData
from recond.core.words import N_, _
from recond.label.draw import render
from recond.label.media import Media
from recond.label.printers import Job, Printed, PrintOutcome, file_stem, save

DPI = 300


def encode(label: LabelData, media: Media) -> bytes:
    """Return one label as the bytes of a 1-bit PNG that knows its size."""
    data = BytesIO()
    render(label, media, DPI).save(data, "PNG", optimize=True, dpi=(DPI, DPI))
    return data.getvalue()


class Png:
    """One PNG file a label."""

    key = "png"
    about = _("image PNG à 300 points par pouce, une par étiquette")
    default_media = "l7160"

    def refuses(self, media: Media) -> str | None:
        """An image can have any size."""
        return None

    def print(self, labels: Sequence[LabelData], media: Media, job: Job) -> Printed:
        """Save the images. `job.out` is a file for one label, a folder for several. Raises UsageError, EnvironmentFault."""
        paths = _paths(labels, job)
        for label, path in zip(labels, paths, strict=True):
            save(path, encode(label, media))
        many = N_("{count} images enregistrées dans {parent}").format(count=len(paths), parent=paths[0].parent)
        return Printed(
            PrintOutcome.SAVED,
            N_("image enregistrée : {paths}").format(paths=paths[0]) if len(paths) == 1 else many,
            tuple(paths),
        )


def _paths(labels: Sequence[LabelData], job: Job) -> list[Path]:
    if job.out is not None and not job.out.is_dir():
        if len(labels) == 1:
            return [job.out]
        raise UsageError(
            N_("{count} images ne tiennent pas dans un seul fichier ({out})").format(count=len(labels), out=job.out),
            N_("donnez un dossier qui existe avec --out, ou --printer sheet"),
        )
    folder = job.out or job.folder
    return [folder / f"{file_stem(label)}.png" for label in labels]


PRINTER = Png()
