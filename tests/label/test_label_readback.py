"""What a person's phone and printer see: codes read by zbar, places measured on the page that poppler draws."""

from __future__ import annotations

import dataclasses
import subprocess
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from recond.core.labeldata import LabelData, LabelOutcome, qr_text
from recond.label.draw import dots
from recond.label.layout import lay_out
from recond.label.marks import Square, Words
from recond.label.media import Media, all_media, find_media
from recond.label.printers import Job, find_printer, print_labels
from recond.label.small import SMALL_MM

SERVERS = (None, "http://192.168.1.20:8017", "https://atelier-numerique.association-exemple.example.org")


def label(number: int, server: str | None = SERVERS[1]) -> LabelData:
    tag = f"PC-{number:04d}-0"
    return LabelData(
        tag=tag,
        outcome=list(LabelOutcome)[number % 3],
        wiped_on=date(2026, 11, 23),
        method="écrasement",
        verified=True,
        chassis="Portable",
        model="Dell Latitude 5490",
        url=qr_text(tag, server),
    )


def scan(image: Path) -> list[str]:
    """Return what zbar reads on a picture."""
    argv = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(image)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60)
    return done.stdout.split("\n")[:-1]


def code_of(made: LabelData, media: Media) -> str:
    """Return what the label's code must say: the machine's page where there is room for it, else its number."""
    (code,) = [mark.code for mark in lay_out(made, media, 300).marks if isinstance(mark, Square)]
    assert code.text == made.url or (code.text == qr_text(made.tag) and media.height_mm < SMALL_MM)
    return code.text


def cell(page: Path, media: Media, position: int, dpi: int) -> Path:
    """Cut one label out of a drawn page, as a phone held over it sees it."""
    x, y = media.corner_mm(position)
    box = [round(mm * dpi / 25.4) for mm in (x, y, x + media.width_mm, y + media.height_mm)]
    out = page.with_name(f"cell-{position}.png")
    with Image.open(page) as whole:
        whole.crop((box[0], box[1], box[2], box[3])).save(out)
    return out


def page_image(pdf: Path, page: int, dpi: int) -> Path:
    out = pdf.with_name(f"{pdf.stem}-{page}-{dpi}")
    argv = [
        "pdftoppm",
        "-r",
        str(dpi),
        "-gray",
        "-png",
        "-f",
        str(page),
        "-l",
        str(page),
        "-singlefile",
        str(pdf),
        str(out),
    ]
    subprocess.run(argv, check=True, timeout=60)
    return out.with_suffix(".png")


SOME = ("l7160", "l4731", "dk62", "dk29x90", "z57x32")
READ = [
    (media, outcome, server)
    for number, media in enumerate(all_media())
    for outcome in LabelOutcome
    for server in SERVERS
    if media.key in SOME or (server == SERVERS[1] and outcome is list(LabelOutcome)[number % 3])
]
"""Every medium once, those of each kind of layout with every word and every length of address."""


@pytest.mark.parametrize(("media", "outcome", "server"), READ, ids=[f"{m.key}-{o}-{len(s or '')}" for m, o, s in READ])
def test_the_code_of_a_png_reads_back(tmp_path: Path, media: Media, outcome: LabelOutcome, server: str | None) -> None:
    made = dataclasses.replace(label(42, server), outcome=outcome)
    (path,) = print_labels([made], find_printer("png"), media, Job(tmp_path)).files
    assert scan(path) == [code_of(made, media)]


@pytest.mark.parametrize("media", [media for media in all_media() if media.page], ids=lambda media: media.key)
def test_every_code_of_a_sheet_reads_back(tmp_path: Path, media: Media) -> None:
    # All of a sheet and one more; of the smallest labels thirty, over the end of a sheet: zbar is slow on hundreds.
    count = min(media.per_page + 1, 30)
    start = media.per_page + 3 - count
    labels = [label(number) for number in range(1, count + 1)]
    (pdf,) = print_labels(labels, find_printer("sheet"), media, Job(tmp_path, start=start)).files
    pages = [page_image(pdf, 1, 400), page_image(pdf, 2, 400)]
    seen = [set(scan(page)) for page in pages]
    for number, made in enumerate(labels, start=start - 1):
        page, position = divmod(number, media.per_page)
        wanted = code_of(made, media)
        # Of two hundred small codes zbar passes some over when it is shown the page whole.
        assert wanted in seen[page] or scan(cell(pages[page], media, position, 400)) == [wanted], number
    assert not set.union(*seen) - {code_of(made, media) for made in labels}


@pytest.mark.parametrize(
    ("media_key", "position"), [("l7160", 0), ("l7160", 20), ("l7163", 0), ("l7163", 13), ("l7163", 6)]
)
def test_labels_lie_on_the_page_to_the_tenth_of_a_millimetre(tmp_path: Path, media_key: str, position: int) -> None:
    media = find_media(media_key)
    made = dataclasses.replace(label(3), outcome=LabelOutcome.NOT_ERASED)
    (pdf,) = print_labels([made], find_printer("sheet"), media, Job(tmp_path, start=position + 1)).files
    info = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True, check=True, timeout=60).stdout
    assert "595.276 x 841.89 pts (A4)" in info
    dpi = 600
    with Image.open(page_image(pdf, 1, dpi)) as page:
        ink = ImageChops.invert(page.convert("L")).getbbox()
    assert ink is not None
    # The widest and left-most ink of this label is the black band of NON EFFACÉ, from safe edge to safe edge.
    layout = lay_out(made, media, 300)
    (band,) = [mark for mark in layout.marks if isinstance(mark, Words) and mark.centred]
    left, _, right, _ = dots(band.box, 300)
    x, y = media.corner_mm(position)
    assert ink[0] * 25.4 / dpi == pytest.approx(x + left * 25.4 / 300, abs=0.1)
    assert ink[2] * 25.4 / dpi == pytest.approx(x + (right + 1) * 25.4 / 300, abs=0.1)
    assert y + media.safe_mm - 0.1 <= ink[1] * 25.4 / dpi
    assert ink[3] * 25.4 / dpi <= y + media.height_mm - media.safe_mm + 0.1
