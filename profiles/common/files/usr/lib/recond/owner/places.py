"""Keyboards and time zones that are offered, the likely ones first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Keyboard:
    """A keyboard as /etc/default/keyboard names it. Two layouts: the second one comes with Alt+Shift."""

    key: str
    fr: str
    en: str
    layout: str
    variant: str = ""
    options: str = ""

    def title(self, lang: str) -> str:
        """Return its name in a language."""
        return self.en if lang == "en" else self.fr


SWITCH = "grp:alt_shift_toggle"

KEYBOARDS = (
    Keyboard("fr", "Français (AZERTY)", "French (AZERTY)", "fr", "latin9"),
    Keyboard("be", "Belge (AZERTY)", "Belgian (AZERTY)", "be"),
    Keyboard("ch", "Suisse romand (QWERTZ)", "Swiss French (QWERTZ)", "ch", "fr"),
    Keyboard("ca", "Canadien français (QWERTY)", "Canadian French (QWERTY)", "ca"),
    Keyboard("gb", "Anglais, Royaume-Uni (QWERTY)", "English, UK (QWERTY)", "gb"),
    Keyboard("us", "Anglais, États-Unis (QWERTY)", "English, US (QWERTY)", "us"),
    Keyboard("de", "Allemand (QWERTZ)", "German (QWERTZ)", "de"),
    Keyboard("es", "Espagnol", "Spanish", "es"),
    Keyboard("it", "Italien", "Italian", "it"),
    Keyboard("pt", "Portugais", "Portuguese", "pt"),
    Keyboard("bepo", "Français (BÉPO)", "French (BÉPO)", "fr", "bepo"),
    Keyboard("ara", "Français et arabe (Alt+Maj change)", "French and Arabic (Alt+Shift)", "fr,ara", "latin9,", SWITCH),
    Keyboard(
        "ua", "Français et ukrainien (Alt+Maj change)", "French and Ukrainian (Alt+Shift)", "fr,ua", "latin9,", SWITCH
    ),
    Keyboard("ru", "Français et russe (Alt+Maj change)", "French and Russian (Alt+Shift)", "fr,ru", "latin9,", SWITCH),
)


def keyboard(key: str) -> Keyboard:
    """Return a keyboard by its key; the French one for a key that is not known."""
    return next((one for one in KEYBOARDS if one.key == key), KEYBOARDS[0])


def keyboard_of(settings: str) -> Keyboard:
    """Return the keyboard that the text of /etc/default/keyboard describes, the French one when it is none of ours."""
    values = {}
    for line in settings.splitlines():
        name, _, value = line.partition("=")
        values[name.strip()] = value.strip().strip('"')
    told = values.get("XKBLAYOUT", "fr"), values.get("XKBVARIANT", "")
    return next((one for one in KEYBOARDS if (one.layout, one.variant) == told), KEYBOARDS[0])


ZONES = (
    ("Europe/Paris", "France métropolitaine", "Mainland France"),
    ("America/Guadeloupe", "Guadeloupe", "Guadeloupe"),
    ("America/Martinique", "Martinique", "Martinique"),
    ("America/Cayenne", "Guyane", "French Guiana"),
    ("Indian/Reunion", "La Réunion", "Réunion"),
    ("Indian/Mayotte", "Mayotte", "Mayotte"),
    ("America/Miquelon", "Saint-Pierre-et-Miquelon", "Saint Pierre and Miquelon"),
    ("Pacific/Noumea", "Nouvelle-Calédonie", "New Caledonia"),
    ("Pacific/Tahiti", "Tahiti", "Tahiti"),
    ("Pacific/Wallis", "Wallis-et-Futuna", "Wallis and Futuna"),
    ("Europe/Brussels", "Belgique", "Belgium"),
    ("Europe/Zurich", "Suisse", "Switzerland"),
    ("Europe/Luxembourg", "Luxembourg", "Luxembourg"),
    ("Europe/London", "Royaume-Uni", "United Kingdom"),
    ("Africa/Algiers", "Algérie", "Algeria"),
    ("Africa/Casablanca", "Maroc", "Morocco"),
    ("Africa/Tunis", "Tunisie", "Tunisia"),
    ("Africa/Abidjan", "Côte d'Ivoire, Mali, Sénégal", "Ivory Coast, Mali, Senegal"),
    ("Indian/Antananarivo", "Madagascar", "Madagascar"),
)


def zones(lang: str, root: Path = Path("/")) -> list[tuple[str, str]]:
    """Return (name, title) of every time zone that this system has, the likely ones first with a title people know."""
    home = root / "usr/share/zoneinfo"
    likely = [(name, en if lang == "en" else fr) for name, fr, en in ZONES if (home / name).is_file()]
    known = {name for name, _ in likely}
    try:
        table = (home / "tzdata.zi").read_text() if (home / "tzdata.zi").exists() else ""
        others = {line.split()[1] for line in table.splitlines() if line.startswith("Z ")}
        others |= {line.split()[2] for line in table.splitlines() if line.startswith("L ")}
    except (OSError, IndexError):
        others = set()
    others = {name for name in others if "/" in name and not name.startswith("Etc/") and (home / name).is_file()}
    return likely + [(name, name.replace("_", " ")) for name in sorted(others - known)]
