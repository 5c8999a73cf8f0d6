"""What the page "Bien démarrer" says. A card is shown only where one of its programs is installed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """One thing that the computer does. `programs`: desktop entries, any of them; none = always. `icon`: an SVG path."""

    icon: str
    title: str
    text: str
    programs: tuple[str, ...] = ()


GLOBE = "M12 3a9 9 0 100 18 9 9 0 000-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18"
MAIL = "M3 6h18v12H3zM3 7l9 7 9-7"
SHEET = "M6 3h9l4 4v14H6zM9 10h7M9 13h7M9 16h5"
FOLDER = "M3 6h6l2 2h10v11H3z"
FILM = "M4 5h16v14H4zM10 9l5 3-5 3z"
PRINTER = "M7 8V3h10v5M5 8h14v8h-2M7 16H5V8M7 13h10v8H7z"
SHIELD = "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM9 12l2 2 4-4"
STAR = "M12 3l2.7 5.8 6.3.8-4.6 4.3 1.2 6.2L12 17l-5.6 3.1 1.2-6.2L3 9.6l6.3-.8z"
WAVES = "M4 9c5-4.5 11-4.5 16 0M7 12.5c3-2.7 7-2.7 10 0M10 16c1.2-1 2.8-1 4 0M12 19h.01"
EYE = "M2 12c4-7 16-7 20 0-4 7-16 7-20 0zM12 9a3 3 0 100 6 3 3 0 000-6z"

FIREFOX = ("firefox-esr.desktop", "firefox.desktop")
OFFICE = ("libreoffice-writer.desktop", "abiword.desktop")
MAILER = ("thunderbird.desktop", "claws-mail.desktop", "org.gnome.Evolution.desktop")
PLAYER = ("vlc.desktop", "mpv.desktop", "org.gnome.Totem.desktop", "org.kde.dragonplayer.desktop")
PRINTING = (
    "system-config-printer.desktop",
    "simple-scan.desktop",
    "kcm_printer_manager.desktop",
    "gnome-printers-panel.desktop",
)
GAMES = ("gcompris-qt.desktop", "org.kde.gcompris.desktop", "tuxpaint.desktop", "scratch.desktop", "tuxmath.desktop")
ORCA = ("orca.desktop", "onboard.desktop")

FR = {
    "title": "Bien démarrer",
    "hello": "Bienvenue sur votre ordinateur",
    "intro": "Il fonctionne avec {system}, un système libre et gratuit, sans publicité et sans virus courants. "
    "Tout ce qui suit est déjà installé.",
    "first": "Vos premiers pas",
    "steps": (
        (
            "Le menu",
            "Toutes les applications sont dans le menu, en bas ou en haut de l'écran (touche Windows du clavier).",
        ),
        (
            "Internet",
            "Le petit symbole du réseau, dans la barre, montre les Wi-Fi à portée : un clic, la clé de la box, c'est fait.",
        ),
        ("Éteindre", "Toujours par le menu, « Éteindre » ou « Déconnexion », jamais en coupant le courant."),
    ),
    "what": "Ce que vous pouvez faire",
    "help": "Besoin d'aide ?",
    "neutral": "Adressez-vous à l'association ou à la personne qui vous a remis cet ordinateur : "
    "gardez son adresse près de vous.",
    "phone": "Téléphone",
    "email": "Courriel",
    "web": "Site",
    "address": "Adresse",
    "hours": "Horaires",
    "lost": "Cette page reste dans le menu, sous le nom « Bien démarrer ».",
    "other": "English",
    "questions": "Questions fréquentes",
    "faq": (
        (
            "Et Word, Excel, PowerPoint ?",
            "LibreOffice les remplace, et lit et écrit leurs fichiers (.docx, .xlsx, .pptx).",
        ),
        (
            "Ajouter un logiciel ?",
            "Par le menu, « Logiciels » quand il y est : des milliers de logiciels libres, vérifiés par Debian. "
            "N'en prenez pas ailleurs : les programmes faits pour Windows (.exe) ne conviennent pas.",
        ),
        ("Mot de passe oublié ?", "Personne d'autre ne le connaît. Apportez l'ordinateur à ceux qui vous l'ont remis."),
        (
            "Garder vos fichiers ?",
            "Copiez de temps en temps photos et documents sur une clé USB ou un disque, rangé ailleurs.",
        ),
    ),
    "cards": (
        Card(
            GLOBE,
            "Aller sur Internet",
            "Firefox ouvre les sites, la messagerie en ligne et les démarches administratives.",
            FIREFOX,
        ),
        Card(MAIL, "Le courrier", "Un programme de messagerie range vos courriels sur l'ordinateur.", MAILER),
        Card(
            SHEET,
            "Écrire et compter",
            "LibreOffice : lettres, CV, tableaux, présentations ; export en PDF d'un clic.",
            OFFICE,
        ),
        Card(
            FOLDER,
            "Vos fichiers",
            "Le dossier personnel contient Documents, Images, Téléchargements. Les clés USB y apparaissent.",
        ),
        Card(
            FILM, "Films et musique", "Un lecteur qui ouvre tous les formats courants, et les DVD non protégés.", PLAYER
        ),
        Card(
            PRINTER,
            "Imprimer, numériser",
            "Branchez ou allumez l'imprimante : la plupart sont reconnues seules. Sinon : menu, « Imprimantes ».",
            PRINTING,
        ),
        Card(STAR, "Apprendre en jouant", "Activités de 3 à 12 ans : lire, compter, dessiner, programmer.", GAMES),
        Card(
            EYE,
            "Mieux voir, mieux entendre",
            "Loupe, gros caractères et lecture d'écran : menu, « Accessibilité ».",
            ORCA,
        ),
        Card(
            SHIELD,
            "Les mises à jour",
            "Les corrections de sécurité s'installent toutes seules dès qu'il y a Internet. Vous n'avez rien à faire.",
        ),
    ),
}

EN = {
    "title": "Getting started",
    "hello": "Welcome to your computer",
    "intro": "It runs {system}, a free system without advertising or the usual viruses. Everything below is installed already.",
    "first": "Your first steps",
    "steps": (
        ("The menu", "All applications are in the menu, at the bottom or the top of the screen (the Windows key)."),
        (
            "Internet",
            "The small network symbol in the bar shows the Wi-Fi in reach: one click, the router's key, done.",
        ),
        ("Turning off", "Always by the menu, “Shut down” or “Log out”, never by cutting the power."),
    ),
    "what": "What you can do",
    "help": "Need help?",
    "neutral": "Ask the association or the person who gave you this computer: keep their address at hand.",
    "phone": "Phone",
    "email": "E-mail",
    "web": "Web site",
    "address": "Address",
    "hours": "Opening hours",
    "lost": "This page stays in the menu, under “Getting started”.",
    "other": "Français",
    "questions": "Questions often asked",
    "faq": (
        (
            "What about Word, Excel, PowerPoint?",
            "LibreOffice does that, and reads and writes their files (.docx, .xlsx, .pptx).",
        ),
        (
            "How to add a program?",
            "From the menu, “Software” where it is there: thousands of free programs, checked by Debian. "
            "Do not take any elsewhere: programs made for Windows (.exe) do not fit.",
        ),
        ("Password forgotten?", "Nobody else knows it. Bring the computer to those who gave it to you."),
        (
            "Keeping your files?",
            "From time to time copy photos and documents to a USB stick or disk that is kept elsewhere.",
        ),
    ),
    "cards": (
        Card(GLOBE, "The Internet", "Firefox opens web sites, web mail and official forms.", FIREFOX),
        Card(MAIL, "Mail", "A mail program keeps your letters on the computer.", MAILER),
        Card(
            SHEET,
            "Writing and counting",
            "LibreOffice: letters, CVs, tables, presentations; a PDF in one click.",
            OFFICE,
        ),
        Card(FOLDER, "Your files", "Your home folder has documents, pictures and downloads. USB sticks appear there."),
        Card(FILM, "Films and music", "A player that opens all usual formats, and unprotected DVDs.", PLAYER),
        Card(
            PRINTER,
            "Printing and scanning",
            "Plug in or switch on the printer: most are recognised by themselves. If not: menu, “Printers”.",
            PRINTING,
        ),
        Card(
            STAR,
            "Learning by playing",
            "Activities from 3 to 12 years: reading, counting, drawing, programming.",
            GAMES,
        ),
        Card(
            EYE,
            "Seeing and hearing better",
            "Magnifier, large letters and a screen reader: menu, “Accessibility”.",
            ORCA,
        ),
        Card(SHIELD, "Updates", "Security fixes install themselves whenever there is Internet. Nothing for you to do."),
    ),
}

TEXTS = {"fr": FR, "en": EN}
