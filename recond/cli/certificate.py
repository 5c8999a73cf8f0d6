"""`recond certificate`: the certificates as PDF, for one disk, one machine or one lot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recond.cli.context import Context
from recond.core.words import N_, _, speaking

if TYPE_CHECKING:
    from recond.core.certlist import Certificates
    from recond.sink.store import Store


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("certificate", short_help=_("Les certificats en PDF."))(certificate)


def certificate(
    ctx: typer.Context,
    what: Annotated[
        list[str] | None,
        typer.Argument(metavar=_("[QUOI]..."), help=_("Étiquettes (last : la dernière machine), ou fichiers JSON.")),
    ] = None,
    lot: Annotated[str | None, typer.Option(help=_("Tout un lot, en une liste."))] = None,
    details: Annotated[
        bool, typer.Option("--details", help=_("Après la liste d'un lot, aussi une page par disque."))
    ] = False,
    out: Annotated[Path | None, typer.Option(help=_("Fichier à écrire (.pdf), ou dossier."))] = None,
) -> None:
    """Les certificats d'effacement en PDF : un disque (son fichier), une machine (son étiquette), un lot (--lot).

    Un certificat modifié ou incohérent est refusé ; un disque sans certificat paraît dans les listes, NON EFFACÉ.
    """
    from recond.core.errors import UsageError
    from recond.sink import files
    from recond.sink.store import Store

    context: Context = ctx.obj
    words = what or []
    if (lot is None) is (not words):
        raise UsageError(N_("une étiquette, un fichier de certificat, ou --lot NOM"), "recond certificate last")
    store = Store(context.data, context.host)
    with speaking(store.settings().lang):
        if lot is not None:
            made = [(f"lot-{lot}", _lot(context, store, lot, details))]
        else:
            made = [_one(context, store, word) for word in words]
    folder = out or context.data / "exports"
    single = out is not None and out.suffix.lower() == ".pdf" and not out.is_dir()
    if single and len(made) > 1:
        raise UsageError(
            N_("{count} certificats ne tiennent pas dans un seul fichier {out}").format(count=len(made), out=out),
            N_("donnez un dossier à --out"),
        )
    for stem, content in made:
        path = folder if single else folder / f"certificat-{stem}.pdf"
        files.write(path, content)
        context.console.print(f" [OK] {path}", soft_wrap=True)


def _one(context: Context, store: Store, word: str) -> tuple[str, bytes]:
    path = Path(word)
    if path.suffix.lower() == ".json" and path.is_file():
        return path.stem, _file(context, path)
    return _machine(context, store, word)


def _file(context: Context, path: Path) -> bytes:
    from recond.cli.parts.certfiles import known_keys, read_certificates
    from recond.core.certpage import page_of
    from recond.core.errors import ConfigurationFault
    from recond.core.verification import examine
    from recond.label.certificate_pdf import disk_pdf

    (read,) = read_certificates(context.data, [path])
    examined = examine(read.content, known_keys(context.data, []), read.word)
    if examined.faults:
        raise ConfigurationFault(
            N_("{path} n'est pas à croire : {faults}").format(path=path, faults=" ; ".join(examined.faults)),
            N_("aucun PDF n'en est fait ; voyez recond verify"),
        )
    return disk_pdf([page_of(read.content, examined)])


def _machine(context: Context, store: Store, tag: str) -> tuple[str, bytes]:
    from recond.core.certlist import listing
    from recond.core.certpage import said
    from recond.core.errors import UsageError
    from recond.label.certificate_pdf import list_pdf

    card = store.find_card(tag)
    if card is None:
        raise UsageError(
            N_("pas de fiche « {tag} » dans {data}").format(tag=tag, data=context.data),
            N_("une étiquette, last, ou un fichier .json"),
        )
    certificates = _certificates(context, [card])
    system = (card["machine"] or {}).get("system") or {}
    facts = (
        (_("Modèle"), said(card["model"])),
        (_("N° de série"), said(system.get("serial"))),
        (_("Lot"), said(card["lot"], _("aucun"))),
    )
    found = listing(_("Machine {tag}").format(tag=said(card["tag"])), facts, [card], certificates)
    return said(card["tag"], tag), list_pdf(found, store.settings().organisation, _pages(certificates))


def _lot(context: Context, store: Store, name: str, details: bool) -> bytes:
    from recond.core.certlist import listing
    from recond.core.certpage import said
    from recond.core.errors import UsageError
    from recond.label.certificate_pdf import list_pdf

    cards = [store.find_card(str(card["tag"])) for card in store.cards() if card.get("lot") == name]
    kept = sorted((card for card in cards if card is not None), key=lambda card: str(card["tag"]))
    if not kept:
        raise UsageError(
            N_("aucune machine du lot « {name} » dans {data}").format(name=name, data=context.data),
            N_("voyez : recond batch status"),
        )
    certificates = _certificates(context, kept)
    facts: tuple[tuple[str, str], ...] = ()
    if name in store.lots():
        lot = store.lot(name)
        facts = ((_("Donateur"), said(lot.donor or None)), (_("Niveau demandé"), lot.level.value))
    seen = sorted(str(card["last_seen"])[:10] for card in kept)
    facts += ((_("Machines vues"), _("du {seen} au {seen2} (horloges des PC)").format(seen=seen[0], seen2=seen[-1])),)
    found = listing(_("Lot {name}").format(name=name), facts, kept, certificates)
    return list_pdf(found, store.settings().organisation, _pages(certificates) if details else ())


def _certificates(context: Context, cards: Sequence[dict[str, Any]]) -> Certificates:
    """Return the certificates that these cards name, by their hash, each examined."""
    from recond.cli.parts.certfiles import Read, known_keys, read_certificates
    from recond.core.verification import examine

    wanted = {str(disk["certificate"]) for card in cards for disk in card["disks"] if disk["certificate"]}
    folder = context.data / "certificates"
    reads: list[Read] = read_certificates(context.data, []) if wanted and any(folder.glob("*.json")) else []
    known = known_keys(context.data, [])
    found = {str(one.content.get("sha256")): (one.content, examine(one.content, known, one.word)) for one in reads}
    return {sha256: found[sha256] for sha256 in sorted(wanted & found.keys())}


def _pages(certificates: Certificates) -> list[Any]:
    from recond.core.certpage import page_of

    return [page_of(one, examined) for one, examined in certificates.values() if not examined.faults]
