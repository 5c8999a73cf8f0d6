"""Labels and papers are in the workshop's language, whatever the screen speaks: the whole way, in a process of its own."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from recond.core import words
from recond.core.labeldata import label_from_card
from recond.core.travel import travel, welcome
from recond.label.layout import lay_out
from recond.label.marks import Words
from recond.label.media import find_media
from recond.label.trial import trial_labels
from tests.label.test_certificate_pdf import words as words_of
from tests.unit.test_label_card import Story, disk, free, through
from tests.unit.test_label_command import data

assert data, "the folder with one machine erased and one cut off"


def recond(folder: Path, screen: str, *what: str) -> str:
    command = (sys.executable, "-m", "recond", "--data", str(folder), "--lang", screen, *what)
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def drawn(folder: Path, out: Path) -> str:
    """Return what all sheets and labels made look like."""
    found = hashlib.sha256()
    for path in sorted(out.glob("*.png")):
        found.update(path.read_bytes())
    for path in sorted(out.glob("*.pdf")):
        found.update(words_of(path.read_bytes(), folder).encode())
    return found.hexdigest()


def test_the_screens_language_changes_no_label_and_no_paper(data: Path, tmp_path: Path) -> None:
    made: dict[tuple[str, str], str] = {}
    for workshop in ("fr", "en"):
        (data / "recond.toml").write_text(f'organisation = "ACME"\nlang = "{workshop}"\n')
        for screen in ("fr", "en"):
            out = tmp_path / f"{workshop}-{screen}"
            out.mkdir()
            said = recond(data, screen, "papers", "--out", str(out))
            recond(data, screen, "label", "--out", str(out))
            assert list(out.glob("*.png")) and list(out.glob("*.pdf"))
            made[workshop, screen] = drawn(tmp_path, out)
            assert ("no welcome sheet" in said) is (screen == "en")
    assert made["fr", "fr"] == made["fr", "en"] and made["en", "en"] == made["en", "fr"]
    assert made["fr", "fr"] != made["en", "en"]


@pytest.fixture
def english_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(words._now, "lang", "en")


@pytest.mark.usefixtures("english_screen")
def test_without_a_word_about_it_they_are_french() -> None:
    card = free(through(disk()).card)
    label = label_from_card(card)
    texts = "\n".join(mark.text for mark in lay_out(label, find_media("dk62"), 300).marks if isinstance(mark, Words))
    assert "EFFACÉ" in texts and "PRÊT" in texts and "Batterie 87 %" in texts and "ERASED" not in texts
    sheet, hello = travel(card, "ACME", None, None), welcome(card, "ACME", None)
    assert sheet.word == "PRÊT" and ("Processeur", "Intel Core i5-8350U, 4 cœurs") in sheet.facts
    assert hello is not None and hello.title == "Bienvenue !"
    # The screen itself went on in English.
    assert words._("Effacement") == "Erasure" or words.language() == "en"


@pytest.mark.usefixtures("english_screen")
def test_a_workshop_that_speaks_english_gets_english() -> None:
    card = free(through(disk()).card)
    label = label_from_card(card, lang="en")
    texts = "\n".join(mark.text for mark in lay_out(label, find_media("dk62"), 300).marks if isinstance(mark, Words))
    assert "ERASED" in texts and "READY" in texts and "EFFACÉ" not in texts
    assert travel(card, "ACME", None, None, "en").word == "READY"


@pytest.mark.parametrize(
    ("firmware", "said"),
    [
        ({}, "aucune connue ; non vérifiés : mot de passe du BIOS, Absolute"),
        ({"absolute": "unknown", "admin_password": False}, "aucune connue ; non vérifiés : Absolute"),
        ({"absolute": "absent", "admin_password": None}, "aucune connue ; non vérifiés : mot de passe du BIOS"),
        ({"absolute": "absent", "admin_password": False}, "aucune"),
        ({"absolute": "active", "admin_password": None}, "Absolute ACTIF ; non vérifiés : mot de passe du BIOS"),
        ({"absolute": "active", "admin_password": False}, "Absolute ACTIF"),
    ],
)
def test_what_nobody_could_look_at_is_no_all_clear(firmware: dict[str, object], said: str) -> None:
    card = through(disk()).card
    card["machine"]["firmware"] = firmware
    assert dict(travel(card, "ACME", None, None).facts)["Alertes"] == said


def test_a_machine_never_audited_has_unknown_warnings() -> None:
    card = Story().add("note.added", text="arrivée").card
    assert dict(travel(card, "ACME", None, None).facts)["Alertes"] == "inconnues"


def test_a_list_of_gaps_counts_too() -> None:
    card = through(disk()).card
    card["machine"]["firmware"] = {"absolute": "absent", "admin_password": False}
    card["machine"]["gaps"] = [{"field": "firmware.absolute", "why": "le firmware ne le dit pas"}]
    assert dict(travel(card, "ACME", None, None).facts)["Alertes"] == "aucune connue ; non vérifiés : Absolute"


def test_a_test_page_says_so_in_french_and_nothing_of_any_machine() -> None:
    for media in ("l7163", "dk62", "l4731"):
        (one, *_rest) = trial_labels(find_media(media), "sheet")
        layout = lay_out(one, find_media(media), 300)
        texts = [mark.text for mark in layout.marks if isinstance(mark, Words)]
        assert texts[0] == "ESSAI" and not [
            text for text in texts if "EFFAC" in text or "inconnu" in text or "S/N" in text
        ]
    assert "99,1 x 38,1 mm" in str(trial_labels(find_media("l7163"), "sheet")[0].model)
    assert "99.1 x 38.1 mm" in str(trial_labels(find_media("l7163"), "sheet", "en")[0].model)
