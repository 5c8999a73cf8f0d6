"""Printers and media: found by scanning, files whole or not at all, wrong wishes refused before anything is written."""

from __future__ import annotations

import dataclasses
import re
import zlib
from pathlib import Path

import pytest
from PIL import Image

from recond.core.errors import ConfigurationFault, EnvironmentFault, UsageError
from recond.core.labeldata import LabelData
from recond.label.draw import render
from recond.label.media import all_media, find_media
from recond.label.printers import Job, PrintOutcome, all_printers, find_printer, print_labels, save, sheet

LABELS = [LabelData(f"PC-{number:04d}-0") for number in range(1, 25)]


def test_every_file_with_a_printer_is_found() -> None:
    folder = Path(sheet.__file__).parent
    files = {path.stem for path in folder.glob("*.py") if "\nPRINTER" in path.read_text(encoding="utf-8")}
    assert {printer.key.replace("-", "_") for printer in all_printers()} == files >= {"png", "sheet"}
    for printer in all_printers():
        assert printer.about
        assert printer.refuses(find_media(printer.default_media)) is None


def test_unknown_names_say_what_there_is() -> None:
    with pytest.raises(UsageError) as wrong:
        find_printer("laser")
    assert "png" in str(wrong.value.hint) and "sheet" in str(wrong.value.hint)
    with pytest.raises(UsageError) as wrong:
        find_media("a5")
    assert "l7160" in str(wrong.value.hint)


@pytest.mark.parametrize("media", [media for media in all_media() if media.page], ids=lambda media: media.key)
def test_a_sheet_of_labels_lies_in_the_middle_of_its_page(media: object) -> None:
    found = next(known for known in all_media() if known == media)
    assert found.page is not None
    right, low = found.corner_mm(found.per_page - 1)
    assert right + found.width_mm + found.page.margin_left_mm == pytest.approx(found.page.width_mm, abs=0.05)
    assert low + found.height_mm + found.page.margin_top_mm == pytest.approx(found.page.height_mm, abs=0.05)


def test_the_tape_is_as_wide_as_the_printers_head() -> None:
    assert find_media("dk62").pixels(300)[0] == 696


GOOD = "[atelier]\nabout = 'A5'\nkind = 'sheet'\npage_mm = [148, 210]\nlabel_mm = [60, 40.5]\ncolumns = 2\nrows = 5\n"
GOOD += "margin_left_mm = 10\nmargin_top_mm = 3\ngap_x_mm = 2\ngap_y_mm = 0\nsafe_mm = 2\n"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("'sheet'", "'disc'"), "atelier: kind: « sheet » (planche) ou « roll » (rouleau) est attendu, pas 'disc'"),
        (("[60, 40.5]", "[60]"), "atelier: label_mm: deux nombres"),
        (("[60, 40.5]", "[60, 4]"), "label_mm: au moins 20 x 9 mm"),
        (("columns = 2", "columns = 0"), "columns: un nombre entier d'étiquettes"),
        (("columns = 2", "columns = 3"), "les étiquettes prennent 194.0 mm de large, la page en a 148.0"),
        (("safe_mm = 2", "safe_mm = -1"), "safe_mm: un nombre de millimètres"),
        (("safe_mm = 2", "safe_mm = 20"), "safe_mm: trop grand"),
        (("about = 'A5'", "abuot = 'A5'"), "abuot: clé inconnue"),
        (("[atelier]", "[Àtelier]"), "ne se lit pas"),
        (("[atelier]", '["A/B"]'), "un nom de lettres minuscules"),
    ],
)
def test_the_workshops_own_media_are_checked_and_every_fault_is_told(
    tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    (tmp_path / "media.toml").write_text(GOOD, encoding="utf-8")
    found = find_media("atelier", tmp_path)
    assert (found.per_page, found.corner_mm(3)) == (10, (72.0, 43.5))
    assert [one.key for one in all_media(tmp_path)][-1] == "atelier"
    assert "atelier" not in [one.key for one in all_media()]
    (tmp_path / "media.toml").write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(ConfigurationFault) as wrong:
        all_media(tmp_path)
    assert words in wrong.value.message and str(tmp_path / "media.toml") in wrong.value.message


def test_the_workshop_can_correct_a_bundled_product(tmp_path: Path) -> None:
    """A printer that pulls its paper askew: the same product, its margins moved."""
    text = GOOD.replace("[atelier]", "[l7160]")
    (tmp_path / "media.toml").write_text(text, encoding="utf-8")
    assert find_media("l7160", tmp_path).about == "A5"
    assert len(all_media(tmp_path)) == len(all_media())


def test_a_png_is_one_bit_and_knows_its_size(tmp_path: Path) -> None:
    media = find_media("l7160")
    done = print_labels(LABELS[:1], find_printer("png"), media, Job(tmp_path))
    assert done.outcome is PrintOutcome.SAVED, "a file is not a print"
    assert done.files == (tmp_path / "PC-0001-0.png",)
    with Image.open(done.files[0]) as image:
        assert image.mode == "1"
        assert image.size == (750, 450)
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.01)
        assert image.tobytes() == render(LABELS[0], media, 300).tobytes()
    assert [path.name for path in tmp_path.iterdir()] == ["PC-0001-0.png"], "no draft is left behind"


def test_several_pngs_need_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        print_labels(LABELS[:2], find_printer("png"), find_media("l7160"), Job(tmp_path, out=tmp_path / "two.png"))
    assert not list(tmp_path.iterdir())
    done = print_labels(LABELS[:2], find_printer("png"), find_media("l7160"), Job(tmp_path / "x", out=tmp_path))
    assert [path.name for path in done.files] == ["PC-0001-0.png", "PC-0002-0.png"]


def test_a_tag_cannot_choose_the_folder(tmp_path: Path) -> None:
    done = print_labels([LabelData("../../x y")], find_printer("png"), find_media("l7160"), Job(tmp_path))
    assert [path.parent for path in done.files] == [tmp_path]


def pictures(pdf: bytes) -> list[tuple[list[float], bytes]]:
    """Return the matrix and the dots of every picture, page by page, from the file's own bytes."""
    streams = [
        (head, zlib.decompress(body))
        for head, body in re.findall(rb"<<([^\n]*)>>\nstream\n(.*?)\nendstream", pdf, re.S)
    ]
    images = [body for head, body in streams if b"/Image" in head]
    places = [line for head, body in streams if b"/Image" not in head for line in body.decode().splitlines()]
    assert len(images) == len(places)
    return [([float(word) for word in place.split()[1:7]], image) for place, image in zip(places, images, strict=True)]


@pytest.mark.parametrize("start", [1, 5, 21])
def test_a_used_sheet_starts_where_it_is_told(start: int) -> None:
    media = find_media("l7160")
    pdf = sheet.encode(LABELS, media, start)
    assert pdf.count(b"/Type /Page ") == (1 + (len(LABELS) + start - 2) // 21)
    found = pictures(pdf)
    assert len(found) == len(LABELS)
    mm = 25.4 / 72
    for number, (matrix, image) in enumerate(found):
        row, column = divmod((number + start - 1) % 21, 3)
        assert matrix[0] * mm == pytest.approx(63.5, abs=0.001)
        assert matrix[3] * mm == pytest.approx(38.1, abs=0.001)
        assert matrix[4] * mm == pytest.approx(7.21 + column * 66.04, abs=0.001)
        assert 297 - (matrix[5] + matrix[3]) * mm == pytest.approx(15.15 + row * 38.1, abs=0.001)
        assert image == render(LABELS[number], media, 300).tobytes()


@pytest.mark.parametrize("start", [0, -1, 22])
def test_a_place_that_the_sheet_has_not_is_refused(start: int, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="21 étiquettes"):
        print_labels(LABELS[:1], find_printer("sheet"), find_media("l7160"), Job(tmp_path, start=start))
    assert not list(tmp_path.iterdir())


def test_a_tape_is_no_sheet(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="ruban"):
        print_labels(LABELS[:1], find_printer("sheet"), find_media("dk62"), Job(tmp_path))


def test_nothing_to_print_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="aucune étiquette"):
        print_labels([], find_printer("sheet"), find_media("l7160"), Job(tmp_path))


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("old")
    with pytest.raises(EnvironmentFault) as wrong:
        save(blocked / "label.png", b"new")
    assert str(blocked) in wrong.value.message and wrong.value.hint
    assert blocked.read_text() == "old"


def test_files_of_one_machine_have_its_name(tmp_path: Path) -> None:
    one = print_labels(LABELS[:1], find_printer("sheet"), find_media("l7163"), Job(tmp_path))
    two = print_labels(LABELS[:2], find_printer("sheet"), find_media("l7163"), Job(tmp_path))
    nameless = print_labels(
        [dataclasses.replace(LABELS[0], tag=None)], find_printer("png"), find_media("l7163"), Job(tmp_path)
    )
    assert [path.name for done in (one, two, nameless) for path in done.files] == [
        "PC-0001-0.pdf",
        "planche-PC-0001-0-et-1.pdf",
        "sans-numero.png",
    ]
