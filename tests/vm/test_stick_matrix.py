"""The stick in every firmware it must start from, from memory without the stick, and the other entries of its menu."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from recond.flow.practice_disk import MARKER, markers_left
from scripts.vmlab import MIB, Drive, VirtualPC, donor_disk, mounted, partitions
from tests.vm.test_stick_boots import ASSISTANT, BOOT_S, CHECKOUT, copy, image, stick

pytestmark = [pytest.mark.root, pytest.mark.vm, pytest.mark.timeout(1500)]

__all__ = ["image"]

QUIET = 'set extra_args="mitigations=off"\n'
"""What the test image's own extra.cfg says; each test adds its choice of the menu."""


def prepared(image: Path, folder: Path, config: str) -> Path:
    """Copy the image and write its menu's settings."""
    path = copy(image, folder / "stick.img")
    settings = folder / "extra.cfg"
    settings.write_text(QUIET + config)
    subprocess.run(("mcopy", "-o", "-i", f"{path}@@{2 * MIB}", str(settings), "::/recond/extra.cfg"), check=True)
    return path


def to_shell(pc: VirtualPC, process: subprocess.Popen[bytes]) -> None:
    """Leave the assistant on the serial line for a shell."""
    pc.asked(ASSISTANT, process, BOOT_S, "\x04")
    pc.asked("interpreteur de commandes. a puis", process, 60, "s\n")


@pytest.mark.parametrize("firmware", ["bios", "uefi", "secure", "uefi32"])
def test_it_starts_and_is_whole(image: Path, tmp_path: Path, firmware: str) -> None:
    path = copy(image, tmp_path / "stick.img")
    pc = VirtualPC(tmp_path / "pc", [], firmware=firmware, memory_mib=1536, extra=stick("one", path, boot=True))
    with pc.running() as process:
        print(f"{firmware}: assistant after {pc.wait_for(ASSISTANT, process, BOOT_S):.0f} s")
        pc.screenshot(f"{firmware}.ppm")
        to_shell(pc, process)
        if firmware != "bios":
            _, said = pc.shell("mokutil --sb-state; cat /sys/firmware/efi/fw_platform_size", process)
            assert ("SecureBoot enabled" in said) is (firmware == "secure"), said
            assert ("32" in said.split()[-1]) is (firmware == "uefi32"), said
        code, said = pc.shell("recond --simple doctor --stick", process, 300)
        assert (code, "[ECHEC]" in said) == (0, False), said
        assert "signée par la clé" in said


def test_the_shell_completes_and_has_the_manual(image: Path, tmp_path: Path) -> None:
    path = copy(image, tmp_path / "stick.img")
    pc = VirtualPC(tmp_path / "pc", [], firmware="bios", memory_mib=1536, extra=stick("one", path, boot=True))
    with pc.running() as process:
        to_shell(pc, process)
        # The knobs by which an installation has its disk write early, see recond/install/writeout.py.
        code, said = pc.shell(
            "cat /sys/dev/block/*/bdi/max_ratio_fine /sys/dev/block/*/bdi/strict_limit | sort -u; command -v hwclock; "
            "complete -p recond",
            process,
        )
        assert code == 0 and "1000000" in said and "hwclock" in said, said
        code, said = pc.shell("MANPAGER=cat man recond | head -40", process)
        assert code == 0 and "RECOND(1)" in said.upper() and "recond audit" in said, said
        pc.keys("recond cert\t")
        pc.wait_for("recond certificate", process, 60)
        pc.screenshot("shell.ppm")


def test_a_file_changed_on_the_stick_is_told_and_no_lot_starts(image: Path, tmp_path: Path) -> None:
    path = prepared(
        image, tmp_path, "set timeout=1\nset default=auto\n"
    )  # the list names extra.cfg as the image had it
    with mounted(path, partitions(path)[-1], tmp_path / "mnt") as data:
        (data / "autostart").write_text("LOT-1")
    pc = VirtualPC(tmp_path / "pc", [], firmware="bios", memory_mib=1536, extra=stick("one", path, boot=True))
    with pc.running() as process:
        pc.wait_for("le lot automatique ne demarre pas : la cle est abimee ou modifiee", process, BOOT_S)
        pc.wait_for("recond/extra.cfg n'a plus son contenu", process, 60)


def test_from_memory_it_goes_on_without_the_stick_and_says_what_is_lost(image: Path, tmp_path: Path) -> None:
    path = prepared(image, tmp_path, "set timeout=1\nset default=toram\n")
    pc = VirtualPC(tmp_path / "pc", [], firmware="bios", memory_mib=2048, extra=stick("one", path, boot=True))
    with pc.running() as process:
        pc.wait_for("Copie en memoire", process, BOOT_S)
        to_shell(pc, process)
        assert "return" in pc.qmp("device_del", id="one")
        pc.wait_for("CLE RECOND A ETE RETIREE", process, 60)
        code, said = pc.shell("echo 3 > /proc/sys/vm/drop_caches; recond --simple doctor --stick", process, 300)
        assert (code, "copie en mémoire" in said) == (0, True), said
        # What needs the stick is refused in so many words, before anything is done.
        code, said = pc.shell("recond --simple batch new LOT-1", process, 300)
        assert code == 5, said
        assert "->" in said, said


def test_the_memory_test_starts(image: Path, tmp_path: Path) -> None:
    config = 'set timeout=1\nset default=memtest\nset memtest_args="console=ttyS0,115200"\n'
    path = prepared(image, tmp_path, config)
    for firmware in ("bios", "uefi"):
        pc = VirtualPC(tmp_path / firmware, [], firmware=firmware, memory_mib=512, extra=stick("one", path, boot=True))
        with pc.running() as process:
            pc.wait_for("Memtest86+", process, 120)
            pc.wait_for("Testing", process, 120)
    pc = VirtualPC(tmp_path / "secure", [], firmware="secure", memory_mib=512, extra=stick("one", path, boot=True))
    with pc.running() as process:
        # Nothing goes to the serial line from GRUB under UEFI but what the firmware repeats there.
        pc.wait_for("memtest86+ n'est pas signe", process, 120)


@pytest.mark.parametrize("cpu", ["pentium3", "qemu32"])
def test_a_32_bit_processor_gets_a_message(image: Path, tmp_path: Path, cpu: str) -> None:
    path = prepared(image, tmp_path, "set timeout=1\n")
    pc = VirtualPC(tmp_path / "pc", [], firmware="bios", memory_mib=512, extra=stick("one", path, boot=True), cpu=cpu)
    with pc.running() as process:
        pc.wait_for("PC 32 BITS", process, 120)
        pc.wait_for("filiere DEEE", process, 10)


def test_a_damaged_layer_is_not_started_from_memory(image: Path, tmp_path: Path) -> None:
    path = prepared(image, tmp_path, "set timeout=1\nset default=toram\n")
    # One bit in the middle of the boot partition: well inside the layers, which fill nearly all of it.
    place = partitions(path)[1]
    with path.open("r+b") as file:
        file.seek(place["start"] + place["size"] // 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))
    pc = VirtualPC(tmp_path / "pc", [], firmware="bios", memory_mib=2048, extra=stick("one", path, boot=True))
    with pc.running() as process:
        pc.wait_for("LA CLE EST ABIMEE", process, BOOT_S)


def test_the_serial_entry_talks_on_the_serial_line(image: Path, tmp_path: Path) -> None:
    path = prepared(image, tmp_path, "set timeout=1\nset default=serial\n")
    pc = VirtualPC(tmp_path / "pc", [], firmware="bios", memory_mib=1024, extra=stick("one", path, boot=True))
    with pc.running() as process:
        pc.wait_for("Linux version", process, BOOT_S)
        pc.wait_for(ASSISTANT, process, BOOT_S)


def recond(*words: str) -> str:
    for _ in range(60):
        done = subprocess.run((sys.executable, "-m", "recond", *words), capture_output=True, text=True, timeout=300)
        if "un autre recond travaille" not in done.stderr:
            break
        time.sleep(5)  # another test of this machine has recond's lock
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def name_of(image: Path) -> str:
    words = ("mtype", "-i", f"{image}@@{2 * MIB}", "::/recond/image.json")
    return str(json.loads(subprocess.run(words, capture_output=True, check=True).stdout)["image"])


@pytest.mark.parametrize("firmware", ["bios", "uefi"])
def test_an_updated_stick_starts_with_the_new_system_and_its_old_data(
    image: Path, tmp_path: Path, firmware: str
) -> None:
    old = tmp_path / "old.img"
    build = (str(CHECKOUT / "live-image/build"), "--kernel-args", "mitigations=off loglevel=4", "--output", str(old))
    subprocess.run(build, env={**os.environ, "FAST": "1"}, check=True, capture_output=True)
    path = copy(old, tmp_path / "stick.img", more_mib=2048)
    words = ("stick", "write", "--update", str(image), "--practice", str(path))
    plan = json.loads(recond(*words, "--plan", "--json"))
    recond(*words, "--confirm", plan["plan_id"])
    before = partitions(path)
    assert before[1]["start"] > before[2]["start"], "the new system lies behind the data"
    pc = VirtualPC(tmp_path / "pc", [], firmware=firmware, memory_mib=1536, extra=stick("one", path, boot=True))
    with pc.running() as process:
        to_shell(pc, process)
        _, said = pc.shell("cat /etc/recond-signing.pub /run/recond/image.json; df -h /var/lib/recond", process)
        assert name_of(image) in said, said
        assert "/var/lib/recond" in said
    # The data partition has grown as far as the new system lets it, and did not move.
    after = partitions(path)
    assert after[2]["start"] == before[2]["start"]
    assert after[2]["size"] > before[2]["size"] + 500 * MIB
    assert after[1] == before[1]
    assert after[2]["start"] + after[2]["size"] <= after[1]["start"]


def test_a_stick_pulled_out_in_mid_wipe_is_told_and_nothing_is_called_erased(image: Path, tmp_path: Path) -> None:
    path = prepared(image, tmp_path, "set timeout=1\n")
    disk = tmp_path / "sata.img"
    donor_disk(disk, 6144, MARKER)
    drives = [Drive(disk, "sata", "WD-WX61A1234567", model="WDC WD2500BEVT")]
    pc = VirtualPC(tmp_path / "pc", drives, firmware="bios", memory_mib=1536, extra=stick("one", path, boot=True))
    with pc.running() as process:
        to_shell(pc, process)
        _, said = pc.shell("recond --simple wipe --plan", process, 300)
        number = re.search(r"--confirm ([0-9A-F]{4}-[0-9A-F]{4})", said)
        assert number, said
        pc.keys(f"recond --simple wipe --confirm {number[1]}\n")
        time.sleep(25)
        written = len(pc.said())
        assert "return" in pc.qmp("device_del", id="one")
        pc.wait_for("CLE RECOND A ETE RETIREE", process, 60)
        left = markers_left(disk)
        time.sleep(120)
        after = pc.said()[written:]
        pc.screenshot("pulled.ppm")
    print(after[-2000:])
    assert left > 0, "the stick was pulled out before the end of the wipe"
    assert not re.search(r"(?<!NON )EFFACE\b|ERASED|PRET", after), after
