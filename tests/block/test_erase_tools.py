"""The real hdparm, nvme, sg3-utils and blkdiscard on a block device that is none of what they are for (a loop device).

Their exit statuses lie here: hdparm answers 0 and an empty page, and "sets" sectors that do not exist. What the eraser reads
from them must be "cannot be known", and no method of a drive's own may be offered.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from recond.core.disk import Bus, Disk, DiskIdentity, Medium
from recond.core.ports import Command
from recond.erase import registry
from recond.erase.medium import ata, ata_sanitize, nvme_sanitize, scsi_sanitize
from recond.erase.medium.watch import State
from recond.host import run as calls
from recond.host.local import LocalHost
from tests.block.conftest import Loop

pytestmark = pytest.mark.root


@pytest.fixture
def loop(make_loop: Callable[..., Loop]) -> Loop:
    """Return a small loop device."""
    return make_loop(1 << 20)


def posing(loop: Loop, bus: Bus) -> Disk:
    """Return the loop device as if it were such a disk."""
    return Disk(loop.name, loop.path, f"/sys/block/{loop.name}", DiskIdentity("M", "S", None, 1 << 20), bus, Medium.SSD)


@pytest.mark.parametrize("bus", [Bus.SATA, Bus.NVME, Bus.SCSI, Bus.MMC, Bus.USB])
def test_no_firmware_method_is_offered_for_what_does_not_answer(loop: Loop, bus: Bus) -> None:
    host, disk = LocalHost(), posing(loop, bus)
    offered = [one.name for one in registry.methods() if one.supports(host, disk) is None]
    assert offered == ["overwrite-aes", "overwrite-zero"]


def test_what_the_tools_say_of_nothing_is_not_known(loop: Loop) -> None:
    host, disk = LocalHost(), posing(loop, Bus.SATA)
    said = host.run(Command(("hdparm", "--Istdout", loop.path)))
    assert said.ok, "the lie that this test is about"
    assert isinstance(ata.parse(said.stdout), str)
    for look in (ata_sanitize.look, nvme_sanitize.look, scsi_sanitize.look):
        assert look(host, disk).state is State.SILENT


WORDS = (
    ("hdparm", "--yes-i-know-what-i-am-doing", "--sanitize-crypto-scramble"),
    ("hdparm", "--yes-i-know-what-i-am-doing", "--sanitize-block-erase"),
    (
        "hdparm",
        "--yes-i-know-what-i-am-doing",
        "--sanitize-overwrite-passes",
        "1",
        "--sanitize-overwrite",
        "hex:00000000",
    ),
    ("hdparm", "--yes-i-know-what-i-am-doing", "-Np2000"),
    ("hdparm", "--yes-i-know-what-i-am-doing", "--dco-restore"),
    ("hdparm", "--user-master", "u", "--security-set-pass", "recond-1"),
    ("hdparm", "--user-master", "u", "--security-unlock", ""),
    ("hdparm", "--user-master", "u", "--security-disable", "recond-1"),
    ("hdparm", "--user-master", "u", "--security-erase", "recond-1"),
    ("hdparm", "--user-master", "u", "--security-erase-enhanced", "recond-1"),
    ("sg_sanitize", "--crypto", "--quick", "--early"),
    ("sg_sanitize", "--block", "--quick", "--early"),
    ("sg_sanitize", "--overwrite", "--zero", "--quick", "--early"),
    ("nvme", "sanitize", "--sanact=4"),
    ("blkdiscard", "--secure"),
    ("mmc", "sanitize"),
)


@pytest.mark.parametrize("words", WORDS, ids=lambda words: " ".join(words))
def test_the_real_tools_know_every_word_that_is_sent_to_them(loop: Loop, words: tuple[str, ...]) -> None:
    """A word that a tool does not know ends in its usage text: the drive would never have heard of it."""
    argv = (*words, loop.path) if words[0] != "nvme" else (*words[:2], loop.path, *words[2:])
    before = loop.data()
    done = calls.run(Command(argv, timeout_s=20))
    said = (done.stdout + done.stderr).decode("utf-8", "replace").lower()
    assert done.why is None, done.explain()
    for word in ("usage:", "unrecognized", "unknown option", "invalid option", "missing pattern", "invalid pattern"):
        assert word not in said, said
    assert loop.data() == before, "a loop device obeys none of them"
