"""The last screen: the word follows from the record, never from an exit code alone, and is seen and heard from afar."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console

from recond.core.errors import ExitCode
from recond.ui import steps
from recond.ui.letters import big
from recond.ui.result import Ended, Headline, headline, ring, show_result

Card = Callable[..., dict[str, Any]]


def shown(
    card: dict[str, Any],
    code: ExitCode,
    *,
    terminal: bool = True,
    practice: bool = False,
    silent: bool = False,
    width: int = 79,
    **more: Any,
) -> str:
    out = io.StringIO()
    console = Console(
        file=out, force_terminal=terminal, width=width, markup=False, highlight=False, legacy_windows=False
    )
    ended = Ended(card, code, "rien à envoyer", "recond run", practice=practice, **more)
    show_result(console, ended)
    if not silent:
        ring(console, good=ended.headline.good)
    return out.getvalue()


def test_ready_needs_a_proven_wipe_and_a_checked_system(card: Card) -> None:
    assert headline(card("ERASED", install="ok", ready=True), ExitCode.OK) is Headline.READY
    assert headline(card("ERASED", install="ok", ready=True), ExitCode.PUSH_PENDING) is Headline.READY


@pytest.mark.parametrize("code", list(ExitCode))
def test_no_exit_code_makes_a_machine_ready_or_wiped_that_is_not(card: Card, code: ExitCode) -> None:
    for wipe in (None, "FAILED", "UNPROVEN", "INTERRUPTED", "ERASED_WITH_EXCEPTIONS", "RUNNING"):
        assert headline(card(wipe, install="ok"), code) not in (Headline.READY, Headline.WIPED, Headline.NO_SYSTEM)
    assert headline(card("ERASED"), code) is not Headline.READY
    assert headline(card(None, disk=False), code) not in (Headline.READY, Headline.WIPED, Headline.NO_SYSTEM)
    assert headline({}, code) not in (Headline.READY, Headline.WIPED, Headline.NO_SYSTEM)


@pytest.mark.parametrize(
    ("change", "todo"),
    [
        ({"machine": {"firmware": {"admin_password": True}}}, "mot de passe du BIOS"),
        ({"machine": {"firmware": {"absolute": "active"}}}, "Absolute"),
        ({"sorting": "parts", "grade_reason": "carte mère en panne"}, "pour les pièces"),
    ],
)
def test_what_the_label_holds_back_is_not_called_ready_on_the_screen(
    card: Card, change: dict[str, Any], todo: str
) -> None:
    held = card("ERASED", install="ok", ready=True)
    held["machine"] = {**held["machine"], **change.pop("machine", {})}
    text = shown({**held, **change}, ExitCode.OK)
    assert "A REVOIR" in text and "PRET" not in text and "prête" not in text
    assert todo in " ".join(text.split())


def test_a_pc_without_a_disk_does_not_look_like_success(card: Card) -> None:
    text = shown(card(None, disk=False), ExitCode.OK)
    assert "SANS DISQUE" in text and "PRET" not in text and "prête" not in text


def test_wiped_without_a_system_is_not_called_ready(card: Card) -> None:
    text = shown(card("ERASED"), ExitCode.OK)
    assert "EFFACE" in text and "aucun système installé" in text
    assert "PRET" not in text and "prête" not in text


def test_the_end_is_seen_and_heard_on_a_terminal_and_plain_in_a_pipe(card: Card) -> None:
    seen = shown(card("ERASED", install="ok", ready=True), ExitCode.OK)
    assert "\a" in seen and "\x1b[1;32m" in seen
    assert all(line in seen for line in big("PRET"))
    plain = shown(card("ERASED", install="ok", ready=True), ExitCode.OK, terminal=False)
    assert "\a" not in plain and "\x1b" not in plain and "#" not in plain and "PRET" in plain


def test_good_and_bad_ends_sound_different_on_the_console(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "linux")
    tone = re.compile("\x1b\\[10;(\\d+)\\]\x1b\\[11;\\d+\\]\a")
    ready, failed = card("ERASED", install="ok", ready=True), card("FAILED")
    up = [int(hertz) for hertz in tone.findall(shown(ready, ExitCode.OK))]
    down = [int(hertz) for hertz in tone.findall(shown(failed, ExitCode.WIPE_FAILED))]
    assert up == sorted(up) and len(up) == 3 and down == sorted(down, reverse=True) and len(down) == 2
    assert shown(ready, ExitCode.OK).endswith("\x1b[10]\x1b[11]"), "the console's own bell is given back"
    assert "\a" not in shown(ready, ExitCode.OK, silent=True)


def test_the_end_stays_readable_in_40_columns(card: Card) -> None:
    text = re.sub(r"\x1b\[[0-9;]*m", "", shown(card("FAILED"), ExitCode.WIPE_FAILED, width=40, silent=True))
    assert all(len(line) <= 40 for line in text.split("\n"))
    assert "NON EFFACE" in text and "étiquette" in text and "ROUGE" in text


def test_every_word_has_big_letters_that_fit() -> None:
    for one in Headline:
        assert len(big(one.word)) == 5, one.word
        assert all(len(line) <= 76 for line in big(one.word))


@pytest.mark.parametrize("code", list(ExitCode))
def test_every_ending_fits_79_columns_and_says_what_to_do(card: Card, code: ExitCode) -> None:
    for made in (card("ERASED", install="ok", ready=True), card("ERASED"), card(None), card(None, disk=False)):
        text = shown(made, code, practice=True)
        assert "A FAIRE" in text and f"code de sortie {int(code)}" in text
        assert "ne collez cette étiquette sur aucun PC" in text
        plain = shown(made, code, terminal=False)
        assert "A FAIRE" in plain
        import re

        for line in re.sub(r"\x1b\[[0-9;]*m", "", text).replace("\a", "").split("\n"):
            assert len(line) <= 79, line


def test_without_paper_the_tag_is_written_by_hand_and_the_code_is_a_key_away(card: Card) -> None:
    ready = card("ERASED", install="ok", ready=True)
    text = " ".join(shown(ready, ExitCode.OK, paper=False, width=79, terminal=False).split())
    assert "écrivez PC-0001-8 et PRET sur un ruban" in text and "collez" not in text
    assert "recond label --printer screen" in text
    steps.use_letters(True)
    try:
        assert "([I] : code QR)" in shown(ready, ExitCode.OK, paper=False, terminal=False)
        wiped = shown(card("ERASED"), ExitCode.OK, paper=False, terminal=False)
        assert "et EFFACE sur un ruban" in wiped and "pour un système : [O]" in wiped
    finally:
        steps.use_letters(False)
    assert "collez l'étiquette" in shown(ready, ExitCode.OK, paper=True, terminal=False)


def two_disks(card: Card, **second: Any) -> dict[str, Any]:
    made = card("ERASED")
    (one,) = made["disks"]
    other = {**one, "model": "WDC WD5000LPCX-24VHAT0", "serial": "WD-WX61A1234567", **second}
    seen = {
        "identity": {key: other[key] for key in ("model", "serial", "wwn", "size_bytes")},
        "bus": "sata",
        "removable": False,
    }
    return {**made, "disks": [one, other], "machine": {"disks": [*made["machine"]["disks"], {"disk": seen}]}}


def test_the_failed_disk_of_two_is_named_as_it_is_found_in_the_machine(card: Card) -> None:
    numbers = {("DURAND HDD", "S1"): 1, ("WDC WD5000LPCX-24VHAT0", "WD-WX61A1234567"): 2}
    text = shown(two_disks(card, wipe="FAILED"), ExitCode.WIPE_FAILED, terminal=False, numbers=numbers)
    assert "NON EFFACE" in text and "étiquette ROUGE" in text
    assert "n° 2 : Retirer et DÉTRUIRE le disque WDC WD5000LPCX-24VHAT0, 500 Go, S/N " in text and "4567" in text
    assert "DURAND" not in text and "n° 1" not in text, "the good disk is nobody's business"
    text = shown(two_disks(card, wipe="UNPROVEN"), ExitCode.WIPE_UNPROVEN, terminal=False, numbers=numbers)
    assert "effacement non prouvé" in text and "n° 2 : Effacer le disque WDC" in text


def test_what_is_pending_is_also_told_beside_a_disk_that_is_not_erased(card: Card) -> None:
    text = shown(card(None), ExitCode.SEVERAL_PENDING, terminal=False)
    assert "NON EFFACE" in text and "recond label reprint" in text and "envoi de la fiche" in text


@pytest.mark.parametrize("count", [1, 8])
def test_the_big_word_stays_on_a_screen_of_24_lines_however_many_disks_failed(card: Card, count: int) -> None:
    made = card("FAILED")
    (one,) = made["disks"]
    made["disks"] = [
        {**one, "model": f"SAMSUNG MZVLB256HAHQ-000L{n}", "serial": f"S4EUNX0M51230{n}"} for n in range(count)
    ]
    made["machine"] = {"disks": [{"disk": {"identity": d, "bus": "sata", "removable": False}} for d in made["disks"]]}
    lines = shown(made, ExitCode.WIPE_FAILED, silent=True).rstrip("\n").split("\n")
    assert len(lines) + 3 <= 24, "the question below included"
    if count == 8:
        assert "et 4 autres" in " ".join("".join(lines).split())
