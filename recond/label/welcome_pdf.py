"""The new owner's welcome sheet, in French: first start, account, where to get help. One page in big letters."""

from __future__ import annotations

from recond.core.certpage import Tone
from recond.core.travel import Welcome
from recond.core.words import N_, _, speaking
from recond.core.workshop import HelpContacts
from recond.label.paper import COLOURS, GREY, INK, ROOM, SIDE, Paper

SIZE = 12.0
CODE_MM = 25.0
NUMBER_MM = 8.0
START = (
    N_("Branchez le chargeur, puis appuyez sur le bouton de marche."),
    N_(
        "L'ordinateur pose quelques questions : langue, clavier, Wi-Fi, votre nom, votre mot de passe. "
        "Aucune réponse ne quitte l'ordinateur."
    ),
    N_(
        "Le mot de passe, c'est vous qui le choisissez, et personne d'autre ne le connaît : "
        "notez-le chez vous, pas sur cette feuille."
    ),
)
DESKTOP = (
    (
        N_("Les applications"),
        N_("elles sont dans le menu (touche Windows du clavier) : Internet, lettres et tableaux, films…"),
    ),
    (N_("Internet"), N_("cliquez sur le symbole du réseau, dans la barre, et tapez la clé de votre box.")),
    (N_("« Bien démarrer »"), N_("cette page, dans le menu, vous fait faire le tour ; elle ne demande pas Internet.")),
    (N_("Éteindre"), N_("toujours par le menu, jamais en coupant le courant.")),
    (N_("Vos fichiers"), N_("copiez de temps en temps photos et documents sur une clé USB, rangée ailleurs.")),
)
CONSOLE = (
    (N_("L'écran"), N_("ce système n'a pas de bureau : on lui parle en tapant des commandes.")),
    (N_("Entrer"), N_("tapez l'identifiant que vous avez choisi, Entrée, puis le mot de passe.")),
    (N_("Éteindre"), N_("tapez  systemctl poweroff  puis Entrée.")),
)
NEUTRAL = N_("Adressez-vous à l'association ou à la personne qui vous a remis cet ordinateur : gardez son adresse ici.")
FORGOTTEN = N_("Mot de passe oublié ? Apportez l'ordinateur : personne ne peut le retrouver, on peut en refaire un.")
NAMES = {
    "phone": N_("Téléphone"),
    "email": N_("Courriel"),
    "web": N_("Site"),
    "address": N_("Adresse"),
    "hours": N_("Horaires"),
}


def welcome_pdf(sheet: Welcome) -> bytes:
    """Return the sheet."""
    with speaking(sheet.lang):
        return _drawn(sheet)


def _drawn(sheet: Welcome) -> bytes:
    paper = Paper(sheet.title, sheet.organisation)
    paper.write(sheet.title, 34, bold=True, colour=COLOURS[Tone.GOOD])
    paper.write(
        _("{organisation} a remis cet ordinateur en état pour une deuxième vie.").format(
            organisation=sheet.organisation
        ),
        13,
    )
    paper.heading(_("Le premier démarrage"))
    for number, text in enumerate(START, start=1):
        _step(paper, number, text)
    _account(paper)
    paper.heading(_("Ensuite"))
    for name, text in DESKTOP if sheet.desktop else CONSOLE:
        paper.write(name, SIZE, bold=True, width_mm=44)
        low = paper.pdf.get_y()
        paper.pdf.set_y(low - SIZE * 25.4 / 72 * 1.28)
        paper.write(text, SIZE, x_mm=SIDE + 44, width_mm=ROOM - 44)
        paper.gap(0.8)
    _help(paper, sheet.contacts)
    paper.heading(_("Votre ordinateur"))
    paper.rows(sheet.facts, name_mm=44, size=11)
    return paper.bytes()


def _step(paper: Paper, number: int, text: str) -> None:
    y = paper.pdf.get_y()
    paper.write(str(number), 17, bold=True, colour=COLOURS[Tone.GOOD], width_mm=NUMBER_MM)
    low = paper.pdf.get_y()
    paper.pdf.set_y(y + 1.1)
    paper.write(text, SIZE, x_mm=SIDE + NUMBER_MM, width_mm=ROOM - NUMBER_MM)
    paper.pdf.set_y(max(low, paper.pdf.get_y()) + 0.8)


def _account(paper: Paper) -> None:
    """Leave room to write down the account: never the password."""
    paper.gap(2)
    y = paper.pdf.get_y()
    for number, name in enumerate((_("Votre identifiant"), _("Nom de l'ordinateur"))):
        x = SIDE + number * (ROOM / 2 + 2)
        paper.pdf.set_y(y)
        paper.write(name, 9, colour=GREY, x_mm=x, width_mm=ROOM / 2 - 2)
        paper.pdf.set_draw_color(*INK)
        paper.pdf.set_line_width(0.3)
        paper.pdf.rect(x, y + 4.6, ROOM / 2 - 2, 9)
    paper.pdf.set_y(y + 15)


def _help(paper: Paper, contacts: HelpContacts | None) -> None:
    """Say whom to ask. A web address gets a code for a telephone beside it."""
    paper.heading(_("Besoin d'aide ?"))
    told = contacts.told() if contacts else {}
    web = told.get("web")
    y = paper.pdf.get_y()
    width = ROOM - (CODE_MM + 6 if web else 0)
    if told.get("name"):
        paper.write(told["name"], 14, bold=True, width_mm=width)
        paper.gap(0.8)
    for key, name in NAMES.items():
        if key in told:
            paper.rows([(name, told[key])], name_mm=26, width_mm=width, size=SIZE)
    if told.get("text"):
        paper.write(told["text"], SIZE, width_mm=width)
    if not told:
        paper.write(NEUTRAL, SIZE, width_mm=width)
        paper.gap(9)
        paper.rule()
        paper.gap(2)
    if web:
        paper.square(web, CODE_MM, SIDE + ROOM - CODE_MM, y + 1)
        paper.pdf.set_y(max(paper.pdf.get_y(), y + CODE_MM + 2))
    paper.gap(0.8)
    paper.write(FORGOTTEN, SIZE, bold=True)
