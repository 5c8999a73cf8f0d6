"""Files in and out on the pages: a donor's list, a stick's events carried by hand, exports, hand-overs by place, figures."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from recond.core import canonical, parcel
from recond.server import donorlist
from tests.server.story import NVME, Story, disk, machine
from tests.server.test_pages import browser, number, send
from tests.server.test_workshop import account, place, ready, text

__all__ = ["browser"]

pytestmark = pytest.mark.usefixtures("site")

LIST = "Marque;Modèle;N° de série;N° d'inventaire;Remarque;Prix\r\n"


def file(text: str | bytes, name: str = "liste.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode(), "text/csv")


def preview(answer: Any) -> str:
    """Return the list's text as the page hands it back with the confirmation."""
    found = re.search(r'name="text" value="([^"]*)"', answer.content.decode())
    assert found
    return html.unescape(found[1])


def rows(said: donorlist.Read) -> list[tuple[int, str, str, str]]:
    return [(row.line, row.model, row.serial, row.fault) for row in said.rows]


# The donor's list, read.


def test_a_list_is_read_with_what_is_wrong_line_by_line() -> None:
    said = donorlist.read(
        (
            LIST + 'Dell;OptiPlex 7040;ABC123;I1;"deux\r\nlignes";9\r\n'
            ";;;;;\r\nHP;;;;;\r\nHP;Elite;abc123;;;\r\nHP;Elite;KNOWN1;;;\r\nHP;Elite;To be filled by O.E.M.;;;\r\n"
        ).encode(),
        {"known1"},
    )
    assert rows(said) == [
        (2, "OptiPlex 7040", "ABC123", ""),
        (5, "", "", "ni modèle ni n° de série"),
        (6, "Elite", "abc123", "même n° de série qu'à la ligne 2"),
        (7, "Elite", "KNOWN1", "ce n° de série est déjà annoncé"),
        (8, "Elite", "To be filled by O.E.M.", ""),
    ]
    assert said.passed_over == ("Prix",) and said.good[0].note == "deux lignes" and said.good[1].serial_key == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_whatever_a_spreadsheet_writes(encoding: str, mark: str) -> None:
    told = f"Modèle{mark}Numéro de série\nÉlite{mark}A1\n"
    assert rows(donorlist.read(told.encode(encoding))) == [(2, "Élite", "A1", "")]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "vide"),
        (b"\n \n", "vide"),
        (b"PK\x03\x04xxx", "classeur"),
        (b"\xd0\xcf\x11\xe0", "classeur"),
        (b"Nom;Prix\nDell;3\n", "titres"),
        (b"Mod\xc3\xa8le;Serie\n", "aucune machine"),
        (b'model\n"x', "guillemets"),
        (b"model\n" + b"x\n" * 5001, "plus de 5000"),
        (b"x" * (donorlist.MAX_BYTES + 1), "Mio"),
        (b"model\n\0\n", "texte"),
    ],
)
def test_what_is_no_list_is_said(data: bytes, why: str) -> None:
    with pytest.raises(donorlist.NoList, match=why):
        donorlist.read(data)


# The donor's list, on the pages.


def test_a_list_is_shown_first_and_taken_once_confirmed(browser: Client) -> None:
    from recond.server.ledger import Announced
    from recond.server.work import Action, Lot

    lot, serial = f"liste-{number()}", f"SER{number()}"
    page = f"/lots/{lot}/liste-du-donateur"
    answer = browser.post(page, {"file": file(f"{LIST}Dell;OptiPlex;{serial};;;\nHP;;;;;\n<b>;<i>x;Z{number()};;;\n")})
    said = answer.content.decode()
    assert answer.status_code == 200 and "2 machines lues" in said and "1 ligne refusée" in said
    assert "ligne 3" in said and "ni modèle ni n° de série" in said and "<i>" not in said
    assert not Announced.objects.filter(lot=lot).exists(), "nothing is kept before it is confirmed"
    told = preview(answer)
    assert browser.post(page, {"text": told, "take": "1"}).status_code == 302
    assert Announced.objects.filter(lot=lot).count() == 2 and Lot.objects.get(name=lot).expected == 2
    assert Action.objects.filter(what="liste du donateur", target=lot).exists()
    again = browser.post(page, {"text": told, "take": "1"})
    assert Announced.objects.filter(lot=lot).count() == 2, "what is announced is not announced twice"
    assert "déjà annoncé" in again.content.decode()
    assert "pas vue" in text(browser, f"/lots/{lot}/annoncees")


def test_an_announced_machine_is_known_by_its_serial_number_when_it_comes(browser: Client) -> None:
    from dataclasses import replace

    lot, serial = f"liste-{number()}", f"PF{number()}X"
    told = f"modele,serial\nThinkPad,{serial.lower()}\nThinkPad,NEVER{number()}\nSans numéro,\n"
    answer = browser.post(f"/lots/{lot}/liste-du-donateur", {"file": file(told)})
    browser.post(f"/lots/{lot}/liste-du-donateur", {"text": preview(answer), "take": "1"})
    found = machine(disk(NVME))
    story = Story(number(), lot=lot)
    send(story.audit(replace(found, system=replace(found.system, serial=serial))))
    said = text(browser, f"/lots/{lot}/annoncees")
    assert story.tag in said and "3 machines annoncées" in said and "2 pas encore reconnues" in said
    assert "1 vue sur 3 annoncées" in text(browser, f"/lots/{lot}/")
    assert browser.post(f"/lots/{lot}/annoncees").status_code == 302
    assert "Aucune liste" in text(browser, f"/lots/{lot}/annoncees")


def test_a_file_that_is_no_list_is_told_on_the_page(browser: Client) -> None:
    answer = browser.post("/lots/x/liste-du-donateur", {"file": file(b"PK\x03\x04", "liste.xlsx")})
    assert answer.status_code == 400 and "classeur" in answer.content.decode()


def test_lists_are_the_volunteers_of_the_place(browser: Client) -> None:
    from recond.server.ledger import Announced
    from recond.server.work import Lot

    account(f"chef{number()}", "responsable")
    lot, here = f"lot-{number()}", f"Nord {number()}"
    Lot.objects.create(name=lot, place_id=place(f"Sud {number()}"))
    Announced.objects.create(lot=lot, model="x")
    place(here)
    north = account(f"nord{number()}", "bénévole", here)
    for page in ("liste-du-donateur", "annoncees"):
        assert north.get(f"/lots/{lot}/{page}").status_code == 404
        assert north.post(f"/lots/{lot}/{page}", {"text": "model\nx\n", "take": "1"}).status_code == 404
    reader = account(f"x{number()}", "lecture")
    assert reader.get(f"/lots/{lot}/annoncees").status_code == 200
    assert reader.post(f"/lots/{lot}/annoncees").status_code == 403
    assert reader.post(f"/lots/{lot}/liste-du-donateur", {"text": "model\nx\n", "take": "1"}).status_code == 403
    assert Announced.objects.filter(lot=lot).count() == 1


def test_a_workshops_list_makes_a_lot_of_its_place(browser: Client) -> None:
    from recond.server.work import Lot

    here, lot = f"Nord {number()}", f"lot-{number()}"
    pk = place(here)
    north = account(f"nord{number()}", "bénévole", here)
    told = {"text": f"modele;serial\nx;S{number()}\n", "take": "1"}
    assert north.post(f"/lots/{lot}/liste-du-donateur", told).status_code == 302
    assert Lot.objects.get(name=lot).place_id == pk and lot in text(north, "/lots/")
    for name in ("x" * 61, "a%00b"):
        assert north.post(f"/lots/{name}/liste-du-donateur", told).status_code == 404


# A stick's events, carried by hand.


def packed(*stories: Story, extra: tuple[bytes, ...] = ()) -> bytes:
    out = io.BytesIO()
    parcel.pack(out, [*(canonical.encode(one) for story in stories for one in story.events), *extra], lambda _: None)
    return out.getvalue()


def test_a_parcel_is_taken_once_and_gives_a_receipt(browser: Client) -> None:
    from recond.server import countersign
    from recond.server.models import Event

    story = Story(number())
    story.audit(machine(disk(NVME))).wipe(NVME)
    bad = json.dumps({**story.events[0], "id": "x"}).encode()
    answer = browser.post("/importer/", {"file": file(packed(story, extra=(bad,)), "cle.zip")})
    said = answer.content.decode()
    assert answer.status_code == 200 and f"{len(story.events)} événements ajoutés" in said and "1 refusés" in said
    assert "a lower-case UUID is expected" in said
    assert Event.objects.filter(uid=story.uid).count() == len(story.events)
    address = re.search(r"/importer/recu/[0-9a-f]{32}", said)
    assert address
    receipt = browser.get(address[0])
    told = json.loads(b"".join(receipt.streaming_content))  # type: ignore[attr-defined]
    assert set(parcel.read_receipt(told, countersign.public())) == {one["id"] for one in story.events}
    answer = browser.post("/importer/", {"file": file(packed(story), "cle.zip")})
    assert f"0 événements ajoutés, {len(story.events)} déjà là" in answer.content.decode()
    assert Event.objects.filter(uid=story.uid).count() == len(story.events)
    assert "cle.zip" in text(browser, "/journal/")


@pytest.mark.parametrize("data", [b"PK\x03\x04 cut", b"PK\x03\x04" + b"\0" * 500])
def test_a_damaged_parcel_is_said(browser: Client, data: bytes) -> None:
    from recond.server.models import Event

    before = Event.objects.count()
    answer = browser.post("/importer/", {"file": file(data, "cle.zip")})
    assert answer.status_code == 400 and "cle.zip" in answer.content.decode()
    assert "/import-" not in answer.content.decode(), "no path of the server"
    assert Event.objects.count() == before


def test_importing_is_the_coordinations(browser: Client) -> None:
    account(f"chef{number()}", "responsable")
    for role in ("lecture", "bénévole"):
        client = account(f"x{number()}", role)
        assert client.get("/importer/").status_code == 403
        assert (
            client.post(
                "/importer/", {"file": file(packed(Story(number()).add("note.added", {"text": "x"})))}
            ).status_code
            == 403
        )
        assert client.get("/importer/recu/" + "0" * 32).status_code == 403
    for name in ("../secret-key", "0" * 31, "..%2fsecret-key", "0" * 32):
        assert browser.get(f"/importer/recu/{name}").status_code in (302, 404)


# Exports.


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_exports_of_a_lot(browser: Client) -> None:
    from recond.server.work import Action

    story, other = ready(f"exp-{number()}"), ready()
    for key in ("csv", "snipeit", "glpi"):
        assert f"/exporter/{key}" in browser.get("/exporter/").content.decode()
    french = body(browser.get(f"/exporter/csv?lot={story.lot}")).decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(french), delimiter=";"))
    assert table[0][0] == "Étiquette" and [row[0] for row in table[1:]] == [story.tag]
    snipe = body(browser.get(f"/exporter/snipeit?lot={story.lot}")).decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(snipe)))["Asset Tag"] == story.tag
    packed_ = zipfile.ZipFile(io.BytesIO(body(browser.get(f"/exporter/glpi?lot={story.lot}"))))
    (name,) = packed_.namelist()
    assert json.loads(packed_.read(name))["deviceid"] == f"recond-{story.uid}"
    every = body(browser.get("/exporter/csv")).decode()
    assert story.tag in every and other.tag in every and every.count("Étiquette;") == 1
    assert Action.objects.filter(what="export", detail=f"lot {story.lot}").count() == 3
    assert browser.get("/exporter/nothing").status_code == 404


def test_one_heading_for_several_batches(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from recond.server import pages_export

    monkeypatch.setattr(pages_export, "BATCH", 2)
    lot = f"exp-{number()}"
    tags = sorted(ready(lot).tag for _ in range(5))
    lines = body(browser.get(f"/exporter/csv?lot={lot}")).decode("utf-8-sig").split("\r\n")
    assert [line.split(";")[0] for line in lines] == ["Étiquette", *tags, ""]


def test_a_machine_that_cannot_be_read_hides_no_other(browser: Client) -> None:
    from recond.server.models import Card

    lot = f"exp-{number()}"
    good, bad = ready(lot), ready(lot)
    row = Card.objects.get(pk=bad.uid)
    row.body["disks"] = [7]
    row.save()
    for key in ("csv", "snipeit"):
        said = body(browser.get(f"/exporter/{key}?lot={lot}")).decode()
        assert good.tag in said and bad.tag in said, key
    assert "fiche illisible" in body(browser.get(f"/exporter/csv?lot={lot}")).decode()


def test_too_many_for_one_file_are_told(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from recond.server import pages_export

    ready(), ready()
    monkeypatch.setattr(pages_export, "IN_ONE_FILE", 1)
    answer = browser.get("/exporter/glpi")
    assert answer.status_code == 400 and "choisissez un lot" in answer.content.decode()


def test_an_export_holds_the_places_own(browser: Client) -> None:
    here = f"Nord {number()}"
    ours, theirs = ready(), ready()
    browser.post(f"/lots/{ours.lot}/deplacer", {"place": place(here)})
    north = account(f"nord{number()}", "bénévole", here)
    for key in ("csv", "snipeit"):
        said = body(north.get(f"/exporter/{key}")).decode()
        assert ours.tag in said and theirs.tag not in said
    assert theirs.tag not in body(north.get(f"/exporter/csv?lot={theirs.lot}")).decode()
    assert account(f"x{number()}", "lecture").get("/exporter/csv").status_code == 403
