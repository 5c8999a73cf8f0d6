"""The server countersigns what a stick's own key signed, once, and nothing else; `recond verify` believes it then."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import requests

from recond.core import canonical, certproof, signing
from recond.host.local import LocalHost
from recond.sink import keys
from recond.sink.certificates import Certificates
from recond.sink.outbox import Outbox
from recond.sink.push import push
from tests.leaks import leaks
from tests.server.conftest import LiveServer
from tests.unit.test_certificate_signed import signed


def recond(data: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        (sys.executable, "-m", "recond", "--data", str(data), *words), capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def ask(server: LiveServer, token: str, content: dict[str, Any]) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = canonical.dumps(content).encode()
    return requests.post(f"{server.url}/api/v1/certificates", data=data, headers=headers, timeout=20)


def test_a_push_brings_back_the_servers_word_and_verify_believes_it(server: LiveServer, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    seed = keys.own_seed(stick, LocalHost())
    enrolled = server.enrol(stick / "enrolment.json")
    made = signed(seed)
    path = Certificates(stick / "certificates").keep(made)
    assert push(Outbox(stick / "outbox"), stick / "enrolment.json").why is None
    word = json.loads((path.parent / "countersigned" / path.name).read_bytes())
    assert certproof.countersignature_faults(word, made) == () and word["signer"]["public"] == enrolled["signing_key"]
    code, said = recond(stick, "verify")
    assert code == 0 and "contresigné par le serveur" in said and "chaîne des 1 certificat(s) est entière" in said
    # Somebody elsewhere, with the list of keys that the server gives out.
    known = tmp_path / "keys.txt"
    known.write_text(server.recond("--keys"), encoding="utf-8")
    assert signing.public_of(seed) in known.read_text(encoding="utf-8")
    assert recond(tmp_path / "elsewhere", "verify", str(path))[0] == 11
    code, said = recond(tmp_path / "elsewhere", "verify", str(path), "--key", str(known), "--json")
    (row,) = json.loads(said)["certificates"]
    assert code == 0 and row["believed"] and row["received"] == word["received"]
    # Once countersigned it is not sent again, and the server's word stays the first.
    assert push(Outbox(stick / "outbox"), stick / "enrolment.json").why is None
    assert ask(server, str(enrolled["token"]), made).json() == word


def test_nothing_but_the_sticks_own_whole_certificates_is_countersigned(server: LiveServer, tmp_path: Path) -> None:
    token = str(server.enrol(tmp_path / "enrolment.json")["token"])
    good = signed()
    assert ask(server, token, {**good, "lot": "another"}).status_code == 422
    assert ask(server, token, {key: value for key, value in good.items() if key != "signature"}).status_code == 422
    assert ask(server, token, good).status_code == 200
    stranger = ask(server, token, signed(b"\x07" * 32))
    assert stranger.status_code == 422 and canonical.loads(stranger.content)["reason"] == certproof.OTHER_KEY
    assert list(leaks(stranger.json())) == []
    assert ask(server, "nobody", good).status_code == 401
    assert ask(server, token, []).status_code == 400  # type: ignore[arg-type]


def test_the_enrolment_by_code_tells_the_key_and_brings_the_servers(server: LiveServer, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    code = server.recond("--enrol-code", "--name", "clé 3").split(": ")[-1].strip()
    done, said = recond(stick, "enrol", server.url, code)
    assert done == 0, said
    public = keys.own_public(stick)
    told = server.recond("--keys")
    assert public is not None and public in told
    assert json.loads((stick / "enrolment.json").read_bytes())["signing_key"] in told
    # From then on, another key's certificates are not taken from this stick.
    token = json.loads((stick / "enrolment.json").read_bytes())["token"]
    assert ask(server, token, signed(b"\x07" * 32)).status_code == 422
