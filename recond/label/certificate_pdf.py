"""Certificates on paper: one disk on a page; a machine or a lot as a list, with a page for each disk behind it if wanted."""

from __future__ import annotations

from collections.abc import Sequence

from recond.core.certlist import DiskRow, Listing
from recond.core.certpage import Page, Tone
from recond.core.words import N_, _
from recond.label.paper import GREY, ROOM, SIDE, Column, Paper

TITLE = N_("Certificat d'effacement")
CODE_MM = 34.0
LEFT_MM = 92.0
PRACTICE = N_("ENTRAÎNEMENT : disque factice, aucun disque de donateur n'est concerné.")
VERIFY = N_(
    "Pour contrôler : recond verify FICHIER, avec le fichier JSON de ce certificat. Le code ci-contre contient l'empreinte "
    "et la signature : recond verify --paper TEXTE dit si ce papier est bien celui du fichier."
)
LIST_NOTE = N_(
    "Un disque est dit EFFACÉ si son certificat est entier, signé, et que rien n'a été vu depuis qui le contredise. "
    "Chaque certificat (fichier JSON signé) se contrôle par : recond verify FICHIER. Les empreintes de cette liste en sont "
    "les 12 premiers signes. Elles prouvent que rien n'a été modifié, pas l'honnêteté de celui qui a fait le travail."
)
COLUMNS = (
    Column(N_("Étiquette"), 20), Column(N_("Machine"), 31), Column(N_("Disque, n° de série"), 48), Column(N_("Taille"), 13, "R"),
    Column(N_("Méthode, date"), 26), Column(N_("Verdict"), 20.5), Column(N_("Empreinte"), 19.5),
)  # fmt: skip


def disk_pdf(pages: Sequence[Page]) -> bytes:
    """Return the certificates of these disks, each on a page of its own."""
    paper = Paper(TITLE, f"{_(TITLE)} · {pages[0].organisation}")
    for number, page in enumerate(pages):
        if number:
            paper.page()
        _disk(paper, page)
    return paper.bytes()


def list_pdf(found: Listing, organisation: str, pages: Sequence[Page] = ()) -> bytes:
    """Return the list of a machine's or a lot's disks, then a page for each of `pages`."""
    paper = Paper(f"{_(TITLE)} : {found.title}", f"{_(TITLE)} · {organisation} · {found.title}")
    paper.two_sides(organisation, TITLE, 11)
    paper.gap(1)
    paper.write(found.title, 17, bold=True)
    paper.gap(2)
    word, tone = found.word
    paper.band(word, tone, _summary(found))
    if found.practice:
        _practice(paper)
    if found.facts:
        paper.gap(3)
        paper.rows(found.facts)
    paper.heading(_("Disques"))
    paper.listed(COLUMNS, [_cells(row) for row in found.rows], size=7.3)
    paper.gap(3)
    for note in found.notes:
        paper.write(note, 9, bold=True)
        paper.gap(1.5)
    paper.need(22)
    paper.write(LIST_NOTE, 7.8, colour=GREY)
    _signatures(paper)
    for page in pages:
        paper.page()
        _disk(paper, page)
    return paper.bytes()


def _disk(paper: Paper, page: Page) -> None:
    paper.two_sides(page.organisation, page.number, 10)
    paper.gap(0.5)
    paper.write(TITLE, 19, bold=True)
    paper.gap(2)
    paper.band(page.word, page.tone, page.sentence)
    if page.practice:
        _practice(paper)
    _two_columns(paper, page)
    for heading, rows in page.sections[3:]:
        paper.heading(heading)
        paper.rows(rows)
    if page.caveats:
        paper.heading(_("Ce que cet effacement ne couvre pas"))
        for caveat in page.caveats:
            paper.write(f"•  {caveat}", 9.2)
            paper.gap(0.3)
    if page.smart:
        paper.heading(_("Ce que le disque dit de lui-même (SMART)"))
        columns = (Column("", 78), Column(_("Avant"), 50, "R"), Column(_("Après"), 50, "R"))
        paper.listed(columns, [[(word, None) for word in row] for row in page.smart], size=8.4)
    _proof(paper, page)


def _two_columns(paper: Paper, page: Page) -> None:
    """Disk on the left; machine, and who did it, on the right. The page is new: both fit."""
    y = paper.pdf.get_y()
    paper.blocks(page.sections[:1], SIDE, LEFT_MM, 24)
    low = paper.pdf.get_y()
    paper.pdf.set_y(y)
    right = SIDE + LEFT_MM + 6
    paper.blocks(page.sections[1:3], right, ROOM - LEFT_MM - 6, 22)
    paper.pdf.set_y(max(low, paper.pdf.get_y()))


def _proof(paper: Paper, page: Page) -> None:
    paper.need(CODE_MM + 10)
    paper.heading(_("Authenticité"))
    y = paper.pdf.get_y()
    with paper.kept():
        paper.square(page.code, CODE_MM, SIDE + ROOM - CODE_MM, y + 1)
    words_mm = ROOM - CODE_MM - 8
    paper.rows(page.proof, width_mm=words_mm, size=7.6)
    paper.gap(0.8)
    paper.write(VERIFY, 7.2, colour=GREY, width_mm=words_mm)
    paper.gap(0.6)
    paper.write(page.note, 7.2, colour=GREY, width_mm=words_mm)
    paper.pdf.set_y(max(paper.pdf.get_y(), y + CODE_MM + 2))


def _practice(paper: Paper) -> None:
    paper.gap(2)
    paper.write(PRACTICE, 11, bold=True)


def _summary(found: Listing) -> str:
    disks = _("{erased} disque(s) effacé(s) et contrôlé(s) sur {count}").format(
        erased=found.erased or _("aucun"), count=len(found.rows)
    )
    machines = _("{machines_erased} machine(s) effacée(s) sur {machines}").format(
        machines_erased=found.machines_erased or _("aucune"), machines=found.machines
    )
    bare = _(", {without_disk} sans disque").format(without_disk=found.without_disk) if found.without_disk else ""
    return f"{disks} ; {machines}{bare}." if found.machines > 1 else f"{disks}."


def _cells(row: DiskRow) -> list[tuple[str, Tone | None]]:
    how = "\n".join(part for part in (row.how, row.day) if part)
    why = f"{row.word}\n{row.why}" if row.why else row.word
    return [
        (row.tag, None), (row.machine, None), (f"{row.disk}\n{row.serial}", None), (row.size, None), (how, None),
        (why, row.tone), (row.short, None),
    ]  # fmt: skip


def _signatures(paper: Paper) -> None:
    paper.need(30)
    paper.gap(8)
    y = paper.pdf.get_y()
    for place, who in enumerate((_("Pour l'association"), _("Second contrôle, ou donateur"))):
        x = SIDE + place * (ROOM / 2 + 4)
        paper.pdf.set_y(y)
        paper.write(_("{who} : nom, date, signature").format(who=who), 8, colour=GREY, x_mm=x, width_mm=ROOM / 2 - 4)
        paper.pdf.set_draw_color(*GREY)
        paper.pdf.set_line_width(0.2)
        paper.pdf.line(x, y + 18, x + ROOM / 2 - 4, y + 18)
    paper.pdf.set_y(y + 19)
