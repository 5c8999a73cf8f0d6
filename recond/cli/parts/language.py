"""Which language a run speaks, decided before any module with texts is imported.

First --lang, then RECOND_LANG (the stick's boot menu and the assistant's key set it), `lang` in recond.toml, the
environment's LANG, and French.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from recond.core import words

_asked: dict[str, str] = {}


def speak(line: Sequence[str]) -> None:
    """Speak the language of this command line from now on; programs that recond starts speak it too."""
    asked = _option(line, "--lang")
    if asked in words.LANGUAGES:
        os.environ[words.ENVIRONMENT] = asked
    data = _option(line, "--data")
    told = wanted(Path(data) if data else None)
    # What the server keeps on cards and prints on papers is French whoever started it; its pages choose for themselves.
    keeps = "serve" in line and "--help" not in line
    words.use(words.DEFAULT if keeps else told)
    _asked["lang"] = told


def speak_to_the_end() -> None:
    """Speak the language that was asked for, also in `serve`: nothing is kept any more, a last message is said."""
    words.use(_asked.get("lang", words.language()))


def wanted(data: Path | None) -> str:
    """Return the language asked for by the environment, the workshop's settings in this data folder, or nobody: French."""
    if (said := os.environ.get(words.ENVIRONMENT, "")) in words.LANGUAGES:
        return said
    return _workshop(data) or words.from_environment(os.environ) or words.DEFAULT


def _workshop(data: Path | None) -> str | None:
    from recond.cli.context import default_data

    try:
        text = ((data or default_data()) / "recond.toml").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    if "lang" not in text:
        return None
    import tomllib

    try:
        said = tomllib.loads(text).get("lang")
    except ValueError:
        return None  # the command that needs the settings says what is wrong with them
    return said if said in words.LANGUAGES else None


def begin_again(lang: str) -> NoReturn:
    """Start this program again in another language: texts made at import stay in the first one. Does not come back."""
    os.environ[words.ENVIRONMENT] = lang
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *_without_lang(sys.orig_argv[1:])])


def _without_lang(line: Sequence[str]) -> list[str]:
    kept: list[str] = []
    rest = iter(line)
    for word in rest:
        if word == "--lang":
            next(rest, None)
        elif not word.startswith("--lang="):
            kept.append(word)
    return kept


def _option(line: Sequence[str], name: str) -> str | None:
    for number, word in enumerate(line):
        if word == name and number + 1 < len(line):
            return line[number + 1]
        if word.startswith(f"{name}="):
            return word.removeprefix(f"{name}=")
    return None
