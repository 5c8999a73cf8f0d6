"""This machine's network interfaces, and who answers to DHCP on one of them."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import time
from pathlib import Path

from recond.core.dhcp import Answer, question, read_answer
from recond.core.errors import EnvironmentFault
from recond.core.netboot import Interface
from recond.core.ports import Command, Host
from recond.core.words import N_

ASK_TIMES, LISTEN_S = 3, 2.0


def interfaces(host: Host) -> tuple[Interface, ...]:
    """Return the interfaces with their IPv4 addresses. Raises EnvironmentFault when they cannot be asked for."""
    done = host.run(Command(("ip", "-json", "-4", "address"), timeout_s=10))
    try:
        told = json.loads(done.stdout) if done.ok else None
    except ValueError:
        told = None
    if told is None:
        raise EnvironmentFault(
            N_("les interfaces réseau ne se lisent pas : {explain}").format(explain=done.explain()),
            "apt install iproute2",
        )
    links = host.run(Command(("ip", "-json", "link"), timeout_s=10))
    names = {one["ifname"]: one for one in json.loads(links.stdout or b"[]") if one.get("ifname")}
    names |= {one["ifname"]: one for one in told if one.get("ifname")}
    return tuple(
        Interface(
            name,
            up="LOWER_UP" in one.get("flags", ()),
            loopback="LOOPBACK" in one.get("flags", ()),
            wireless=Path(f"/sys/class/net/{name}/wireless").exists(),
            addresses=tuple(
                ipaddress.IPv4Interface(f"{each['local']}/{each['prefixlen']}")
                for each in one.get("addr_info", ())
                if each.get("family") == "inet"
            ),
        )
        for name, one in sorted(names.items())
    )


def ask_dhcp(interface: str) -> tuple[Answer, ...]:
    """Ask on one interface, as a PC that starts does, and return who answers. No address is taken.

    Raises EnvironmentFault when it cannot be asked: without an answer nobody may conclude that nobody is there.
    """
    found: dict[tuple[str, bool, bool], Answer] = {}
    # A locally administered address that is nobody's (IEEE 802, 8.2).
    mac, xid = b"\x02" + os.urandom(5), int.from_bytes(os.urandom(4), "big")
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
            line.bind(("", 68))
            for _ in range(ASK_TIMES):
                line.sendto(question(xid, mac), ("255.255.255.255", 67))
                end = time.monotonic() + LISTEN_S
                while (left := end - time.monotonic()) > 0:
                    line.settimeout(left)
                    try:
                        answer = read_answer(line.recv(4096), xid)
                    except TimeoutError:
                        break
                    if answer:
                        found[(answer.server, answer.gives, answer.boots)] = answer
    except OSError as error:
        raise EnvironmentFault(
            N_("impossible de demander sur {interface} qui y donne des adresses : {strerror}").format(
                interface=interface, strerror=error.strerror or error
            ),
            N_("lancez-le par root, et arrêtez ce qui tient le port 68 (dhclient, dhcpcd) sur cette interface"),
        ) from error
    return tuple(found.values())
