"""Signed certificates: any value changed is refused, whoever makes the hashes again; a foreign key is never believed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recond.core import canonical, certproof, signing
from recond.core.certificate import Context, build
from recond.core.errors import ConfigurationFault
from recond.core.verification import examine, paper_fault
from recond.host.local import LocalHost
from recond.sink import keys
from tests.unit.test_erase_certificate import GOOD, ISSUER, result_of

SEED, OTHER, SERVER = b"\x01" * 32, b"\x02" * 32, b"\x03" * 32
PUBLIC = signing.public_of(SEED)
KNOWN = {PUBLIC: "cette clé USB"}


def signed(seed: bytes = SEED, **changes: Any) -> dict[str, Any]:
    issuer = replace(ISSUER, key=signing.public_of(seed))
    made = build(result_of(GOOD), issuer, Context("run", "7F3A-91C2", "uid", "PC-0042-2", 1, None))
    content = {key: value for key, value in {**made, **changes}.items() if key != "sha256"}
    return certproof.sign({**content, "sha256": canonical.digest(content)}, seed)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every single value in a JSON text."""
    if isinstance(value, dict):
        return [found for key, item in value.items() for found in leaves(item, (*path, key))] or [path]
    if isinstance(value, list):
        return [found for place, item in enumerate(value) for found in leaves(item, (*path, place))] or [path]
    return [path]


def test_a_signed_one_is_believed_where_its_key_is_known_and_nowhere_else() -> None:
    made = signed()
    assert examine(made, KNOWN).believed and examine(made, KNOWN).key_id == signing.key_id(PUBLIC)
    stranger = examine(made, {})
    assert stranger.faults == () and not stranger.believed
    unsigned = {key: value for key, value in made.items() if key != "signature"}
    assert "pas signé" in examine(unsigned, KNOWN).faults[0]


@settings(deadline=None, max_examples=400)
@given(st.data())
def test_any_value_changed_is_refused_with_its_hash_made_again_or_not(data: st.DataObject) -> None:
    made = signed()
    path = data.draw(st.sampled_from(leaves(made)))
    place: Any = made
    for key in path[:-1]:
        place = place[key]
    now = place[path[-1]]
    values: st.SearchStrategy[Any] = (
        st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False)
    )
    place[path[-1]] = data.draw(values.filter(lambda value: json.dumps(value) != json.dumps(now)))
    assert not examine(made, KNOWN).believed
    content = {key: value for key, value in made.items() if key not in ("sha256", "signature")}
    if path != ("sha256",):
        assert not examine({**made, "sha256": canonical.digest(content)}, KNOWN).believed


def test_a_forger_with_a_key_of_his_own_is_whole_and_not_believed() -> None:
    forged = signed(OTHER)
    assert examine(forged, KNOWN).faults == () and not examine(forged, KNOWN).believed
    # Naming the good key while signing with another is found at once.
    lying = certproof.sign(signed(), OTHER)
    assert "signature" in examine(lying, KNOWN).faults[0]


def test_what_claims_more_than_it_saw_is_refused_although_its_key_is_good() -> None:
    evidence = {**signed()["observed"], "bytes_verified": 0}
    for changes in ({"observed": evidence}, {"level": "purge"}, {"practice": True}, {"verdict": "FAILED"}):
        assert examine(signed(**changes), KNOWN).faults, changes


def test_a_server_vouches_for_the_stick_whose_certificate_it_countersigned() -> None:
    made = signed()
    word = certproof.countersign(made, "2026-07-01T10:00:00Z", SERVER)
    server = {signing.public_of(SERVER): "clé donnée"}
    seen = examine(made, server, word)
    assert seen.believed and seen.received == "2026-07-01T10:00:00Z"
    assert not examine(made, {}, word).believed
    for key in ("received", "certificate", "stick_key", "signature"):
        assert examine(made, server, {**word, key: "0" * 64}).faults, key
    other = certproof.countersign(signed(lot="another"), "2026-07-01T10:00:00Z", SERVER)
    assert "autre certificat" in examine(made, server, other).faults[0]
    assert examine(made, KNOWN, {}).faults


def test_the_paper_is_that_of_the_file_or_is_refused() -> None:
    made = signed()
    text = certproof.paper_text(made)
    assert paper_fault(text, [signed(lot="another"), made]) is None
    assert paper_fault(text, [signed(lot="another")]) and paper_fault("HTTP://X", [made])


def test_a_file_that_a_person_and_a_program_read_differently_is_refused() -> None:
    for text in (b'{"a":1,"a":2}', b'{"a":NaN}', b'{"a":1e999}', b'"x"', b"\xff", b'{"a":"\\ud800"}'):
        with pytest.raises(ValueError):
            certproof.load(text)
    assert certproof.load(b'{"a":1}') == {"a": 1}


def test_the_sticks_key_is_made_once_private_and_never_replaced(tmp_path: Path) -> None:
    host = LocalHost()
    assert keys.own_public(tmp_path) is None
    seed = keys.own_seed(tmp_path, host)
    assert keys.own_seed(tmp_path, host) == seed and len(seed) == 32
    assert keys.own_public(tmp_path) == signing.public_of(seed)
    path = tmp_path / keys.NAME
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigurationFault, match="clé de signature"):
        keys.own_seed(tmp_path, host)
    assert path.read_text(encoding="utf-8") == "{}"
