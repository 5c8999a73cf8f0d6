"""A backup holds everything, is read by either database, and fills an empty server only. The demonstration, too."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest
import requests

from tests.server import postgres
from tests.server.conftest import LiveServer
from tests.server.test_serve import Cli


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """Return a server of invented machines, which the tests only read."""
    made = Cli(tmp_path_factory.mktemp("demo") / "data")
    assert "28 machines" in made.run("serve", "--demo")
    return made


def test_the_demonstration_is_for_an_empty_server(demo: Cli) -> None:
    assert "n'est pas vide" in demo.run("serve", "--demo", code=7)
    events = [json.loads(line) for line in demo.run("serve", "--dump").splitlines()]
    assert len(events) > 200 and all(event["machine"]["tag"].startswith("DEMO-") for event in events)


def test_back_from_a_backup_on_the_other_database(demo: Cli, tmp_path: Path, postgres_cluster: str) -> None:
    """SQLite to PostgreSQL: all events, the same keys, and the sticks go on with theirs."""
    stick = tmp_path / "enrolment.json"
    demo.run("serve", "--enrol-file", str(stick), "--url", "http://127.0.0.1:1")
    file = tmp_path / "tout.tar.gz"
    assert "sauvegardé" in demo.run("serve", "--backup", str(file))
    assert file.stat().st_mode & 0o077 == 0
    new = LiveServer(tmp_path / "new", postgres.fresh(postgres_cluster))
    assert "restauré" in new.recond("--restore", str(file))
    assert new.recond("--dump") == demo.run("serve", "--dump")
    assert (new.data / "server" / "secret-key").read_bytes() == (demo.data / "secret-key").read_bytes()
    new.start()
    try:
        token = json.loads(stick.read_text())["token"]
        answer = requests.get(
            f"{new.url}/api/v1/machines/lookup?tag=DEMO-0001-X",
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
        )
        assert answer.status_code in (200, 400)
        assert requests.get(f"{new.url}/lots/DEMO-CD44-01/", timeout=10).status_code == 200
        # New rows after the restoration take numbers of their own.
        new.enrol(tmp_path / "another.json", "une autre clé")
    finally:
        new.kill()


def test_a_restoration_overwrites_nothing(demo: Cli, tmp_path: Path) -> None:
    file = tmp_path / "tout.tar.gz"
    demo.run("serve", "--backup", str(file))
    before = demo.run("serve", "--dump")
    assert "n'est pas vide" in demo.run("serve", "--restore", str(file), code=7)
    assert demo.run("serve", "--dump") == before


def test_a_damaged_or_hostile_backup_leaves_the_server_empty(demo: Cli, tmp_path: Path) -> None:
    file = tmp_path / "tout.tar.gz"
    demo.run("serve", "--backup", str(file))
    good = file.read_bytes()
    hostile = tmp_path / "hostile.tar.gz"
    with tarfile.open(hostile, "w:gz") as tar:
        manifest = tmp_path / "manifest.json"
        manifest.write_text(
            json.dumps({"schema": "recond.server-backup/1", "rows": {}, "files": {"../../evil": "0" * 64}})
        )
        tar.add(manifest, "manifest.json")
        tar.add(manifest, "../../evil")
    cut, flipped = tmp_path / "cut", tmp_path / "flipped"
    cut.write_bytes(good[: len(good) // 2])
    flipped.write_bytes(good[:2000] + bytes([good[2000] ^ 1]) + good[2001:])
    for bad in (cut, flipped, hostile, manifest):
        fresh = Cli(tmp_path / f"fresh-{bad.name}")
        assert "n'est pas une sauvegarde" in fresh.run("serve", "--restore", str(bad), code=7)
        assert fresh.run("serve", "--dump") == ""
    assert not (tmp_path.parent / "evil").exists()
