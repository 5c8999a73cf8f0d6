"""What a network is told before its PCs start from it, what is refused, and what a netbooted system counts as."""

from __future__ import annotations

import ipaddress
import json
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from recond.core import dhcp, guard, netboot
from recond.core.disk import BootMedium
from recond.core.errors import ConfigurationFault
from recond.core.guard import refusals
from recond.core.netboot import Interface, Offer
from recond.probe.surroundings import parse_boot_medium
from tests.unit.test_guards import AROUND, GOOD

CHECKOUT = Path(__file__).resolve().parents[2]
HOME = (ipaddress.IPv4Interface("192.168.1.9/24"),)
WIRE = Interface("eth0", up=True, loopback=False, wireless=False, addresses=HOME)
OFFER = Offer("eth0", HOME[0], 8018)
MENU = (CHECKOUT / "live-image/grub/grub.cfg").read_text()


@pytest.mark.parametrize(
    ("interface", "why"),
    [
        (replace(WIRE, name="lo", loopback=True), "interne"),
        (replace(WIRE, wireless=True), "Wi-Fi"),
        (replace(WIRE, up=False), "débranchée"),
        (replace(WIRE, addresses=()), "pas d'adresse"),
        (replace(WIRE, addresses=(*HOME, ipaddress.IPv4Interface("10.0.0.2/8"))), "plusieurs"),
        (replace(WIRE, addresses=(ipaddress.IPv4Interface("8.8.8.8/24"),)), "publique"),
    ],
)
def test_an_interface_that_could_harm_is_refused(interface: Interface, why: str) -> None:
    with pytest.raises(ConfigurationFault, match=why):
        netboot.choose(interface.name, (interface,))


def test_the_interface_named_is_taken_and_no_other() -> None:
    other = replace(WIRE, name="eth1")
    assert netboot.choose("eth0", (other, WIRE)) == (WIRE, HOME[0])
    with pytest.raises(ConfigurationFault, match="pas d'interface"):
        netboot.choose("eth2", (other, WIRE))


def test_dnsmasq_gives_no_address_and_no_name() -> None:
    lines = netboot.dnsmasq_settings(OFFER, "/run/x").splitlines()
    assert "port=0" in lines and "interface=eth0" in lines and "bind-interfaces" in lines
    assert [line for line in lines if line.startswith("dhcp-range")] == ["dhcp-range=192.168.1.0,proxy,255.255.255.0"]


def test_no_pc_is_ever_started_into_an_unattended_lot() -> None:
    words = netboot.kernel_arguments(
        'set args="recond.part=$part quiet recond.lang=fr recond.autorun=1"',
        'set extra_args="recond.autorun=1 mitigations=off"',
    )
    assert words == "quiet recond.lang=fr mitigations=off"


def test_the_boot_menu_of_the_recipe_is_understood() -> None:
    assert netboot.kernel_arguments(MENU.replace("@ARGS@", "quiet gpt"), None) == "quiet gpt"
    with pytest.raises(ConfigurationFault):
        netboot.kernel_arguments("menuentry x {}", None)


def reply(*, yours: str = "0.0.0.0", file: bytes = b"", options: bytes = b"", xid: int = 7, op: int = 2) -> bytes:
    asked = dhcp.question(xid, b"\x02abcde")
    head = list(dhcp.HEAD.unpack_from(asked))
    head[0], head[8], head[13] = op, ipaddress.IPv4Address(yours).packed, file
    return dhcp.HEAD.pack(*head) + dhcp.COOKIE + b"\x35\x01\x02\x36\x04\xc0\xa8\x01\x01" + options + b"\xff"


def test_a_box_that_gives_addresses_is_no_boot_server() -> None:
    answer = dhcp.read_answer(reply(yours="192.168.1.50"), 7)
    assert answer == dhcp.Answer("192.168.1.1", gives=True, boots=False)
    assert dhcp.judge("eth0", [answer]) == ("192.168.1.1",)


@pytest.mark.parametrize(
    "data",
    [
        reply(yours="192.168.1.50", file=b"pxelinux.0"),
        reply(options=bytes((67, 3)) + b"x.0"),
        reply(options=bytes((60, 9)) + b"PXEClient"),
    ],
)
def test_another_boot_server_is_never_joined(data: bytes) -> None:
    answer = dhcp.read_answer(data, 7)
    assert answer is not None and answer.boots
    with pytest.raises(ConfigurationFault, match="autre serveur de démarrage"):
        dhcp.judge("eth0", [answer, dhcp.Answer("192.168.1.1", gives=True, boots=False)])


def test_a_network_without_addresses_is_refused() -> None:
    with pytest.raises(ConfigurationFault, match="aucun serveur DHCP"):
        dhcp.judge("eth0", [])


def test_what_is_no_answer_to_this_question_is_none() -> None:
    for data in (b"", bytes(300), reply(xid=8), reply(op=1), reply()[:-12] + b"\x35\x01\x05\xff", reply()[:241]):
        assert dhcp.read_answer(data, 7) is None


def names(archive: bytes) -> dict[str, tuple[int, bytes]]:
    """Read a newc archive: mode and content by name (an independent reading of the kernel's description)."""
    found: dict[str, tuple[int, bytes]] = {}
    at = 0
    while True:
        fields = [int(archive[at + 6 + 8 * n : at + 14 + 8 * n], 16) for n in range(13)]
        assert archive[at : at + 6] == b"070701"
        name = archive[at + 110 : at + 110 + fields[11] - 1].decode()
        start = (at + 110 + fields[11] + 3) // 4 * 4
        if name == "TRAILER!!!":
            return found
        found[name] = (fields[1], archive[start : start + fields[6]])
        at = (start + fields[6] + 3) // 4 * 4


def test_the_archive_holds_what_was_put_in_for_root_only() -> None:
    small = netboot.small_archive({"netboot/settings.json": b"{}", "netboot/data/stick.json": b"abc"})
    whole = small + netboot.archive_end(len(small))
    assert len(whole) % 512 == 0
    read = names(whole)
    assert read["netboot/data/stick.json"] == (0o100600, b"abc") and read["netboot"][0] == 0o40700
    assert list(read)[:2] == ["netboot", "netboot/data"], "folders come before what is in them"
    with pytest.raises(ValueError):
        netboot.archive_head("x", 1 << 32, 0o100600, 1)


def test_a_netbooted_pc_may_wipe_its_disks_and_a_stick_in_it_stays_protected() -> None:
    record = {
        "schema": "recond.boot-medium/1",
        "name": None,
        "serial": None,
        "wwn": None,
        "ptuuid": None,
        "size_bytes": None,
    }
    medium = parse_boot_medium(json.dumps({**record, "toram": True, "netboot": True}).encode())
    assert medium == BootMedium(None, None, None, None, None, toram=True, netboot=True)
    around = replace(AROUND, boot_medium=medium)
    assert guard.boot_medium(GOOD, around) is None
    marked = replace(GOOD, partitions=(replace(GOOD.partitions[0], label="RECOND-DATA"),))
    assert "stick-marker" in {one.rule for one in refusals(marked, around)} or refusals(marked, around)


def test_a_record_that_contradicts_itself_protects_every_disk() -> None:
    said = {"schema": "recond.boot-medium/1", "name": "sda", "netboot": True}
    assert parse_boot_medium(json.dumps(said).encode()) is None
    assert parse_boot_medium(json.dumps({"schema": "recond.boot-medium/1", "netboot": "yes"}).encode()) is None


def test_the_question_is_one_a_boot_rom_asks() -> None:
    asked = dhcp.question(0x01020304, b"\x02abcde")
    assert len(asked) >= 300 and struct.unpack_from("!I", asked, 4) == (0x01020304,)
    assert asked[236:240] == dhcp.COOKIE and dhcp.PXE in asked and asked[10:12] == b"\x80\x00"
