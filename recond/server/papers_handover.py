"""The papers of a hand-over: the convention that both sign, and the sheet with who helps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db.models import Q
from django.utils.translation import override

from recond.label.paper import GREY, ROOM, SIDE, Column, Paper
from recond.server.models import Card
from recond.server.papers import begun, machine_facts
from recond.server.work import Handover, Place, Workshop

LOAN: Final = (
    "L'association prête la machine décrite ci-dessus, gratuitement. Elle en reste propriétaire.",
    "La personne qui la reçoit en prend soin, ne la vend ni ne la prête, et la rend à la date convenue ou dès qu'elle n'en a "
    "plus l'usage.",
    "Au retour, ses disques sont effacés : la personne enregistre d'abord ailleurs ce qu'elle veut garder.",
)
GIFT: Final = (
    "L'association donne la machine décrite ci-dessus, gratuitement. La personne qui la reçoit en devient propriétaire.",
    "La machine est d'occasion et donnée en l'état noté ci-dessus. En fin de vie, elle se dépose dans un point de collecte "
    "d'appareils électriques.",
)
HELPERS: Final = 3


@override("fr")
def convention(row: Handover, card: Card | None) -> bytes:
    """Return the convention of a loan or a gift, to be signed twice."""
    house = Workshop.objects.first() or Workshop()
    loan = row.kind == Handover.Kind.LOAN
    paper = begun("Convention de prêt" if loan else "Convention de don")
    facts = [("Remise à", row.beneficiary), ("Le", f"{row.at:%d/%m/%Y}")]
    if row.place:
        facts.append(("Lieu de remise", str(row.place)))
    if loan:
        facts.append(("À rendre le", f"{row.due_on:%d/%m/%Y}" if row.due_on else "sans date convenue"))
    if row.returned_on:
        facts.append(("Rendue le", f"{row.returned_on:%d/%m/%Y}"))
    paper.rows(facts, name_mm=40, size=10.5)
    paper.heading("La machine")
    paper.rows(machine_facts(row, card), name_mm=40, size=10.5)
    paper.heading("Ce qui est convenu")
    for number, clause in enumerate(LOAN if loan else GIFT, 1):
        paper.write(f"{number}.  {clause}", 10.5)
        paper.gap(1.5)
    _signatures(paper, house.signatory or house.name or "Pour l'association", row.beneficiary)
    return paper.bytes()


def _signatures(paper: Paper, ours: str, theirs: str) -> None:
    paper.need(45)
    paper.gap(8)
    y = paper.pdf.get_y()
    for x_mm, head, name in (
        (SIDE, "Pour l'association", ours),
        (SIDE + ROOM / 2 + 4, "La personne qui reçoit", theirs),
    ):
        paper.pdf.set_y(y)
        paper.write(head, 9, colour=GREY, x_mm=x_mm, width_mm=ROOM / 2 - 4)
        paper.write(name, 10.5, bold=True, x_mm=x_mm, width_mm=ROOM / 2 - 4)
        paper.write("Date et signature :", 9, colour=GREY, x_mm=x_mm, width_mm=ROOM / 2 - 4)


def helpers(postcode: str) -> list[Place]:
    """Return the places that help, those whose postcode begins most alike first: near, as far as a postcode tells."""

    def far(place: Place) -> tuple[int, str]:
        alike = 0
        for one, other in zip(place.postcode, postcode, strict=False):
            if one != other:
                break
            alike += 1
        return -alike, place.name

    return sorted(Place.objects.filter(Q(helps=True) | Q(kind=Place.Kind.HELP)), key=far)[:HELPERS]


@override("fr")
def sheet(row: Handover, card: Card | None) -> bytes:
    """Return the sheet that goes home with the machine: who helps, when, and the internet offer."""
    house = Workshop.objects.first() or Workshop()
    postcode = (row.need.postcode if row.need else "") or (row.place.postcode if row.place else "")
    paper = begun("Votre ordinateur : qui vous aide")
    paper.rows(machine_facts(row, card), name_mm=40, size=11)
    paper.heading("Où trouver de l'aide")
    found = helpers(postcode)
    if found and postcode:
        paper.write(f"Du plus proche au plus lointain d'après le code postal {postcode} :", 9, colour=GREY)
    for place in found:
        paper.need(24)
        paper.gap(1.5)
        paper.write(place.name, 13, bold=True)
        rows = (
            ("Adresse", " ".join(part for part in (place.address, place.postcode) if part)),
            ("Horaires", place.hours), ("Contact", place.contact),
        )  # fmt: skip
        paper.rows([(name, value or "non noté") for name, value in rows], name_mm=24, size=11)
    if not found:
        paper.write(f"Appelez l'association : {house.contact or 'coordonnées non notées'}.", 11)
    paper.heading("Internet solidaire")
    paper.write(house.internet_offer or "L'association n'a pas noté d'offre. Demandez-lui.", 12)
    if row.kind == Handover.Kind.LOAN:
        paper.heading("C'est un prêt")
        paper.write(f"À rendre le {row.due_on:%d/%m/%Y}." if row.due_on else "Sans date de retour convenue.", 12)
    return paper.bytes()


REGISTER: Final = (
    Column("Le", 20), Column("Étiquette", 26), Column("Forme", 14), Column("Remise à", 46), Column("Lieu", 36),
    Column("Rendue le", 36),
)  # fmt: skip


@override("fr")
def register(rows: Sequence[Handover], said: str) -> bytes:
    """Return the register of hand-overs. `said`: in words, which ones were asked for."""
    paper = begun("Registre des remises")
    gifts = sum(row.kind == Handover.Kind.GIFT for row in rows)
    back = sum(row.returned_on is not None for row in rows)
    facts = [
        ("Choix", said),
        ("Remises", str(len(rows))),
        ("Dont dons", str(gifts)),
        ("Dont prêts", str(len(rows) - gifts)),
    ]
    paper.rows([*facts, ("Prêts rendus", str(back))], name_mm=40)
    paper.gap(3)
    paper.listed(REGISTER, [[(text, None) for text in _line(row)] for row in rows], size=8.5)
    return paper.bytes()


def _line(row: Handover) -> tuple[str, ...]:
    due = f"à rendre le {row.due_on:%d/%m/%Y}" if row.due_on else "sans date"
    back = "" if row.kind == Handover.Kind.GIFT else f"{row.returned_on:%d/%m/%Y}" if row.returned_on else f"non, {due}"
    place = row.place.name if row.place else ""
    return f"{row.at:%d/%m/%Y}", row.tag or row.uid[:8], str(row.get_kind_display()), row.beneficiary, place, back
