"""The published schemas and the code say the same: what is made, what is taken, what the contract promises."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from recond.core import canonical, event
from recond.server.accept import _STRICT, _is_plain, _read, fault
from tests.server.story import HDD, NVME, Story, disk, machine, whole

DOCS = Path(__file__).parents[2] / "docs"
ENVELOPE = json.loads((DOCS / "schemas/event-1.json").read_text())
PAYLOADS = json.loads((DOCS / "schemas/event-1-payloads.json").read_text())
KNOWN = {rule["if"]["properties"]["type"]["const"]: rule["then"] for rule in PAYLOADS["allOf"]}

LATER = json.loads((DOCS / "schemas/event-later.json").read_text())

envelope, payloads, later = (Draft202012Validator(one) for one in (ENVELOPE, PAYLOADS, LATER))


def made() -> list[dict[str, Any]]:
    story = whole(42).wipe(HDD, None).wipe(HDD, "FAILED", bad_ranges=[{"offset": 4096, "length": 512}])
    piece = {"sha256": "ab" * 32, "name": "label.png", "bytes": 7}
    story.add("note.added", {"text": "vu"}, (piece,)).add("wipe.planned", {"plan_id": "X", "items": []})
    return [json.loads(canonical.encode(item)) for item in story.events]


def test_the_schemas_are_schemas() -> None:
    Draft202012Validator.check_schema(ENVELOPE)
    Draft202012Validator.check_schema(PAYLOADS)


@pytest.mark.parametrize("item", made(), ids=lambda item: item["type"])
def test_what_the_stick_makes_is_valid_and_taken(item: dict[str, Any]) -> None:
    envelope.validate(item)
    payloads.validate(item)
    assert fault(item) is None


def test_a_wrong_payload_is_not_valid() -> None:
    for item in made():
        if item["type"] in KNOWN and KNOWN[item["type"]]["properties"]["payload"]["required"]:
            assert not payloads.is_valid({**item, "payload": {}}), item["type"]


def test_every_type_of_the_contract_has_its_schema() -> None:
    rows = re.findall(r"^\| ([a-z]+\.[a-z_]+) \| (.*) \|$", (DOCS / "contracts.md").read_text(), re.MULTILINE)
    assert len(rows) >= 12
    for kind, promised in rows:
        assert kind in event.TYPES
        told = KNOWN[kind]["properties"]["payload"]["properties"]
        outside = re.sub(r"\(.*?\)|\{.*?\}", "", promised)
        assert {name.removesuffix("[]") for name in re.findall(r"`([a-z_\[\]]+)`", outside)} <= set(told), kind
    assert set(KNOWN) <= event.TYPES


PLACES = (
    ("schema",), ("id",), ("type",), ("run",), ("seq",), ("prev",), ("machine",), ("machine", "uid"), ("machine", "tag"),
    ("time",), ("time", "wall"), ("time", "trusted"), ("actor",), ("lot",), ("payload",), ("attachments",), ("new",),
)  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, False, 0, 1, -1, 1 << 31, (1 << 31) - 1, 1.5, "", "x", "x" * 40, "x" * 41, "x" * 60, "x" * 61, [], {}, [{}], [1],
     "wipe.disk", "Wipe.Disk", "a" * 40, "a" * 41, "1a", "ab" * 32, "AB" * 32, "../../x", {"uid": "x"}, {"wall": "x"},
     "01a207c8-a640-7241-952c-46866c03e57b", "01A207C8-A640-7241-952C-46866C03E57B", "01a207c8a6407241952c46866c03e57b",
     [{"sha256": "ab" * 32}], [{"sha256": "ab"}], "recond.event/1", "recond.event/2"]
)  # fmt: skip
GONE = object()


def changed(item: dict[str, Any], changes: list[tuple[tuple[str, ...], Any]]) -> dict[str, Any]:
    """Return a copy of an event with some fields set or taken away."""
    item = copy.deepcopy(item)
    for place, value in changes:
        *above, last = place
        into: Any = item
        for key in above:
            into = into.get(key) if isinstance(into, dict) else None
        if isinstance(into, dict):
            if value is GONE:
                into.pop(last, None)
            else:
                into[last] = value
    return item


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES | st.just(GONE)), min_size=1, max_size=2))
def test_the_server_takes_what_the_schema_takes(changes: list[tuple[tuple[str, ...], Any]]) -> None:
    item = changed(BASE, changes)
    assert (fault(item) is None) == (envelope.is_valid(item) or later.is_valid(item)), fault(item)


BASE = json.loads(canonical.encode(Story().audit(machine(disk(NVME))).events[0]))


@settings(max_examples=600, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(PLACES), VALUES | st.just(GONE)), min_size=0, max_size=2),
    st.sampled_from(made()),
)
def test_the_quick_look_lets_nothing_through_that_the_rules_refuse(
    changes: list[tuple[tuple[str, ...], Any]], item: dict[str, Any]
) -> None:
    item = changed(item, changes)
    if _is_plain(item):
        assert fault(item) is None and item["schema"] == event.SCHEMA


def test_what_a_stick_makes_passes_the_quick_look() -> None:
    plain = [item for item in made() if not item["attachments"]]
    assert len(plain) > 10 and all(_is_plain(item) for item in plain)


JSON_TEXTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
).flatmap(
    lambda value: st.sampled_from(
        [json.dumps(value), json.dumps(value, ensure_ascii=False), canonical.encode(value).decode("utf-8", "replace")]
    )
)
ODD = ['{"a":1,"a":2}', '{"a":1,"a":1}', "NaN", "[Infinity]", "1e999", "-0", "1e5", "0.00001", "1e16", '"\\ud800"', '{"b":1,"a":2}',
       "[" * 3000 + "]" * 3000, "9" * 5000, "{}", "[]", '{"a":{"c":1,"c":1}}', '"\\/"', '"é"', '"\\u00e9"', "", "1 2"]  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(JSON_TEXTS | st.sampled_from(ODD))
def test_a_line_is_read_as_if_every_key_were_looked_at(text: str) -> None:
    def slowly() -> tuple[Any, bytes]:
        item = _STRICT.decode(text)
        return item, canonical.encode_read(item)

    try:
        wanted = slowly()
    except (ValueError, RecursionError):
        with pytest.raises((ValueError, RecursionError)):
            _read(text.encode())
    else:
        item, body = _read(text.encode())
        assert (repr(item), body.encode()) == (repr(wanted[0]), wanted[1])
