"""What `--json` answers is the same in every language, holds no French, and says the worst that there is to say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from recond.core import canonical
from recond.core.event import Actor
from recond.core.words import N_
from recond.flow.audit import audit
from recond.flow.record import Recorder
from recond.host.local import LocalHost
from recond.host.record import ReplayHost
from recond.sink.certificates import Certificates
from recond.sink.labelqueue import LabelQueue, Waiting
from recond.sink.store import Store
from tests.leaks import leaks, leaks_below
from tests.screens.conftest import MACHINES
from tests.unit.test_certificate_signed import signed

ANSWERS = (
    ("doctor",), ("doctor", "--stick"), ("outbox",), ("show", "last"), ("verify",), ("verify", "--chain"), ("list", "methods"),
    ("stick", "list"),
)  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with a machine, refused events, a label that waits, settings that are wrong, certificates that
    are whole, spoiled and of a stranger."""
    folder, host = tmp_path_factory.mktemp("data"), LocalHost()
    store = Store(folder, host)
    machine = audit(ReplayHost(MACHINES / "two-disks-one-failing"))
    run = Recorder(host, store, Actor("LM", store.stick_id, "recond"), tag="PC-0001-8")
    run.emit("run.started", {"kind": "run", "tag": "PC-0001-8", "lot": None})
    run.emit("audit.hardware", {"machine": machine})
    for one in machine.disks:
        found = {"disk": one.disk.identity, "verdict": one.health.verdict, "reasons": one.health.reasons}
        run.emit("audit.disk_health", found)
    store.save_card(run.uid)
    for path in store.outbox.waiting()[:2]:
        store.outbox.quarantine(path, N_("illisible sur la clé : {error}").format(error=ValueError("cut off")))
    LabelQueue(folder).put(
        Waiting(run.uid, "PC-0001-8", "zpl@10.0.0.9", "dk-11209", N_("la tête est ouverte : fermez-la"), "2026-07-01")
    )
    shelf = Certificates(folder / "certificates")
    for made in (signed(), {**signed(), "lot": "another"}, signed(b"\x07" * 32)):
        shelf.keep(made)
    (folder / "profiles").mkdir()
    (folder / "profiles/broken.json").write_text('{"schema":"recond.profile-image/1","name":"broken"}')
    return folder


def answer(data: Path, language: str, *words: str) -> list[Any]:
    command = (sys.executable, "-m", "recond", "--lang", language, "--data", str(data), *words, "--json")
    env = {name: value for name, value in os.environ.items() if name not in ("RECOND_LANG", "RECOND_PROFILES")}
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert done.stdout, (words, done.stderr)
    return [json.loads(done.stdout), done.returncode]


@pytest.mark.parametrize("words", ANSWERS, ids=" ".join)
def test_an_answer_is_in_no_language(data: Path, words: tuple[str, ...]) -> None:
    french, english = answer(data, "fr", *words), answer(data, "en", *words)
    assert _steady(french) == _steady(english)
    assert list(leaks(french)) == []


def _steady(value: Any) -> Any:
    # The room left on the disk moves from one command to the next.
    if isinstance(value, dict):
        return {key: 0 if key == "bytes" else _steady(item) for key, item in value.items()}
    return [_steady(item) for item in value] if isinstance(value, list) else value


def test_the_answers_are_of_a_folder_with_much_to_say(data: Path) -> None:
    (doctor, _), (outbox, _), (verify, _) = (answer(data, "fr", word) for word in ("doctor", "outbox", "verify"))
    texts = [one["text"] for one in canonical.texts(doctor)["checks"]]
    assert "1 étiquette(s) en attente : PC-0001-8" in texts and any("refusé(s) par le serveur" in one for one in texts)
    assert canonical.texts(outbox)["refused"][0]["reason"] == "illisible sur la clé : cut off"
    faults = [fault for one in canonical.texts(verify)["certificates"] for fault in one["faults"]]
    assert "l'empreinte ne correspond pas : le certificat a été modifié" in faults
    assert list(leaks_below(data)) == []
