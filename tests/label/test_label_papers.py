"""The A4 sheets read back: the words by poppler, the codes by zbar; nobody is welcomed to a machine that is not PRÊT."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from recond.core.errors import ExitCode, UsageError
from recond.core.travel import travel, welcome
from recond.core.workshop import HelpContacts
from recond.flow import papers
from recond.host.local import LocalHost
from recond.label.machine_pdf import machine_pdf
from recond.label.welcome_pdf import welcome_pdf
from recond.sink.store import Store
from tests.label.test_certificate_pdf import pages, words
from tests.unit.test_label_card import OK_INSTALL, Story, disk, free, through
from tests.unit.test_label_command import data, recond

assert data, "the folder with one machine erased and one cut off"
SERVER = "http://192.168.1.20:8017"
CONTACTS = HelpContacts(
    name="Les PC du coin", phone="04 78 00 00 00", web="https://pcducoin.example/aide", hours="mardi, 14 h à 18 h"
)


def sheet(card: dict[str, Any], folder: Path) -> str:
    pdf = machine_pdf(travel(card, "Les PC du coin", SERVER, date(2026, 11, 23)))
    assert pages(pdf, folder) == 1, "it travels with the machine: one page"
    return words(pdf, folder)


def read_code(pdf: bytes, folder: Path) -> list[str]:
    path = folder / "page.pdf"
    path.write_bytes(pdf)
    subprocess.run(("pdftoppm", "-r", "150", "-png", "-singlefile", str(path), str(folder / "page")), check=True)
    argv = ("zbarimg", "--quiet", "--raw", str(folder / "page.png"))
    return subprocess.run(argv, capture_output=True, text=True, timeout=30).stdout.split()


def test_a_ready_machine_may_leave(tmp_path: Path) -> None:
    said = sheet(free(through(disk()).card), tmp_path)
    assert "PRÊT" in said and "Rien : la machine peut partir" in said
    assert "À REVOIR" not in said and "NON EFFACÉ" not in said


@pytest.mark.parametrize(
    ("story", "wanted", "never"),
    [
        (Story().audit(disk()).wipe(disk()), ("À REVOIR", "Installer un système", "effacé et relu"), ("PRÊT",)),
        (Story().audit(disk()).wipe(disk(), "FAILED"), ("NON EFFACÉ · DISQUE À DÉTRUIRE", "Retirer et DÉTRUIRE"), ("PRÊT",)),
        (Story().audit(disk()).wipe(disk(), None), ("NON EFFACÉ", "INTERROMPU", "Ne pas donner"), ("PRÊT", "DÉTRUIRE")),
        (Story().audit(disk()), ("NON EFFACÉ", "pas encore effacé"), ("PRÊT",)),
        (Story().audit(), ("SANS DISQUE", "Aucun disque vu"), ("PRÊT", "EFFACÉ")),
        (through(disk(), "failed"), ("À REVOIR", "L'installation a raté"), ("PRÊT",)),
    ],
)  # fmt: skip
def test_what_is_left_to_do_is_written_and_ready_is_not(
    tmp_path: Path, story: Story, wanted: tuple[str, ...], never: tuple[str, ...]
) -> None:
    card = free(story.card)
    said = sheet(card, tmp_path)
    for word in wanted:
        assert word in said, word
    for word in never:
        assert word not in said, word
    assert welcome(card, "Les PC du coin", CONTACTS) is None


def test_tests_and_grade_are_told(tmp_path: Path) -> None:
    story = through(disk()).add("test.result", name="keyboard", outcome="fail", reasons=["touche F4 muette"], facts={})
    story.add("grade.set", grade="C", reason="clavier en panne", **{"raise": "changer le clavier"})
    said = sheet(free(story.card), tmp_path)
    for word in (
        "Clavier EN PANNE touche F4 muette",
        "Pour un meilleur grade : changer le clavier",
        "C : clavier en panne",
    ):
        assert word in said, word
    assert "Aucun essai n'a été fait" in sheet(free(through(disk()).card), tmp_path)


def test_a_machine_of_many_disks_and_faults_keeps_its_words(tmp_path: Path) -> None:
    many = [disk(number) for number in range(1, 13)]
    story = Story().audit(*many)
    for one in many:
        story.wipe(one, "FAILED")
    pdf = machine_pdf(travel(story.card, "Atelier", SERVER, None))
    said = words(pdf, tmp_path)
    assert said.count("Retirer et DÉTRUIRE") == 12 and said.count("À DÉTRUIRE") >= 13
    assert pages(pdf, tmp_path) == 2


def test_the_codes_on_the_sheets_read_back(tmp_path: Path) -> None:
    card = free(through(disk()).card)
    assert read_code(machine_pdf(travel(card, "Atelier", SERVER, None)), tmp_path) == [
        "HTTP://192.168.1.20:8017/M/PC-0042-2"
    ]
    hello = welcome(card, "Les PC du coin", CONTACTS)
    assert hello is not None
    assert read_code(welcome_pdf(hello), tmp_path) == ["https://pcducoin.example/aide"]


def test_the_new_owner_learns_of_the_account_and_where_to_get_help(tmp_path: Path) -> None:
    story = Story().audit(disk()).wipe(disk())
    desktop = {**OK_INSTALL, "profile": {"name": "debian-xfce", "version": "13"}}
    card = free(story.add("install.completed", **desktop).card)
    hello = welcome(card, "Les PC du coin", CONTACTS)
    assert hello is not None and hello.desktop
    pdf = welcome_pdf(hello)
    said = words(pdf, tmp_path)
    for word in ("Bienvenue", "Les PC du coin a remis cet", "04 78 00 00 00", "mardi, 14 h à 18 h", "identifiant",
                 "Mot de passe oublié", "Bien démarrer", "Debian, bureau Xfce", "effacés et vérifiés le 23/11/2026"):  # fmt: skip
        assert word in said, word
    for secret in ("WD-SERIAL-SECRET", "PF0XK3B2", "LM", "2026-07-CD44-01"):
        assert secret not in said, "neither the donor's lot nor who worked leaves with the machine"
    assert pages(pdf, tmp_path) == 1


def test_a_console_system_is_not_told_of_menus_and_no_contacts_leave_room_for_a_pen(tmp_path: Path) -> None:
    hello = welcome(free(through(disk()).card), "Atelier", None)
    assert hello is not None and not hello.desktop
    said = words(welcome_pdf(hello), tmp_path)
    assert "tapez l'identifiant" in said and "menu" not in said and "gardez son adresse ici" in said


def test_a_practice_machine_welcomes_nobody(tmp_path: Path) -> None:
    card = free(through(disk(bus="loop")).card)
    assert welcome(card, "Atelier", CONTACTS) is None
    assert "ENTRAÎNEMENT" in words(machine_pdf(travel(card, "Atelier", None, None)), tmp_path)


def test_the_command_writes_the_sheets_and_takes_an_old_welcome_away(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = data / "papers" / "PC-0001-8-bienvenue.pdf"
    old.parent.mkdir()
    old.write_bytes(b"of a time when it was ready")
    assert recond(data, "papers", "PC-0001-8") == ExitCode.OK
    said = capsys.readouterr().out
    assert "fiche :" in said and "pas de feuille de bienvenue, elle n'est pas PRET" in said
    assert not old.exists() and (data / "papers" / "PC-0001-8-fiche.pdf").read_bytes().startswith(b"%PDF")
    out = tmp_path / "out"
    assert recond(data, "papers", "PC-0001-8", "PC-0002-6", "--only", "fiche", "--out", str(out)) == ExitCode.OK
    assert sorted(path.name for path in out.iterdir()) == ["PC-0001-8-fiche.pdf", "PC-0002-6-fiche.pdf"]
    with pytest.raises(UsageError):
        recond(data, "papers", "--only", "roman")
    with pytest.raises(UsageError):
        recond(data, "papers", "--printer", "zpl@127.0.0.1")


def test_a_ready_machine_gets_both_sheets(tmp_path: Path) -> None:
    store = Store(tmp_path / "data", LocalHost())
    (store.folder / "recond.toml").write_text('organisation = "Les PC du coin"\n[help]\nphone = "04 78 00 00 00"\n')
    card = json.loads(json.dumps(free(through(disk()).card)))
    made = papers.keep(store, LocalHost(), card)
    assert sorted(made) == ["bienvenue", "fiche"]
    assert "04 78 00 00 00" in words(made["bienvenue"].read_bytes(), tmp_path)
