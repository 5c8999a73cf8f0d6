"""Texts of records: no language in JSON, the same bytes when read and written again, old records and later codes."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from recond.core import canonical, codes, words
from recond.core.event import Actor, Moment, chain_fault, make
from recond.core.projection import project
from recond.core.sentence import Words, joined
from recond.core.text import binary_bytes, decimal_bytes
from recond.core.words import N_, aside
from recond.flow.audit import audit
from recond.host.record import ReplayHost
from tests.leaks import is_french, leaks
from tests.unit.test_words import catalogs

__all__ = ["catalogs"]

MACHINES = sorted(path for path in (Path(__file__).resolve().parents[1] / "machines").iterdir() if path.is_dir())
RUN = "0190b3c0-0000-7000-8000-000000000001"


@pytest.fixture
def english() -> Iterator[None]:
    words.use("en")
    yield
    words.use("fr")


def some_texts() -> list[Words]:
    """Return a text of every kind."""
    few = N_("{value} secteurs réalloués").format(value=37)
    return [
        N_("aucun disque"),
        few,
        N_("relecture après effacement impossible : {why}").format(why=few),
        joined("; ", (few, N_("le dernier autotest a échoué"), "HGST HTS545050A7E680")),
        aside("sda", joined(", ", (N_("modèle inconnu"), decimal_bytes(1_500_000_000_000)))),
        N_("mémoire {binary_bytes}").format(binary_bytes=binary_bytes(3 << 29)),
        N_("test raté : {lower}").format(lower=N_("Clavier").lower()),
        few + " -> " + N_("convient"),
    ]


SAID = [
    ("aucun disque", "no disk"),
    ("37 secteurs réalloués", "37 reallocated sectors"),
    (
        "relecture après effacement impossible : 37 secteurs réalloués",
        "cannot be read again after the erasure: 37 reallocated sectors",
    ),
    (
        "37 secteurs réalloués ; le dernier autotest a échoué ; HGST HTS545050A7E680",
        "37 reallocated sectors; the last self-test failed; HGST HTS545050A7E680",
    ),
    ("sda (modèle inconnu, 1,5 To)", "sda (model unknown, 1.5 TB)"),
    ("mémoire 1,5 Go", "memory 1.5 GB"),
    ("test raté : clavier", "test failed: keyboard"),
    ("37 secteurs réalloués -> convient", "37 reallocated sectors -> fits"),
]


@pytest.mark.parametrize("number", range(len(SAID)))
def test_a_text_is_french_to_all_and_english_where_english_is_spoken(number: int) -> None:
    text = some_texts()[number]
    assert text == SAID[number][0] and isinstance(text, str)
    words.use("en")
    try:
        assert words.stored(text) == words.shown(text) == SAID[number][1]
    finally:
        words.use("fr")
    assert words.stored(text) == SAID[number][0]


@pytest.mark.parametrize("number", range(len(SAID)))
def test_read_back_it_is_the_same_text_and_the_same_bytes(number: int) -> None:
    text = some_texts()[number]
    data = canonical.encode({"payload": [text]})
    assert list(leaks(json.loads(data))) == []
    (again,) = canonical.loads(data)["payload"]
    assert isinstance(again, Words) and again == text
    assert canonical.encode({"payload": [again]}) == data
    assert canonical.encode(canonical.texts(json.loads(data))) == data
    assert canonical.dumps(canonical.loads(canonical.dumps([text], indent=1)), indent=1) == canonical.dumps(
        [text], indent=1
    )
    for same in (copy.deepcopy(again), pickle.loads(pickle.dumps(again))):
        assert same == text and canonical.encode([same]) == canonical.encode([text])


def test_a_text_stands_under_its_code_with_its_values_as_they_are() -> None:
    text = N_("relecture après effacement impossible : {why}").format(
        why=N_("{value} secteurs réalloués").format(value=37)
    )
    found = json.loads(canonical.encode(text))
    code = codes.code_of("relecture après effacement impossible : {why}")
    inside = {"code": codes.code_of("{value} secteurs réalloués"), "values": {"value": 37}}
    assert found == {"code": code, "values": {"why": inside}}
    assert json.loads(canonical.encode(decimal_bytes(256_060_514_304))) == {
        "code": "size",
        "values": {"bytes": 256_060_514_304},
    }


def test_a_code_of_a_later_version_is_shown_and_written_again_as_it_came() -> None:
    later = {"code": "seen-by-ten-eyes", "values": {"count": 10, "who": "LM"}}
    bare = {"code": "all-well", "values": {}}
    data = canonical.encode_read([later, bare])
    one, two = canonical.loads(data)
    assert one == "seen-by-ten-eyes (count: 10, who: LM)" and two == "all-well"
    assert canonical.encode([one, two]) == data
    words.use("en")
    try:
        assert words.stored(one) == "seen-by-ten-eyes (count: 10, who: LM)"
    finally:
        words.use("fr")


@pytest.mark.parametrize(
    "found",
    [
        {"code": "size", "values": {"bytes": "a lot"}},
        {"code": "size", "values": {}},
        {"code": "joined", "values": {"by": "!", "parts": ["a"]}},
        {"code": "joined", "values": {"by": "; ", "parts": "abc"}},
        {"code": "joined", "values": {"by": [], "parts": []}},
        {"code": "lower", "values": {}},
        {"code": codes.code_of("{value} secteurs réalloués"), "values": {"other": 1}},
        {"code": codes.code_of("un {nom}") if "un {nom}" in codes._codes() else "x", "values": {"a": {"b": [1]}}},
    ],
)
def test_values_that_do_not_fit_are_shown_and_written_again_as_they_came(found: dict[str, Any]) -> None:
    data = canonical.encode_read(found)
    text = canonical.loads(data)
    assert isinstance(text, str) and text.startswith(found["code"])
    assert canonical.encode(text) == data


def test_a_text_without_a_code_is_kept_in_french_and_lost_never(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    unknown = Words("un mot que personne n'a donné : {n}").format(n=3)
    assert json.loads(canonical.encode([unknown])) == ["un mot que personne n'a donné : 3"]
    for kept in (codes._codes, codes._msgids):
        kept.cache_clear()
    monkeypatch.setattr(codes, "REGISTRY", tmp_path / "none.json")
    try:
        assert json.loads(canonical.encode([N_("aucun disque")])) == ["aucun disque"]
        assert canonical.loads('[{"code":"no-disk","values":{}}]') == ["no-disk"]
    finally:
        for kept in (codes._codes, codes._msgids):
            kept.cache_clear()


@pytest.mark.parametrize(
    "found", [{"code": "x"}, {"code": 1, "values": {}}, {"code": "x", "values": []}, {"code": "x", "stick": "y"}]
)
def test_other_objects_with_a_code_are_no_texts(found: dict[str, Any]) -> None:
    assert canonical.loads(json.dumps(found)) == found


def an_event(seq: int, prev: str | None, payload: dict[str, object]) -> dict[str, Any]:
    from datetime import UTC, datetime

    moment = Moment(datetime(2026, 7, 1, tzinfo=UTC), "boot", float(seq))
    return make(
        event_id=f"{RUN[:-1]}{seq}", kind="grade.set", run=RUN, seq=seq, prev=prev, uid=RUN, tag=None, moment=moment,
        actor=Actor(None, "stk_1", "recond"), lot=None, payload=payload,
    )  # fmt: skip


def test_a_chain_made_read_and_mixed_with_old_events_is_whole() -> None:
    first = an_event(1, None, {"grade": "C", "reason": some_texts()[2], "raise": None})
    old = an_event(2, canonical.digest(first), {"grade": "C", "reason": "37 secteurs réalloués", "raise": None})
    last = an_event(3, canonical.digest(old), {"grade": "C", "reason": some_texts()[3], "raise": some_texts()[4]})
    made = [first, old, last]
    read = [canonical.loads(canonical.encode(one)) for one in made]
    assert chain_fault(made) is None and chain_fault(read) is None
    assert [canonical.encode(one) for one in read] == [canonical.encode(one) for one in made]
    card = project(read)
    assert card["grade_reason"] == SAID[3][0] and canonical.encode(card) == canonical.encode(project(made))
    read[0]["payload"]["reason"] = "rien"
    assert chain_fault(read) is not None


def test_an_old_record_is_read_and_said_in_english(english: None) -> None:
    line = '{"reason":"37 secteurs réalloués","raise":"monter un SSD à la place de sda (modèle inconnu, 1,5 To)"}'
    old = canonical.loads(line)
    assert not any(isinstance(value, Words) for value in old.values())
    assert canonical.encode(old) == canonical.encode_read(json.loads(line))
    assert words.stored(old["reason"]) == "37 reallocated sectors"
    assert words.stored(old["raise"]) == "fit an SSD in place of sda (model unknown, 1.5 TB)"
    # A number that the sentence shapes ("{s:.0f} s") comes back out of it as it was written.
    assert words.stored("hdparm n'a pas répondu en 30 s") == "hdparm did not answer in 30 s"


@pytest.mark.parametrize("folder", MACHINES, ids=lambda path: path.name)
def test_an_audit_is_in_no_language(folder: Path) -> None:
    assert list(leaks(canonical.free(audit(ReplayHost(folder))))) == []


@pytest.mark.parametrize("folder", MACHINES, ids=lambda path: path.name)
def test_its_json_is_the_same_in_every_language(
    folder: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    from recond.cli.main import run

    told = []
    for lang in ("fr", "en"):
        words.use(lang)
        try:
            for line in (("audit", "--json"), ("list", "methods", "--json")):
                run(["--data", str(tmp_path), "--lang", lang, "--replay", str(folder), *line])
        finally:
            words.use("fr")
        told.append(capsysbinary.readouterr().out)
    assert told[0] == told[1] and told[0]
    for answer in told[0].decode().replace("}\n{", "}\0{").split("\0"):
        assert list(leaks(json.loads(answer))) == []


def test_the_search_for_french_finds_it() -> None:
    assert is_french("aucun disque") and is_french("37 secteurs réalloués") and not is_french("ThinkPad T450s")
    assert dict(leaks({"a": [{"text": "aucun disque"}]})) == {"$.a[0].text": "aucun disque"}
    assert list(leaks(json.loads(canonical.encode(f"{N_('aucun disque')} ; x"))))


def test_every_text_of_records_has_a_code(catalogs: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogs, "once", set[str])  # git is asked by `scripts/catalogs --check`
    assert list(catalogs.code_faults()) == []


def test_the_check_of_the_codes_sees_what_is_wrong(
    catalogs: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogs, "ROOT", tmp_path)
    monkeypatch.setattr(catalogs, "DOMAINS", (catalogs.Domain("recond", "recond"),))
    monkeypatch.setattr(catalogs, "once", lambda: {"gone", "two"})
    (tmp_path / "recond/locale").mkdir(parents=True)
    (tmp_path / "recond/a.py").write_text(
        'N_("un {nom}")\nN_("deux")\n_("trois")\nN_("quatre")\nN_("quatre disques")\n'
    )
    (tmp_path / catalogs.CODES).write_text('{"two": "deux", "Bad code": "x", "size": "y", "again": "deux"}')
    told = "\n".join(catalogs.code_faults())
    assert "no code for 'un {nom}'" in told and "trois" not in told and "no code for 'quatre'" in told
    assert "not a code: 'Bad code'" in told and "not a code: 'size'" in told
    assert "no English for what again says: 'deux'" in told
    assert "two codes for one text: two, again" in told and "dropped, records name it: 'gone'" in told


def test_a_new_text_gets_a_code_of_its_english_and_an_old_one_keeps_its_own(
    catalogs: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogs, "ROOT", tmp_path)
    monkeypatch.setattr(catalogs, "DOMAINS", (domain := catalogs.Domain("recond", "recond"),))
    domain.path("en").parent.mkdir(parents=True)
    (tmp_path / "recond/a.py").write_text('N_("un {nom}")\nN_("deux")\nN_("Deux")\nN_("{who} : {why}")\n')
    (tmp_path / catalogs.CODES).write_text('{"kept-for-ever": "dix"}')
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    said = {"un {nom}": "the only {nom}", "deux": "two", "Deux": "Two", "{who} : {why}": "{who}: {why}", "dix": "ten"}
    domain.path("en").write_text(head + "".join(f'msgid "{one}"\nmsgstr "{two}"\n\n' for one, two in said.items()))
    assert "dix" in catalogs.collect(domain)
    catalogs.give_codes()
    made = catalogs.registry(tmp_path / catalogs.CODES)
    assert made == {
        "kept-for-ever": "dix",
        "only": "un {nom}",
        "two": "deux",
        "two-2": "Deux",
        "who-why": "{who} : {why}",
    }
