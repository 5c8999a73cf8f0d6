"""`recond certificate` and `recond verify` as commands: what is refused, with which code, and what is written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from recond.core import canonical, certproof
from recond.host.local import LocalHost
from recond.sink import keys
from recond.sink.certificates import Certificates
from tests.unit.test_certificate_signed import signed


def recond(data: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        (sys.executable, "-m", "recond", "--data", str(data), *words), capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_whole_one_becomes_a_page_and_a_changed_one_is_refused_by_both(tmp_path: Path) -> None:
    made = signed(keys.own_seed(tmp_path, LocalHost()))
    path = Certificates(tmp_path / "certificates").keep(made)
    code, said = recond(tmp_path, "certificate", str(path))
    page = tmp_path / "exports" / f"certificat-{path.stem}.pdf"
    assert code == 0 and str(page) in said and page.read_bytes().startswith(b"%PDF")
    code, said = recond(tmp_path, "certificate", str(path), "--out", str(tmp_path / "given"))
    assert code == 0 and (tmp_path / "given" / page.name).read_bytes().startswith(b"%PDF")
    code, said = recond(tmp_path, "certificate", str(path), str(path), "--out", str(tmp_path / "both.pdf"))
    assert code == 2 and "dossier" in said and not (tmp_path / "both.pdf").exists()
    assert recond(tmp_path, "verify")[0] == 0
    code, said = recond(tmp_path, "verify", str(path), "--paper", certproof.paper_text(made))
    assert code == 0 and "le papier est celui" in said
    code, said = recond(tmp_path, "verify", "--paper", certproof.paper_text(signed()))
    assert code == 7 and "le papier vient d'ailleurs" in said
    path.write_text(canonical.dumps({**made, "verdict": "FAILED"}), encoding="utf-8")
    code, said = recond(tmp_path, "verify")
    assert code == 7 and "NE PAS CROIRE" in said and "empreinte" in said
    code, said = recond(tmp_path, "certificate", str(path), "--out", str(tmp_path / "x.pdf"))
    assert code == 7 and "pas à croire" in said and not (tmp_path / "x.pdf").exists()


def test_one_taken_out_of_the_chain_is_missed(tmp_path: Path) -> None:
    seed = keys.own_seed(tmp_path, LocalHost())
    shelf = Certificates(tmp_path / "certificates")
    first = shelf.keep(signed(seed))
    # The second of this stick, although no first one is there any more.
    shelf.keep(signed(seed, chain={**signed(seed)["chain"], "number": 2, "prev": signed(seed)["sha256"]}))
    assert recond(tmp_path, "verify")[0] == 0
    first.unlink()
    code, said = recond(tmp_path, "verify")
    assert code == 7 and "n° 1 manque" in said


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    for words, text in (
        (("certificate",), "une étiquette, un fichier"),
        (("certificate", "last"), "pas de fiche"),
        (("certificate", "--lot", "X"), "aucune machine du lot"),
        (("verify",), "aucun certificat"),
        (("verify", "--key", "nonsense", str(Path(__file__))), "n'est ni une clé publique"),
    ):
        code, said = recond(tmp_path, *words)
        assert code in (2, 7) and (text in said or "ne se lit pas" in said), (words, said)
