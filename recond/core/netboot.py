"""Starting PCs over the workshop's network: what dnsmasq, iPXE and GRUB are told, and the archive that carries the system.

Pure: `recond.server.netboot` serves it, `recond serve --netboot` runs dnsmasq with it. Proxy mode throughout (PXE 2.1, 2.2.4):
addresses stay the business of the network's own DHCP server.
"""

from __future__ import annotations

import ipaddress
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass

from recond.core.errors import ConfigurationFault

SCHEMA = "recond.netboot/1"
LOADERS = {
    "undionly.kpxe": ("/usr/lib/ipxe/undionly.kpxe", "ipxe"),
    "snponly.efi": ("/usr/lib/ipxe/snponly.efi", "ipxe"),
}
"""What is offered by TFTP: name, place on this machine, Debian package."""

SCREEN = "console=ttyS0,115200 console=tty0"
ARGUMENTS = re.compile(r'^set args="recond\.part=\$part ([^"]*)"$', re.MULTILINE)
EXTRA = re.compile(r'^set extra_args="([^"]*)"$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface of this machine as `ip -json address` tells it."""

    name: str
    up: bool
    loopback: bool
    wireless: bool
    addresses: tuple[ipaddress.IPv4Interface, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """On which interface, from which of its addresses, and on which port of HTTP the system is offered."""

    interface: str
    address: ipaddress.IPv4Interface
    port: int

    @property
    def url(self) -> str:
        """Return where iPXE finds the rest."""
        return f"http://{self.address.ip}:{self.port}"


def choose(name: str, found: tuple[Interface, ...]) -> tuple[Interface, ipaddress.IPv4Interface]:
    """Return the interface that was named and its address. Raises ConfigurationFault when it must not or cannot be used."""
    fit = [one.name for one in found if one.up and not one.loopback and not one.wireless and one.addresses]
    hint = f"interfaces possibles ici : {', '.join(fit) or 'aucune'}"
    one = next((each for each in found if each.name == name), None)
    if one is None:
        raise ConfigurationFault(f"pas d'interface réseau « {name} »", hint)
    why = (
        "c'est l'interface interne de cette machine"
        if one.loopback
        else "le démarrage par le réseau ne passe pas par le Wi-Fi"
        if one.wireless
        else "elle est éteinte ou débranchée"
        if not one.up
        else "elle n'a pas d'adresse IPv4"
        if not one.addresses
        else "elle a plusieurs adresses IPv4, recond ne sait pas laquelle prendre"
        if len(one.addresses) > 1
        else ""
    )
    if why:
        raise ConfigurationFault(f"{name} ne convient pas : {why}", hint)
    address = one.addresses[0]
    if not address.is_private:
        # A public range is somebody's network, not a workshop's: its PCs are not ours to start.
        raise ConfigurationFault(
            f"{name} a une adresse publique ({address}) : le démarrage par le réseau n'y sera pas proposé",
            "utilisez un réseau d'atelier (192.168.x.x, 10.x.x.x, 172.16-31.x.x)",
        )
    return one, address


def dnsmasq_settings(offer: Offer, folder: str) -> str:
    """Return dnsmasq's configuration: no DNS, no addresses given, one interface. `folder` holds the TFTP files and its state.

    A PC's own boot ROM gets iPXE; iPXE (it says so by option 175) gets the address of its script.
    """
    network = offer.address.network
    return "\n".join(
        (
            "port=0",
            f"interface={offer.interface}",
            "bind-interfaces",
            f"listen-address={offer.address.ip}",
            f"dhcp-range={network.network_address},proxy,{network.netmask}",
            f"dhcp-leasefile={folder}/leases",
            f"pid-file={folder}/dnsmasq.pid",
            "enable-tftp",
            f"tftp-root={folder}/tftp",
            "tftp-no-fail",
            "dhcp-match=set:ipxe,175",
            'pxe-service=tag:!ipxe,x86PC,"recond",undionly.kpxe',
            'pxe-service=tag:!ipxe,x86-64_EFI,"recond",snponly.efi',
            'pxe-service=tag:!ipxe,BC_EFI,"recond",snponly.efi',
            # With the server's address: iPXE takes a boot file from a proxy only with a next server.
            f"dhcp-boot=tag:ipxe,{offer.url}/boot.ipxe,,{offer.address.ip}",
            "log-dhcp",
            "",
        )
    )


def ipxe_script(offer: Offer, arguments: str) -> str:
    """Return what iPXE does: kernel, initrd, start. A failure waits and tries again instead of starting the PC's own disk."""
    return f"""#!ipxe
echo
echo recond : ce PC demarre par le reseau de l'atelier. RIEN N'EST EFFACE SANS UN MOT TAPE ICI.
:load
imgfree
kernel {offer.url}/vmlinuz initrd=initrd {SCREEN} {arguments} || goto again
initrd --name initrd {offer.url}/initrd?mac=${{netX/mac}} || goto again
boot || goto again
:again
echo Le systeme n'a pas pu etre recu (memoire de moins de 1 Go ? cable ?). Nouvel essai dans 10 s.
sleep 10
goto load
"""


def kernel_arguments(menu: str, extra: str | None) -> str:
    """Return the kernel's words that the image's own boot menu gives it, without those that name a stick.

    Never `recond.autorun`: an unattended lot on every PC that happens to start over the network would erase PCs that
    nobody meant. Raises ConfigurationFault when the menu is not one of recond.
    """
    found = ARGUMENTS.search(menu)
    if found is None:
        raise ConfigurationFault("le menu de démarrage de cette image n'est pas celui d'une clé recond", "make image")
    more = EXTRA.search(extra or "")
    words = f"{found[1]} {more[1] if more else ''}".split()
    return " ".join(word for word in words if not word.startswith(("recond.autorun", "recond.part")))


def archive_head(name: str, size: int, mode: int, number: int) -> bytes:
    """Return what precedes a file's bytes in a "newc" archive (kernel: driver-api/early-userspace/buffer-format).

    `mode` with the file's type. Raises ValueError for a size that the format cannot hold.
    """
    if not 0 <= size < 1 << 32:
        raise ValueError(f"{name}: {size} bytes")
    plain = name.encode("ascii") + b"\0"
    links = 2 if stat.S_ISDIR(mode) else 1
    fields = (number, mode, 0, 0, links, 0, size, 0, 0, 0, 0, len(plain), 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + plain
    return head + bytes(-len(head) % 4)


def small_archive(files: Mapping[str, bytes]) -> bytes:
    """Return an archive of small files, for root only, with their folders; without its end mark."""
    folders = {"/".join(parts[:n]) for parts in (name.split("/") for name in files) for n in range(1, len(parts))}
    out = b"".join(archive_head(name, 0, stat.S_IFDIR | 0o700, at) for at, name in enumerate(sorted(folders), 1))
    for at, (name, content) in enumerate(sorted(files.items()), 1000):
        out += archive_head(name, len(content), stat.S_IFREG | 0o600, at) + content + bytes(-len(content) % 4)
    return out


def archive_end(length: int) -> bytes:
    """Return the end mark of an archive of this length so far, filled up to 512 bytes: another one may follow."""
    head = archive_head("TRAILER!!!", 0, 0, 0)
    return head + bytes(-(length + len(head)) % 512)
