"""A4 sheets of labels as a PDF: any office printer, at its real size ("taille réelle", no scaling)."""

from __future__ import annotations

from collections.abc import Sequence

from recond.core.errors import UsageError
from recond.core.labeldata import LabelData
from recond.core.words import N_, _
from recond.label.draw import render
from recond.label.media import Media
from recond.label.pdf import Picture, write_pdf
from recond.label.printers import Job, Printed, PrintOutcome, file_stem, save

DPI = 300


def encode(labels: Sequence[LabelData], media: Media, start: int = 1) -> bytes:
    """Return a PDF whose first label is at place `start` of the first page; further pages are new sheets. Raises as `lay`."""
    pages = lay(labels, media, start, DPI)
    width, height = (media.page.width_mm, media.page.height_mm) if media.page else (media.width_mm, media.height_mm)
    return write_pdf(pages, width, height, _("Étiquettes recond, {about}").format(about=media.about))


def lay(labels: Sequence[LabelData], media: Media, start: int, dpi: int) -> list[list[Picture]]:
    """Return the labels on their pages, drawn at `dpi`.

    Raises UsageError when the sheet has no such place or the medium is no sheet.
    """
    if media.page is None:
        raise UsageError(
            N_("{key} n'est pas une planche").format(key=media.key),
            N_("choisissez un autre --media (recond list media)"),
        )
    if not 1 <= start <= media.per_page:
        raise UsageError(
            N_("--start {start} : une planche {key} a {per_page} étiquettes").format(
                start=start, key=media.key, per_page=media.per_page
            ),
            N_("donnez la place de la première étiquette libre, de 1 à {per_page}, en comptant ligne par ligne").format(
                per_page=media.per_page
            ),
        )
    pages: list[list[Picture]] = []
    for number, label in enumerate(labels, start=start - 1):
        page, position = divmod(number, media.per_page)
        if page == len(pages):
            pages.append([])
        x, y = media.corner_mm(position)
        pages[page].append(Picture(render(label, media, dpi), x, y, media.width_mm, media.height_mm))
    return pages


class Sheet:
    """One PDF for all the labels."""

    key = "sheet"
    about = _("planche d'étiquettes A4 en PDF, à imprimer en taille réelle")
    default_media = "l7160"

    def refuses(self, media: Media) -> str | None:
        """A roll is no sheet."""
        return None if media.page else N_("c'est un ruban, pas une planche")

    def print(self, labels: Sequence[LabelData], media: Media, job: Job) -> Printed:
        """Save the PDF as `job.out`, or in the labels' folder. Raises UsageError, EnvironmentFault."""
        name = (
            file_stem(labels[0])
            if len(labels) == 1
            else _("planche-{file_stem}-et-{count}").format(file_stem=file_stem(labels[0]), count=len(labels) - 1)
        )
        path = job.out or job.folder / f"{name}.pdf"
        if path.is_dir():
            path /= f"{name}.pdf"
        save(path, encode(labels, media, job.start))
        return Printed(
            PrintOutcome.SAVED,
            N_("planche enregistrée, à imprimer en taille réelle : {path}").format(path=path),
            (path,),
        )


PRINTER = Sheet()
