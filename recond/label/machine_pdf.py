"""The A4 sheet that travels with a machine: where it stands, what is left to do, what was tested. One page."""

from __future__ import annotations

from recond.core.certpage import Tone
from recond.core.travel import Travel
from recond.core.words import N_, _, speaking
from recond.label.paper import GREY, INK, ROOM, SIDE, Column, Paper

TITLE = N_("Fiche de la machine")
CODE_MM = 26.0
BOX_MM = 3.4
PRACTICE = N_("ENTRAÎNEMENT : ce n'est pas une vraie machine.")
NOTHING = N_("Rien : la machine peut partir. Collez son étiquette, joignez la feuille de bienvenue et le chargeur.")
DISKS = (
    Column(N_("Disque"), 74),
    Column(N_("Santé"), 34),
    Column(N_("Méthode, date"), 40),
    Column(N_("Effacement"), 30),
)
TESTS = (Column(N_("Essai"), 42), Column(N_("Résultat"), 30), Column(N_("Remarque"), 106))
NOTES_MM, LINE_MM, LAST_MM = 24.0, 9.0, 9.0


def machine_pdf(sheet: Travel) -> bytes:
    """Return the sheet of one machine."""
    with speaking(sheet.lang):
        return _drawn(sheet)


def _drawn(sheet: Travel) -> bytes:
    paper = Paper(f"{_(TITLE)} : {sheet.title}", f"{_(TITLE)} · {sheet.organisation} · {sheet.title}")
    top = paper.pdf.get_y()
    if sheet.url:
        paper.square(sheet.url, CODE_MM, SIDE + ROOM - CODE_MM, top)
    paper.write(sheet.organisation, 10, bold=True, width_mm=ROOM - CODE_MM - 6)
    paper.write(TITLE, 9, colour=GREY, width_mm=ROOM - CODE_MM - 6)
    paper.write(sheet.title, 30, bold=True, width_mm=ROOM - CODE_MM - 6)
    paper.pdf.set_y(max(paper.pdf.get_y(), top + CODE_MM + 3))
    paper.band(sheet.word, sheet.tone, sheet.sentence)
    if sheet.practice:
        paper.gap(2)
        paper.write(PRACTICE, 11, bold=True)
    paper.heading(_("À faire avant de donner cette machine"))
    for text in sheet.todo or ():
        _box(paper, text, bold=True)
    if not sheet.todo:
        paper.write(NOTHING if sheet.tone is Tone.GOOD else _("Rien de connu."), 10.5, bold=True)
    if sheet.also:
        paper.heading(_("Bon à savoir"))
        for text in sheet.also:
            _box(paper, text, bold=False)
    paper.heading(_("Machine"))
    paper.rows(sheet.facts)
    if sheet.disks:
        paper.heading(_("Disques"))
        paper.listed(DISKS, sheet.disks)
    paper.heading(_("Essais"))
    if sheet.tests:
        paper.listed(TESTS, sheet.tests)
    else:
        paper.write(_("Aucun essai n'a été fait sur cette machine : recond test"), 9.5)
    _notes(paper, sheet.origin)
    return paper.bytes()


def _box(paper: Paper, text: str, *, bold: bool) -> None:
    """Write a line with a box to tick by hand."""
    paper.need(8)
    y = paper.pdf.get_y()
    paper.pdf.set_draw_color(*INK)
    paper.pdf.set_line_width(0.35)
    paper.pdf.rect(SIDE, y + 0.7, BOX_MM, BOX_MM)
    paper.write(text, 10.5, bold=bold, x_mm=SIDE + BOX_MM + 2.5, width_mm=ROOM - BOX_MM - 2.5)
    paper.gap(1.2)


def _notes(paper: Paper, origin: str) -> None:
    """Leave what room there is to write by hand, and say where the sheet comes from; never on a page of its own."""
    if paper.left_mm > NOTES_MM + LAST_MM:
        paper.heading(_("Notes à la main"))
        while paper.left_mm > LAST_MM + LINE_MM:
            paper.gap(LINE_MM)
            paper.rule()
    paper.gap(1.5)
    text = _("{origin}. Établie d'après le journal de recond ; elle ne vaut que pour ce jour.").format(origin=origin)
    if paper.left_mm > LAST_MM / 2:
        paper.write(text, 7.8, colour=GREY)
