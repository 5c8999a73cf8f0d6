"""What a name, a login, a password and a computer's name may be. Pure: no file, no process."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

LOGIN = re.compile(r"^[a-z][a-z0-9_-]{0,30}$")
"""What useradd accepts without --badname, and what every program of Debian copes with."""

HOSTNAME = re.compile(r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")

MIN_PASSWORD = 8
GOOD_PASSWORD = 12

LETTERS = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l"})
"""Letters that Unicode does not take apart into a plain one and an accent."""

GUESSED = (
    *(
        "motdepasse",
        "mot de passe",
        "password",
        "azertyuiop",
        "azerty123",
        "qwertyuiop",
        "qwerty123",
        "123456789",
        "12345678",
    ),
    *("00000000", "bonjour1", "bonjour123", "soleil123", "jetaime1", "doudou123", "chouchou", "marseille", "iloveyou"),
    *("loulou123", "coucou123", "administrateur", "administrator", "bienvenue", "welcome1", "changeme", "abcdefgh"),
)
"""Passwords that are tried first by those who try; every list of leaked French passwords starts with them."""


def clean_name(name: str) -> str:
    """Return a name fit for the account's comment: no colon, comma or control character, which the file could not hold."""
    kept = "".join(char for char in name if char.isprintable() and char not in ":,")
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", kept)).strip()[:80]


def suggest_login(name: str, taken: Collection[str] = ()) -> str:
    """Return a login made of the first word of a name: "Élise Martin" gives "elise", or "elise2" where that is taken.

    Empty when the name has no letter of the Latin alphabet.
    """
    plain = unicodedata.normalize("NFKD", name.translate(LETTERS)).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", " "))
    # "D'Artagnan", "L'Hostis": a single letter says little where a word follows.
    words = [word for word in words if word[0].isalpha()]
    base = next((word for word in words if len(word) > 1), words[0] if words else "")[:28]
    if not base or base not in taken:
        return base
    return next(f"{base}{number}" for number in range(2, 99) if f"{base}{number}" not in taken)


def login_fault(login: str, taken: Collection[str] = ()) -> str | None:
    """Return the key of what is wrong with a login (see texts.py), or None."""
    if not LOGIN.match(login):
        return "bad_login"
    return "taken" if login in taken else None


def password_fault(password: str, login: str = "", name: str = "") -> str | None:
    """Return the key of why a password is refused, or None. Only what anybody would guess is refused."""
    if len(password) < MIN_PASSWORD:
        return "short"
    low = password.lower()
    if len(set(low)) < 3 or low in GUESSED:
        return "guessed"
    theirs = {word for word in (login.lower(), name.lower(), name.lower().replace(" ", "")) if word}
    return "yours_too" if any(low.strip("0123456789") == word.strip("0123456789") for word in theirs) else None


def password_advice(password: str) -> str:
    """Return the key of a word on an accepted password: could be longer, or good."""
    return "advice_good" if len(password) >= GOOD_PASSWORD else "advice_longer"
