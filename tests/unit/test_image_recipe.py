"""The image's recipe, where it can be wrong without anybody noticing: which firmware stays, what the initrd is told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "live-image"))

from recipe.common import RecipeError  # noqa: E402
from recipe.firmware import NAMED, kept, read_rules  # noqa: E402
from recipe.initrd import identity  # noqa: E402
from recipe.layer import drop_programs  # noqa: E402
from recipe.signing import seed  # noqa: E402

RULES = read_rules(CHECKOUT / "live-image/base/firmware-keep")


@pytest.mark.parametrize(
    ("name", "named", "stays"),
    [
        ("iwlwifi-8265-36.ucode", {"iwlwifi-8265-36.ucode"}, True),
        ("iwlwifi-8265-34.ucode", {"iwlwifi-8265-36.ucode"}, False),
        ("ath11k/QCA6390/hw2.0/board-2.bin", {"ath11k/QCA6390/hw2.0/*"}, True),
        ("ath11k/QCN9074/hw1.0/amss.bin", {"ath11k/QCN9074/hw1.0/*"}, False),
        ("intel/sof/sof-cnl.ri", set(), True),
        ("intel/sof-ipc4/tgl/sof-tgl.ri", set(), True),
        ("intel/sof-ipc4/lnl/sof-lnl.ri", set(), False),
        ("rtl_nic/rtl8168h-2.fw", {"rtl_nic/rtl8168h-2.fw"}, True),
        ("xe/lnl_gsc_1.bin", {"xe/lnl_gsc_1.bin"}, False),
    ],
)
def test_which_firmware_stays(name: str, named: set[str], stays: bool) -> None:
    assert kept(name, named, RULES) is stays


def test_a_module_tells_its_firmware() -> None:
    module = b"\x7fELF\0\0license=GPL\0firmware=rtl_nic/rtl8168h-2.fw\0firmware=b43/*.fw\0alias=x\0"
    assert NAMED.findall(module) == [b"rtl_nic/rtl8168h-2.fw", b"b43/*.fw"]


def test_a_rule_without_a_sign_is_refused(tmp_path: Path) -> None:
    (tmp_path / "keep").write_text("intel/sof/*\n")
    with pytest.raises(RecipeError, match="must be"):
        read_rules(tmp_path / "keep")


def test_the_initrd_knows_the_sum_of_each_layer() -> None:
    archive = identity("0011223344556677", {"recond": "b" * 64, "base": "a" * 64})
    sums = f"{'a' * 64}  base.squashfs\n{'b' * 64}  recond.squashfs\n"
    assert sums.encode() in archive
    assert len(archive) % 512 == 0


def test_the_signing_key_is_made_once_and_only_for_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keys/signing.key"
    monkeypatch.setenv("RECOND_SIGNING_KEY", str(path))
    first = seed()
    assert (len(first), path.stat().st_mode & 0o777, seed()) == (32, 0o600, first)
    path.chmod(0o644)
    with pytest.raises(RecipeError, match="chmod 600"):
        seed()
    path.chmod(0o600)
    path.write_text("junk\n")
    with pytest.raises(RecipeError, match="not a signing key"):
        seed()


def test_nothing_of_the_build_hosts_python_is_left_in_a_package(tmp_path: Path) -> None:
    """pip notes the hash of each program, whose first line names the Python that built: another folder, other bytes."""
    info = tmp_path / "chardet-7.dist-info"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/chardetect").write_text("#!/somewhere/python\n")
    info.mkdir()
    kept = "chardet/__init__.py,sha256=abc,12\nchardet-7.dist-info/RECORD,,\n"
    (info / "RECORD").write_text("../../bin/chardetect,sha256=xyz,233\n" + kept)
    drop_programs(tmp_path)
    assert not (tmp_path / "bin").exists()
    assert (info / "RECORD").read_text() == kept
