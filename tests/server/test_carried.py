"""Records carried by hand, both ways: stick to server, stick to stick to server, and the server's signed receipt back."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from recond.core import canonical, parcel, signing
from recond.sink.outbox import Outbox
from tests.server.story import whole
from tests.server.test_tls import recond

PIECE = b"the label's picture"


def stick(folder: Path, number: int) -> list[str]:
    """Make a stick with one machine's events, one of them with an attachment; return their ids."""
    outbox = Outbox(folder / "outbox")
    ids = []
    for place, event in enumerate(whole(number).events):
        item = dict(event)
        if place == 1:
            item["attachments"] = [outbox.blobs.keep(PIECE + bytes([number]), "label.png")]
        outbox.put(item)
        ids.append(str(item["id"]))
    return ids


def waiting(folder: Path) -> int:
    return len(Outbox(folder / "outbox").waiting())


def test_to_the_server_and_back_with_its_receipt(tmp_path: Path) -> None:
    one, server, file = tmp_path / "one", tmp_path / "server", tmp_path / "carried.zip"
    ids = stick(one, 1)
    recond(server, "serve", "--enrol-file", str(one / "enrolment.json"), "--url", "https://x.lan:1")
    said = recond(one, "push", "--to-file", str(file))
    assert f"{len(ids)} événement(s), 1 pièce(s) jointe(s)" in said and "Aucun n'est compté comme envoyé" in said
    assert waiting(one) == len(ids)
    assert f"{len(ids)} événement(s) ajouté(s), 0 déjà là, 0 refusé(s), 1 pièce(s)" in recond(
        server, "serve", "--import", str(file)
    )
    assert f"0 événement(s) ajouté(s), {len(ids)} déjà là" in recond(server, "serve", "--import", str(file))
    receipt = tmp_path / "carried.zip.recu.json"
    assert f"{len(ids)} événement(s) confirmé(s) par le serveur, 0 en attente" in recond(one, "import", str(receipt))
    assert waiting(one) == 0 and len(list((one / "outbox/sent").glob("*.json"))) == len(ids)
    sha256 = hashlib.sha256(PIECE + bytes([1])).hexdigest()
    assert (server / "server/blobs" / sha256).read_bytes() == PIECE + bytes([1])


def test_by_another_stick(tmp_path: Path) -> None:
    one, two, server, file = (tmp_path / name for name in ("one", "two", "server", "carried.zip"))
    ids = stick(one, 2)
    stick(two, 3)
    before = waiting(two)
    recond(one, "push", "--to-file", str(file))
    assert f"{len(ids)} événement(s) pris, 0 déjà ici, 1 pièce(s)" in recond(two, "import", str(file))
    assert f"0 événement(s) pris, {len(ids)} déjà ici" in recond(two, "import", str(file))
    assert waiting(two) == before + len(ids)
    url = recond(server, "serve", "--tls", "--port", "0", "--detach").split()[2].rstrip("/")
    try:
        recond(server, "serve", "--enrol-file", str(two / "enrolment.json"), "--url", url)
        assert "[ OK ]" in recond(two, "push")
        # What came with the other stick is everywhere once: its own push finds duplicates, and is content.
        recond(server, "serve", "--enrol-file", str(one / "enrolment.json"), "--url", url)
        assert "[ OK ]" in recond(one, "push") and waiting(one) == 0
        lines = recond(server, "serve", "--dump").splitlines()
        assert len(lines) == len({json.loads(line)["id"] for line in lines}) == before + len(ids)
    finally:
        recond(server, "serve", "--stop")


@pytest.mark.parametrize("change", ["signature", "events", "stranger", "not enrolled"])
def test_a_receipt_that_is_not_the_servers_moves_nothing(tmp_path: Path, change: str) -> None:
    one, seed = tmp_path / "one", bytes(32)
    ids = stick(one, 4)
    (one / "enrolment.json").write_text(
        json.dumps({"url": "https://x.lan:1", "token": "t", "signing_key": signing.public_of(seed)})
    )
    said = parcel.receipt(ids[:1] if change == "events" else ids, "2026-11-23T10:00:00Z", seed)
    if change == "signature":
        said["signature"] = "0" * 128
    elif change == "events":
        said["events"] = ids
    elif change == "stranger":
        said = parcel.receipt(ids, "2026-11-23T10:00:00Z", b"1" * 32)
    else:
        (one / "enrolment.json").unlink()
    (tmp_path / "recu.json").write_text(json.dumps(said))
    recond(one, "import", str(tmp_path / "recu.json"), code=7 if change == "not enrolled" else 2)
    assert waiting(one) == len(ids)


def test_a_damaged_or_hostile_file_adds_nothing_false(tmp_path: Path) -> None:
    one, server, file = tmp_path / "one", tmp_path / "server", tmp_path / "f.zip"
    stick(one, 5)
    recond(one, "push", "--to-file", str(file))
    whole_file = file.read_bytes()
    for cut in (10, len(whole_file) // 2, len(whole_file) - 30):
        file.write_bytes(whole_file[:cut])
        recond(tmp_path / "two", "import", str(file), code=2)
        assert waiting(tmp_path / "two") == 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("events.ndjson", b"\n")
        archive.writestr("blobs/" + "0" * 64, b"not its hash")
        archive.writestr("../../escaped", b"x")
        archive.writestr("blobs/" + hashlib.sha256(bytes(20 << 20)).hexdigest(), bytes(20 << 20))
    assert "0 pièce(s) jointe(s)" in recond(server, "serve", "--import", str(file))
    assert "0 pièce(s) jointe(s)" in recond(tmp_path / "two", "import", str(file))
    assert not list(tmp_path.rglob("escaped")) and not (tmp_path / "two/blobs").exists()


def test_a_machine_of_an_imported_file_is_known_but_its_run_is_not_gone_on_with(tmp_path: Path) -> None:
    from recond.host.local import LocalHost
    from recond.sink.store import Store

    one, two, file = tmp_path / "one", tmp_path / "two", tmp_path / "f.zip"
    stick(one, 6)
    recond(one, "push", "--to-file", str(file))
    recond(two, "import", str(file))
    store = Store(two, LocalHost())
    (known,) = store.known()
    assert known.tag == whole(6).events[0]["machine"]["tag"]
    assert store.runs() == () and store.machine_events(known.uid) == []


def test_two_different_events_of_one_name_are_told(tmp_path: Path) -> None:
    one, two, file = tmp_path / "one", tmp_path / "two", tmp_path / "f.ndjson"
    stick(one, 7)
    item = json.loads(Outbox(one / "outbox").waiting()[0].read_bytes())
    item["payload"] = {"other": True}
    file.write_bytes(canonical.encode(item) + b"\n")
    recond(two, "import", str(file))
    recond(one, "push", "--to-file", str(tmp_path / "g.zip"))
    assert "un autre événement de ce nom" in recond(two, "import", str(tmp_path / "g.zip"), code=2)


def test_the_outbox_says_what_was_refused_and_what_to_do(tmp_path: Path) -> None:
    one = tmp_path / "one"
    ids = stick(one, 8)
    outbox = Outbox(one / "outbox")
    outbox.quarantine(outbox.waiting()[0], "conflict : another event with this id is stored")
    outbox.quarantine(outbox.waiting()[0], "rejected : schema: 'x' is not known")
    said = recond(one, "outbox", code=21)
    assert f"{len(ids) - 2} en attente, 2 REFUSE(S)" in said
    assert "prévenez le responsable" in said and "Mettez-le à jour" in said
    assert len(json.loads(recond(one, "outbox", "--json"))["refused"]) == 2
    assert "2 élément(s) refusé(s) remis en attente" in recond(one, "outbox", "--retry")
    assert waiting(one) == len(ids)
