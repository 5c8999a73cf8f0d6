"""The API, asked over HTTP as a stick, a worn stick or a stranger would."""

from __future__ import annotations

import copy
import gzip
import hashlib
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from recond.core import canonical
from recond.core.identity import make_tag
from tests.server.conftest import LiveServer
from tests.server.story import Story, whole

TIMEOUT_S = 30


class Api:
    """A stick's view of the server."""

    def __init__(self, server: LiveServer, token: str) -> None:
        self.server = server
        self.token = token

    def ask(self, method: str, path: str, data: bytes | None = None, **headers: str) -> requests.Response:
        """Send one request with this stick's key."""
        told = {
            "Authorization": f"Bearer {self.token}",
            **{key.replace("_", "-"): value for key, value in headers.items()},
        }
        return requests.request(method, f"{self.server.url}/api/v1/{path}", data=data, headers=told, timeout=TIMEOUT_S)

    def push(self, *lines: Any) -> list[dict[str, Any]]:
        """Send events (or raw lines) and return the results."""
        body = b"\n".join(line if isinstance(line, bytes) else canonical.encode(line) for line in lines)
        answer = self.ask("POST", "events", body)
        assert answer.status_code == 200, answer.text
        results: list[dict[str, Any]] = answer.json()["results"]
        assert len(results) == len(lines)
        return results

    def statuses(self, *lines: Any) -> list[str]:
        """Send events and return what became of each."""
        return [str(result["status"]) for result in self.push(*lines)]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """Return the API of one server for all the tests of this file."""
    folder = tmp_path_factory.mktemp("server")
    live = LiveServer(folder / "data")
    live.start()
    yield Api(live, str(live.enrol(folder / "enrolment.json")["token"]))
    live.kill()


def one_event(number: int = 1) -> dict[str, Any]:
    return Story(number).add("note.added", {"text": "arrivée"}).events[0]


def test_stored_then_duplicate_then_conflict(api: Api) -> None:
    item = one_event()
    assert api.push(item) == [{"id": item["id"], "status": "stored", "reason": None}]
    assert api.statuses(item) == ["duplicate"]
    # The same facts in another order of keys are the same event.
    assert api.statuses(json.dumps(dict(reversed(list(item.items())))).encode()) == ["duplicate"]
    other = copy.deepcopy(item)
    other["payload"]["text"] = "autre chose"
    result = api.push(other)[0]
    assert (result["status"], result["id"]) == ("conflict", item["id"])
    assert [one for one in api.server.stored() if one["id"] == item["id"]] == [item]


def test_the_same_event_twice_in_one_request(api: Api) -> None:
    item = one_event()
    assert api.statuses(item, item) == ["stored", "duplicate"]


def test_unknown_types_and_fields_are_kept(api: Api) -> None:
    item = Story().add("note.added", {"text": "x"}).events[0]
    item["type"] = "robot.dance"
    item["colour"] = {"of": "the sky"}
    item["payload"] = {"steps": [1, 2, {"left": True}]}
    assert api.statuses(item) == ["stored"]
    assert item in api.server.stored()


def wrong(**changes: Any) -> dict[str, Any]:
    item = one_event()
    for path, value in changes.items():
        place: Any = item
        *above, last = path.split("__")
        for key in above:
            place = place[key]
        place[last] = value
    return item


BAD: dict[str, Any] = {
    "cut line": canonical.encode(one_event())[:-20],
    "not utf-8": b'{"schema":"recond.event/1","id":"\xff\xfe"}',
    "infinity": canonical.encode(one_event()).replace(b'"text":', b'"n":1e999,"text":'),
    "NaN": canonical.encode(one_event()).replace(b'"text":', b'"n":NaN,"text":'),
    "a key twice": canonical.encode(one_event()).replace(b'"text":', b'"n":1,"n":2,"text":'),
    "half a character": canonical.encode(one_event()).replace(b'"text":', b'"n":"\\ud800","text":'),
    "a number of 5000 digits": canonical.encode(one_event()).replace(b'"text":', b'"n":' + b"9" * 5000 + b',"text":'),
    "a raw NUL": canonical.encode(one_event()).replace(b'"text":', b'"n":"\x00","text":'),
    "a tag with a NUL": wrong(machine__tag="MDL\x00"),
    "version nought": wrong(schema="recond.event/0"),
    "nesting": canonical.encode(one_event()).replace(b'"text":', b'"n":' + b"[" * 5000 + b"]" * 5000 + b',"text":'),
    "a list": b"[1]",
    "another schema": wrong(schema="recond.card/1"),
    "an id that is a path": wrong(id="../../../../etc/passwd"),
    "an id in capitals": wrong(id="0193A000-0000-7000-8000-00000000000A"),
    "no run": wrong(run=None),
    "a type with spaces": wrong(type="wipe disk"),
    "a type of letters no file has": wrong(type="wipe.\ud800"),
    "seq true": wrong(seq=True),
    "seq 0": wrong(seq=0),
    "seq too big": wrong(seq=1 << 40),
    "a uid that would break an address": wrong(machine__uid="a/b"),
    "a tag with an escape": wrong(machine__tag="MDL\x1b[2J"),
    "no time": wrong(time={}),
    "a payload that is a text": wrong(payload="x"),
    "a lot that is a number": wrong(lot=7),
    "an actor that is a list": wrong(actor=[]),
    "an attachment without a hash": wrong(attachments=[{"name": "x"}]),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_one_bad_event_is_told_and_holds_up_no_other(api: Api, bad: Any) -> None:
    good = one_event(), one_event()
    line = bad if isinstance(bad, bytes) else json.dumps(bad).encode()
    results = api.push(good[0], line, good[1])
    assert [result["status"] for result in results] == ["stored", "rejected", "stored"]
    assert results[1]["reason"]


@pytest.mark.parametrize("token", ["", "wrong", "é" * 10, "x" * 5000])
def test_a_stranger_stores_nothing(api: Api, token: str) -> None:
    item = one_event()
    for method, path in (("POST", "events"), ("PUT", "blobs/" + "a" * 64), ("GET", "machines/lookup?tag=x")):
        url = f"{api.server.url}/api/v1/{path}"
        headers = {"Authorization": f"Bearer {token}".encode()}
        answer = requests.request(method, url, data=canonical.encode(item), headers=headers, timeout=TIMEOUT_S)
        assert answer.status_code == 401, (method, path)
    assert item not in api.server.stored()


def test_a_revoked_key_is_out_at_once(api: Api, tmp_path: Path) -> None:
    token = str(api.server.enrol(tmp_path / "e.json", "perdue")["token"])
    lost = Api(api.server, token)
    assert lost.statuses(one_event()) == ["stored"]
    assert "1 clé" in api.server.recond("--revoke", "perdue")
    assert lost.ask("POST", "events", canonical.encode(one_event())).status_code == 401
    assert api.statuses(one_event()) == ["stored"]


def test_keys_are_not_in_the_data_folder(api: Api, tmp_path: Path) -> None:
    token = api.server.enrol(tmp_path / "e.json", "vol")["token"].encode()
    code = api.server.recond("--enrol-code").split()[-1].encode()
    for path in (api.server.data / "server").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert token not in data and code not in data and code.replace(b"-", b"") not in data
            assert path.name != "secret-key" or path.stat().st_mode & 0o077 == 0
    assert (tmp_path / "e.json").stat().st_mode & 0o077 == 0


def test_gzip_is_taken_and_broken_or_double_gzip_is_not(api: Api) -> None:
    body = b"\n".join(canonical.encode(item) for item in whole(3).events)
    packed = gzip.compress(body)
    assert api.ask("POST", "events", packed[:-9], Content_Encoding="gzip").status_code == 400
    assert api.ask("POST", "events", b"\x1f\x8bnot", Content_Encoding="gzip").status_code == 400
    assert api.ask("POST", "events", packed + packed, Content_Encoding="gzip").status_code == 400
    assert api.ask("POST", "events", body, Content_Encoding="br").status_code == 400
    answer = api.ask("POST", "events", packed, Content_Encoding="gzip")
    assert {one["status"] for one in answer.json()["results"]} == {"stored"}


def memory_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


def test_a_bomb_is_refused_before_it_fills_the_memory(api: Api) -> None:
    assert api.server.process is not None
    before = memory_kib(api.server.process.pid)
    bomb = gzip.compress(b"\n" * (400 << 20), compresslevel=1)
    assert len(bomb) < 4 << 20
    assert api.ask("POST", "events", bomb, Content_Encoding="gzip").status_code == 413
    assert memory_kib(api.server.process.pid) - before < 200 << 10
    assert api.statuses(one_event()) == ["stored"]


def test_a_body_too_large_is_refused(api: Api) -> None:
    assert api.ask("POST", "events", os.urandom(17 << 20)).status_code == 413
    assert api.ask("PUT", "blobs/" + "a" * 64, os.urandom(17 << 20)).status_code == 413
    assert api.ask("POST", "events", b"{}\n" * 1001).status_code == 400


def test_a_blob_is_kept_once_under_its_hash(api: Api) -> None:
    data = os.urandom(200_000)
    sha256 = hashlib.sha256(data).hexdigest()
    assert api.ask("HEAD", f"blobs/{sha256}").status_code == 404
    assert api.ask("PUT", f"blobs/{sha256}", data[:-1]).status_code == 400
    assert api.ask("HEAD", f"blobs/{sha256}").status_code == 404
    assert api.ask("PUT", f"blobs/{sha256}", data).json()["status"] == "stored"
    assert api.ask("HEAD", f"blobs/{sha256}").status_code == 200
    assert api.ask("PUT", f"blobs/{sha256}", data).json()["status"] == "duplicate"
    kept = api.server.data / "server" / "blobs" / sha256
    assert kept.read_bytes() == data
    # A file that is gone is not said to be there: it is asked for again.
    kept.unlink()
    assert api.ask("HEAD", f"blobs/{sha256}").status_code == 404
    assert api.ask("PUT", f"blobs/{sha256}", data).json()["status"] == "stored"


def raw(api: Api, target: str, data: bytes) -> int:
    """Send a PUT whose address is not tidied up on the way, as `requests` would."""
    lines = (f"PUT {target} HTTP/1.1", "Host: x", f"Authorization: Bearer {api.token}", f"Content-Length: {len(data)}")
    with socket.create_connection(("127.0.0.1", api.server.port), timeout=TIMEOUT_S) as line:
        line.sendall("\r\n".join((*lines, "Connection: close", "", "")).encode() + data)
        return int(line.makefile("rb").readline().split()[1])


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "..%2fevil",
        "%2e%2e/evil",
        "..%2f..%2f..%2fetc%2fevil",
        "A" * 64,
        "a" * 63,
        "a" * 64 + "%0a",
        "a" * 32 + "/" + "b" * 31,
    ],
)
def test_a_blob_cannot_be_written_elsewhere(api: Api, name: str) -> None:
    before = {path for path in api.server.data.rglob("*") if path.is_file()}
    assert raw(api, f"/api/v1/blobs/{name}", b"evil") in (400, 404)
    after = {path for path in api.server.data.rglob("*") if path.is_file()}
    assert {path.name for path in after - before} <= {"recond.sqlite3-wal", "recond.sqlite3-shm"}


def test_a_code_gives_one_key_once(api: Api) -> None:
    code = api.server.recond("--enrol-code", "--name", "atelier-2").split()[-1]
    url = f"{api.server.url}/api/v1/enrol"
    assert requests.post(url, json={"code": "AAAAA-AAAAA", "stick": "stk_1"}, timeout=TIMEOUT_S).status_code == 403
    told = requests.post(url, json={"code": code.lower(), "stick": "stk_1"}, timeout=TIMEOUT_S)
    assert told.status_code == 200
    assert (told.json()["name"], told.json()["url"]) == ("atelier-2", api.server.url)
    assert Api(api.server, told.json()["token"]).statuses(one_event()) == ["stored"]
    assert requests.post(url, json={"code": code, "stick": "stk_2"}, timeout=TIMEOUT_S).status_code == 403
    for bad in (b"", b"[]", b'{"code":1,"stick":2}', b'{"code":"x"}', b"[" * 100_000):
        assert requests.post(url, data=bad, timeout=TIMEOUT_S).status_code == 400


def test_a_machine_is_known_by_its_tag(api: Api) -> None:
    story = whole(77)
    api.push(*story.events)
    found = api.ask("GET", f"machines/lookup?tag={story.tag}").json()["machines"]
    assert [(one["uid"], one["tag"], one["state"]) for one in found] == [(story.uid, story.tag, "ready")]
    assert api.ask("GET", f"machines/lookup?tag={make_tag('MDL', 9999)}").json()["machines"] == []
    assert api.ask("GET", "machines/lookup?tag=MDL-9999-x").status_code == 400
    assert api.ask("GET", "machines/lookup").status_code == 400


def test_methods_and_health(api: Api) -> None:
    assert api.ask("GET", "health").json()["status"] == "ok"
    for method, path in (("GET", "events"), ("DELETE", "events"), ("POST", "blobs/" + "a" * 64), ("POST", "health")):
        assert api.ask(method, path).status_code == 405


def test_an_answer_to_head_has_no_body(api: Api) -> None:
    """Raw, for a client would drop it: what follows on the line must be the next answer (RFC 9110, 9.3.2)."""
    ask = f"HEAD /api/v1/blobs/xx HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {api.token}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", api.server.port), timeout=TIMEOUT_S) as line:
        line.sendall(
            ask.encode() + ask.replace("xx", "0" * 64).encode().replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        )
        said = b""
        while piece := line.recv(65536):
            said += piece
    first, second, rest = said.split(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 400") and second.startswith(b"HTTP/1.1 404") and rest == b""


OPENAPI = json.loads((Path(__file__).resolve().parents[2] / "docs/openapi.json").read_text())


def test_every_answer_is_as_the_openapi_file_says(api: Api) -> None:
    """Each documented path is asked well and badly; every answer's status and body are among those promised."""
    from jsonschema import Draft202012Validator

    story = whole(77)
    body = b"\n".join(canonical.encode(item) for item in story.events)
    data = os.urandom(100)
    name = hashlib.sha256(data).hexdigest()
    asked = [
        ("GET", "health", None), ("POST", "health", None), ("POST", "events", body), ("POST", "events", b"\xff"),
        ("PUT", f"blobs/{name}", data), ("PUT", f"blobs/{name}", data), ("PUT", f"blobs/{'0' * 64}", data),
        ("GET", "machines/lookup?tag=" + story.tag, None), ("GET", "machines/lookup?tag=x", None),
        ("POST", "enrol", b"{}"), ("POST", "enrol", b'{"code":"x","stick":"y"}'), ("POST", "certificates", b"{}"),
        ("POST", "certificates", b"no"), ("DELETE", "events", None),
    ]  # fmt: skip
    for token in (api.token, "wrong"):
        for method, path, sent in asked:
            answer = Api(api.server, token).ask(method, path, sent)
            known = path.split("?")[0]
            place = "/api/v1/blobs/{sha256}" if known.startswith("blobs/") else f"/api/v1/{known}"
            operation = OPENAPI["paths"][place].get(method.lower())
            if operation is None:
                assert answer.status_code == 405, (method, path)
                continue
            promised = operation["responses"][str(answer.status_code)]
            schema = promised["content"]["application/json"]["schema"]
            whole_schema = {**schema, "components": OPENAPI["components"]}
            assert not list(Draft202012Validator(whole_schema).iter_errors(answer.json())), (method, path, answer.text)
