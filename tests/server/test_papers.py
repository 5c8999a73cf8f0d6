"""The papers, read back as a person reads them: the words of the PDF, and no more than the cards say."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

from django.test import Client

from tests.server.story import NVME, Story, disk, machine
from tests.server.test_pages import browser, number, send
from tests.server.test_workshop import account, give, place, ready

__all__ = ["browser"]


def words(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/pdf", address
    done = subprocess.run(("pdftotext", "-layout", "-", "-"), input=answer.content, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def test_a_lot_with_a_disk_left_is_not_called_erased(browser: Client) -> None:
    lot = f"lot-{number()}"
    told = {"name": lot, "donor": "Département", "expected": "3", "received_on": "2026-11-02", "weight_kg": "42.5"}
    assert browser.post("/lots/nouveau", told).status_code == 302
    good = ready(lot)
    assert "TOUS LES DISQUES VUS SONT EFFACÉS" in words(browser, f"/lots/{lot}/rapport-effacement.pdf")
    bad = Story(number(), lot=lot)
    send(bad.audit(machine(disk(NVME))).wipe(NVME, "FAILED").end("aside", 10))
    page = words(browser, f"/lots/{lot}/rapport-effacement.pdf")
    assert "EFFACEMENT INCOMPLET" in page and "TOUS LES DISQUES" not in page and good.tag in page and bad.tag in page
    assert "2 disque(s) prouvé(s) effacé(s) sur 3" in page and "ÉCHEC" in page
    page = words(browser, f"/lots/{lot}/rapport-donateur.pdf")
    assert "Département" in page and "2 sur 3 annoncées" in page and "42,5 kg" in page and "NON EFFACÉE" in page
    assert "CO2" not in page


def test_a_machine_nobody_saw_the_disks_of_keeps_the_report_open(browser: Client) -> None:
    lot = f"lot-{number()}"
    ready(lot)
    blind = Story(number(), lot=lot)
    send(blind.audit(machine()))
    page = words(browser, f"/lots/{lot}/rapport-effacement.pdf")
    assert (
        "EFFACEMENT INCOMPLET" in page and f"Sans disque vu, ou fiche illisible : rien n'est dit de {blind.tag}" in page
    )


def test_the_papers_of_a_loan_and_who_helps(browser: Client) -> None:
    from recond.server.work import Handover, Place, Workshop

    Workshop.objects.all().delete()
    Workshop.objects.create(name="Les Ordis du Lac", internet_offer="12 euros par mois, parlez-en à Zoé")
    here = place(f"Atelier {number()}")
    Place.objects.filter(pk=here).update(postcode="44800")
    for name, code in (("Aide loin", "75011"), ("Aide près", "44810")):
        Place.objects.get_or_create(name=f"{name} {here}", helps=True, postcode=code, hours="mardi 14 h")
    story = ready()
    assert give(browser, story, place=str(here), due_on="2027-06-30") == 302
    row = Handover.objects.get(uid=story.uid)
    page = words(browser, f"/remises/{row.pk}/convention.pdf")
    assert "Convention de prêt" in page and "Famille Martin" in page and "30/06/2027" in page and story.tag in page
    assert "devient propriétaire" not in page and "comme neuf" not in page
    page = words(browser, f"/remises/{row.pk}/aide.pdf")
    assert "12 euros par mois" in page and "mardi 14 h" in page
    assert page.index(f"Aide près {here}") < (page + f"Aide loin {here}").index(f"Aide loin {here}")
    Handover.objects.filter(pk=row.pk).update(kind="gift", due_on=None)
    page = words(browser, f"/remises/{row.pk}/convention.pdf")
    assert "devient propriétaire" in page and "À rendre" not in page and f"{date(2026, 11, 23):%d/%m/%Y}" in page


def test_the_label_is_drawn_from_the_card(browser: Client, tmp_path: Path) -> None:
    story = ready()
    answer = browser.get(f"/machines/{story.uid}/etiquette.png")
    assert answer.headers["Content-Type"] == "image/png" and answer.content.startswith(b"\x89PNG")
    assert browser.get(f"/machines/{story.uid}/etiquette.pdf").content.startswith(b"%PDF")
    assert browser.get(f"/machines/{story.uid}/etiquette.svg").status_code == 404
    assert browser.get("/machines/nobody/etiquette.png").status_code == 404


def test_a_reader_takes_no_papers_and_a_place_sees_its_own(browser: Client) -> None:
    lot = f"lot-{number()}"
    ready(lot)
    here = f"Atelier {number()}"
    place(here)
    reader, other = account(f"x{number()}", "lecture"), account(f"x{number()}", "bénévole", here)
    assert reader.get(f"/lots/{lot}/rapport-donateur.pdf").status_code == 403
    assert other.get(f"/lots/{lot}/rapport-effacement.pdf").status_code == 404


def test_a_label_comes_again_on_the_medium_that_the_workshop_has(browser: Client) -> None:
    lot = f"lot-{number()}"
    told = ready(lot)
    page = browser.get(f"/machines/{told.uid}/").content.decode()
    assert 'value="dk62" selected' in page and 'value="l7160"' in page and "Avery L7160" in page
    here = f"/machines/{told.uid}/etiquette"

    def size(address: str) -> str:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        done = subprocess.run(("pdfinfo", "-"), input=answer.content, capture_output=True, check=True)
        return next(line for line in done.stdout.decode().splitlines() if line.startswith("Page size"))

    assert "595" in size(f"{here}.pdf?support=l7160&place=21") and "A4" in size(f"{here}.pdf?support=l7160")
    assert "A4" not in size(f"{here}.pdf") and size(f"{here}.pdf") == size(f"{here}.pdf?support=dk62&place=1")
    first, last = (browser.get(f"{here}.pdf?support=l7160&place={at}").content for at in (1, 21))
    assert first != last
    small, large = (browser.get(f"{here}.png?support={key}").content for key in ("l4731", "l7165"))
    assert small.startswith(b"\x89PNG") and large.startswith(b"\x89PNG") and len(small) < len(large)
    for wrong in (
        "support=papyrus",
        "support=l7160&place=22",
        "support=l7160&place=0",
        "support=dk62&place=2",
        "place=x",
        "place=%C2%B2",
    ):
        assert browser.get(f"{here}.pdf?{wrong}").status_code == 404, wrong
