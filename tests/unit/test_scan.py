"""What scanners type, also those that believe the keyboard is another one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recond.core.identity import make_tag
from recond.core.labeldata import qr_text
from recond.core.scan import TO_AMERICAN, TO_FRENCH, read_scan

TAG = make_tag("MDL", 42)


@pytest.mark.parametrize(
    "typed",
    [
        TAG,
        f" {TAG.lower()} ",
        f"HTTPS://ATELIER.EXAMPLE:8017/M/{TAG}",
        f"https://atelier.example/M/{TAG}/",
        f"RECOND:{TAG}",
    ],
)
def test_a_tag_is_found(typed: str) -> None:
    assert read_scan(typed) == TAG


@pytest.mark.parametrize("url", [None, "https://atelier.example:8017"])
@pytest.mark.parametrize("table", [TO_AMERICAN, TO_FRENCH])
def test_the_other_keyboards_letters(url: str | None, table: dict[int, int]) -> None:
    """The label's own QR code, through a scanner that takes the console for the other kind of keyboard."""
    text = qr_text(TAG, url)
    assert text is not None
    assert read_scan(text.translate(table)) == TAG


@given(st.text(max_size=60))
def test_nothing_is_made_up(text: str) -> None:
    found = read_scan(text)
    assert found is None or found[-1] == make_tag(found.split("-")[0], int(found.split("-")[1]))[-1]


@pytest.mark.parametrize(
    "typed", ["", "R", "DETRUIRE", TAG[:-1] + ("1" if TAG[-1] != "1" else "2"), "MDL-0042", "5901234123457"]
)
def test_what_is_no_tag(typed: str) -> None:
    assert read_scan(typed) is None
