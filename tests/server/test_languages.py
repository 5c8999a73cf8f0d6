"""French and English: the choice, what it does to words and dates, and that no word of the pages was left out."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.test import Client

from recond.core import codes
from tests.server.story import NVME, Story, disk, machine

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "recond/server"
HERE = "127.0.0.1:8017"
NUMBERS = iter(range(88001, 89000))
MARKS = {"_", "N_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "pgettext", "npgettext"}
FRENCH = re.compile(
    r"[àâçéèêëîïôùûœÀÂÇÉÈÊËÎÏÔÙÛŒ]|\b(le|la|les|un|une|des|du|de|et|ou|est|sont|pas|pour|sur|avec|dans|aucun|aucune)\b"
)
PAPERS = {"papers.py", "papers_handover.py", "papers_register.py", "pages_export.py"}
"""Papers and tables for French families and donors: French whoever prints them."""
TERMINAL = {
    "archive.py", "config.py", "demo.py", "hold.py", "manage.py", "netboot.py", "runner.py", "upgrade.py", "api.py", "accept.py",
    "countersign.py", "ingest.py", "identity.py", "announce.py", "background.py", "urls.py",
}  # fmt: skip
"""What the command line says, what sticks are answered, what is invented for the demonstration."""


@pytest.fixture
def browser(site: Path) -> Iterator[Client]:
    """Return a browser on the server's own machine, without an account."""
    from django.contrib.auth.models import User

    User.objects.all().delete()
    yield Client(headers={"host": HERE})
    User.objects.all().delete()


def sent(verdict: str = "ERASED") -> Story:
    """Send one machine with a disk, and return it."""
    from recond.core import canonical
    from recond.server import ingest

    story = Story(next(NUMBERS), lot=f"langue-{next(NUMBERS)}").audit(machine(disk(NVME))).wipe(NVME, verdict)
    answers = ingest.take(b"\n".join(canonical.encode(item) for item in story.events), None)
    assert {answer.status for answer in answers} == {"stored"}
    return story


def page(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def choose(browser: Client, language: str, back: str = "/lots/") -> str:
    answer = browser.post("/langue/", {"language": language, "next": back})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_french_unless_chosen_whatever_the_browser_wishes(browser: Client) -> None:
    answer = browser.get("/lots/", headers={"accept-language": "en"})
    assert '<html lang="fr">' in answer.content.decode() and answer.headers["Content-Language"] == "fr"
    assert choose(browser, "en") == "/lots/"
    english = page(browser, "/lots/")
    assert '<html lang="en">' in english and "Announce a lot" in english and "Annoncer" not in english
    choose(browser, "fr")
    assert "Annoncer un lot" in page(browser, "/lots/")


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_the_choice_leads_nowhere_else(browser: Client, back: str) -> None:
    assert choose(browser, "en", back) == "/"


def test_no_language_that_is_not_there(browser: Client) -> None:
    choose(browser, "tlh")
    assert '<html lang="fr">' in page(browser, "/lots/")
    browser.cookies["recond_language"] = "../../etc"
    assert '<html lang="fr">' in page(browser, "/lots/")


def test_a_person_is_remembered_on_another_browser(browser: Client) -> None:
    from recond.server import manage

    manage.create_user("nora", "trois petits chats", "responsable", None)
    first, second = Client(headers={"host": HERE}), Client(headers={"host": HERE})
    known = {"username": "nora", "password": "trois petits chats"}
    assert first.post("/connexion/", known).status_code == 302
    choose(first, "en")
    assert second.post("/connexion/", known).status_code == 302
    assert '<html lang="en">' in page(second, "/lots/")
    stranger = Client(headers={"host": HERE}).get("/connexion/").content.decode()
    assert '<html lang="fr">' in stranger


def test_what_cards_keep_is_said_in_english_and_stays_french(browser: Client) -> None:
    from recond.server.models import Card

    story = sent("FAILED")
    choose(browser, "en")
    tile, sheet = page(browser, f"/lots/{story.lot}/"), page(browser, f"/machines/{story.uid}/")
    assert "NOT ERASED" in tile and "NON EFFAC" not in tile
    assert "FAILED, DESTROY IT" in sheet and "256 GB" in sheet and "ÉCHEC" not in sheet
    assert Card.objects.get(pk=story.uid).word == "NON EFFACÉE"


def test_dates_and_numbers_follow_the_language() -> None:
    from datetime import UTC, datetime

    from django.utils import translation

    from recond.server import shown, speech

    with translation.override("fr"):
        assert shown.clock("2026-11-03T10:00:00Z") == "03/11/2026 11:00"
        assert speech.number(1234567).replace("\u202f", " ").replace("\xa0", " ") == "1 234 567"
    with translation.override("en"):
        assert shown.clock("2026-11-03T10:00:00Z") == "3 Nov 2026, 11:00"
        assert speech.number(1234567) == "1,234,567"
        assert shown.clock(datetime(1999, 1, 1, tzinfo=UTC).isoformat()).endswith("(wrong clock)")


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("PRÊTE", "READY"),
        ("elle n'est pas PRÊTE : sa fiche est illisible", "it is not READY: its card cannot be read"),
        ("Verdict inconnu", "Verdict inconnu"),
        ("3 plage(s) illisible(s)", "3 unreadable range(s)"),
        ("Modèle 500 Go", "Modèle 500 GB"),
        ("<b>{0}%(x)s</b>", "<b>{0}%(x)s</b>"),
        ("", ""),
    ],
)
def test_kept_texts_are_said_again(french: str, english: str) -> None:
    from django.utils import translation

    from recond.server import speech

    with translation.override("en"):
        assert speech.told(french) == english
    with translation.override("fr"):
        assert speech.told(french) == french


def test_the_journal_keeps_french_whatever_the_page_was_in(browser: Client) -> None:
    from recond.server.work import Action

    choose(browser, "en")
    name = f"Lieu {next(NUMBERS)}"
    assert browser.post("/lieux/nouveau", {"name": name, "kind": "workshop"}).status_code == 302
    last = Action.objects.get(target=name)
    assert (last.what, last.detail, last.by) == ("lieu", "créé", "cette machine")


def test_papers_stay_french(browser: Client) -> None:
    story = sent()
    address = f"/lots/{story.lot}/rapport-effacement.pdf"
    told = []
    for language in ("fr", "en"):
        choose(browser, language)
        done = subprocess.run(
            ("pdftotext", "-", "-"), input=browser.get(address).content, capture_output=True, check=True
        )
        told.append(done.stdout.decode())
    assert told[0] == told[1] and "256 Go" in told[1]


def test_the_catalogue_is_whole() -> None:
    """Every marked text has its English, none is stale or fuzzy, and the placeholders are the same."""
    words = [sys.executable, str(ROOT / "scripts/catalogs"), "--check", "--domain", "django"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_the_compiled_catalogue_is_there() -> None:
    """What runs is compiled: without it English pages would be French."""
    found = importlib.util.find_spec("recond.server")
    assert found is not None and found.origin is not None
    assert (Path(found.origin).parent / "locale/en/LC_MESSAGES/django.mo").stat().st_size > 1000


def bare_texts(path: Path) -> Iterator[str]:
    """Yield the French texts of a template that are not marked."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", "", text, flags=re.DOTALL)
    text = re.sub(r"{#.*?#}|{%.*?%}", " ", text, flags=re.DOTALL)
    for inside in re.findall(r"{{(.*?)}}", text):
        yield from (f"{path.name}: {one}" for one in re.findall(r'(?<!_\()"([^"]+)"', inside) if FRENCH.search(one))
    text = re.sub(r"{{.*?}}", " ", text, flags=re.DOTALL)
    attributes = re.findall(r'(?:alt|title|placeholder|aria-label|value)="([^"]*)"', text)
    for one in [*re.sub(r"<[^>]*>", "\n", text).split("\n"), *attributes]:
        if FRENCH.search(one):
            yield f"{path.name}: {one.strip()}"


def bare_strings(path: Path) -> Iterator[str]:
    """Yield the French texts of a module that are not marked; docstrings and comments are not read by people on pages."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside: set[ast.AST] = set()
    for node in ast.walk(tree):
        marked = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS
        alone = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if marked or alone or (isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("LOG.", "pdf"))):
            inside.update(ast.walk(node))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node not in inside
            and FRENCH.search(node.value)
        ):
            yield f"{path.name}:{node.lineno}: {node.value}"


HEADINGS = ("n de serie", "no de serie", "numero de serie")
"""How donors write a column's heading, without accents; nobody reads these here."""


def test_no_french_is_left_outside_translation() -> None:
    templates = [one for path in sorted((SERVER / "templates").rglob("*.html")) for one in bare_texts(path)]
    modules = [path for path in sorted(SERVER.glob("*.py")) if path.name not in PAPERS | TERMINAL]
    assert len(modules) > 20
    assert templates + [one for path in modules for one in bare_strings(path) if not one.endswith(HEADINGS)] == []


def test_that_watch_sees_what_it_should(tmp_path: Path) -> None:
    page, module = tmp_path / "x.html", tmp_path / "x.py"
    page.write_text(
        '<p>{% translate "Déjà" %} pas traduit</p><img alt="Étiquette">{{ a|default:"aucun" }}{{ b|default:_("rien") }}'
    )
    module.write_text('"""Une étiquette."""\nA = _("déjà")\nB = f"le lot {A}"\n')
    assert list(bare_texts(page)) == ["x.html: aucun", "x.html: pas traduit", "x.html: Étiquette"]
    assert list(bare_strings(module)) == ["x.py:3: le lot "]


def test_the_servers_cards_are_in_no_language_whoever_starts_it(tmp_path: Path) -> None:
    """On a computer set to English too: pages say them in the reader's language, papers in the workshop's."""
    environment = {**os.environ, "LANG": "en_GB.UTF-8", "LC_ALL": "en_GB.UTF-8", "RECOND_LANG": "en"}
    words = [sys.executable, "-m", "recond", "--data", str(tmp_path), "serve", "--demo"]
    subprocess.run(words, env=environment, check=True, capture_output=True, timeout=120)
    with closing(sqlite3.connect(tmp_path / "server/recond.sqlite3")) as base:
        kept = " ".join(str(one) for row in base.execute("select tile, body from recond_card") for one in row)
    assert f'"code": "{codes.code_of("effacement interrompu")}"' in kept
    assert "effacement interrompu" not in kept and "erasure interrupted" not in kept


def test_what_the_server_refuses_is_said_in_the_readers_language(tmp_path: Path) -> None:
    words = ["--data", str(tmp_path), "serve", "--enrol-file", str(tmp_path / "key.json"), "--url", "ftp://here"]
    said = {}
    for lang in ("en", "fr"):
        command = [sys.executable, "-m", "recond", "--lang", lang, *words]
        said[lang] = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120).stderr
    assert "ftp://here is not the address of a server\n  -> for example --url" in said["en"]
    assert "ftp://here n'est pas l'adresse d'un serveur\n  -> par exemple --url" in said["fr"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_can_be_used_without_a_mouse(browser: Client, language: str) -> None:
    """The skip link comes first and leads to the content; no letter is taken twice; the letters are said on the page."""
    choose(browser, language)
    for path in ("/", "/lots/", "/besoins/", "/lieux/nouveau", "/etat/", "/journal/"):
        html = page(browser, path)
        first = re.search(r'<a[^>]*href="([^"]+)"', html)
        assert first is not None and first[1] == "#contenu" and 'id="contenu" tabindex="-1"' in html
        letters = re.findall(r'accesskey="(\w)"', html)
        assert sorted(letters) == sorted(set(letters)) == sorted(re.findall(r"<kbd>(\w)</kbd>", html.lower()))
        assert len(re.findall("<h1", html)) == 1


def test_sentences_of_records_are_said_in_the_readers_language_and_never_shown_as_objects(browser: Client) -> None:
    from recond.core import canonical
    from recond.core.words import N_, aside, joined
    from recond.server import ingest
    from recond.server.models import Card, Event

    pending = N_("{value} secteurs en attente de réallocation").format(value=12)
    story = Story(next(NUMBERS), lot=f"langue-{next(NUMBERS)}")
    story.audit(machine(disk(NVME, said=joined("; ", (pending, N_("le dernier autotest a échoué"))))))
    story.add("grade.set", {
        "grade": "C", "reason": aside(N_("disque en panne : {names}").format(names="sda"), "X&Y"), "raise": None,
        "sorting": "repair", "repairs": [N_("remplacer la batterie"), "vieux : monter un SSD"],
    })  # fmt: skip
    known, later = (
        N_("la zone de réserve du disque n'est pas atteinte"),
        {"code": "seen-by-ten-eyes", "values": {"n": 10}},
    )
    locked = N_("VERROUILLE, mot de passe ATA : {password}").format(password="recond-1a2b")
    story.wipe(NVME, "FAILED", caveats=[known, later, "le dernier autotest a été interrompu", locked])
    sent = [canonical.encode(item) for item in story.events]
    assert {answer.status for answer in ingest.take(b"\n".join(sent), None)} == {"stored"}
    assert [row.body.encode() for row in Event.objects.filter(uid=story.uid).order_by("seq")] == sent
    french = (
        "12 secteurs en attente de réallocation ; le dernier autotest a échoué", "disque en panne : sda (X&amp;Y)",
        "remplacer la batterie", "la zone de réserve du disque n&#x27;est pas atteinte", "seen-by-ten-eyes (n: 10)",
        "le dernier autotest a été interrompu",
    )  # fmt: skip
    english = (
        "12 sectors waiting to be reallocated; the last self-test failed", "failing disk: sda (X&amp;Y)", "replace the battery",
        "the disk&#x27;s spare area is not reached", "seen-by-ten-eyes (n: 10)", "the last self-test was interrupted",
    )  # fmt: skip
    where = f"/machines/{story.uid}/"
    for language, said in (("fr", french), ("en", english)):
        choose(browser, language)
        text = page(browser, where)
        assert [one for one in said if one not in text] == []
        assert "&#x27;code&#x27;" not in text and "{&quot;code" not in text
        lists = page(browser, f"/?q={story.tag}") + page(browser, "/a-traiter/")
        assert "&#x27;code&#x27;" not in lists and "{&quot;code" not in lists
        # Why it is not erased, as its label says it.
        assert {"fr": "VERROUILLE, mot de passe ATA : recond-1a2b", "en": "LOCKED, ATA password: recond-1a2b"}[
            language
        ] in lists
    choose(browser, "fr")
    assert Card.objects.get(pk=story.uid).body["grade_reason"] == "disque en panne : sda (X&Y)"


def test_a_lone_disk_is_named_by_a_sentence_too(browser: Client) -> None:
    from dataclasses import replace

    from recond.core import canonical
    from recond.core.labeldata import LOOSE
    from recond.core.machine import System
    from recond.core.words import N_
    from recond.server import ingest
    from recond.server.models import Card

    named = System(product=N_("Disque {model}").format(model="ST500LT012"), serial="W0V1", identity_source=LOOSE)
    story = Story(next(NUMBERS)).audit(replace(machine(disk(NVME)), system=named)).wipe(NVME)
    ingest.take(b"\n".join(canonical.encode(item) for item in story.events), None)
    assert Card.objects.get(pk=story.uid).model == "Disque ST500LT012"
    for language, said in (("fr", "Disque ST500LT012"), ("en", "Disk ST500LT012")):
        choose(browser, language)
        for where in (f"/machines/{story.uid}/", "/?q=st500lt012"):
            text = page(browser, where)
            assert said in text and "&#x27;code&#x27;" not in text, (language, where)
    choose(browser, "fr")
