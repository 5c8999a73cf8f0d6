"""Printers found: by what USB says of them, by their answers on the network, by CUPS; rubbish on the wire finds nothing."""

from __future__ import annotations

import socket
import struct
import threading
from pathlib import Path

import pytest

from recond.flow.printers import network_printer
from recond.host.local import LocalHost
from recond.label import mdns
from recond.label.detect import default_target, device_id, language, usb_printers
from recond.label.mdns import IPP, RAW, Records, Service, question, read, search, services


class Sysfs(LocalHost):
    """The machine's own reader, its /sys in a folder."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = root

    def names(self, path: str) -> tuple[str, ...]:
        return super().names(str(self.root) + path)

    def read(self, path: str, limit: int = 1 << 20) -> bytes | None:
        return super().read(str(self.root) + path, limit)


def plug(root: Path, name: str, said: str) -> None:
    folder = root / f"sys/class/usbmisc/{name}/device"
    folder.mkdir(parents=True)
    (folder / "ieee1284_id").write_text(said, encoding="utf-8")


def test_printers_on_usb_are_known_by_what_they_say(tmp_path: Path) -> None:
    plug(tmp_path, "lp0", "MFG:EPSON;CMD:ESCPL2,BDC;MDL:XP-205;CLS:PRINTER;")
    plug(tmp_path, "lp1", "MFG:Brother;CMD:PT-CBP;MDL:QL-700;CLS:PRINTER;")
    plug(tmp_path, "lp2", "MANUFACTURER:Zebra Technologies ;COMMAND SET:ZPL;MODEL:ZTC ZD421-300dpi ZPL;CLASS:PRINTER;")
    plug(tmp_path, "lp3", "")
    (tmp_path / "sys/class/usbmisc/cdc-wdm0").mkdir()
    found = usb_printers(Sysfs(tmp_path))
    assert [one.printer for one in found] == [None, "brother-ql@/dev/usb/lp1", "zpl300@/dev/usb/lp2", None]
    assert found[1].about == "Brother QL-700, USB (/dev/usb/lp1)"
    assert "ne dit pas son nom" in found[3].about
    assert default_target(Sysfs(tmp_path), "brother-ql") == "/dev/usb/lp1"
    assert default_target(Sysfs(tmp_path), "zpl300") == "/dev/usb/lp2"
    assert default_target(Sysfs(tmp_path), "zpl") is None, "300 dots an inch are not 203"
    assert usb_printers(Sysfs(tmp_path / "nothing")) == ()


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("MFG:Brother;MDL:QL-820NWB;", "brother-ql"),
        ("MFG:Brother;MDL:HL-2030 series;CMD:PJL,PCL;", None),
        ("MFG:Zebra;CMD:EPL;MDL:LP2844;", None),
        ("MFG:Zebra;CMD:ZPL;MDL:GK420d;", "zpl"),
        ("MFG:TSC;CMD:EPL,ZPL,TSPL;MDL:TE200;", "zpl"),
        ("rubbish", None),
    ],
)
def test_languages(said: str, key: str | None) -> None:
    assert language(device_id(said.encode())) == key


def answer(*, loops: bool = False) -> bytes:
    """A packet as a Brother QL-820NWB sends it, with names that point back into the packet (RFC 1035, 4.1.4)."""
    head = struct.pack(">6H", 0, 0x8400, 0, 1, 0, 3)
    kind = mdns._name(RAW)
    name = b"\x12Brother QL-820NWB!" + (b"\xc0\x0c" if not loops else struct.pack(">H", 0xC000 + 12 + len(kind) + 10))
    offer = kind + struct.pack(">HHIH", 12, 1, 4500, len(name)) + name
    at = struct.pack(">H", 0xC000 + 12 + len(kind) + 10)
    host = b"\x06BRW123\x05local\x00"
    place = at + struct.pack(">HHIH", 33, 1, 120, 6 + len(host)) + struct.pack(">HHH", 0, 0, 9100) + host
    text = b"".join(
        bytes([len(one)]) + one for one in (b"ty=Brother QL-820NWB", b"usb_MFG=Brother", b"rp=duerqxesz5090")
    )
    told = at + struct.pack(">HHIH", 16, 1, 4500, len(text)) + text
    where = host + struct.pack(">HHIH", 1, 1, 120, 4) + socket.inet_aton("192.168.1.50")
    return head + offer + place + told + where


def heard(packet: bytes) -> tuple[Service, ...]:
    records = Records()
    read(packet, records, "192.168.1.99")
    return services(records)


def test_a_printers_answer_is_read() -> None:
    (one,) = heard(answer())
    assert (one.kind, one.host, one.port) == (RAW, "192.168.1.50", 9100)
    assert network_printer(one).printer == "brother-ql@192.168.1.50"
    assert "Brother QL-820NWB, réseau" in network_printer(one).about


def test_office_printers_are_reached_by_ipp_and_zebras_in_their_own_language() -> None:
    office = Service(IPP, "HP LaserJet", "10.0.0.7", 631, {"ty": "HP LaserJet M402", "rp": "ipp/print"})
    assert network_printer(office).printer == "ipp@ipp://10.0.0.7:631/ipp/print"
    zebra = Service(RAW, "ZTC ZD421", "10.0.0.8", 9100, {"ty": "Zebra ZD421"})
    assert network_printer(zebra).printer == "zpl@10.0.0.8"
    assert network_printer(Service(RAW, "Copieur", "10.0.0.9", 9100, {})).printer is None


def test_rubbish_and_circles_find_nothing() -> None:
    whole = answer()
    for length in range(0, len(whole), 3):
        heard(whole[:length])
    assert heard(answer(loops=True)) == ()
    assert heard(question((IPP, RAW))) == (), "a question of somebody else"
    assert heard(b"\xff" * 500) == ()


def test_the_question_is_answered_over_a_real_socket() -> None:
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    got: list[bytes] = []

    def serve() -> None:
        packet, who = server.recvfrom(9000)
        got.append(packet)
        server.sendto(b"rubbish", who)
        server.sendto(answer(), who)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    (one,) = search(1.0, server.getsockname())
    thread.join(5)
    server.close()
    assert one.host == "192.168.1.50" and b"\x0f_pdl-datastream\x04_tcp\x05local" in got[0]
