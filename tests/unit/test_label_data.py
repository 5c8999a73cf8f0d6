"""The one rule of the label, and the words made from raw facts."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recond.core.labeldata import (
    ALPHANUMERIC,
    LabelData,
    LabelOutcome,
    outcome_of,
    qr_text,
)
from recond.core.labelwords import short_cpu, short_model
from recond.core.verdict import WipeVerdict

VERDICTS = st.one_of(st.none(), st.sampled_from(list(WipeVerdict)))


@given(st.lists(VERDICTS, min_size=1, max_size=6))
def test_erased_is_said_only_when_every_disk_is(verdicts: list[WipeVerdict | None]) -> None:
    expected = LabelOutcome.ERASED if set(verdicts) == {WipeVerdict.ERASED} else LabelOutcome.NOT_ERASED
    assert outcome_of(verdicts) is expected


@given(
    st.lists(st.just(WipeVerdict.ERASED), max_size=5), VERDICTS.filter(lambda v: v is not WipeVerdict.ERASED), st.data()
)
def test_one_disk_that_is_not_erased_is_enough(
    erased: list[WipeVerdict | None], other: WipeVerdict | None, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(erased)))
    assert outcome_of([*erased[:place], other, *erased[place:]]) is LabelOutcome.NOT_ERASED


def test_no_disk_is_not_unknown_disks() -> None:
    assert outcome_of(()) is LabelOutcome.NO_DISK
    assert outcome_of(None) is LabelOutcome.NOT_ERASED


def test_a_label_says_not_erased_unless_told_otherwise() -> None:
    assert LabelData("PC-0042-2").outcome is LabelOutcome.NOT_ERASED


def test_a_whole_serial_cannot_be_put_on_a_label() -> None:
    with pytest.raises(ValueError, match="last 4 characters"):
        LabelData("PC-0042-2", serial_tail="PF0XK3B2")


def test_a_label_has_no_field_for_people_or_disks_serials() -> None:
    names = {field.name for field in dataclasses.fields(LabelData)}
    assert not {"donor", "operator", "token", "serial", "disk_serial", "name"} & names


@pytest.mark.parametrize(
    ("server", "text"),
    [
        (None, "RECOND:PC-0042-2"),
        ("", "RECOND:PC-0042-2"),
        ("http://127.0.0.1:8017", "HTTP://127.0.0.1:8017/M/PC-0042-2"),
        ("https://atelier.example.org/", "HTTPS://ATELIER.EXAMPLE.ORG/M/PC-0042-2"),
        ("https://lea:secret@atelier.local:8443/x?token=abc#y", "HTTPS://ATELIER.LOCAL:8443/M/PC-0042-2"),
        ("http://mon_atelier", "RECOND:PC-0042-2"),
        ("http://[fd00::1]:8017", "RECOND:PC-0042-2"),
        ("http://atelier:99999999", "RECOND:PC-0042-2"),
        ("ftp://atelier", "RECOND:PC-0042-2"),
        ("http://[", "RECOND:PC-0042-2"),
    ],
)
def test_the_code_holds_a_plain_upper_case_address(server: str | None, text: str) -> None:
    assert qr_text("PC-0042-2", server) == text


@given(st.text(max_size=40), st.text(max_size=60))
def test_the_code_never_leaves_the_alphanumeric_mode(tag: str, server: str) -> None:
    text = qr_text(tag, f"http://{server}")
    assert text is None or ALPHANUMERIC.match(text)


@pytest.mark.parametrize(
    ("raw", "short"),
    [
        ("Intel(R) Core(TM) i5-8350U CPU @ 1.70GHz", "Intel Core i5-8350U"),
        ("AMD Ryzen 5 PRO 3500U w/ Radeon Vega Mobile Gfx", "AMD Ryzen 5 PRO 3500U"),
        ("Intel(R) Pentium(R) Dual  CPU  E2160  @ 1.80GHz", "Intel Pentium Dual E2160"),
        ("AMD A8-7410 APU with AMD Radeon R5 Graphics", "AMD A8-7410 with AMD Radeon R5 Graphics"),
        ("@ 2 GHz", None),
        (None, None),
    ],
)
def test_processor_names_are_shortened(raw: str | None, short: str | None) -> None:
    assert short_cpu(raw) == short


@pytest.mark.parametrize(
    ("maker", "product", "short"),
    [
        ("LENOVO", "20L5CTO1WW", "LENOVO 20L5CTO1WW"),
        ("Dell Inc.", "Latitude 5490", "Dell Latitude 5490"),
        ("HP", "HP EliteBook 840 G5", "HP EliteBook 840 G5"),
        ("Hewlett-Packard", "HP Compaq Elite 8300 SFF", "HP Compaq Elite 8300 SFF"),
        ("ASUSTeK COMPUTER INC.", "X555LAB", "ASUSTeK X555LAB"),
        ("Micro-Star International Co., Ltd.", "MS-7817", "Micro-Star International MS-7817"),
        (None, "Latitude 5490", "Latitude 5490"),
        ("Acer", None, "Acer"),
        (None, None, None),
    ],
)
def test_models_are_said_as_people_do(maker: str | None, product: str | None, short: str | None) -> None:
    assert short_model(maker, product) == short
