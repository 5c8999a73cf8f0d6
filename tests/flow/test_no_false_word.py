"""Nothing that recond writes calls a disk erased while one old byte of it can be read.

Each way in which a wipe can go wrong, on a real loop device; then the whole image is searched, and so is every file,
screen, export and page that came of it.
"""

from __future__ import annotations

import errno
import io
import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console

from recond.cli.parts.talk import ConsoleTalk
from recond.core import canonical
from recond.core.labeldata import LabelOutcome
from recond.core.projection import project
from recond.core.verdict import VerifyMode
from recond.flow import label_step, station
from recond.flow.chain import Chain
from recond.host.block import DirectDevice
from recond.host.local import LocalHost
from recond.label.words import OUTCOME_WORD, items, proof_words
from recond.probe.disks import read_disks
from recond.sink.store import Store

pytestmark = pytest.mark.root

MIB = 1 << 20
SIZE = 48 * MIB
OLD = b"DONOR-SECRET-0123456789-ABCDEFG!"
PLACE = 20 * MIB

DENIED = re.compile(
    r"(sera|seront|non|pas|jamais|aucune?|rien n'a été|n'ont pas pu être|n'a pas été|n'est pas prouvé|est dit|que pour un disque)"
    r"( encore| pu être| été| disque\(s\)| machine\(s\))*[ _]+effac(é|ée|és|ées|é\(s\)|ée\(s\)|e)\b",
    re.IGNORECASE,
)
CLAIM = re.compile(r"\beffac(é|ée|és|ées|e)\b|\bERASED\b", re.IGNORECASE)


def claims(text: str) -> list[str]:
    """Return every place where a text says that something is erased, without denying it."""
    left = DENIED.sub(" ", " ".join(text.split()).replace("\u00a0", " "))
    return [left[max(0, found.start() - 40) : found.end() + 20] for found in CLAIM.finditer(left)]


def test_the_search_itself_sees_a_claim_and_no_denial() -> None:
    for text in ("EFFACÉ", "effacé et relu", "machine effacée", '"verdict": "ERASED"', "EFFACE", "disques effacés"):
        assert claims(text), text
    for text in (
        "NON EFFACÉ",
        "NON_EFFACE",
        "jamais effacé",
        "n'a pas été effacée",
        "ERASED_WITH_EXCEPTIONS",
        "effacement",
    ):
        assert not claims(text), text


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "disk.img"
    path.write_bytes(OLD * (SIZE // len(OLD)))
    device = subprocess.run(
        ("losetup", "--find", "--show", str(path)), capture_output=True, text=True, check=True
    ).stdout.strip()
    try:
        yield path
    finally:
        subprocess.run(("losetup", "--detach", device), check=True)


def wipe(image: Path, data: Path, verify: VerifyMode, cancel: threading.Event) -> tuple[Chain, str]:
    """Take the disk through as a station does; return its chain and all that the screen said."""
    host, out = LocalHost(), io.StringIO()
    console = Console(file=out, width=79, color_system=None)
    talk = ConsoleTalk(console, lambda plan: plan.id, simple=True)
    store = Store(data, host)
    (disk,) = (one for one in read_disks(host, loops=True) if one.by_loop_file == str(image))
    chain = Chain(host, store, store.settings(), talk, (), verify=verify, docked=disk, before=())
    chain.practice_file, chain.cancel, chain.only = str(image), cancel, frozenset({disk.name})
    station.through(chain)
    return chain, out.getvalue()


def written(chain: Chain, data: Path, tmp_path: Path) -> dict[str, str]:
    """Return every text that came of it, by where it stands."""
    found = {}
    for path in data.rglob("*"):
        if path.suffix in (".json", ".ndjson", ".txt") and path.name != "signing-key.json":
            text = path.read_text(encoding="utf-8")
            # A record's sentences as who reads it is told them: a code's name is no word of ours to anybody.
            lines = {".ndjson": text.splitlines(), ".json": [text]}.get(path.suffix)
            told = [json.dumps(canonical.loads(line), ensure_ascii=False) for line in lines] if lines else [text]
            found[str(path)] = "\n".join(told)
    label = label_step.label_of(chain)
    found["label"] = " ".join((OUTCOME_WORD[label.outcome], proof_words(label), *(item.text for item in items(label))))
    run = chain.store.certificates(chain.record.run)
    for words in (
        ("show", str(chain.tag)),
        ("verify",),
        *(("export", form, "--out", str(tmp_path / f"export-{form}")) for form in ("csv", "glpi", "snipeit")),
        ("certificate", str(chain.tag), "--out", str(tmp_path / "machine.pdf")),
        *(("certificate", str(path), "--out", str(tmp_path / "disk.pdf")) for path in run),
    ):
        done = subprocess.run(
            (sys.executable, "-m", "recond", "--data", str(data), *words), capture_output=True, text=True, check=False
        )
        found[" ".join(words[:2])] = done.stdout + done.stderr
    for path in tmp_path.rglob("export-*"):
        if path.is_file():
            found[path.name] = path.read_text(encoding="utf-8", errors="replace")
    for path in tmp_path.glob("*.pdf"):
        done = subprocess.run(("pdftotext", "-layout", str(path), "-"), capture_output=True, text=True, check=True)
        found[path.name] = done.stdout
    assert {"machine.pdf", "disk.pdf"} <= found.keys() and all(found.values()), found.keys()
    return found


def good(patch: pytest.MonkeyPatch, image: Path, cancel: threading.Event) -> None:
    """Nothing goes wrong."""


def bad_places(patch: pytest.MonkeyPatch, image: Path, cancel: threading.Event) -> None:
    """Two blocks can be read and not be written."""
    real = DirectDevice.write_from

    def write(self: DirectDevice, offset: int, buffer: memoryview) -> int:
        if offset < PLACE + 8192 and offset + len(buffer) > PLACE:
            raise OSError(errno.EIO, "bad place")
        return real(self, offset, buffer)

    patch.setattr(DirectDevice, "write_from", write)


def liar(patch: pytest.MonkeyPatch, image: Path, cancel: threading.Event) -> None:
    """A drive that says it wrote and did not."""
    real = DirectDevice.write_from

    def write(self: DirectDevice, offset: int, buffer: memoryview) -> int:
        return len(buffer) if offset <= PLACE < offset + len(buffer) else real(self, offset, buffer)

    patch.setattr(DirectDevice, "write_from", write)


def one_old_byte(patch: pytest.MonkeyPatch, image: Path, cancel: threading.Event) -> None:
    """A few old bytes come back between writing and reading."""
    real = DirectDevice.drop_caches

    def change(self: DirectDevice) -> None:
        with image.open("r+b") as file:
            file.seek(PLACE + 77)
            file.write(OLD)
        real(self)

    patch.setattr(DirectDevice, "drop_caches", change)


def unread(patch: pytest.MonkeyPatch, image: Path, cancel: threading.Event) -> None:
    """Places that can be written, and not read."""
    real = DirectDevice.read_into

    def read(self: DirectDevice, offset: int, buffer: memoryview) -> int:
        if offset < PLACE + 4096 and offset + len(buffer) > PLACE:
            raise OSError(errno.EIO, "bad place")
        return real(self, offset, buffer)

    real_write = DirectDevice.write_from

    def write(self: DirectDevice, offset: int, buffer: memoryview) -> int:
        if not offset <= PLACE < offset + len(buffer):
            return real_write(self, offset, buffer)
        # What cannot be read was not written either, whatever the drive says.
        real_write(self, offset, buffer[: PLACE - offset])
        real_write(self, PLACE + 4096, buffer[PLACE + 4096 - offset :])
        return len(buffer)

    patch.setattr(DirectDevice, "read_into", read)
    patch.setattr(DirectDevice, "write_from", write)


def pulled(patch: pytest.MonkeyPatch, image: Path, cancel: threading.Event) -> None:
    """The disk is gone in the middle."""
    real = DirectDevice.write_from

    def write(self: DirectDevice, offset: int, buffer: memoryview) -> int:
        if offset >= PLACE:
            raise OSError(errno.ENODEV, "gone")
        return real(self, offset, buffer)

    patch.setattr(DirectDevice, "write_from", write)


def stopped(patch: pytest.MonkeyPatch, image: Path, cancel: threading.Event) -> None:
    """Somebody presses Ctrl-C."""
    real = DirectDevice.write_from

    def write(self: DirectDevice, offset: int, buffer: memoryview) -> int:
        if offset >= PLACE:
            cancel.set()
        return real(self, offset, buffer)

    patch.setattr(DirectDevice, "write_from", write)


FULL, NONE = VerifyMode.FULL, VerifyMode.NONE


@pytest.mark.parametrize(
    ("harm", "verify", "verdict"),
    [
        (good, FULL, "ERASED"),
        (bad_places, FULL, "ERASED_WITH_EXCEPTIONS"),
        (liar, FULL, "FAILED"),
        (one_old_byte, FULL, "FAILED"),
        (unread, FULL, "ERASED_WITH_EXCEPTIONS"),
        (liar, NONE, "UNPROVEN"),
        (pulled, FULL, "FAILED"),
        (stopped, FULL, "INTERRUPTED"),
    ],
)
def test_no_word_of_erased_over_an_old_byte(
    loop: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    harm: Callable[[pytest.MonkeyPatch, Path, threading.Event], None],
    verify: VerifyMode,
    verdict: str,
) -> None:
    data, cancel = tmp_path / "data", threading.Event()
    with monkeypatch.context() as patch:
        harm(patch, loop, cancel)
        chain, screen = wipe(loop, data, verify, cancel)
    card = project(chain.store.events(chain.record.run))
    assert [disk["wipe"] for disk in card["disks"]] == [verdict]
    texts = {**written(chain, data, tmp_path), "screen": screen}
    said = {where: found for where, text in texts.items() if (found := claims(text))}
    old_bytes = OLD[:16] in loop.read_bytes()
    assert old_bytes is (harm is not good)
    if old_bytes:
        assert said == {}
        assert label_step.label_of(chain).outcome is LabelOutcome.NOT_ERASED
    else:
        # The same search finds the word where it may stand: so it would have found it above.
        assert {"label", "screen", "machine.pdf", "disk.pdf", f"show {chain.tag}", "verify"} <= said.keys()
