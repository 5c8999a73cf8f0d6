"""What the system to come lacks, or why it was chosen, is said before the plan is confirmed: nobody has to wipe to learn it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from recond.core.plan import Plan
from recond.core.settings import Settings
from recond.flow import practice_disk
from recond.flow.chain import Chain
from recond.flow.run import run
from recond.host.local import LocalHost
from recond.sink.store import Store
from tests.flow.test_nothing_done import Silent

pytestmark = pytest.mark.root


class Told(Silent):
    """Keeps what was said and when the plan came; confirms it when `sure`."""

    def __init__(self, *, sure: bool) -> None:
        super().__init__()
        self.sure = sure
        self.said: list[str] = []

    def note(self, text: str, *, good: bool | None = None) -> None:
        self.said.append(text)

    def confirm(self, plan: Plan) -> str | None:
        self.said.append("PLAN")
        return plan.id if self.sure else None


@pytest.fixture
def greedy(tmp_path: Path, small_image: Path) -> Path:
    """Return a folder with an image whose profile asks for more memory and disk than this machine has."""
    (small,) = small_image.glob("*.json")
    told = json.loads(small.read_bytes())
    told["profile"]["needs"].update(ram_gib=1024, disk_gib=50)
    told["profile"].get("comfortable", {}).update(ram_gib=1024)
    folder = tmp_path / "greedy"
    folder.mkdir()
    (folder / small.name).write_text(json.dumps(told))
    image = small.with_suffix(".squashfs")
    (folder / image.name).symlink_to(image)
    return folder


@pytest.mark.parametrize("sure", [False, True])
@pytest.mark.parametrize("asked", ["named", "auto"])
def test_the_choice_and_its_warning_come_before_the_plan(
    tmp_path: Path, greedy: Path, small_image: Path, asked: str, sure: bool
) -> None:
    host, talk = LocalHost(), Told(sure=sure)
    images = greedy if asked == "named" else small_image
    disk = practice_disk.make(host, tmp_path / "disk", 1 << 30)
    with practice_disk.attached(host, disk):
        chain = Chain(host, Store(tmp_path / "d", host), Settings(), talk, (images,), practice_file=str(disk))
        chain.profile = "tiny" if asked == "named" else "auto"
        run(chain)
    plan = talk.said.index("PLAN")
    about = [at for at, text in enumerate(talk.said) if ("choisi quand même" in text or " -> " in text)]
    assert about and all(at < plan for at in about), talk.said
    if asked == "named":
        assert "de mémoire (choisi quand même)" in talk.said[about[0]] and "un disque de" in talk.said[about[1]]
        assert len(about) == 2, "said once, also when the wipe went on"
    else:
        assert len(about) == 1
