"""The workshop's papers, drawn from its tables and the machines' cards. They say what the cards say, and no more."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from typing import Final

from django.utils import timezone
from django.utils.translation import override

from recond.core import labelwords
from recond.core.certpage import Tone
from recond.core.text import decimal_bytes
from recond.label.paper import GREY, Column, Paper
from recond.server import shown
from recond.server.models import Card
from recond.server.work import Handover, Lot, Workshop

LOG = logging.getLogger(__name__)

TONES: Final = {"good": Tone.GOOD, "bad": Tone.BAD, "busy": Tone.DOUBT}
MACHINES: Final = (Column("Étiquette", 28), Column("Machine", 70), Column("Note", 16), Column("État", 64))
DISKS: Final = (
    Column("Étiquette", 23), Column("Disque, n° de série", 48), Column("Taille", 14, "R"), Column("Méthode, niveau", 34),
    Column("Verdict", 24), Column("Certificat (SHA-256)", 35),
)  # fmt: skip
NO_VALUE: Final = (
    "Ce rapport dénombre des machines. Il ne chiffre ni la valeur du don, que le donateur fixe lui-même, ni des émissions "
    "évitées, faute de mesure."
)
PROOF: Final = (
    "Un disque n'est dit EFFACÉ que si son contenu a été relu après l'effacement. Les certificats signés (fichiers JSON) font "
    "foi et se contrôlent par : recond verify FICHIER. Les disques retirés avant l'audit ne sont pas connus de ce rapport."
)

Cell = tuple[str, Tone | None]


def today() -> str:
    """Return the day that a paper bears."""
    return f"{timezone.localdate():%d/%m/%Y}"


def begun(title: str) -> Paper:
    """Return a paper with the workshop's name and the day above its title."""
    house = Workshop.objects.first() or Workshop()
    name = house.name or "Atelier de reconditionnement"
    paper = Paper(title, f"{title} · {name} · {today()}")
    paper.two_sides(name, f"le {today()}", 11)
    for line in (house.address, house.contact):
        if line:
            paper.write(line, 8.5, colour=GREY)
    paper.gap(3)
    paper.write(title, 18, bold=True)
    paper.gap(2)
    return paper


def lot_facts(name: str, row: Lot | None, seen: int, in_all: int) -> list[tuple[str, str]]:
    """Return what is known of a lot. `seen` machines are in the report, of `in_all` that the server knows."""
    facts = [("Lot", name), ("Donateur", row.donor if row and row.donor else "non noté")]
    if row and row.received_on:
        facts.append(("Reçu le", f"{row.received_on:%d/%m/%Y}"))
    announced = f" sur {row.expected} annoncées" if row and row.expected is not None else ""
    facts.append(("Machines vues", f"{seen}{announced}"))
    if row and row.weight_kg is not None:
        facts.append(("Poids noté à la réception", f"{row.weight_kg} kg".replace(".", ",")))
    if seen < in_all:
        facts.append(("Incomplet", f"le lot a {in_all} machines ; ce rapport ne montre que les {seen} de votre lieu"))
    return facts


@override("fr")
def donor_report(name: str, row: Lot | None, cards: Sequence[Card], in_all: int) -> bytes:
    """Return the donor's report: what came, and what became of it. Nobody who received a machine is named."""
    paper = begun(f"Rapport au donateur : lot {name}")
    paper.rows(lot_facts(name, row, len(cards), in_all), name_mm=46)
    paper.heading("Ce que les machines sont devenues")
    tiles = [shown.tile_of_kept(card.tile) for card in cards]
    counts = Counter(tile.state.text for tile in tiles)
    paper.rows([(str(count), word) for word, count in counts.most_common()] or [("0", "aucune machine")], name_mm=14)
    sorts = Counter(card.sorting for card in cards)
    told = [(str(sorts[key]), word) for key, word in (("repair", "à réparer"), ("parts", "pour pièces")) if sorts[key]]
    if told:
        paper.write("Dont, d'après le tri :", 9)
        paper.rows(told, name_mm=14)
    paper.heading("Machines")
    paper.listed(
        MACHINES,
        [
            _cells(tile.tag, tile.model, tile.grade or "sans", state=(_practice(tile), TONES.get(tile.state.colour)))
            for tile in tiles
        ],
    )
    paper.gap(3)
    paper.write(NO_VALUE, 8, colour=GREY)
    return paper.bytes()


def _practice(tile: shown.Tile) -> str:
    return f"{tile.state.text} (entraînement)" if tile.practice else tile.state.text


def _cells(*plain: str, state: Cell) -> list[Cell]:
    return [*((text, None) for text in plain), state]


@override("fr")
def erasure_report(name: str, row: Lot | None, cards: Sequence[Card], in_all: int) -> bytes:
    """Return the lot's erasure report: every disk of every machine, erased or not."""
    paper = begun(f"Rapport d'effacement : lot {name}")
    paper.rows(lot_facts(name, row, len(cards), in_all), name_mm=46)
    paper.gap(2)
    rows, erased, silent = [], 0, []
    for card in cards:
        try:
            disks = _disks(card)
            rows += [_disk_cells(card, disk) for disk in disks]
        except Exception as error:  # the payload is not ours; one machine must not hide the others
            LOG.warning("disks of %s: %r", card.uid, error)
            disks = []
        erased += sum(shown.verdict(disk["wipe"]).colour == "good" for disk in disks)
        if not any(disk["internal"] for disk in disks) or card.body.get("later"):
            silent.append(card.tag or card.uid)
    whole = bool(rows) and erased == len(rows) and not silent and len(cards) == in_all
    big, tone = ("TOUS LES DISQUES VUS SONT EFFACÉS", Tone.GOOD) if whole else ("EFFACEMENT INCOMPLET", Tone.BAD)
    if not rows:
        big, tone = "AUCUN DISQUE CONNU", Tone.DOUBT
    paper.band(
        big, tone, f"{erased} disque(s) prouvé(s) effacé(s) sur {len(rows)} vu(s), dans {len(cards)} machine(s)."
    )
    if silent:
        paper.gap(2)
        paper.write("Sans disque vu, ou fiche illisible : rien n'est dit de " + ", ".join(silent), 9, bold=True)
    if any(shown.tile_of_kept(card.tile).practice for card in cards):
        paper.gap(2)
        paper.write("ENTRAÎNEMENT : ce lot contient des disques factices.", 9, bold=True)
    paper.heading("Disques")
    paper.listed(DISKS, rows, size=7.3)
    paper.gap(3)
    paper.write(PROOF, 8, colour=GREY)
    return paper.bytes()


def _disks(card: Card) -> list[shown.Json]:
    """Return the disks that a report answers for: the machine's own, and others that were wiped in it. A USB stick that was
    only plugged in is nobody's donation."""
    return [disk for disk in card.body["disks"] if disk["internal"] or disk["wipe"] is not None]


def _disk_cells(card: Card, disk: shown.Json) -> list[Cell]:
    word = shown.verdict(disk["wipe"])
    method = labelwords.METHOD.get(str(disk["method"]), shown.line(disk["method"])) if disk["method"] else "aucune"
    level = f", {shown.line(disk['level'])}" if disk["level"] else ""
    model = f"{shown.line(disk['model']) or 'modèle inconnu'}, {shown.line(disk['serial']) or 'sans n° de série'}"
    where = "" if disk["internal"] else " (pas un disque interne du dernier audit)"
    tone = TONES.get(word.colour, Tone.BAD)
    return [
        (card.tag or "sans étiquette", None), (model + where, None), (decimal_bytes(disk["size_bytes"]), None),
        (method + level, None), (word.text, tone), (shown.line(disk["certificate"]) or "aucun", None),
    ]  # fmt: skip


def machine_facts(row: Handover, card: Card | None) -> list[tuple[str, str]]:
    """Return what a hand-over's papers say of its machine."""
    facts = [("Étiquette", row.tag or row.uid)]
    if card is not None:
        tile = shown.tile_of_kept(card.tile)
        facts += [("Machine", tile.model), ("Note", tile.grade or "sans"), ("État noté ce jour", tile.state.text)]
        if tile.practice:
            facts.append(("Attention", "machine d'entraînement"))
    return facts
