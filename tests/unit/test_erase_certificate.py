"""The certificate: what it claims follows from what was observed, and a changed one is found."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recond.core import canonical
from recond.core.certificate import Context, Issuer, build, chain_faults, check
from recond.core.event import Moment
from recond.core.verdict import ByteRange, Level, Observed, VerifyMode, WipeVerdict, decide_firmware, decide_overwrite
from recond.core.wiperesult import CommandRecord, WipeResult
from recond.sink.certificates import Certificates
from tests.unit.erase_fakes import disk_of

NOW = Moment(datetime(2026, 7, 1, 10, tzinfo=UTC), "boot", 12.5)
SIZE = 1 << 20
GOOD = Observed(SIZE, True, VerifyMode.FULL, bytes_written=SIZE, bytes_verified=SIZE, pattern="zero")
ISSUER = Issuer("Les PC du coin", "poste 1", "LM", "stk_1", "recond 0.1", "6.12", "image-1")


def result_of(seen: Observed, method: str = "overwrite-zero") -> WipeResult:
    judge = decide_overwrite if method.startswith("overwrite") else decide_firmware
    return WipeResult(
        disk_of(SIZE), method, Level.CLEAR, "NIST", ("réserve",), seen, judge(seen), NOW, NOW,
        (CommandRecord(("nvme", "format"), 0, None, NOW, 1.0, "00", ""),),
    )  # fmt: skip


def certificate(seen: Observed = GOOD, number: int = 1, prev: str | None = None) -> dict[str, Any]:
    return build(result_of(seen), ISSUER, Context("run", "7F3A-91C2", "uid", "PC-0042-2", number, prev))


def test_a_good_one_is_whole_and_says_what_it_must() -> None:
    made = certificate()
    assert check(made) == ()
    assert (made["verdict"], made["level"], made["disposition"]) == ("ERASED", "clear", "reuse")
    assert made["observed"]["verified_fraction"] == 1.0
    assert made["disk"]["hidden_area"] == "undetermined" and made["disk"]["serial"] == "SN-sda"
    assert made["commands"][0]["argv"] == ["nvme", "format"] and made["commands"][0]["status"] == 0
    assert "honnêteté" in made["chain"]["note"]
    assert made["issuer"]["organisation"] == "Les PC du coin" and made["machine"]["tag"] == "PC-0042-2"
    assert json.loads(json.dumps(made)) == made


@pytest.mark.parametrize(
    ("seen", "disposition"),
    [
        (replace(GOOD, bad_ranges=(ByteRange(0, 512),)), "destroy"),
        (replace(GOOD, mismatches=(ByteRange(0, 512),)), "destroy"),
        (replace(GOOD, error="EIO"), "destroy"),
        (replace(GOOD, interrupted=True), "erase-again"),
        (replace(GOOD, bytes_verified=0), "erase-again"),
    ],
)
def test_what_is_not_erased_claims_no_level_and_is_not_for_reuse(seen: Observed, disposition: str) -> None:
    made = certificate(seen)
    assert made["level"] is None and made["disposition"] == disposition
    assert "NON effacé" in made["statement"] or "détruire" in made["statement"]
    assert check(made) == ()


def rehash(value: dict[str, Any]) -> dict[str, Any]:
    content = {key: item for key, item in value.items() if key != "sha256"}
    return {**content, "sha256": canonical.digest(content)}


@pytest.mark.parametrize(
    ("path", "value", "word"),
    [
        (("verdict",), "ERASED", "ne suit pas"),
        (("level",), "purge", "niveau"),
        (("disposition",), "reuse", "conclusion"),
        (("statement",), "Tout est effacé.", "conclusion"),
        (("disk", "sizes", "kernel"), 5, "taille"),
        (("kind",), "firmware", "genre"),
        (("observed", "verify"), "everything", "mal formé"),
    ],
)
def test_a_lie_is_found_even_with_its_hash_made_again(path: tuple[str, ...], value: object, word: str) -> None:
    made = copy.deepcopy(certificate(replace(GOOD, bytes_verified=0)))
    place = made
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    faults = check(made)
    assert any("empreinte" in fault for fault in faults)
    assert any(word in fault for fault in check(rehash(made)))


@settings(deadline=None)
@given(st.data())
def test_any_change_is_found(data: st.DataObject) -> None:
    made = certificate()
    text = bytearray(canonical.encode(made))
    place = data.draw(st.integers(0, len(text) - 1))
    text[place] = data.draw(st.integers(0x20, 0x7E).filter(lambda byte: byte != text[place]))
    try:
        changed = json.loads(text)
    except ValueError:
        return
    if changed != made:
        assert not isinstance(changed, dict) or check(changed)


def test_junk_is_no_certificate() -> None:
    assert check({}) and check({"schema": "recond.certificate/1"})


def test_the_chain_shows_what_was_taken_out_changed_or_put_in() -> None:
    chain: list[dict[str, Any]] = []
    for number in range(1, 5):
        chain.append(certificate(number=number, prev=chain[-1]["sha256"] if chain else None))
    assert chain_faults(chain) == () and chain_faults(list(reversed(chain))) == () and chain_faults([]) == ()
    assert "n° 2 manque" in chain_faults([chain[0], *chain[2:]])[0]
    changed = rehash({**chain[1], "lot": "another"})
    assert any("ne suit pas" in fault for fault in chain_faults([chain[0], changed, *chain[2:]]))


def test_they_are_kept_on_the_stick_under_names_of_their_own(tmp_path: Path) -> None:
    kept = Certificates(tmp_path / "certificates")
    assert kept.head() == (0, None)
    paths = []
    for _ in range(3):
        number, prev = kept.head()
        paths.append(kept.keep(certificate(number=number + 1, prev=prev)))
    assert [path.name for path in paths] == [
        "PC-0042-2-SN-sda-20260701.json",
        "PC-0042-2-SN-sda-20260701-2.json",
        "PC-0042-2-SN-sda-20260701-3.json",
    ]
    assert chain_faults(kept.all()) == () and len(kept.all()) == 3
    assert kept.find(str(kept.head()[1])) == paths[2] and kept.find("0" * 64) is None
    (tmp_path / "certificates" / "junk.json").write_text("{", encoding="utf-8")
    assert len(kept.all()) == 3


def test_a_vendors_serial_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    made = certificate()
    made["disk"]["serial"] = "../../../etc/passwd\x00\x1b[2J"
    path = Certificates(tmp_path / "c").keep(made)
    assert path.parent == tmp_path / "c"
    assert WipeVerdict(json.loads(path.read_bytes())["verdict"]) is WipeVerdict.ERASED
