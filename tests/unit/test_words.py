"""The words people read: every one is in the catalogue, translated, and none is shown past it. What records keep stays French."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from gettext import GNUTranslations
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from recond.core import words

ROOT = Path(__file__).resolve().parents[2]
MARKS = ("_", "N_", "ngettext")
FRENCH = re.compile(
    r"[éèêàùçôîûœ«»]|\b(?:[ldnsjmc]|qu)'[a-zé]"
    r"|\b(?:le|la|les|des|du|une|aux|pas|est|sont|pour|sans|avec|dans|aucun|aucune|disque|disques|puis|votre|cette)\b",
    re.IGNORECASE,
)
OURS_IN_FRENCH = (
    "recond/sink/exports/",  # the columns of a French spreadsheet
    "recond/core/netboot.py",  # what iPXE says, before recond is there
    "recond/core/scan.py",  # letters of keyboards
    "recond/core/keyboard.py",
    "recond/flow/profile_add.py",  # the head of a file that the workshop edits
    "recond/core/words.py",
)
LEFT_ALONE = (
    "VERROUILLE, mot de passe ATA : ",
    "des ",
    " par ",
    "disque-entrainement.img",
    "Français",
    "utf-16-le",
    "sans-numero",
    "sans-serie",
)
"""Begins of texts that are looked for in records, names of files."""
INTERNAL = ("ValueError", "TypeError", "AssertionError", "compile", "sub", "split", "match", "search", "removeprefix")


@pytest.fixture(scope="module")
def catalogs() -> ModuleType:
    """Return scripts/catalogs."""
    loader = SourceFileLoader("catalogs", str(ROOT / "scripts/catalogs"))
    spec = spec_from_loader("catalogs", loader)
    assert spec is not None
    module = module_from_spec(spec)
    sys.modules["catalogs"] = module  # its dataclass looks itself up there
    loader.exec_module(module)
    return module


@pytest.fixture
def english() -> Iterator[None]:
    """Speak English for one test."""
    words.use("en")
    yield
    words.use("fr")


def test_every_word_of_the_code_is_in_the_catalogue_and_translated(catalogs: ModuleType) -> None:
    domain = next(one for one in catalogs.DOMAINS if one.name == "recond")
    found = catalogs.collect(domain)
    assert len(found) > 2000
    assert not list(catalogs.faults(domain, "en", found))


def test_the_check_sees_what_is_wrong(catalogs: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogs, "ROOT", tmp_path)
    domain = catalogs.Domain("recond", "recond")
    (tmp_path / "recond").mkdir()
    (tmp_path / "recond/a.py").write_text('_("un {nom}")\n_("deux")\n_("trois")\n_("quatre")\n')
    domain.path("en").parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    said = 'msgid "un {nom}"\nmsgstr "one {name}"\n\nmsgid "deux"\nmsgstr ""\n\n#, fuzzy\nmsgid "trois"\nmsgstr "three"\n\n'
    domain.path("en").write_text(head + said + 'msgid "cinq"\nmsgstr "five"\n')
    told = "\n".join(catalogs.faults(domain, "en", catalogs.collect(domain)))
    assert "placeholders ['name'], not ['nom']: 'un {nom}'" in told
    assert "not translated: 'deux'" in told and "fuzzy: 'trois'" in told
    assert "missing: 'quatre'" in told and "stale" in told and "'cinq'" in told


def test_no_french_is_shown_past_gettext() -> None:
    found = [place for path in sorted((ROOT / "recond").rglob("*.py")) for place in _unmarked(path)]
    assert not found, "\n".join(found)


def _unmarked(path: Path) -> Iterator[str]:
    inside = path.relative_to(ROOT).as_posix()
    if inside.startswith(("recond/server/", *OURS_IN_FRENCH)):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    quiet = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
        if isinstance(node, ast.Call) and name in (*MARKS, *INTERNAL):
            quiet |= {id(part) for one in node.args for part in ast.walk(one)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in quiet:
            continue
        if node.value not in LEFT_ALONE and FRENCH.search(node.value):
            yield f"{inside}:{node.lineno}: {node.value[:70]!r}"


def test_french_is_the_source_and_needs_no_catalogue() -> None:
    words.use("fr")
    assert (
        words._("aucun disque") == "aucun disque" and words.stored("37 secteurs réalloués") == "37 secteurs réalloués"
    )


@pytest.mark.parametrize(
    "kept, said",
    [
        ("37 secteurs réalloués", "37 reallocated sectors"),
        (
            "aucun signe de panne trouvé (lus : réalloués, en attente)",
            "no sign of failure found (read: reallocated, pending)",
        ),
        ("remplacer la batterie", "replace the battery"),
        (
            "monter un SSD à la place de sda (modèle inconnu, 1,5 To)",
            "fit an SSD in place of sda (model unknown, 1.5 TB)",
        ),
        (
            "le disque est verrouillé par un mot de passe ATA ; pas de TPM",
            "the disk is locked by an ATA password; no TPM",
        ),
        ("ThinkPad T450s", "ThinkPad T450s"),
        ("", ""),
    ],
)
def test_what_a_record_keeps_in_french_is_turned_when_shown(english: None, kept: str, said: str) -> None:
    assert words.stored(kept) == said
    assert words.shown(f"   - {kept}") == f"   - {said}"


def test_a_value_filled_into_a_text_is_turned_too(english: None) -> None:
    assert words._("{disk} est protégé : {reason}").format(disk="sda", reason="il est monté sur /srv") == (
        "sda is protected: it is mounted on /srv"
    )


def test_the_environment_names_the_language_in_the_usual_order() -> None:
    asked = {"RECOND_LANG": "en", "LC_ALL": "fr_FR.UTF-8", "LANG": "fr_FR.UTF-8"}
    assert words.from_environment(asked) == "en"
    assert words.from_environment({"LC_ALL": "", "LANG": "en_GB.UTF-8"}) == "en"
    assert words.from_environment({"LANG": "C.UTF-8"}) is None and words.from_environment({"LANG": "de_DE"}) is None
    with pytest.raises(ValueError):
        words.use("de")


@pytest.mark.parametrize(
    "place", ["recond/locale/en/LC_MESSAGES/recond.mo", "recond/server/locale/en/LC_MESSAGES/django.mo"]
)
def test_a_compiled_catalogue_does_not_tell_when_so_that_two_images_are_the_same_bytes(place: str) -> None:
    with (ROOT / place).open("rb") as file:
        told = GNUTranslations(file).info()
    assert told["pot-creation-date"].startswith("2025-01-01"), "compiled by setup or pip, neither says the moment"
    assert not re.search(
        r"20\d\d-\d\d-\d\d", " ".join(value for key, value in told.items() if key != "pot-creation-date")
    )
