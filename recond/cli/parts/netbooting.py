"""`recond serve --netboot`: what is checked and asked before PCs of a network are offered to start with recond, and the offer."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from recond.cli.context import Context, cache_folder
from recond.core.errors import CancelledError, ConfigurationFault, EnvironmentFault, UsageError
from recond.core.netboot import LOADERS, Interface, Offer, choose, dnsmasq_settings
from recond.core.words import N_, _, stored

if TYPE_CHECKING:
    from recond.flow.netboot_image import TakenOut
    from recond.flow.netboot_shelf import Shelf

WORD = _("RESEAU")
PACKAGES = "apt install dnsmasq-base ipxe"


@contextmanager
def prepared(
    context: Context, interface: str, image: Path | None, port: int, confirmed: str | None
) -> Iterator[tuple[Offer, TakenOut, Shelf]]:
    """Check everything, ask, take the system and the images to install out of the stick's image, and hand over what to offer.

    `confirmed`: the interface named again by a script, instead of the typed word. Raises ConfigurationFault or
    EnvironmentFault with nothing offered when it could harm or cannot work, CancelledError when the person says no.
    """
    from recond.core.dhcp import judge
    from recond.flow.netboot_image import take_out
    from recond.flow.netboot_shelf import fill
    from recond.flow.stick_image import open_image
    from recond.host import network

    if not context.host.is_root():
        raise EnvironmentFault(
            N_("le démarrage par le réseau demande les droits de root"), f"sudo recond serve --netboot {interface}"
        )
    _tools()
    found, address = choose(interface, network.interfaces(context.host))
    path = image or _newest()
    opened = open_image(context.host, path.absolute())
    typer.echo(
        _("réseau {network} sur {interface} : qui y répond déjà ?").format(network=address.network, interface=interface)
    )
    givers = judge(interface, network.ask_dhcp(interface))
    _ask(context, found, address.network.with_prefixlen, givers, opened.described.version, path, confirmed)

    def copying(text: str) -> None:
        typer.echo(_("  copie : {text}").format(text=text))

    here = (context.data / "server").absolute()
    taken = take_out(context.host, opened, here / "netboot", copying)
    folders = tuple(folder.absolute() for folder in context.image_folders())
    shelf = fill(context.host, opened, folders, here / "netboot-profiles", copying)
    _tell_systems(shelf)
    yield Offer(interface, address, port), taken, shelf


def _tell_systems(shelf: Shelf) -> None:
    for why in shelf.left_out:
        typer.echo(_("  pas proposé : {why}").format(why=stored(why)))
    if shelf.names:
        typer.echo(_("  systèmes à installer : {names}").format(names=", ".join(shelf.names)))
    else:
        typer.echo(
            _(
                "  systèmes à installer : AUCUN, ces PC finiront EFFACE (image faite avec make profiles ; scripts/sign-image)"
            )
        )


def _tools() -> None:
    import shutil

    missing = [name for name, (place, _unused) in LOADERS.items() if not Path(place).exists()]
    if shutil.which("dnsmasq") is None:
        missing.insert(0, "dnsmasq")
    if missing:
        raise EnvironmentFault(N_("il manque à cette machine : {missing}").format(missing=", ".join(missing)), PACKAGES)


def _newest() -> Path:
    images = sorted((cache_folder() / "image").glob("recond-*.img"), key=lambda path: path.stat().st_mtime)
    if not images:
        raise UsageError(
            N_("aucune image de clé sur cette machine"),
            N_("make image, ou --netboot-image FICHIER : celle des clés de l'atelier"),
        )
    return images[-1]


def _ask(
    context: Context,
    found: Interface,
    network: str,
    givers: tuple[str, ...],
    version: str,
    image: Path,
    said: str | None,
) -> None:
    for line in (
        _("  adresses données par : {givers} (recond n'en donne pas et n'y change rien)").format(
            givers=", ".join(givers)
        ),
        _("  système proposé      : recond {version}, {image}").format(version=version, image=image),
        _(
            "  TOUS les PC de {network} réglés pour démarrer par le réseau recevront recond au lieu de leur système."
        ).format(network=network),
        _("  Aucun n'est effacé sans un mot tapé sur ce PC-là ; jamais de lot automatique par le réseau."),
        _("  Le réseau n'est pas protégé au démarrage : seulement un réseau où vous connaissez chaque machine."),
        _("  Secure Boot : à désactiver dans le firmware du PC, iPXE n'est pas signé (ou prenez une clé, qui l'est)."),
    ):
        typer.echo(line)
    if said is not None:
        if said != found.name:
            raise ConfigurationFault(
                N_("--netboot-confirm {said} : c'est {name} qui est proposée").format(said=said, name=found.name),
                N_("rien n'est proposé"),
            )
        return
    if not context.interactive:
        raise UsageError(
            N_("personne pour confirmer"), N_("par script : --netboot-confirm {name}").format(name=found.name)
        )
    if (
        typer.prompt(
            _("Tapez {word} pour proposer recond sur {name}").format(word=WORD, name=found.name),
            default="",
            show_default=False,
        )
        != WORD
    ):
        raise CancelledError(N_("rien n'est proposé sur le réseau"))


class Offering:
    """The offer while the server runs: HTTP for the files, dnsmasq for the rest. `start` once the server answers."""

    def __init__(self, context: Context, offer: Offer, taken: TakenOut, shelf: Shelf) -> None:
        self._context, self._offer, self._taken, self._shelf = context, offer, taken, shelf
        self._stack = ExitStack()

    def start(self, url: str, data: Path) -> None:
        """Offer. Raises EnvironmentFault when a port is taken or dnsmasq does not run."""
        from recond.core.ports import Command
        from recond.host.daemon import beside
        from recond.server import netboot, tls
        from recond.sink.store import Store

        store = Store(self._context.data, self._context.host)
        settings = self._context.data / "recond.toml"
        prefix = store.settings().tag_prefix
        text = settings.read_text(encoding="utf-8") if settings.exists() else ""
        welcome = netboot.Welcome(data, url, tls.pin(data), text, prefix)
        taken = self._taken
        system = netboot.System(
            taken.kernel, taken.initrd, taken.carried, taken.arguments, self._shelf.files, self._shelf.names
        )
        gone = netboot.retire()
        if gone:
            typer.echo(
                _("{gone} clé(s) de PC démarrés par le réseau, vieilles d'une semaine : sans droits désormais").format(
                    gone=gone
                )
            )
        try:
            line = netboot.Line(self._offer, system, welcome, lambda text: typer.echo(f"netboot : {text}"))
        except OSError as error:
            raise EnvironmentFault(
                N_("le port {port} de {ip} est pris : {strerror}").format(
                    port=self._offer.port, ip=self._offer.address.ip, strerror=error.strerror
                ),
                "--netboot-port N",
            ) from error
        self._stack.callback(line.server_close)
        line.start()
        self._stack.callback(line.shutdown)
        folder = self._folder()
        command = Command(("dnsmasq", "--keep-in-foreground", f"--conf-file={folder}/dnsmasq.conf", "--log-facility=-"))
        hint = _("un autre dnsmasq ou serveur DHCP tient les ports 67, 69 ou 4011 de cette machine : arrêtez-le")
        self._stack.enter_context(beside(command, folder / "dnsmasq.log", hint))
        typer.echo(
            _("netboot : proposé sur {interface} ({url}/boot.ipxe), jusqu'à Ctrl-C").format(
                interface=self._offer.interface, url=self._offer.url
            )
        )

    def _folder(self) -> Path:
        # Not in the data folder: dnsmasq gives up root's rights, and that folder is nobody's to look into.
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="recond-netboot-")))
        tftp = folder / "tftp"
        tftp.mkdir()
        for name, (place, _unused) in LOADERS.items():
            (tftp / name).write_bytes(Path(place).read_bytes())
            (tftp / name).chmod(0o644)
        (folder / "dnsmasq.conf").write_text(dnsmasq_settings(self._offer, str(folder)), encoding="ascii")
        for path in (folder, tftp):
            path.chmod(0o755)
        return folder

    def stop(self) -> None:
        """End the offer; PCs that have the system keep it."""
        self._stack.close()
