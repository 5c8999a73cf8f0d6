"""Overflow, without a printer: every text stands in its box or is dropped by the rule, and nothing touches the code."""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Iterator
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recond.core.destiny import Destiny
from recond.core.labeldata import Inapplicable, LabelData, LabelOutcome, qr_text
from recond.core.labelwords import short_cpu, short_model
from recond.label.body import SIZES_MM
from recond.label.draw import render
from recond.label.layout import SMALLEST_MM, lay_out
from recond.label.letters import font, to_px
from recond.label.marks import Box, Frame, Layout, Square, Words
from recond.label.media import Media, all_media, find_media
from recond.label.small import SMALL_MM
from recond.label.small import SMALLEST_MM as SMALL_LETTERS_MM
from recond.label.trial import trial_labels
from recond.label.words import DESTINY_WORD, OUTCOME_WORD, SHORT_DESTINY, items, one_line, proof_words

DPIS = (203, 300)
BIG = [media for media in all_media() if media.height_mm >= SMALL_MM]
SMALL = [media for media in all_media() if media.height_mm < SMALL_MM]
DESTINIES = [
    (LabelOutcome.ERASED, Destiny.READY),
    (LabelOutcome.ERASED, Destiny.REVIEW),
    (LabelOutcome.NOT_ERASED, Destiny.REVIEW),
    (LabelOutcome.NOT_ERASED, Destiny.DESTROY),
    (LabelOutcome.NO_DISK, Destiny.REVIEW),
]


PAIRS = [
    (media, dpi) for media in all_media() for dpi in DPIS if dpi == (203 if media.key.startswith("z") else 300)
] + [(find_media("l7160"), 203), (find_media("z57x32"), 300), (find_media("l4731"), 203)]
"""Each medium at the resolution of its printer, and a few at the other one."""
NAMES = [f"{media.key}-{dpi}" for media, dpi in PAIRS]


def in_order(label: LabelData, media: Media) -> list[str]:
    """Return the texts in the order in which they are kept."""
    proof = [proof_words(label)] if media.height_mm < SMALL_MM else []
    return [*proof, *(item.text for item in items(label))]


FULL = LabelData(
    tag="MDL-0042-2",
    outcome=LabelOutcome.ERASED,
    wiped_on=date(2026, 11, 23),
    method="NVMe Format (crypto)",
    verified=True,
    chassis="Portable",
    model="LENOVO ThinkPad T480",
    cpu="Intel Core i5-8350U, 4 cœurs",
    ram="8 Go DDR4",
    disks=("SSD NVMe 256 Go, aucun signe de panne",),
    os="Debian 13 (bureau)",
    battery="87 %",
    charger="fourni",
    grade="B",
    keyboard="AZERTY",
    inches='14"',
    warnings=("Mot de passe BIOS", "Absolute actif", "Pile CMOS à changer"),
    serial_tail="4F2A",
    lot="2026-07-CD44-01",
    printed_on=date(2026, 11, 23),
    url=qr_text("MDL-0042-2", "http://192.168.100.200:8017"),
)


def ink(words: Words, dpi: int) -> Box:
    """Return the box of the drawn letters, found again from the face and not from the layout."""
    face = font(to_px(words.em_mm, dpi), words.bold)
    left, top, right, bottom = face.getbbox(words.text, mode="1")
    mm = 25.4 / dpi
    return Box(0.0, 0.0, (right - min(0, left)) * mm, (bottom - top) * mm)


def assert_sound(layout: Layout, media: Media) -> None:
    page = Box(0, 0, media.width_mm, media.height_mm)
    paper = Box(media.safe_mm, media.safe_mm, media.width_mm - 2 * media.safe_mm, media.height_mm - 2 * media.safe_mm)
    words = [mark for mark in layout.marks if isinstance(mark, Words)]
    codes = [mark for mark in layout.marks if isinstance(mark, Square)]
    dot = 25.4 / layout.dpi
    for mark in words:
        assert paper.holds(mark.box), mark
        drawn = ink(mark, layout.dpi)
        assert drawn.width + mark.indent_mm <= mark.box.width + dot, mark
        assert drawn.height <= mark.box.height + dot, mark
        least = SMALL_LETTERS_MM if media.height_mm < SMALL_MM else min(SMALLEST_MM, *SIZES_MM)
        assert mark.em_mm >= least - 1e-9, mark
        assert "\n" not in mark.text
    for code in codes:
        assert page.holds(code.box)
        assert not any(code.box.overlaps(mark.box) for mark in layout.marks if mark is not code)
    for one, other in ((a, b) for n, a in enumerate(words) for b in words[n + 1 :]):
        assert not one.box.overlaps(other.box), (one, other)


def body_texts(layout: Layout) -> str:
    return "\n".join(mark.text for mark in layout.marks if isinstance(mark, Words))


@pytest.mark.parametrize(("media", "dpi"), PAIRS, ids=NAMES)
@pytest.mark.parametrize("outcome", list(LabelOutcome))
@pytest.mark.parametrize(
    "label",
    [
        FULL,
        LabelData("PC-0007-3"),
        LabelData(None),
        dataclasses.replace(FULL, tag="ABCDE-123456-7", model="É" * 90, cpu="W" * 200, disks=("M" * 80,) * 9),
        dataclasses.replace(FULL, practice=True, battery=Inapplicable.NA, charger=Inapplicable.NA),
        dataclasses.replace(FULL, warnings=("Ç" * 90,) * 12, why="g" * 300, method="Q" * 100, lot="ÿ" * 40),
    ],
    ids=["full", "unknown", "no-tag", "long", "practice", "shouting"],
)
def test_everything_fits(label: LabelData, outcome: LabelOutcome, media: Media, dpi: int) -> None:
    assert_sound(lay_out(dataclasses.replace(label, outcome=outcome), media, dpi), media)


TEXT = st.text(max_size=70)
FACT = st.one_of(st.none(), TEXT, st.just(Inapplicable.NA))
LABELS = st.builds(
    LabelData,
    tag=st.one_of(st.none(), TEXT),
    outcome=st.sampled_from(list(LabelOutcome)),
    wiped_on=st.one_of(st.none(), st.dates()),
    method=st.one_of(st.none(), TEXT),
    verified=st.one_of(st.none(), st.booleans()),
    why=st.one_of(st.none(), TEXT),
    model=st.one_of(st.none(), TEXT),
    cpu=st.one_of(st.none(), TEXT),
    disks=st.one_of(st.none(), st.lists(TEXT, max_size=4).map(tuple)),
    battery=FACT,
    keyboard=FACT,
    warnings=st.lists(TEXT, max_size=4).map(tuple),
    serial_tail=st.one_of(st.none(), st.text(max_size=4)),
    practice=st.booleans(),
    url=st.one_of(st.none(), TEXT),
)


@settings(max_examples=40, deadline=None)
@given(LABELS, st.sampled_from(all_media()), st.sampled_from(DPIS))
def test_whatever_the_vendor_wrote_fits(label: LabelData, media: Media, dpi: int) -> None:
    assert_sound(lay_out(label, media, dpi), media)


@pytest.mark.parametrize("media", all_media(), ids=lambda media: media.key)
def test_what_has_no_room_is_dropped_from_the_end(media: Media) -> None:
    shouting = tuple("W" * 80 for _ in range(20))
    full = dataclasses.replace(FULL, outcome=LabelOutcome.NOT_ERASED, model="M" * 60, cpu="W" * 60, warnings=shouting)
    layout = lay_out(full, media, 300)
    assert layout.dropped, "this label was made to overflow"
    assert in_order(full, media)[-len(layout.dropped) :] == list(layout.dropped)
    ranks = [item.rank for item in items(full)]
    assert all(one <= other for one, other in pairwise(ranks))


@pytest.mark.parametrize("media", BIG, ids=lambda media: media.key)
def test_a_common_label_drops_nothing(media: Media) -> None:
    dropped = lay_out(dataclasses.replace(FULL, warnings=("Mot de passe BIOS",)), media, 300).dropped
    # Sheets without gaps lose the printer's own margin on every side of every label.
    assert dropped == (() if media.key != "a4-70x37" else (items(FULL)[-1].text,))


@pytest.mark.parametrize(("outcome", "destiny"), DESTINIES)
@pytest.mark.parametrize(("media", "dpi"), PAIRS, ids=NAMES)
def test_where_it_goes_is_said_whole_on_every_medium(
    media: Media, outcome: LabelOutcome, destiny: Destiny, dpi: int
) -> None:
    made = dataclasses.replace(FULL, outcome=outcome, destiny=destiny, why="effacement raté")
    words = [mark for mark in lay_out(made, media, dpi).marks if isinstance(mark, Words)]
    (word,) = [mark for mark in words if mark.text == OUTCOME_WORD[outcome]]
    said = SHORT_DESTINY[destiny] if media.height_mm < SMALL_MM else DESTINY_WORD[destiny]
    where = next((mark for mark in words if mark.bold and mark is not word and said in mark.text), None)
    if outcome is LabelOutcome.NO_DISK and media.height_mm >= SMALL_MM:
        assert any(mark.text.startswith(said) for mark in words)
        return
    assert where is not None, "never cut"
    # White on black, or beside a word that is: black on white is for what is good.
    assert (where.reverse or word.reverse) is (destiny is not Destiny.READY)
    assert ("PRÊT" in body_texts(lay_out(made, media, dpi))) is (destiny is Destiny.READY)


def test_a_label_cannot_be_made_that_says_ready_and_not_erased() -> None:
    for outcome in (LabelOutcome.NOT_ERASED, LabelOutcome.NO_DISK):
        with pytest.raises(ValueError, match="only an erased machine is ready"):
            dataclasses.replace(FULL, outcome=outcome, destiny=Destiny.READY)


@pytest.mark.parametrize("media", BIG, ids=lambda media: media.key)
def test_the_outcome_is_read_at_arms_length(media: Media) -> None:
    for outcome, least_mm in ((LabelOutcome.ERASED, 4.0), (LabelOutcome.NO_DISK, 3.6), (LabelOutcome.NOT_ERASED, 8.0)):
        layout = lay_out(dataclasses.replace(FULL, outcome=outcome), media, 300)
        (word,) = [m for m in layout.marks if isinstance(m, Words) and m.centred]
        assert word.em_mm >= least_mm * (1.0 if media.height_mm >= 38.0 else 0.75 if media.height_mm >= 32.0 else 0.68)
        assert word.reverse is (outcome is LabelOutcome.NOT_ERASED)
        frames = [m for m in layout.marks if isinstance(m, Frame)]
        assert [frame.dashed for frame in frames] == {
            LabelOutcome.ERASED: [False],
            LabelOutcome.NO_DISK: [True],
            LabelOutcome.NOT_ERASED: [],
        }[outcome]


def test_unknown_is_said_and_never_left_blank() -> None:
    said = "\n".join(item.text for item in items(LabelData("PC-0007-3")))
    for name in (
        "type",
        "modèle",
        "processeur",
        "mémoire",
        "disques",
        "système",
        "batterie",
        "grade",
        "clavier",
        "écran",
    ):
        assert re.search(rf"\b{name}\b[^\n]*: inconnu", said), name
    assert "S/N inconnu" in said
    wide = find_media("l7163")
    layout = lay_out(dataclasses.replace(LabelData("PC-0007-3"), outcome=LabelOutcome.ERASED), wide, 300)
    assert "date inconnue · vérification : inconnue · méthode inconnue" in body_texts(layout)


def test_what_a_desktop_has_not_is_left_out() -> None:
    desktop = dataclasses.replace(FULL, battery=Inapplicable.NA, charger=Inapplicable.NA, keyboard=Inapplicable.NA)
    said = "\n".join(item.text for item in items(desktop))
    assert "atterie" not in said
    assert "clavier" not in said


def test_practice_is_told_before_the_facts() -> None:
    first = items(dataclasses.replace(FULL, practice=True))[0]
    assert first.reverse
    assert "EXERCICE" in first.text


def test_control_characters_and_loose_accents_do_not_reach_the_label() -> None:
    odd = dataclasses.replace(FULL, model="Caf\u0065\u0301\x1b[31m\n\u202eX")
    assert "Café[31m X" in items(odd)[0].text


def machines_in(corpus: Path) -> Iterator[tuple[str, LabelData]]:
    """Every machine of the corpus as its label, read by the real probes' own words."""
    for path in sorted(corpus.joinpath("dmi").rglob("*")):
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        system = _block(text, "System Information")
        cpu = _block(text, "Processor Information")
        model = short_model(_value(system, "Manufacturer"), _value(system, "Product Name"))
        yield path.name, dataclasses.replace(FULL, model=model, cpu=short_cpu(_value(cpu, "Version")), warnings=())


def _block(text: str, name: str) -> str:
    return text.partition(name)[2][:2000]


def _value(block: str, name: str) -> str | None:
    found = re.search(rf"{name}: (.*)", block)
    return found[1].strip() if found else None


def test_every_machine_of_the_corpus_fits_or_drops_by_the_rule(corpus: Path) -> None:
    # A name that many machines share is laid out once: the layout is a function of the words alone.
    labels = {(made.model, made.cpu): made for _, made in machines_in(corpus)}
    assert len(labels) > 100
    longest = sorted(labels.values(), key=lambda made: len(f"{made.model}{made.cpu}"))[-25:]
    for number, made in enumerate([*labels.values(), *longest * len(all_media())]):
        media = all_media()[number % len(all_media())]
        layout = lay_out(made, media, DPIS[number % 2])
        assert_sound(layout, media)
        order = in_order(made, media)
        assert order[len(order) - len(layout.dropped) :] == list(layout.dropped), (made.model, media.key)
        if media.height_mm >= SMALL_MM:
            assert len(layout.dropped) <= (1 if media.key == "a4-70x37" else 0), (made.model, media.key)
            # Cut at worst, never dropped: enough of the name is left to find the machine.
            assert not made.model or one_line(made.model)[:20] in body_texts(layout).replace("\n", " "), made.model


def test_a_label_takes_far_less_than_a_second() -> None:
    media = all_media()[0]
    render(FULL, media, 300)
    start = time.process_time()
    render(dataclasses.replace(FULL, model="M" * 200, outcome=LabelOutcome.NOT_ERASED), media, 300)
    assert time.process_time() - start < 1.0


@pytest.mark.parametrize(("media", "dpi"), PAIRS, ids=NAMES)
def test_a_test_page_has_its_frame_at_the_very_edge_and_a_tick_at_each_millimetre(media: Media, dpi: int) -> None:
    layout = lay_out(trial_labels(media, "sheet")[0], media, dpi)
    edge, *ticks = [mark.box for mark in layout.marks if isinstance(mark, Frame)]
    assert edge == Box(0, 0, media.width_mm, media.height_mm)
    at = {round(min(box.x, box.y, media.width_mm - box.right, media.height_mm - box.bottom), 2) for box in ticks}
    assert at == set(range(1, len(ticks) // 4 + 1)) and len(ticks) % 4 == 0
    inside = [mark.box for mark in layout.marks if not isinstance(mark, Frame)]
    assert not any(box.overlaps(tick) for box in inside for tick in ticks)
    assert not any(one.overlaps(other) for one, other in combinations(inside, 2))


@pytest.mark.parametrize("media", SMALL, ids=lambda media: media.key)
def test_a_small_label_does_not_say_its_destiny_twice(media: Media) -> None:
    made = dataclasses.replace(FULL, outcome=LabelOutcome.NO_DISK, destiny=Destiny.REVIEW)
    assert body_texts(lay_out(made, media, 300)).count("À REVOIR") == 1
    if media.width_mm > 50:
        assert "aucun disque vu par l'audit" in body_texts(lay_out(made, media, 300))
