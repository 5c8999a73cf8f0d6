"""Which printers there are to choose from: on USB, in this machine's CUPS, and on the network."""

from __future__ import annotations

import os
from pathlib import Path

from recond.core.errors import EnvironmentFault
from recond.core.ports import Host
from recond.core.words import N_
from recond.label.detect import Found, usb_printers
from recond.label.ipp import CUPS_SOCKET, Ipp, cups_address
from recond.label.mdns import IPP, Service, search


def found_printers(host: Host, *, network: bool) -> tuple[Found, ...]:
    """Return every printer that answers; those of the network are asked for two seconds."""
    heard = tuple(network_printer(one) for one in search()) if network else ()
    return tuple(dict.fromkeys((*usb_printers(host), *_cups(), *heard)))


def _cups() -> tuple[Found, ...]:
    if "CUPS_SERVER" not in os.environ and not Path(CUPS_SOCKET).exists():
        return ()
    try:
        names = Ipp(cups_address("")).queues()
    except EnvironmentFault:
        return ()
    return tuple(Found(f"cups@{name}", N_("{name}, dans CUPS").format(name=name)) for name in names)


def network_printer(heard: Service) -> Found:
    """Return how --printer names a printer of the network: its own language where recond speaks it, else IPP."""
    said = f"{heard.text.get('usb_mfg', '')} {heard.text.get('ty', '')} {heard.name}".upper()
    about = N_("{ty}, réseau ({host})").format(ty=heard.text.get("ty") or heard.name, host=heard.host)
    if "BROTHER" in said and "QL-" in said:
        return Found(f"brother-ql@{heard.host}", about)
    if "ZEBRA" in said or "ZPL" in heard.text.get("pdl", "").upper():
        return Found(f"zpl@{heard.host}", about)
    if heard.kind != IPP:
        return Found(None, about)
    path = heard.text.get("rp", "ipp/print").strip("/")
    return Found(f"ipp@ipp://{heard.host}:{heard.port}/{path}", about)
