"""Certificates on paper, read back: the words by poppler, the code by zbar, the pages counted."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from recond.core import certproof
from recond.core.certificate import Context, build
from recond.core.certlist import Listing, listing
from recond.core.certpage import page_of
from recond.core.disk import Bus, Disk
from recond.core.machine import AuditedDisk, Health, Machine, Verdict
from recond.core.projection import project
from recond.core.verdict import ByteRange, Observed
from recond.core.verification import examine, paper_fault
from recond.label.certificate_pdf import disk_pdf, list_pdf
from tests.unit.test_certificate_signed import KNOWN, PUBLIC, SEED
from tests.unit.test_erase_certificate import GOOD, ISSUER, result_of
from tests.unit.test_run_state import event


def signed(seen: Observed = GOOD, *, key: str = PUBLIC, **disk: Any) -> dict[str, Any]:
    result = result_of(seen)
    result = replace(result, disk=replace(result.disk, **disk))
    context = Context("run", "7F3A-91C2", "uid", "PC-0042-2", 1, None)
    return certproof.sign(build(result, replace(ISSUER, key=key), context), SEED)


def words(pdf: bytes, tmp_path: Path) -> str:
    path = tmp_path / "page.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(("pdftotext", "-layout", str(path), "-"), capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


def pages(pdf: bytes, tmp_path: Path) -> int:
    return words(pdf, tmp_path).count("page ")


def code(pdf: bytes, tmp_path: Path) -> str:
    path = tmp_path / "code.pdf"
    path.write_bytes(pdf)
    subprocess.run(("pdftoppm", "-r", "200", "-png", "-singlefile", str(path), str(tmp_path / "code")), check=True)
    done = subprocess.run(("zbarimg", "--quiet", "--raw", str(tmp_path / "code.png")), capture_output=True, check=True)
    return done.stdout.decode().strip()


def test_one_disk_is_one_page_whose_words_and_code_are_the_certificates(tmp_path: Path) -> None:
    made = signed()
    pdf = disk_pdf([page_of(made, examine(made, KNOWN))])
    text = words(pdf, tmp_path)
    assert pages(pdf, tmp_path) == 1
    for said in ("EFFACÉ", "Les PC du coin", "SN-sda", "PC-0042-2", "(100 %)", "réserve", "honnêteté", made["sha256"]):
        assert said in text, said
    assert paper_fault(code(pdf, tmp_path), [made]) is None


@pytest.mark.parametrize(
    "seen",
    [
        replace(
            GOOD,
            bytes_written=GOOD.size_bytes - 512,
            bytes_verified=GOOD.size_bytes - 512,
            bad_ranges=(ByteRange(0, 512),),
        ),
        replace(GOOD, bytes_verified=0),
        replace(GOOD, interrupted=True),
        replace(GOOD, error="EIO"),
    ],
)
def test_what_is_not_erased_is_never_said_to_be(seen: Observed, tmp_path: Path) -> None:
    made = signed(seen)
    text = words(disk_pdf([page_of(made, examine(made, KNOWN))]), tmp_path)
    assert says_erased(text) == []


def says_erased(text: str) -> list[str]:
    """Return every place where a text calls something erased without denying it just before."""
    found = []
    for at in range(len(text)):
        if text[at : at + 6] in ("EFFACÉ", "Effacé") and not text[max(0, at - 4) : at].upper().endswith("NON "):
            found.append(text[max(0, at - 20) : at + 20])
    return found


def test_a_changed_certificate_makes_no_page() -> None:
    made = {**signed(), "lot": "another"}
    with pytest.raises(ValueError, match="empreinte"):
        page_of(made, examine(made, KNOWN))


def test_a_practice_disk_is_said_to_be_one(tmp_path: Path) -> None:
    made = signed(bus=Bus.LOOP)
    assert "ENTRAÎNEMENT" in words(disk_pdf([page_of(made, examine(made, KNOWN))]), tmp_path)


def test_what_a_method_was_never_seen_on_is_said(tmp_path: Path) -> None:
    for evidence, word in (("simulated", "simulés seulement"), ("emulated", "émulés"), ("hardware", None)):
        result = replace(result_of(GOOD), evidence=evidence, short="niveau purge demandé, non atteint")
        context = Context("run", "7F3A-91C2", "uid", "PC-0042-2", 1, None)
        made = certproof.sign(build(result, replace(ISSUER, key=PUBLIC), context), SEED)
        text = words(disk_pdf([page_of(made, examine(made, KNOWN))]), tmp_path)
        assert "purge demandé" in text and (word in text if word else "jamais encore" not in text)


def test_a_key_that_nobody_knows_is_said_to_be_one_and_strange_letters_do_no_harm(tmp_path: Path) -> None:
    made = signed()
    made = signed(firmware="\u200b漢字\x07" + "W" * 300)
    text = words(disk_pdf([page_of(made, examine(made, {}))]), tmp_path)
    assert "NON RECONNUE" in text and "WWWWWWWW" in text


def machine(number: int, certificate: dict[str, Any] | None, verdict: str | None = None) -> dict[str, Any]:
    """Return the card of a machine with one disk, and its wipe when there is a certificate or a verdict."""
    disk: Disk = replace(result_of(GOOD).disk, bus=Bus.SATA)
    audited = AuditedDisk(disk, _no_smart(), Health(Verdict.UNKNOWN, ()))
    events = [event("run.started", kind="wipe"), event("audit.hardware", machine=Machine(disks=(audited,)))]
    if certificate is not None or verdict is not None:
        said: dict[str, Any] = {"plan_id": "P", "disk": disk.identity, "method": "overwrite-zero", "level": "clear"}
        sha256 = certificate["sha256"] if certificate else "0" * 64
        verdict = verdict or (certificate or {})["verdict"]
        events += [event("wipe.started", **said), event("wipe.disk", **said, verdict=verdict, certificate=sha256)]
    return {**project(events), "tag": f"PC-{number:04}-X"}


def _no_smart() -> Any:
    from recond.core.machine import Smart

    return Smart()


def listed(*cards: dict[str, Any], certificates: tuple[dict[str, Any], ...] = ()) -> Listing:
    held = {one["sha256"]: (one, examine(one, KNOWN)) for one in certificates}
    return listing("Lot L1", (("Donateur", "Mairie d'Été"),), cards, held)


def test_a_lot_is_erased_only_when_every_disk_of_every_machine_is(tmp_path: Path) -> None:
    good = signed()
    all_good = listed(machine(1, good), machine(2, good), certificates=(good,))
    assert all_good.word[0] == "TOUS LES DISQUES EFFACÉS" and all_good.erased == 2
    failed = signed(replace(GOOD, error="EIO"))
    altered = {**good, "lot": "x"}
    for other, held in (
        (machine(2, None), (good,)),
        (machine(2, None, "ERASED"), (good,)),  # the record says so, and no certificate shows it
        (machine(2, failed), (good, failed)),
        (machine(2, failed, "ERASED"), (good, failed)),
        (machine(2, altered), (altered,)),
        (machine(2, None, "INTERRUPTED"), (good,)),
    ):
        found = listed(machine(1, good), other, certificates=held)
        assert "NON EFFACÉ" in found.word[0], found.rows
        assert "NON EFFACÉ" in words(list_pdf(found, "Les PC du coin"), tmp_path)


def test_a_long_lot_has_its_headings_on_every_page_and_numbers_them(tmp_path: Path) -> None:
    good = signed()
    found = listed(*(machine(n, good) for n in range(90)), certificates=(good,))
    pdf = list_pdf(found, "Les PC du coin")
    text = words(pdf, tmp_path)
    count = pages(pdf, tmp_path)
    assert count >= 3 and text.count("Empreinte") == count and f"page {count}/{count}" in text
    assert "PC-0000-X" in text and "PC-0089-X" in text and "Mairie d'Été" in text and json.dumps(text)
